package dnstunnel

import (
	"testing"

	"stormglass/internal/datatest"
	"stormglass/internal/hunt/analyse"
	"stormglass/internal/hunt/analyse/analysetest"
)

func TestForeign(t *testing.T) {
	for _, name := range []string{"dns-tunnel-iodine.pcap", "dns_exfiltration.pcap", "dns.pcap", "dns_dot.pcap", "dnscrypt-v1-and-resolver-pings.pcap", "dnscrypt-v2-doh.pcap", "dnscrypt-v2.pcap", "googledns_android10.pcap", "dns-invalid-chars.pcap", "malformed_dns.pcap", "teamviewer.pcap"} {
		r := analysetest.Files(t, Analyser{}, analyse.Env{}, datatest.Path(t, "telemetry", "pcap-ndpi", name))
		t.Logf("%s %+v", name, r.Account)
		for _, x := range r.Records {
			t.Log("   ", x.Ends.Src, x.Fields)
		}
	}
}
