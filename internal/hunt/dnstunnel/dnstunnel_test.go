package dnstunnel

import (
	"fmt"
	"math"
	"net/netip"
	"strconv"
	"testing"

	"stormglass/internal/datatest"
	"stormglass/internal/hunt/analyse"
	"stormglass/internal/hunt/analyse/analysetest"
	"stormglass/internal/telemetry"
)

// tunnel is the rule that docs/analysers.md proposes.
func tunnel(f map[string]string) bool {
	n := func(name string) float64 {
		v, _ := strconv.ParseFloat(f["stormglass.dnstunnel."+name], 64)
		return v
	}
	return n("names") >= 50 && n("distinct") >= 0.8 && (n("length") >= 30 || n("null_share") >= 0.5)
}

// TestForeign: captures of tunnels are found, and what looks like them is not.
func TestForeign(t *testing.T) {
	for name, want := range map[string]int{
		"dns-tunnel-iodine.pcap": 1, "dns_exfiltration.pcap": 1,
		"dns.pcap": 0, "dns_dot.pcap": 0, "dnscrypt-v1-and-resolver-pings.pcap": 0, "dnscrypt-v2-doh.pcap": 0, "dnscrypt-v2.pcap": 0,
		"googledns_android10.pcap": 0, "dns-invalid-chars.pcap": 0, "malformed_dns.pcap": 0, "teamviewer.pcap": 0, "dnscrypt_skype_false_positive.pcapng": 0,
	} {
		r := analysetest.Files(t, Analyser{}, analyse.Env{}, datatest.Path(t, "telemetry", "pcap-ndpi", name))
		got := 0
		for _, x := range r.Records {
			if tunnel(x.Fields) {
				got++
			}
		}
		if got != want {
			t.Errorf("%s: %d tunnels, want %d: %+v", name, got, want, r.Records)
		}
	}
}

func TestDivide(t *testing.T) {
	for name, want := range map[string]asked{
		"a.b.example.com.":                {"example.com", "a.b"},
		"A.example.co.uk":                 {"example.co.uk", "a"},
		"x.d111111abcdef8.cloudfront.net": {"d111111abcdef8.cloudfront.net", "x"},
		"data.0123456789abcdef":           {"", "data.0123456789abcdef"},
		"printer.corp.lan":                {"corp.lan", "printer"},
	} {
		if got, ok := divide(name); !ok || got != want {
			t.Errorf("%s: %+v %v, want %+v", name, got, ok, want)
		}
	}
	for _, name := range []string{"", ".", "com", "example.com", "..A", "7.2.0.192.in-addr.arpa"} {
		if got, ok := divide(name); ok {
			t.Errorf("%q: %+v, want nothing", name, got)
		}
	}
	if got := entropy("aabb.ccdd"); math.Abs(got-2) > 1e-9 {
		t.Errorf("four letters twice: %v bits, want 2", got)
	}
}

// TestFigures adds up what was asked, by hand.
func TestFigures(t *testing.T) {
	b := &telemetry.Batch{Kind: telemetry.KindDNS, Source: &telemetry.Source{Name: "a test"}}
	ask := func(name, qtype string) {
		d := &b.DNS[b.Append(uint64(b.Len()+1))]
		d.Occurred, d.Query, d.QType, d.Src = telemetry.Instant(1_700_000_000e9), name, qtype, netip.MustParseAddr("192.0.2.9")
	}
	for i := range 20 {
		ask(fmt.Sprintf("ab%02d.Example.com", i/2), []string{"TXT", "A"}[i%2]) // each name twice
	}
	for i := range 9 { // too few
		ask(fmt.Sprintf("host%d.example.net", i), "A")
	}
	r := analysetest.Batches(t, Analyser{}, analyse.Env{}, b)
	if len(r.Records) != 1 {
		t.Fatalf("%d records: %+v", len(r.Records), r.Records)
	}
	for name, want := range map[string]string{"names": "10", "queries": "20", "distinct": "0.5", "length": "4", "bytes": "40", "text_share": "0.5", "null_share": "0", "clients": "1", "longest": "4"} {
		if got := r.Records[0].Fields["stormglass.dnstunnel."+name]; got != want {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
	}
}
