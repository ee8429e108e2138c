package lake_test

import (
	"fmt"
	"net/netip"
	"regexp"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"stormglass/internal/disk/disktest"
	"stormglass/internal/lake"
	"stormglass/internal/lake/laketest"
	"stormglass/internal/observable"
	"stormglass/internal/telemetry"
)

// holdsValue tells by the plainest means whether a record must be given for a value: its text shows
// it somewhere.
func holdsValue(row string, b *telemetry.Batch, i int, v observable.Value) bool {
	if v.Kind() != observable.Addr && v.Kind() != observable.Prefix {
		return strings.Contains(strings.ToLower(row), v.String())
	}
	p := v.Prefix()
	if e := b.Ends(i); e != nil && (in(p, e.Src) || in(p, e.Dst)) {
		return true
	}
	for word := range strings.FieldsFuncSeq(row, func(r rune) bool { return strings.ContainsRune(` "[]=/`, r) }) {
		if a, err := netip.ParseAddr(word); err == nil && in(p, a) {
			return true
		}
	}
	return false
}

func in(p netip.Prefix, a netip.Addr) bool { return a.IsValid() && p.Contains(a.Unmap()) }

var lookedFor = []observable.Value{
	observable.OfAddr(netip.MustParseAddr("192.0.2.7")),
	observable.OfAddr(netip.MustParseAddr("198.51.100.9")),
	observable.OfAddr(netip.MustParseAddr("2001:db8::3")),
	observable.OfAddr(netip.MustParseAddr("192.0.2.200")),
	observable.Of(observable.Prefix, "203.0.113.16/30"),
	observable.Of(observable.Prefix, "2001:db8::/126"),
	observable.Of(observable.Domain, "host-7.example.net"),
	observable.Of(observable.Domain, "example.org"),
	observable.Of(observable.MD5, fmt.Sprintf("%032x", 11)),
	observable.Of(observable.JA3, fmt.Sprintf("%032x", 12)),
}

// tokens are the fields in which nothing is looked for.
var tokens = regexp.MustCompile(` (UID|QType|RCode|Version|Cipher|MIME|Protocol|Service|State|Method|Dataset)="([^"\\]|\\.)*"`)

// digests are those in which only hashes and fingerprints are looked for.
var digests = regexp.MustCompile(` (MD5|SHA1|SHA256|JA3|JA3S|JA4|Fingerprint|CommunityID)="([^"\\]|\\.)*"| Fingerprints=\[("([^"\\]|\\.)*" ?)*\]`)

// hosts are those in which only addresses and names are looked for.
var hosts = regexp.MustCompile(` (Query|ServerName|HELO|Host)="([^"\\]|\\.)*"| (Answers|Path|Names)=\[("([^"\\]|\\.)*" ?)*\]`)

// TestWant: every row that holds a wanted value, in time and of a wanted sensor, is given; what is
// given is a part of what was written.
func TestWant(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		kind := rapid.SampledFrom(laketest.Kinds()).Draw(rt, "kind")
		m := laketest.New(rapid.Uint64().Draw(rt, "seed"), 1)
		m.Nasty = rapid.Bool().Draw(rt, "nasty")
		d := disktest.NewMemory()
		want := lake.Want{Values: rapid.SliceOfNDistinct(rapid.SampledFrom(lookedFor), 0, 3, rapid.ID).Draw(rt, "values")}
		if rapid.Bool().Draw(rt, "bounded") {
			want.From = m.Start + telemetry.Instant(rapid.Int64Range(0, 3600e9).Draw(rt, "from"))
			want.To = want.From + telemetry.Instant(rapid.Int64Range(0, 3600e9).Draw(rt, "span"))
		}
		want.Sensors = rapid.SampledFrom([][]string{nil, {"zeek"}, {"edge-r1", ""}, {"elsewhere"}}).Draw(rt, "sensors")
		w := lake.NewWriter(d, "lake", lake.Options{NewID: ids()})
		written, must := map[string]bool{}, map[string]bool{}
		for n := range 3 {
			b := m.Batch(kind, m.Source(n), 100)
			if err := w.Add(b, own); err != nil {
				rt.Fatal(err)
			}
			for i := range b.Len() {
				row := laketest.Dump(b, i)
				written[row] = true
				if mustGive(row, b, i, want) {
					must[row] = true
				}
			}
		}
		files, err := w.Finish(t.Context())
		if err != nil {
			rt.Fatal(err)
		}
		if rapid.Bool().Draw(rt, "prepared") {
			want = want.Prepared()
		}
		for _, f := range files {
			rows, err := readFile(d, f.Name, want)
			if err != nil {
				rt.Fatal(err)
			}
			for _, row := range rows {
				if !written[row] {
					rt.Fatalf("given, but not written: %s", row)
				}
				delete(must, row)
			}
		}
		for row := range must {
			rt.Fatalf("%d rows were not given for %v, one of them: %.2000s", len(must), want.Values, row)
		}
	})
}

func mustGive(row string, b *telemetry.Batch, i int, w lake.Want) bool {
	if at := b.Head(i).Occurred; at.Known() && (at < w.From || w.To > 0 && at > w.To) {
		return false
	}
	ok := len(w.Sensors) == 0
	for _, s := range w.Sensors {
		ok = ok || s == b.Source.Sensor
	}
	found := len(w.Values) == 0
	row = tokens.ReplaceAllString(row[strings.IndexByte(row, ':'):], "")
	for _, v := range w.Values {
		elsewhere := digests
		if k := v.Kind(); k == observable.MD5 || k == observable.JA3 {
			elsewhere = hosts
		}
		shown := elsewhere.ReplaceAllString(row, "")
		found = found || holdsValue(shown, b, i, v)
	}
	return ok && found
}

// TestWantIsNarrow: rows of flows and questions that cannot hold the value are left out, so that
// reading for one address is not reading everything.
func TestWantIsNarrow(t *testing.T) {
	d := disktest.NewMemory()
	flows := &telemetry.Batch{Kind: telemetry.KindFlow, Source: &telemetry.Source{Name: "udp", Sensor: "edge-r1"}}
	names := &telemetry.Batch{Kind: telemetry.KindDNS, Source: flows.Source}
	for n := range 40_000 {
		e := telemetry.Ends{Src: addr4(0xc0000200 + uint32(n%100)), Dst: addr4(0xcb007100 + uint32(n/1000))}
		i := flows.Append(uint64(n))
		flows.Flow[i].Ends, flows.Flow[i].Occurred = e, benchHour+telemetry.Instant(n)
		i = names.Append(uint64(n))
		names.DNS[i].Ends, names.DNS[i].Occurred = e, benchHour+telemetry.Instant(n)
		names.DNS[i].Query = fmt.Sprintf("a.host-%d.example", n%500)
	}
	files := write(t, d, lake.Options{}, flows, names)
	for _, c := range []struct {
		value observable.Value
		flows int
		dns   int
	}{
		{observable.OfAddr(addr4(0xc0000207)), 400, 400},
		{observable.OfAddr(addr4(0xcb007107)), 1000, 1000},
		{observable.OfAddr(addr4(0xc6336401)), 0, 0},
		{observable.Of(observable.Prefix, "203.0.113.0/30"), 4000, 4000},
		{observable.Of(observable.Domain, "host-7.example"), 0, 80},
		{observable.Of(observable.Domain, "ost-7.example"), 0, 0},
		{observable.Of(observable.CVE, "CVE-2023-20198"), 0, 0},
	} {
		want := lake.Want{Values: []observable.Value{c.value}}
		byKind := map[telemetry.Kind]int{}
		for _, f := range files {
			byKind[f.Kind] += len(read(t, d, want, f))
		}
		if byKind[telemetry.KindFlow] != c.flows || byKind[telemetry.KindDNS] != c.dns {
			t.Errorf("%s: %d flows of %d, %d questions of %d", c.value, byKind[telemetry.KindFlow], c.flows, byKind[telemetry.KindDNS], c.dns)
		}
	}
}

// TestWantForms: values in forms that differ from the canonical one are found all the same.
func TestWantForms(t *testing.T) {
	dns := func(query, answer string) *telemetry.Batch {
		b := &telemetry.Batch{Kind: telemetry.KindDNS, Source: &telemetry.Source{Name: "x"}}
		d := &b.DNS[b.Append(1)]
		d.Query = query
		if answer != "" {
			b.AddText(&d.Answers, answer)
		}
		return b
	}
	flow := func(src string) *telemetry.Batch {
		b := &telemetry.Batch{Kind: telemetry.KindFlow, Source: &telemetry.Source{Name: "x"}}
		b.Flow[b.Append(1)].Src = netip.MustParseAddr(src)
		return b
	}
	tls := &telemetry.Batch{Kind: telemetry.KindTLS, Source: &telemetry.Source{Name: "x"}}
	tls.TLS[tls.Append(1)].JA3 = strings.ToUpper(fmt.Sprintf("%032x", 0xabcdef))
	for _, c := range []struct {
		kind  observable.Kind
		value string
		batch *telemetry.Batch
		given bool
	}{
		{observable.Addr, "192.0.2.7", flow("::ffff:192.0.2.7"), true},
		{observable.Addr, "192.0.2.7", flow("192.0.2.8"), false},
		{observable.Addr, "fe80::1", flow("fe80::1%eth0"), true},
		{observable.Addr, "2001:db8::7", dns("", "2001:DB8:0:0::7"), true},
		{observable.Addr, "2001:db8::7", dns("", "2001:db8::8"), false},
		{observable.Domain, "example.org", dns("WWW.Example.ORG.", ""), true},
		{observable.Domain, "example.org", dns("www.example.org.evil.example", ""), false},
		{observable.Domain, "xn--fsq.example", dns("例.example", ""), true},
		{observable.URL, "http://192.0.2.7:8080/x", dns("", "192.0.2.7"), true},
		{observable.URL, "http://www.example.org/x", dns("www.example.org", ""), true},
		{observable.JA3, fmt.Sprintf("%032x", 0xabcdef), tls, true},
	} {
		d := disktest.NewMemory()
		files := write(t, d, lake.Options{}, c.batch)
		got := read(t, d, lake.Want{Values: []observable.Value{observable.Of(c.kind, c.value)}}, files...)
		if len(got) == 1 != c.given {
			t.Errorf("%s %s: %d rows, wanted %t", c.kind, c.value, len(got), c.given)
		}
	}
}
