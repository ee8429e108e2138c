// Package namedtest draws, for tests, lines of servers of addresses and accounts with subscribers planted in them.
package namedtest

import (
	"fmt"
	"net/netip"
	"strings"

	"pgregory.net/rapid"
)

// Form is a line with places for a hardware address, an address, a login name and the name of a device: %M, %A, %U, %H.
type Form struct{ Program, Text string }

// Forms are those that are read. Names in them are as hostile as the program lets them be.
var Forms = []Form{
	{"dhcpd", "DHCPDISCOVER from %M via eth0"},
	{"dhcpd", "DHCPDISCOVER from %M (%H) via 192.0.2.1: load balance to peer dhcp2"},
	{"dhcpd", "DHCPOFFER on %A to %M (%H) via eth0"},
	{"dhcpd", "DHCPREQUEST for %A (192.0.2.2) from %M (%H) via eth0: unknown lease %A."},
	{"dhcpd", "DHCPACK on %A to %M (%H) via eth0 extra"},
	{"dhcpd", "DHCPACK to %A (%M) via eth0 extra"},
	{"dhcpd", "DHCPNAK on %A to %M via eth0"},
	{"dhcpd", "DHCPRELEASE of %A from %M (%H) via eth0 (not found) extra"},
	{"dhcpd", "DHCPDECLINE of %A from %M (%H) via eth0: abandoned"},
	{"dhcpd", "DHCPINFORM from %A via eth0"},
	{"dhcpd", "DHCPEXPIRE on %A to %M"},
	{"dhcpd", "uid lease %A for client %M is duplicate on 100.64.0.0/24"},
	{"dhcpd", "client %M has duplicate leases on 100.64.0.0/24"},
	{"dhcpd", "Abandoning IP address %A: pinged before offer"},
	{"dhcpd", "ICMP Echo reply while lease %A valid."},
	{"dhcpd", "reuse_lease: lease age 3 (secs) under 25% threshold, reply with unaltered, existing lease for %A"},
	{"dhcpd", "Added new forward map from %W to %A"},
	{"dhcpd", "Added reverse map from %R to %W"},
	{"dhcpd", "Unable to add forward map from %W to %A: timed out"},
	{"dhcpd", "Remove host declaration %W or remove %A"},
	{"dhcpd", "Advertise NA: address %6 to client with duid %D iaid = 1 valid for 3600 seconds"},
	{"dhcpd", "Solicit message from %6 port 546, transaction ID 0x1"},
	{"dhcpd", `what is not known of %M and %A, "%U"`},
	{"dnsmasq-dhcp", "DHCPDISCOVER(eth0) %M"},
	{"dnsmasq-dhcp", "2838948 DHCPDISCOVER(eth0) %A %M no address available"},
	{"dnsmasq-dhcp", "DHCPOFFER(eth0) %A %M"},
	{"dnsmasq-dhcp", "DHCPREQUEST(eth0) %A %M %H"},
	{"dnsmasq-dhcp", "DHCPNAK(eth0) %A %M wrong network"},
	{"dnsmasq-dhcp", "DHCPADVERTISE(eth0) %6 %D %H"},
	{"dnsmasq-dhcp", "12345 client provides name: %H"},
	{"dnsmasq-dhcp", "not using configured address %A because it is leased to %M"},
	{"dnsmasq-dhcp", "not giving name %W to the DHCP lease of %A because the name exists in /etc/hosts with address 192.0.2.1"},
	{"dnsmasq-dhcp", "abandoning lease to %M of %A"},
	{"kea-dhcp4", "INFO  [kea-dhcp4.leases/7.1] DHCP4_LEASE_ADVERT [hwtype=1 %M], cid=[%D], tid=0x1: lease %A will be advertised"},
	{"kea-dhcp4", "DHCP4_PACKET_NAK_0003 [hwtype=1 %M], cid=[no info], tid=0x1: failed to select a subnet for incoming packet"},
	{"kea-dhcp4", "DHCP4_CLIENT_HOSTNAME_DATA [hwtype=1 %M], cid=[%D], tid=0x1: client sent this hostname option: '%U'"},
	{"kea-dhcp-ddns", "DHCP_DDNS_ADD_SUCCEEDED DHCP_DDNS Request ID 01: added for this request: Type: 0 (CHG_ADD) FQDN: [%W] IP Address: [%A] DHCID: [000101]"},
	{"", "DEBUG [kea-dhcp6.packets/7] DHCP6_QUERY_LABEL received query: duid=[%D], [hwtype=1 %M], tid=0x1"},
	{"radiusd", "(1) Login OK: [%U/<via Auth-Type = PAP>] (from client nas1 port 0 cli %M)"},
	{"radiusd", "(1) Login OK: [%U] (from client nas1 port 0 cli %M via TLS tunnel)"},
	{"freeradius", "Login incorrect (mschap: MS-CHAP2-Response is incorrect): [%U/<via Auth-Type = mschap>] (from client nas1 port 0 cli %A)"},
	{"radiusd", "Invalid user: [%U] (from client nas1 port 0)"},
	{"radiusd", `rlm_sql: no row for User-Name = "%U", Calling-Station-Id = "%M", Framed-IP-Address = %A`},
	{"", ": Auth: (1) Login OK: [%U] (from client nas1 port 0 cli %M)"},
	{"pppd", "remote IP address %A"},
	{"pppd", "CHAP peer authentication succeeded for %U"},
	{"pppd", "PAP peer authentication failed for %U"},
	{"pppd", "Peer %U failed CHAP authentication"},
	{"pppd", "user %U logged in on tty pts/1 intf ppp0"},
	{"pppd", "peer from calling number %M authorized"},
	{"pppd", `rcvd [PAP AuthReq id=0x1 user="%W" password=<hidden>]`},
	{"accel-ppp", "ppp0:%U: connect: ppp0 <--> pppoe(%M)"},
	{"accel-ppp", "ppp0:%U: %U: authentication succeeded"},
	{"accel-pppd", "%U: authentication failed"},
	{"accel-pppd", `ppp0:%U: send [RADIUS(1) Accounting-Request id=1 <User-Name "%W"> <Calling-Station-Id "%M"> <Framed-IP-Address %A>]`},
	{"", "[2024-01-02 03:04:05]:  info: ppp0:%U: disconnected"},
}

// planted draws values for the places of a form.
type planted struct {
	t      *rapid.T
	values []string
}

var (
	octet  = rapid.IntRange(1, 255)
	letter = rapid.SampledFrom(strings.Split("abcdefghijklmnopqrstuvwxyz0123456789", ""))
	odd    = rapid.SampledFrom([]string{"-", ".", "_", " ", "(", ")", "'", "@", "/", ":", "] (from client x", ") via eth0", ": ", "é", "=", "{who-1}"})
)

func (p *planted) hardware() string {
	format := rapid.SampledFrom([]string{"%02x:%02x:%02x:%02x:%02x:%02x", "%x:%x:%x:%x:%x:%x", "%02X-%02X-%02X-%02X-%02X-%02X", "%02x%02x.%02x%02x.%02x%02x"}).Draw(p.t, "format")
	return fmt.Sprintf(format, 0xa0, octet.Draw(p.t, "m"), octet.Draw(p.t, "m"), octet.Draw(p.t, "m"), octet.Draw(p.t, "m"), octet.Draw(p.t, "m"))
}

func (p *planted) octets(n int) string {
	var out []string
	for range n {
		out = append(out, fmt.Sprintf("%02x", octet.Draw(p.t, "o")))
	}
	return strings.Join(out, ":")
}

// text draws a name that no form holds otherwise: zq, letters and, where there may be any, other characters.
func (p *planted) text(odds int) string {
	var s strings.Builder
	s.WriteString("zq")
	for range rapid.IntRange(3, 12).Draw(p.t, "length") {
		s.WriteString(letter.Draw(p.t, "letter"))
	}
	for range odds {
		if rapid.Bool().Draw(p.t, "more") {
			s.WriteString(odd.Draw(p.t, "odd") + "zq" + letter.Draw(p.t, "letter") + letter.Draw(p.t, "letter"))
		}
	}
	return s.String()
}

func (p *planted) fill(f Form) string {
	var out strings.Builder
	for i := 0; i < len(f.Text); i++ {
		if f.Text[i] != '%' || i+1 == len(f.Text) || strings.IndexByte("MADRUHW6", f.Text[i+1]) < 0 {
			out.WriteByte(f.Text[i])
			continue
		}
		i++
		v := ""
		addr := netip.AddrFrom4([4]byte{100, 77, byte(octet.Draw(p.t, "a")), byte(octet.Draw(p.t, "a"))})
		switch f.Text[i] {
		case 'M':
			v = p.hardware()
		case 'A':
			v = addr.String()
		case 'D':
			v = p.octets(rapid.IntRange(7, 20).Draw(p.t, "octets"))
		case 'R':
			four := addr.As4()
			v = fmt.Sprintf("%d.%d.%d.%d.in-addr.arpa.", four[3], four[2], four[1], four[0])
		case '6':
			v = fmt.Sprintf("2001:db8:%x::%x", octet.Draw(p.t, "a"), octet.Draw(p.t, "a"))
		case 'U', 'H':
			v = p.text(2)
		default:
			v = p.text(0)
		}
		p.values = append(p.values, v)
		out.WriteString(v)
	}
	return out.String()
}

// Known reports whether the form is one of which every name is looked for.
func (f Form) Known() bool {
	for _, unknown := range [...]string{"what is not", "rlm_", "HOSTNAME", "DDNS"} {
		if strings.Contains(f.Text, unknown) {
			return false
		}
	}
	return true
}

// Draw draws a message and what is planted in it.
func Draw(t *rapid.T) (f Form, message string, values []string) {
	f = rapid.SampledFrom(Forms).Draw(t, "form")
	p := planted{t: t}
	message = p.fill(f)
	return f, message, p.values
}

// Left gives what of the planted values a text still holds, empty when nothing.
func Left(text string, values []string) string {
	text = strings.ToLower(text)
	for _, v := range values {
		if strings.Contains(text, strings.ToLower(strings.TrimRight(v, "."))) {
			return v
		}
	}
	if strings.Contains(text, "zq") {
		return "zq"
	}
	return ""
}
