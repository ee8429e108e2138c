package seen

import (
	"fmt"
	"net/netip"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"stormglass/internal/depot"
	"stormglass/internal/depot/depottest"
	"stormglass/internal/telemetry"
)

// flood makes what somebody sends who wants the ledger to grow: a record for each of n names or addresses.
func flood(kind telemetry.Kind, source string, n int, fill func(b *telemetry.Batch, i int)) *telemetry.Batch {
	b := &telemetry.Batch{Kind: kind, Source: &telemetry.Source{Name: source, ID: telemetry.SourceID([]byte(fmt.Sprintf("%-32s", source))), Sensor: "zeek"}}
	for i := range n {
		b.Append(uint64(i + 1))
		b.Head(i).Occurred = firstDay + telemetry.Instant(i+1)*1e9
		fill(b, i)
	}
	return b
}

// scan is one packet from outside without an answer.
func scan(from netip.Addr) func(*telemetry.Flow) {
	return func(f *telemetry.Flow) {
		f.Src, f.Dst, f.DstPort, f.Proto = from, netip.MustParseAddr("192.0.2.1"), 22, 6
		f.SrcPackets, f.DstPackets, f.SrcBytes, f.DstBytes, f.Answered = 1, 0, 60, 0, telemetry.Unanswered
	}
}

// TestFloodIsToldAsSuch floods a day with names below one domain and addresses of one network: what was
// folded is not denied, and what was not is told exactly.
func TestFloodIsToldAsSuch(t *testing.T) {
	const names, addrs = 11_000, 250
	dir := depottest.Dir(t)
	d, err := depot.Open(t.Context(), dir, depot.Options{Budget: 100})
	if err != nil {
		t.Fatal(err)
	}
	in, err := d.Begin()
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range []*telemetry.Batch{
		flood(telemetry.KindDNS, "random.log", names, func(b *telemetry.Batch, i int) { b.DNS[i].Query = fmt.Sprintf("x%d.example.net", i) }),
		flood(telemetry.KindDNS, "usual.log", 20, func(b *telemetry.Batch, i int) { b.DNS[i].Query = fmt.Sprintf("host%d.example.com", i%10) }),
		flood(telemetry.KindFlow, "scans.log", addrs, func(b *telemetry.Batch, i int) {
			scan(netip.AddrFrom4([4]byte{198, 51, 100, byte(i)}))(&b.Flow[i])
		}),
		flood(telemetry.KindFlow, "scans6.log", addrs, func(b *telemetry.Batch, i int) {
			scan(netip.AddrFrom16([16]byte{0: 0x20, 1: 0x01, 2: 0x0d, 3: 0xb8, 5: 7, 15: byte(i)}))(&b.Flow[i])
		}),
		flood(telemetry.KindFlow, "calls.log", 5, func(b *telemetry.Batch, i int) {
			f := &b.Flow[i]
			scan(netip.AddrFrom4([4]byte{198, 51, 100, 255}))(f)
			f.Answered, f.SrcPackets = telemetry.Answered, 9
		}),
	} {
		if err := in.Add(t.Context(), b); err != nil {
			t.Fatal(err)
		}
	}
	if err := in.Commit(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	askFlooded(t, dir, names, addrs)
	if _, err := d.Maintain(t.Context()); err != nil {
		t.Fatal(err)
	}
	askFlooded(t, dir, names, addrs)
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
}

// verdicts is what an answer says, in short.
type verdicts struct {
	Verdict string
	Records uint64
	As      string // what it was folded into
}

func askFlooded(t *testing.T, dir string, names, addrs uint64) {
	t.Helper()
	const as, as4, as6 = "*.example.net", "198.51.100.0/24", "2001:db8:7::/48"
	want := map[string]verdicts{
		"domain:x17.example.net":    {"not_exact", 0, as},
		"domain:never.example.net":  {"not_exact", 0, as}, // nobody can tell any more
		"domain:example.net":        {"seen", names, as},
		"domain:host3.example.com":  {"seen", 2, ""},
		"domain:host33.example.com": {"not_seen", 0, ""},
		"domain:example.com":        {"seen", 20, ""},
		"address:198.51.100.7":      {"not_exact", 0, as4},
		"address:198.51.100.0":      {"not_exact", 0, as4},
		"address:198.51.100.255":    {"seen", 5, as4},
		"address:198.51.101.7":      {"not_seen", 0, ""},
		"address:192.0.2.1":         {"seen", 2*addrs + 5, ""},
		"prefix:198.51.100.0/26":    {"not_exact", 0, as4}, // the fold begins with it and goes on
		"prefix:198.51.100.64/26":   {"not_exact", 0, as4},
		"prefix:198.51.100.128/25":  {"seen", 5, as4},
		"prefix:198.51.100.0/24":    {"seen", addrs + 5, as4},
		"prefix:198.51.0.0/16":      {"seen", addrs + 5, as4},
		"prefix:198.51.101.0/24":    {"not_seen", 0, ""},
		"address:2001:db8:7::9":     {"not_exact", 0, as6},
		"prefix:2001:db8:7::/64":    {"not_exact", 0, as6},
		"prefix:2001:db8:7::/48":    {"seen", addrs, as6},
		"prefix:2001:db8::/32":      {"seen", addrs, as6},
		"prefix:2001:db8:8::/48":    {"not_seen", 0, ""},
	}
	v, err := depot.OpenView(t.Context(), dir, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer v.Close()
	var questions []Question
	for given := range want {
		questions = append(questions, Parse(given, false))
	}
	r, err := Ask(t.Context(), v, questions, Options{})
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]verdicts{}
	for i := range r.Answers {
		a := &r.Answers[i]
		x := verdicts{Verdict: a.Verdict.String(), Records: a.Records}
		for _, f := range a.Folded {
			x.As = f.As
		}
		got[a.Given] = x
		if len(a.Folded) > 0 && !slices.ContainsFunc(a.Folded, func(f Fold) bool { return f.Day == firstDay.Day() && f.Values > 1 }) {
			t.Errorf("%s: folded as %+v", a.Given, a.Folded)
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("answers (-want +got):\n%s", diff)
	}
}
