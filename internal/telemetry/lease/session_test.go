package lease_test

import (
	"testing"

	"stormglass/internal/telemetry"
	"stormglass/internal/telemetry/lease"
	"stormglass/internal/telemetry/telemetrytest"
	"stormglass/internal/telemetry/text"
)

// A message about one session is a block of one port, and stays an event: it tells whom the subscriber talked to.
func TestSessions(t *testing.T) {
	tests := []struct{ line, want string }{
		{"<190>12: cgn1: Jan  2 2024 03:04:05.123 UTC: %IPNAT-6-NAT_CREATED: Created tcp 100.64.0.9:43800 198.51.100.9:1024 203.0.113.7:80 203.0.113.7:80", "lease-start 100.64.0.9 198.51.100.9 1024 1024 -"},
		{"<190>12: cgn1: Jan  2 2024 03:04:05.123 UTC: %IPNAT-6-NAT_DELETED: Deleted udp 100.64.0.9:43800 198.51.100.9:1024 203.0.113.7:80 203.0.113.7:80", "lease-end 100.64.0.9 198.51.100.9 1024 1024 -"},
		{"<190>12: cgn1: Jan  2 2024 03:04:05.123 UTC: %IOSXE-6-PLATFORM: F0: cpp_cp: QFP:0.0 Thread:105 TS:00000000000000 %NAT-6-LOG_TRANSLATION: Created Translation UDP 100.64.0.9:44593 198.51.100.9:21129 203.0.113.7:53 203.0.113.7:53 0", "lease-start 100.64.0.9 198.51.100.9 21129 21129 -"},
		{"<14>Jan  2 03:04:05 cgn1 RT_FLOW: RT_FLOW_SESSION_CREATE: session created 100.64.0.9/43800->203.0.113.7/443 0x0 junos-https 198.51.100.9/1024->203.0.113.7/443 0x0 source rule LAN N/A N/A 6 allow-any PRIVATE PUBLIC 1 N/A(N/A) ge-0/0/0.0", "lease-start 100.64.0.9 198.51.100.9 1024 1024 -"},
		{"<14>Jan  2 03:04:05 cgn1 RT_FLOW: RT_FLOW_SESSION_CLOSE: session closed TCP FIN: 100.64.0.9/43800->203.0.113.7/443 junos-https 198.51.100.9/1024->203.0.113.7/443 rule1 N/A N/A N/A 17 p a b 1 1(2) 3(4) 5", "lease-end 100.64.0.9 198.51.100.9 1024 1024 -"},
		{`<14>1 2024-01-02T03:04:05.678Z cgn1 RT_FLOW - RT_FLOW_SESSION_CREATE [junos@2636.1.1.1.2.36 source-address="100.64.0.9" source-port="43800" destination-address="203.0.113.7" destination-port="443" nat-source-address="198.51.100.9" nat-source-port="1024" protocol-id="6" username="a\\" nat-source-port=\\"9"]`, "lease-start 100.64.0.9 198.51.100.9 1024 1024 -"},
		{"<14>Jan  2 03:04:05 cgn1 RT_FLOW: RT_FLOW_SESSION_CREATE: session created 100.64.0.9/27->203.0.113.7/8 icmp 198.51.100.9/27->203.0.113.7/8 N/A N/A N/A N/A 1 p a b 1 N/A(N/A) ge-0/0/0.0", ""},
		{"<14>Jan  2 03:04:05 cgn1 RT_FLOW: RT_FLOW_SESSION_CREATE: session created 100.64.0.9/43800->203.0.113.7/443 0x0 junos-https 100.64.0.9/43800->203.0.113.7/443 0x0 N/A N/A N/A N/A 6 p a b 1 N/A(N/A) ge-0/0/0.0", ""},
		{"<190>12: cgn1: Jan  2 2024 03:04:05.123 UTC: %IPNAT-6-NAT_CREATED: Created icmp 100.64.0.9:1 198.51.100.9:1 203.0.113.7:1 203.0.113.7:1", ""},
		{"<190>12: cgn1: Jan  2 2024 03:04:05.123 UTC: %IPNAT-6-NAT_CREATED: Created tcp 100.64.0.9:43800 100.64.0.9:43800 203.0.113.7:80 203.0.113.8:80", ""},
		{"<190>12: cgn1: Jan  2 2024 03:04:05.123 UTC: %IPNAT-6-NAT_CREATED: Created tcp 100.64.0.9:43800 198.51.100.9:1024 evil.example:80 203.0.113.7:80", ""},
		{"<190>12: cgn1: Jan  2 2024 03:04:05.123 UTC: %SYS-5-CONFIG_I: Configured by Created tcp 100.64.0.9:43800 198.51.100.9:1024 203.0.113.7:80 203.0.113.7:80", ""},
		{"<190>12: cgn1: Jan  2 2024 03:04:05.123 UTC: %IOSXE-6-PLATFORM: R0: sshd: user %NAT-6-LOG_TRANSLATION: Created Translation UDP 100.64.0.9:44593 198.51.100.9:21129 203.0.113.7:53 203.0.113.7:53 0", ""},
		{"<38>Jan  2 03:04:05 cgn1 sshd[7]: IPNAT-6-NAT_CREATED: Created tcp 100.64.0.9:43800 198.51.100.9:1024 203.0.113.7:80 203.0.113.7:80", ""},
	}
	for _, tt := range tests {
		set := telemetrytest.Read(text.New(nil, ""), []byte(tt.line))[0]
		if set.Batch(telemetry.KindEvent).Len() != 1 || set.Read != 1 {
			t.Errorf("%s\n%d events, %d read", tt.line, set.Batch(telemetry.KindEvent).Len(), set.Read)
		}
		got := ""
		if b := set.Batch(telemetry.KindAAA); b.Len() == 1 && b.Event[0].Host == "cgn1" && b.Event[0].Occurred.Known() {
			for _, p := range b.PairsOf(b.Event[0].Pairs) {
				if p.Field == lease.FieldBlock {
					got = p.Text
				}
			}
		}
		if got != tt.want {
			t.Errorf("%s\ngives %q, want %q", tt.line, got, tt.want)
		}
	}
}

// FuzzSession: a block of a session is of one port, reads back, and needs its code.
func FuzzSession(f *testing.F) {
	f.Add("IPNAT-6-NAT_CREATED", "Created tcp 100.64.0.9:43800 198.51.100.9:1024 203.0.113.7:80 203.0.113.7:80")
	f.Add("NAT-6-LOG_TRANSLATION", "Deleted Translation UDP 100.64.0.9:44593 198.51.100.9:21129 203.0.113.7:53 203.0.113.7:53 0")
	f.Add("IOSXE-6-PLATFORM", "F0: cpp_cp: QFP:0.0 Thread:105 TS:0 %NAT-6-LOG_TRANSLATION: Created Translation TCP 100.64.0.9:1 198.51.100.9:2 203.0.113.7:53 203.0.113.7:53 0")
	f.Add("RT_FLOW_SESSION_CLOSE", "session closed x: 100.64.0.9/43800->203.0.113.7/443 junos-https 198.51.100.9/1024->203.0.113.7/443 0x0 source rule a N/A N/A 17 p")
	f.Fuzz(func(t *testing.T, code, s string) {
		b, ok := lease.Session(code, s, s)
		if !ok {
			return
		}
		if again, ok := lease.ParseBlock(b.String()); !ok || again != b || b.First != b.Last || b.Verb == lease.Held {
			t.Fatalf("%q gives %s, which reads back as %s", s, b, again)
		}
		if _, ok := lease.Session("SYS-5-CONFIG_I", s, s); ok {
			t.Fatalf("%q is one under any code", s)
		}
	})
}
