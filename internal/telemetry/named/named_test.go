package named_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"stormglass/internal/telemetry/named"
)

func TestRead(t *testing.T) {
	tests := []struct{ program, message, want string }{
		{"dhcpd", "DHCPDISCOVER from 00:00:5e:00:53:01 (alices-phone) via 192.0.2.1: network 100.64.0.0/24: no free leases", "DHCPDISCOVER from {who-1} ({who-2}) via 192.0.2.1: network 100.64.0.0/24: no free leases | username:mac-00005e005301 username:host-alices-phone"},
		{"dhcpd", "DHCPREQUEST for 100.64.0.9 (192.0.2.2) from 00:00:5e:00:53:01 (a) via eth1) via eth0: wrong network.", "DHCPREQUEST for {who-1} (192.0.2.2) from {who-2} ({who-3}) via eth0: wrong network. | address:100.64.0.9 username:mac-00005e005301 username:host-a) via eth1"},
		{"dhcpd", "DHCPNAK on 100.64.0.9 to 00:00:5e:00:53:01 via eth0", "DHCPNAK on {who-1} to {who-2} via eth0 | address:100.64.0.9 username:mac-00005e005301"},
		{"dhcpd", "DHCPRELEASE of 100.64.0.9 from 00:00:5e:00:53:01 via eth0 (not found)", "DHCPRELEASE of {who-1} from {who-2} via eth0 (not found) | address:100.64.0.9 username:mac-00005e005301"},
		{"dhcpd", "uid lease 100.64.0.9 for client 0:0:5e:0:53:1 is duplicate on 100.64.0.0/24", "uid lease {who-1} for client {who-2} is duplicate on 100.64.0.0/24 | address:100.64.0.9 username:mac-00005e005301"},
		{"dhcpd", "Added new forward map from alices-phone.isp.example to 100.64.0.9", "Added new forward map from {who-1} to {who-2} | username:host-alices-phone.isp.example address:100.64.0.9"},
		{"dhcpd", "Added reverse map from 9.0.64.100.in-addr.arpa. to alices-phone.isp.example", "Added reverse map from {who-1}. to {who-2} | address:100.64.0.9 username:host-alices-phone.isp.example"},
		{"dhcpd", "Advertise NA: address 2001:db8::9 to client with duid 00:01:00:01:2a:2b:2c:2d:00:00:5e:00:53:01 iaid = 1 valid for 3600 seconds", "Advertise NA: address {who-1} to client with duid {who-2} iaid = 1 valid for 3600 seconds | address:2001:db8::9 username:duid-000100012a2b2c2d00005e005301"},
		{"dhcpd", "Listening on LPF/eth0/00:00:5e:00:53:02/192.0.2.0/24", "Listening on LPF/eth0/00:00:5e:00:53:02/192.0.2.0/24"},
		{"dhcpd", "something 00:00:5e:00:53:01 that 'alice' did", "something {who-1} that '{who-2}' did | username:mac-00005e005301 username:alice | unknown"},
		{"dnsmasq-dhcp", "2838948 DHCPDISCOVER(eth0) 100.64.0.9 00:00:5e:00:53:01 no address available", "2838948 DHCPDISCOVER(eth0) {who-1} {who-2} no address available | address:100.64.0.9 username:mac-00005e005301"},
		{"dnsmasq-dhcp", "DHCPACK(eth0) 100.64.0.9 00:00:5e:00:53:01 alice's phone", "DHCPACK(eth0) {who-1} {who-2} {who-3} | address:100.64.0.9 username:mac-00005e005301 username:host-alice's phone"},
		{"dnsmasq-dhcp", "12345678 client provides name: alices-phone", "12345678 client provides name: {who-1} | username:host-alices-phone"},
		{"kea-dhcp4", "DEBUG [kea-dhcp4.packets/7.140] DHCP4_PACKET_RECEIVED [hwtype=1 00:00:5e:00:53:01], cid=[61:6c:69], tid=0x1: DHCPDISCOVER (type 1) received from 0.0.0.0 to 255.255.255.255 on interface eth0", "DEBUG [kea-dhcp4.packets/7.140] DHCP4_PACKET_RECEIVED [hwtype=1 {who-1}], cid=[{who-2}], tid=0x1: DHCPDISCOVER (type 1) received from 0.0.0.0 to 255.255.255.255 on interface eth0 | username:mac-00005e005301 username:duid-616c69"},
		{"", "INFO  [kea-dhcp6.leases/7] DHCP6_LEASE_ADVERT duid=[00:01:02], [no hwaddr info], tid=0x1: lease for address 2001:db8::9 and iaid=1 will be advertised", "INFO  [kea-dhcp6.leases/7] DHCP6_LEASE_ADVERT duid=[{who-1}], [no hwaddr info], tid=0x1: lease for address {who-2} and iaid=1 will be advertised | username:duid-000102 address:2001:db8::9"},
		{"radiusd", "(7) Login incorrect (pap: Cleartext password does not match): [alice@isp.example/<via Auth-Type = PAP>] (from client nas1 port 0 cli 00-00-5E-00-53-01 via TLS tunnel)", "(7) Login incorrect (pap: Cleartext password does not match): [{who-1}/<via Auth-Type = PAP>] (from client nas1 port 0 cli {who-2} via TLS tunnel) | username:alice@isp.example username:mac-00005e005301"},
		{"radiusd", "Login OK: [a] (from client x cli y)] (from client nas1 port 0 cli 491755500100)", "Login OK: [{who-1}] (from client nas1 port 0 cli {who-2}) | username:a] (from client x cli y) username:491755500100"},
		{"", ": Auth: Login OK: [alice/secret] (from client nas1 port 0)", ": Auth: Login OK: [{who-1}/secret] (from client nas1 port 0) | username:alice"},
		{"radiusd", "Ignoring request to auth address * port 1812 bound to server default from unknown client 203.0.113.99 port 4242 proto udp", "Ignoring request to auth address * port 1812 bound to server default from unknown client 203.0.113.99 port 4242 proto udp"},
		{"radiusd", "rlm_sql (sql): no such user for User-Name = alice, Framed-IP-Address = 100.64.0.9", "rlm_sql (sql): no such user for User-Name = {who-1}, Framed-IP-Address = {who-2} | username:alice address:100.64.0.9 | unknown"},
		{"pppd", "remote IP address 100.64.0.9", "remote IP address {who-1} | address:100.64.0.9"},
		{"pppd", "local  IP address 192.0.2.1", "local  IP address 192.0.2.1"},
		{"pppd", "PAP peer authentication succeeded for alice smith", "PAP peer authentication succeeded for {who-1} | username:alice smith"},
		{"pppd", "Peer alice failed CHAP authentication", "Peer {who-1} failed CHAP authentication | username:alice"},
		{"pppd", `rcvd [CHAP Response id=0x1 <0123>, name = "al\"ice"]`, `rcvd [CHAP Response id=0x1 <0123>, name = "{who-1}"] | username:al\"ice`},
		{"pppd", "user alice logged in on tty pts/1 intf ppp0", "user {who-1} logged in on tty pts/1 intf ppp0 | username:alice"},
		{"accel-ppp", "ppp0:alice: connect: ppp0 <--> pppoe(00:00:5e:00:53:01)", "ppp0:{who-1}: connect: ppp0 <--> pppoe({who-2}) | username:alice username:mac-00005e005301"},
		{"accel-ppp", "ppp0:: connect: ppp0 <--> pptp(203.0.113.9)", "ppp0:: connect: ppp0 <--> pptp(203.0.113.9)"},
		{"", "[2024-01-02 03:04:05]:  info: ppp0:alice: alice: authentication succeeded", "[2024-01-02 03:04:05]:  info: ppp0:{who-1}: {who-1}: authentication succeeded | username:alice"},
		{"", "info: ppp0:alice: disconnected", "info: ppp0:{who-1}: disconnected | username:alice"},
		{"", "Info: rlm_sql (sql): user alice: none", "Info: rlm_sql (sql): user {who-1}: none | username:alice | unknown"},
		{"accel-pppd", `ppp7:: send [RADIUS(1) Access-Request id=1 <User-Name "alice"> <Calling-Station-Id "00:00:5e:00:53:01">]`, `ppp7:: send [RADIUS(1) Access-Request id=1 <User-Name "{who-1}"> <Calling-Station-Id "{who-2}">] | username:alice username:mac-00005e005301`},
		{"sshd", "DHCPDISCOVER from 00:00:5e:00:53:01 (alices-phone) via eth0", "no"},
		{"", "Failed login of [kea-dhcp4] Auth: alice", "no"},
	}
	for _, tt := range tests {
		l, is := named.Read(tt.program, tt.message)
		got := l.Text
		if len(l.Who) > 0 {
			got += " | " + strings.Join(l.Who, " ")
		}
		if !l.Known {
			got += " | unknown"
		}
		if !is {
			got = "no"
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s: %s\n-want +got\n%s", tt.program, tt.message, diff)
		}
	}
}
