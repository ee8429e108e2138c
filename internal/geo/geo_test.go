package geo

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"stormglass/internal/telemetry"
)

func prefix(s string) netip.Prefix { return netip.MustParsePrefix(s) }

// files are one database of each sort, as their vendors write them.
func files() fstest.MapFS {
	file := func(data []byte) *fstest.MapFile { return &fstest.MapFile{Data: data} }
	return fstest.MapFS{
		"country.mmdb": file(mmdb("GeoLite2-Country", map[netip.Prefix]map[string]any{
			prefix("198.51.100.0/24"): {"country": map[string]any{"iso_code": "DE", "names": map[string]any{"en": "Germany"}}},
			prefix("203.0.113.0/24"):  {"registered_country": map[string]any{"iso_code": "fr"}},
			prefix("2001:db8::/32"):   {"country": map[string]any{"iso_code": "NL"}},
		})),
		"asn.mmdb": file(mmdb("GeoLite2-ASN", map[netip.Prefix]map[string]any{
			prefix("198.51.100.0/24"): {"autonomous_system_number": uint32(64500), "autonomous_system_organization": "Example Nets"},
			prefix("203.0.113.0/24"):  {"autonomous_system_number": uint32(64501), "autonomous_system_organization": "Beispiel 例"},
		})),
		"anonymous.mmdb": file(mmdb("GeoIP2-Anonymous-IP", map[netip.Prefix]map[string]any{
			prefix("203.0.113.0/25"):   {"is_anonymous": true, "is_hosting_provider": true},
			prefix("203.0.113.128/26"): {"is_anonymous": true, "is_anonymous_vpn": true, "is_hosting_provider": true},
		})),
		"flat.mmdb": file(mmdb("ipinfo lite", map[netip.Prefix]map[string]any{
			prefix("192.0.2.0/24"): {"country": "Sweden", "country_code": "SE", "asn": "AS64502", "as_name": "Flat", "hosting": "false"},
		})),
		"README.txt": file([]byte("not read")),
	}
}

// flow is a batch with one flow.
func flow(src, dst string) *telemetry.Batch {
	b := &telemetry.Batch{Kind: telemetry.KindFlow}
	b.Flow = append(b.Flow, telemetry.Flow{Ends: telemetry.Ends{Src: telemetry.ParseAddr(src), Dst: telemetry.ParseAddr(dst)}})
	return b
}

func TestFields(t *testing.T) {
	t.Parallel()
	d, err := Load(files())
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ name, src, want string }{
		{"source.geo.country_iso_code", "198.51.100.7", "DE"},
		{"source.geo.country_iso_code", "::ffff:198.51.100.7", "DE"},
		{"source.geo.country_iso_code", "203.0.113.9", "FR"},
		{"source.geo.country_iso_code", "192.0.2.9", "SE"},
		{"source.geo.country_iso_code", "2001:db8::1", "NL"},
		{"source.geo.country_iso_code", "2001:db9::1", ""},
		{"source.geo.country_iso_code", "10.0.0.1", ""},
		{"destination.geo.country_iso_code", "198.51.100.7", ""},
		{"source.as.number", "198.51.100.7", "64500"},
		{"source.as.number", "192.0.2.1", "64502"},
		{"source.as.organization.name", "203.0.113.1", "Beispiel 例"},
		{"stormglass.access.source.ip", "203.0.113.1", "hosting"},
		{"stormglass.access.source.ip", "203.0.113.129", "vpn"},
		{"stormglass.access.source.ip", "198.51.100.1", "none"},
		{"stormglass.access.source.ip", "10.0.0.1", ""},
		{"stormglass.access.hosting.source.ip", "203.0.113.129", "true"},
		{"stormglass.access.vpn.source.ip", "203.0.113.1", "false"},
	} {
		get, ok := d.Field(telemetry.KindFlow, c.name)
		if !ok {
			t.Errorf("%s is no field", c.name)
			continue
		}
		if got, ok := get(flow(c.src, "2001:db9::2"), 0); got != c.want || ok != (c.want != "") {
			t.Errorf("%s of %s: got %q, %v, want %q", c.name, c.src, got, ok, c.want)
		}
	}
}

// What no file gives is no field, so that rules that ask for it are not assessed.
func TestWhatNoFileGives(t *testing.T) {
	t.Parallel()
	d, err := Load(fstest.MapFS{"asn.mmdb": files()["asn.mmdb"]})
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{
		"source.geo.country_iso_code", "stormglass.access.source.ip", "stormglass.access.tor.source.ip", "stormglass.access.user_type.source.ip",
		"stormglass.class.source.ip", "source.ip",
	} {
		if _, ok := d.Field(telemetry.KindFlow, name); ok {
			t.Errorf("%s is a field", name)
		}
	}
	if _, ok := d.Field(telemetry.KindDNS, "source.as.number"); !ok {
		t.Error("source.as.number is no field of DNS")
	}
	if _, ok := (&Databases{}).Field(telemetry.KindFlow, "source.as.number"); ok {
		t.Error("without files there is a field")
	}
}

func TestFieldOfPairs(t *testing.T) {
	t.Parallel()
	d, err := Load(files())
	if err != nil {
		t.Fatal(err)
	}
	get, ok := d.Field(telemetry.KindEvent, "client.geo.country_iso_code")
	if !ok {
		t.Fatal("no field")
	}
	b := &telemetry.Batch{Kind: telemetry.KindEvent}
	b.Event = append(b.Event, telemetry.Event{})
	b.Pairs = append(b.Pairs, telemetry.Pair{Field: telemetry.FieldNamed("client.ip"), Text: "198.51.100.77"})
	b.Event[0].Pairs = telemetry.Span{Len: 1}
	if got, ok := get(b, 0); got != "DE" || !ok {
		t.Errorf("got %q, %v", got, ok)
	}
}

func TestDamagedFiles(t *testing.T) {
	t.Parallel()
	good := files()["country.mmdb"].Data
	for name, c := range map[string]struct {
		data []byte
		want string
	}{
		"cut.mmdb":     {good[:len(good)/2], "cut off"},
		"tree.mmdb":    {bytes.Replace(good, good[:60], bytes.Repeat([]byte{0xff}, 60), 1), "damaged"},
		"nothing.mmdb": {mmdb("City", map[netip.Prefix]map[string]any{prefix("192.0.2.0/24"): {"x": "y"}}), "gives neither"},
		"empty.mrt":    {nil, "no routing table"},
		"short.mrt":    {mrt(false, map[netip.Prefix][][]uint32{prefix("192.0.2.0/24"): {{1, 2}}})[:40], "within a record"},
		"text.mrt":     {[]byte(strings.Repeat("0123456789", 10)), "no MRT"},
		"bad.gz":       {[]byte("\x1f\x8bnot"), "read"},
	} {
		d, err := Load(fstest.MapFS{name: {Data: c.data}, "good.mmdb": {Data: good}})
		if err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: got %v, want %q", name, err, c.want)
		}
		if each := FileErrors(err); len(each) != 1 || each[0].File != name {
			t.Errorf("%s: of single files: %v", name, each)
		}
		if _, ok := d.Field(telemetry.KindFlow, "source.geo.country_iso_code"); !ok {
			t.Errorf("%s: the other file is not used", name)
		}
	}
}

func TestRoutes(t *testing.T) {
	t.Parallel()
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	_, _ = z.Write(mrt(false, map[netip.Prefix][][]uint32{
		prefix("0.0.0.0/0"):       {{1, 64999}},
		prefix("198.51.0.0/16"):   {{1, 64510}},
		prefix("198.51.100.0/24"): {{1, 64511}, {2, 64512}, {3, 64512}},
		prefix("2001:db8::/32"):   {{7, 64513}},
	}))
	_ = z.Close()
	d, err := Load(fstest.MapFS{"rib.gz": {Data: packed.Bytes()}, "asn.mmdb": files()["asn.mmdb"]})
	if err != nil {
		t.Fatal(err)
	}
	get, ok := d.Field(telemetry.KindFlow, "destination.as.number")
	if !ok {
		t.Fatal("no field")
	}
	for dst, want := range map[string]string{
		"198.51.1.1": "64510", "198.51.100.1": "64512", "2001:db8::1": "64513", "203.0.113.1": "64501", "192.0.2.1": "",
	} {
		if got, _ := get(flow("10.0.0.1", dst), 0); got != want {
			t.Errorf("%s: got %q, want %q", dst, got, want)
		}
	}
}

func TestOriginOfPath(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		path []byte
		want uint32
	}{
		"sequence":          {[]byte{2, 2, 0, 0, 0, 1, 0, 0, 0, 2}, 2},
		"set at the end":    {[]byte{2, 1, 0, 0, 0, 1, 1, 2, 0, 0, 0, 3, 0, 0, 0, 4}, 0},
		"set of one":        {[]byte{2, 1, 0, 0, 0, 1, 1, 1, 0, 0, 0, 3}, 3},
		"confederation":     {[]byte{2, 1, 0, 0, 0, 1, 3, 1, 0, 0, 0, 9}, 1},
		"empty":             {nil, 0},
		"shorter than told": {[]byte{2, 9, 0, 0, 0, 1}, 0},
	} {
		if got := originOfPath(c.path); got != c.want {
			t.Errorf("%s: got %d, want %d", name, got, c.want)
		}
	}
}

// read gives all that a dump holds.
func readDump(data []byte) (map[netip.Prefix]uint32, *dump, error) {
	out := map[netip.Prefix]uint32{}
	d := &dump{origins: func(p netip.Prefix, origin uint32) { out[p] = origin }}
	err := d.read(bytes.NewReader(data))
	return out, d, err
}

func TestDumpRoundTrip(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		in, want := map[netip.Prefix][][]uint32{}, map[netip.Prefix]uint32{}
		for range rapid.IntRange(1, 20).Draw(t, "prefixes") {
			b := rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(t, "address")
			a, most := netip.AddrFrom16([16]byte(b)), 128
			if rapid.Bool().Draw(t, "v4") {
				a, most = netip.AddrFrom4([4]byte(b[:4])), 32
			}
			p := netip.PrefixFrom(a, rapid.IntRange(1, most).Draw(t, "bits")).Masked()
			if a.Is4In6() || p.Addr().Is4In6() {
				continue
			}
			path := rapid.SliceOfN(rapid.Uint32Min(1), 1, 255).Draw(t, "path")
			in[p], want[p] = [][]uint32{path, path}, path[len(path)-1]
		}
		if len(in) == 0 {
			return
		}
		got, _, err := readDump(mrt(rapid.Bool().Draw(t, "add path"), in))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got, cmp.Comparer(func(a, b netip.Prefix) bool { return a == b })); diff != "" {
			t.Fatal(diff)
		}
	})
}

// FuzzDump: prefixes are ones, and what was read is read again when it is written anew.
func FuzzDump(f *testing.F) {
	f.Add(mrt(false, map[netip.Prefix][][]uint32{prefix("192.0.2.0/24"): {{1, 2}, {3}}, prefix("2001:db8::/32"): {{4}}}))
	f.Add(mrt(true, map[netip.Prefix][][]uint32{prefix("192.0.2.0/24"): {{1, 2}, {3}}}))
	f.Fuzz(func(t *testing.T, data []byte) {
		got, _, _ := readDump(data)
		paths := map[netip.Prefix][][]uint32{}
		for p, origin := range got {
			if p != p.Masked() || p.Bits() == 0 || origin == 0 {
				t.Fatalf("%v from %d", p, origin)
			}
			paths[p] = [][]uint32{{origin}}
		}
		if len(got) == 0 {
			return
		}
		again, d, err := readDump(mrt(false, paths))
		if err != nil || d.Skipped > 0 {
			t.Fatal(d.Skipped, err)
		}
		if fmt.Sprint(again) != fmt.Sprint(got) {
			t.Fatalf("read %v, and again %v", got, again)
		}
	})
}

// FuzzDatabase: whatever a file holds, what is said of addresses is of the form that rules compare.
func FuzzDatabase(f *testing.F) {
	for _, file := range files() {
		f.Add(file.Data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		d, err := Load(fstest.MapFS{"x.mmdb": {Data: data}})
		if err != nil && len(d.Files) > 0 {
			t.Fatal("a file with an error is used")
		}
		for _, a := range []string{"198.51.100.1", "203.0.113.200", "192.0.2.1", "2001:db8::1", "255.255.255.254"} {
			for _, name := range []string{"source.geo.country_iso_code", "source.as.number", "stormglass.access.source.ip", "stormglass.access.vpn.source.ip"} {
				get, ok := d.Field(telemetry.KindFlow, name)
				if !ok {
					continue
				}
				s, ok := get(flow(a, a), 0)
				if ok != (s != "") || ok && name == "source.geo.country_iso_code" && !isCode(s) || ok && name == "source.as.number" && asOf(s) != s {
					t.Fatalf("%s of %s is %q, %v", name, a, s, ok)
				}
			}
		}
	})
}
