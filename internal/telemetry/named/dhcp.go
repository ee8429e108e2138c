package named

import (
	"slices"
	"strings"

	"stormglass/internal/telemetry"
)

// iscKnown are the beginnings of what ISC dhcpd writes in which no name stands but where it is looked for.
var iscKnown = []string{
	"DHCPDISCOVER from ", "DHCPOFFER on ", "DHCPREQUEST for ", "DHCPACK on ", "DHCPACK to ", "DHCPNAK on ", "DHCPDECLINE of ", "DHCPRELEASE of ",
	"DHCPINFORM from ", "DHCPEXPIRE on ", "DHCPLEASEQUERY from ", "DHCPLEASEACTIVE to ", "DHCPLEASEUNKNOWN to ", "DHCPLEASEUNASSIGNED to ",
	"uid lease ", "lease ", "client ", "reuse_lease: ", "Abandoning IP address ", "ICMP Echo ", "Dynamic and static leases present for ",
	"Remove host declaration ", "Both dynamic and static leases present for ", "Added new forward map ", "Added reverse map ", "Added forward map ",
	"Unable to add forward map ", "Unable to add reverse map ", "Removed forward map ", "Removed reverse map ", "removed reverse map ",
	"Solicit message from ", "Request message from ", "Renew message from ", "Rebind message from ", "Release message from ", "Decline message from ",
	"Confirm message from ", "Information-request message from ", "Relay-forward message from ", "Sending Advertise to ", "Sending Reply to ",
	"Sending Relay-reply to ", "Advertise NA: ", "Reply NA: ", "Advertise PD: ", "Reply PD: ", "Client ", "Reusing lease for: ", "Picking pool ",
	"Listening on ", "Sending on ", "Server starting service", "Wrote ", "Internet Systems Consortium", "Copyright ", "All rights reserved",
	"For info, please visit ", "Config file: ", "Database file: ", "PID file: ", "balancing pool ", "balanced pool ", "failover peer ", "pool ",
	"No subnet declaration for ", "receive_packet failed on ", "send_packet: ",
}

// isc takes names out of what ISC dhcpd writes. A device's own name stands in brackets behind its hardware address, with whatever it likes in
// it: it ends before the last ") via ".
func (f *finder) isc() bool {
	s := f.s[f.from:]
	lead := len(s) - len(strings.TrimLeft(s, " "))
	f.from += lead
	s = s[lead:]
	if strings.HasPrefix(s, "Listening on ") || strings.HasPrefix(s, "Sending on ") { // its own addresses
		f.keep(f.from, len(f.s))
		return true
	}
	f.keepAddr("via ")
	if rest, ok := strings.CutPrefix(s, "DHCPREQUEST for "); ok { // the server that the device chose: DHCPREQUEST for A (B) from
		if _, after, ok := strings.Cut(rest, " ("); ok && !strings.Contains(rest[:len(rest)-len(after)], "from ") {
			server, _, _ := strings.Cut(after, ")")
			at := len(f.s) - len(after)
			f.keep(at, at+len(server))
		}
	}
	f.iscHost(s)
	f.mapped(s)
	f.behind("host declaration ", func(at int) { f.host(at, f.word(at)) })
	return slices.ContainsFunc(iscKnown, func(known string) bool { return strings.HasPrefix(s, known) })
}

// iscHost takes out the name that a device gives itself.
func (f *finder) iscHost(s string) {
	if !strings.HasPrefix(s, "DHCP") {
		return
	}
	for at := 0; ; {
		n := strings.Index(s[at:], " (")
		if n < 0 {
			return
		}
		at += n + len(" (")
		before := s[:at-len(" (")]
		if hardware(before[strings.LastIndexByte(before, ' ')+1:]) == "" {
			continue
		}
		end := strings.LastIndex(s[at:], ") via ")
		if end < 0 {
			if end = strings.LastIndexByte(s[at:], ')'); end < 0 {
				end = len(s) - at
			}
		}
		f.host(f.from+at, f.from+at+end)
		return
	}
}

// mapped takes out the names that are entered into the DNS: Added new forward map from NAME to ADDRESS, reverse map from NAME to NAME.
func (f *finder) mapped(s string) {
	at := strings.Index(s, " map ")
	if at < 0 {
		return
	}
	for from, words := at+len(" map "), s[at+len(" map "):]; words != ""; {
		word, rest, _ := strings.Cut(words, " ")
		if bare := strings.TrimRight(word, ".:,"); bare != "" && !mapWords[bare] {
			if who := shapeOf(bare); who != "" {
				f.note(f.from+from, f.from+from+len(bare), who)
			} else {
				f.host(f.from+from, f.from+from+len(bare))
			}
		}
		from += len(word) + 1
		words = rest
	}
}

var mapWords = map[string]bool{
	"from": true, "to": true, "on": true, "for": true, "timed": true, "out": true, "not": true, "found": true, "failed": true, "success": true,
	"refused": true, "NXDOMAIN": true, "SERVFAIL": true, "YXDOMAIN": true, "NOTIMP": true, "REFUSED": true, "FORMERR": true, "NOTAUTH": true,
	"bad": true, "DNS": true, "key": true, "no": true, "matching": true, "resource": true, "record": true,
}

// dnsmasqVerbs are what dnsmasq writes before the interface in brackets.
var dnsmasqVerbs = wordsOf(`DHCPDISCOVER DHCPOFFER DHCPREQUEST DHCPACK DHCPNAK DHCPDECLINE DHCPRELEASE DHCPINFORM DHCPSOLICIT DHCPADVERTISE DHCPREPLY
	DHCPCONFIRM DHCPRENEW DHCPREBIND DHCPINFORMATION-REQUEST SLAAC-CONFIRM RTR-ADVERT RTR-SOLICIT BOOTP PXE`)

// dnsmasqKnown are the beginnings of its other messages.
var dnsmasqKnown = []string{
	"available DHCP range: ", "available DHCP subnet: ", "vendor class: ", "client provides name: ", "requested options: ", "next server: ", "sent size: ",
	"tags: ", "DHCP, ", "DHCPv6, ", "DHCP packet received ", "read /", "not using configured address ", "not giving name ", "abandoning lease to ",
	"bootfile name: ", "broadcast response", "server name: ", "router advertisement ", "IPv6 router advertisement ", "user class: ", "client MAC address: ",
	"sockets bound ", "no address range available ", "lease ", "DHCP relay ", "script process ",
}

// dnsmasqSaid is what may stand at the end of a message in place of a name.
var dnsmasqSaid = []string{
	"no address available", "address in use", "address not available", "wrong network", "ignored", "no leases left", "disabled", "wrong address",
	"lease not found", "static lease available", "address reserved", "wrong server-ID", "unknown lease", "no unique-id", "success", "no addresses available",
}

// dnsmasq takes names out of what it writes: behind addresses and identifiers stands the name of a device, or one of a few phrases.
func (f *finder) dnsmasq() bool {
	s := f.s[f.from:]
	trimmed := strings.TrimLeft(s, " ")
	if id, rest, ok := strings.Cut(trimmed, " "); ok && id != "" && strings.Trim(id, "0123456789") == "" { // the transaction
		f.keep(len(f.s)-len(trimmed), len(f.s)-len(trimmed)+len(id))
		trimmed = strings.TrimLeft(rest, " ")
	}
	at := len(f.s) - len(trimmed)
	if verb, rest, ok := strings.Cut(trimmed, "("); ok && dnsmasqVerbs[verb] {
		_, rest, _ = strings.Cut(rest, ") ")
		for rest != "" {
			word, after, _ := strings.Cut(rest, " ")
			if hardware(word) == "" && octetsOf(word) == "" && !telemetry.ParseAddr(word).IsValid() && word != "" {
				break
			}
			rest = after
		}
		if !slices.Contains(dnsmasqSaid, strings.TrimRight(rest, " ")) {
			end := len(strings.TrimRight(f.s, " "))
			f.host(min(len(f.s)-len(rest), end), end)
		}
		return true
	}
	if strings.HasPrefix(trimmed, "client provides name: ") {
		f.host(at+len("client provides name: "), len(f.s))
	}
	f.behind("giving name ", func(at int) { f.host(at, f.word(at)) })
	f.keepAddr("server-identifier  ", "router  ", "dns-server  ", "next server: ", "netmask  ", "broadcast  ")
	if strings.HasPrefix(trimmed, "available DHCP ") || strings.HasPrefix(trimmed, "DHCP, ") || strings.HasPrefix(trimmed, "DHCPv6, ") {
		f.keep(at, len(f.s)) // ranges of its configuration
	}
	if strings.HasPrefix(trimmed, "sent size: ") && (strings.Contains(trimmed, "hostname") || strings.Contains(trimmed, "FQDN") || strings.Contains(trimmed, "client-id")) {
		if n := strings.LastIndex(trimmed, "  "); n >= 0 {
			f.host(at+n+2, len(f.s))
		}
	}
	return slices.ContainsFunc(dnsmasqKnown, func(known string) bool { return strings.HasPrefix(trimmed, known) })
}

// keaKnown are the messages of Kea in which no name stands but where it is looked for: DHCP4_ and DHCP6_ and one of these.
var keaKnown = wordsOf(`LEASE_ALLOC LEASE_REUSE LEASE_RENEW LEASE_ADVERT LEASE_OFFER RELEASE RELEASE_NA RELEASE_PD RELEASE_EXPIRED RELEASE_NA_EXPIRED
	RELEASE_FAIL RELEASE_FAIL_WRONG_CLIENT RELEASE_FAIL_NO_LEASE DECLINE_LEASE DECLINE_FAIL DISCOVER REQUEST INIT_REBOOT QUERY_LABEL
	PACKET_RECEIVED PACKET_SEND PACKET_NAK_0001 PACKET_NAK_0002 PACKET_NAK_0003 PACKET_NAK_0004 LEASE_ALLOC_FAIL INFORM_DIRECT_REPLY
	RESERVATIONS_LOOKUP_FIRST_ENABLED SHUTDOWN STARTED CONFIG_COMPLETE NO_LEASE_INIT_REBOOT PD_LEASE_ALLOC PD_LEASE_RENEW PD_LEASE_ADVERT`)

// kea takes names out of what Kea writes: in brackets stand hardware addresses and identifiers of whatever length.
func (f *finder) kea() bool {
	for _, key := range [...]string{"cid=[", "duid=[", "client-id=[", "remote-id=[", "circuit-id=[", "FQDN: [", "hostname: ["} {
		f.behind(key, func(at int) {
			end := len(f.s)
			if n := strings.IndexByte(f.s[at:], ']'); n >= 0 {
				end = at + n
			}
			value := f.s[at:end]
			switch {
			case value == "no info" || value == "":
			case strings.HasSuffix(key, ": ["):
				f.host(at, end)
			default:
				f.note(at, end, idOf(value))
			}
		})
	}
	for _, key := range [...]string{"hostname ", "host name ", "FQDN ", "hostname=", "hostname: ", "client-id ", "user class ", "hwaddr="} {
		f.behind(key, func(at int) {
			if at < len(f.s) && !isSeparator(f.s[at]) {
				f.host(at, f.word(at))
			}
		})
	}
	at := strings.Index(f.s[f.from:], "DHCP")
	if at < 0 {
		return false
	}
	id, _, _ := strings.Cut(f.s[f.from+at:], " ")
	return len(id) > 6 && (strings.HasPrefix(id, "DHCP4_") || strings.HasPrefix(id, "DHCP6_")) && keaKnown[id[6:]]
}

// idOf gives who a client's identifier in octets stands for.
func idOf(value string) string {
	if who := shapeOf(value); who != "" {
		return who
	}
	return whoIs("duid-" + strings.ReplaceAll(value, ":", ""))
}

func wordsOf(s string) map[string]bool {
	m := map[string]bool{}
	for word := range strings.FieldsSeq(s) {
		m[word] = true
	}
	return m
}
