package intel

import (
	"fmt"
	"math/rand/v2"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"stormglass/internal/observable"
)

func indexOf(t testing.TB, values ...string) *Index {
	t.Helper()
	l := NewLoader()
	src := l.Source(&Source{Title: "test"})
	for _, s := range values {
		v, err := observable.Parse(s)
		if err != nil {
			t.Fatalf("%q: %v", s, err)
		}
		l.Indicator(Indicator{Value: v, Source: src})
	}
	x, err := l.Index()
	if err != nil {
		t.Fatal(err)
	}
	return x
}

// found gives matches as "value (part)", sorted.
func found(x *Index, ms []Match) []string {
	out := []string{}
	for _, m := range ms {
		out = append(out, fmt.Sprintf("%s (%s)", x.Value(m.Entry), m.Part))
	}
	slices.Sort(out)
	return out
}

func TestIndexFindsPartsAndSaysWhich(t *testing.T) {
	x := indexOf(t, "evil.example", "c2.evil.example", "192.0.2.1", "192.0.2.0/24", "2001:db8::/32", "http://evil.example/a?b=1",
		"https://evil.example/a", "http://root.example/", "d41d8cd98f00b204e9800998ecf8427e", "spy@evil.example")
	for _, tc := range []struct {
		name string
		got  []Match
		want []string
	}{
		{"domain exact", x.Domain("evil.example", nil), []string{"evil.example (exact)"}},
		{"domain case and dot", x.Domain("EVIL.example.", nil), []string{"evil.example (exact)"}},
		{"parents", x.Domain("x.c2.evil.example", nil), []string{"c2.evil.example (parent domain)", "evil.example (parent domain)"}},
		{"not by letters", x.Domain("notevil.example", nil), []string{}},
		{"not the top label", x.Domain("example", nil), []string{}},
		{"host of a bare URL", x.Domain("root.example", nil), []string{"http://root.example/ (host of URL)"}},
		{"address and prefix", x.Addr(netip.MustParseAddr("192.0.2.1"), nil), []string{"192.0.2.0/24 (covering prefix)", "192.0.2.1 (exact)"}},
		{"mapped address", x.Addr(netip.MustParseAddr("::ffff:192.0.2.9"), nil), []string{"192.0.2.0/24 (covering prefix)"}},
		{"zone", x.Addr(netip.MustParseAddr("2001:db8::1%eth0"), nil), []string{"2001:db8::/32 (covering prefix)"}},
		{"next prefix", x.Addr(netip.MustParseAddr("192.0.3.1"), nil), []string{}},
		{"url", x.URL("evil.example/a?b=1", nil), []string{"http://evil.example/a?b=1 (exact)", "https://evil.example/a (URL without query)"}},
		{"url path keeps its case", x.URL("evil.example/A", nil), []string{}},
		{"hash in capitals", x.Text(observable.MD5, "D41D8CD98F00B204E9800998ECF8427E", nil), []string{"d41d8cd98f00b204e9800998ecf8427e (exact)"}},
		{"kinds are apart", x.Text(observable.JA3, "d41d8cd98f00b204e9800998ecf8427e", nil), []string{}},
		{"mail", x.Text(observable.Email, "Spy@Evil.example", nil), []string{"spy@evil.example (exact)"}},
	} {
		if diff := cmp.Diff(tc.want, found(x, tc.got)); diff != "" {
			t.Errorf("%s: -want +got\n%s", tc.name, diff)
		}
	}
}

func TestIndexKeepsEverySourceOfAValue(t *testing.T) {
	l := NewLoader()
	a, b := l.Source(&Source{Title: "a"}), l.Source(&Source{Title: "b"})
	v, _ := observable.Parse("198.51.100.7")
	day := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	l.Indicator(Indicator{Value: v, Source: a, ID: "1", Port: 443, Until: day, Comment: "first", Names: []string{"Group"}})
	l.Indicator(Indicator{Value: v, Source: b, ID: "2", Port: 8443, From: day.AddDate(0, 1, 0), TLP: Red})
	x, err := l.Index()
	if err != nil {
		t.Fatal(err)
	}
	if x.Len() != 1 {
		t.Fatalf("Len = %d", x.Len())
	}
	want := []Ref{
		{Source: a, ID: "1", Port: 443, Until: day, Comment: "first", Names: []string{"Group"}},
		{Source: b, ID: "2", Port: 8443, From: day.AddDate(0, 1, 0), TLP: Red},
	}
	if diff := cmp.Diff(want, x.Refs(0)); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
	for at, valid := range map[time.Time]bool{day: true, day.AddDate(0, 0, 7): false, day.AddDate(0, 2, 0): true} {
		if got := x.ValidAt(0, at.Unix()); got != valid {
			t.Errorf("valid at %s = %v", at, got)
		}
	}
	after := day.AddDate(0, 0, 7)
	if x.ValidWithin(0, after.Unix(), after.AddDate(0, 0, 1).Unix()) || !x.ValidWithin(0, day.Unix(), after.Unix()) ||
		!x.ValidWithin(0, after.Unix(), day.AddDate(0, 1, 0).Unix()) || !x.ValidWithin(0, 0, after.Unix()) {
		t.Error("validity within a time")
	}
	if !x.PortAgrees(0, 8443) || x.PortAgrees(0, 22) {
		t.Error("ports")
	}
}

// TestIndexAgreesWithNaiveSearch compares every look-up with a search of the plain list.
func TestIndexAgreesWithNaiveSearch(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	labels := []string{"a", "bb", "evil", "x-1", "mail", "cdn"}
	name := func() string {
		parts := make([]string, 2+rnd.IntN(3))
		for i := range parts {
			parts[i] = labels[rnd.IntN(len(labels))]
		}
		return strings.Join(parts, ".") + ".example"
	}
	addr := func() netip.Addr {
		if rnd.IntN(3) == 0 {
			return netip.AddrFrom16([16]byte{0x20, 1, 0xd, 0xb8, 15: byte(rnd.IntN(64))})
		}
		return netip.AddrFrom4([4]byte{10, 0, byte(rnd.IntN(4)), byte(rnd.IntN(256))})
	}
	l := NewLoader()
	src := l.Source(&Source{})
	var domains []string
	var prefixes []netip.Prefix
	for range 400 {
		d := name()
		domains = append(domains, d)
		l.Indicator(Indicator{Value: observable.Of(observable.Domain, d), Source: src})
		a := addr()
		p := netip.PrefixFrom(a, a.BitLen()-rnd.IntN(10)).Masked()
		prefixes = append(prefixes, p)
		v := observable.Of(observable.Prefix, p.String())
		if p.IsSingleIP() {
			v = observable.OfAddr(a)
		}
		l.Indicator(Indicator{Value: v, Source: src})
	}
	x, err := l.Index()
	if err != nil {
		t.Fatal(err)
	}
	for range 5000 {
		q := name()
		var want []string
		for _, d := range domains {
			if q == d || strings.HasSuffix(q, "."+d) {
				want = append(want, d)
			}
		}
		check(t, x, q, want, x.Domain(q, nil))
		a := addr()
		want = nil
		for _, p := range prefixes {
			if p.Contains(a) {
				want = append(want, strings.TrimSuffix(strings.TrimSuffix(p.String(), "/32"), "/128"))
			}
		}
		check(t, x, a.String(), want, x.Addr(a, nil))
	}
}

func check(t *testing.T, x *Index, q string, want []string, ms []Match) {
	t.Helper()
	var got []string
	for _, m := range ms {
		got = append(got, x.Value(m.Entry).String())
	}
	slices.Sort(got)
	slices.Sort(want)
	if want = slices.Compact(want); !slices.Equal(got, want) {
		t.Fatalf("%s: got %v, want %v", q, got, want)
	}
}

func TestWarnings(t *testing.T) {
	w := CompileWarnings([]*WarningList{
		{Name: "resolvers", Type: "cidr", Entries: []string{"198.51.100.0/28", "203.0.113.53", "nonsense"}},
		{Name: "special", Type: "cidr", Special: true, Entries: []string{"10.0.0.0/8"}},
		{Name: "hosts", Type: "hostname", Entries: []string{".cdn.example", "portal.example"}},
		{Name: "exact", Type: "string", Entries: []string{"d41d8cd98f00b204e9800998ecf8427e", "www.shop.example"}},
		{Name: "parts", Type: "substring", Entries: []string{"blog."}},
		{Name: "patterns", Type: "regex", Entries: []string{`/^safe[0-9]+\.example$/`, "("}},
		{Name: "hostile", Type: "regex", Entries: []string{".*", `\pL{900}\pL{900}`, strings.Repeat("a", 2000), "((a{99}){99}){99}", ""}},
		{Name: "everything", Type: "substring", Entries: []string{" ", "", ".", "e"}},
		{Name: "everywhere", Type: "cidr", Entries: []string{"0.0.0.0/0", "::/0"}},
		{Name: "all names", Type: "hostname", Entries: []string{".", ""}},
	})
	if diff := cmp.Diff(map[string]int{"resolvers": 1, "patterns": 1, "hostile": 5, "everything": 4, "everywhere": 2, "all names": 2}, w.Skipped); diff != "" {
		t.Error(diff)
	}
	for s, want := range map[string][]string{
		"198.51.100.3":                     {"resolvers"},
		"203.0.113.53":                     {"resolvers"},
		"203.0.113.54":                     nil,
		"10.1.2.3":                         {"special"},
		"a.cdn.example":                    {"hosts"},
		"cdn.example":                      {"hosts"},
		"notcdn.example":                   nil,
		"http://x.portal.example/a":        {"hosts"},
		"http://198.51.100.3:8080/":        {"resolvers"},
		"D41D8CD98F00B204E9800998ECF8427E": {"exact"},
		"www.shop.example":                 {"exact"},
		"shop.example":                     nil,
		"myblog.example":                   {"parts"},
		"safe12.example":                   {"patterns"},
	} {
		v, err := observable.Parse(s)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, w.Names(v, false)); diff != "" {
			t.Errorf("%s: -want +got\n%s", s, diff)
		}
	}
	v, _ := observable.Parse("10.1.2.3")
	if got := w.Names(v, true); got != nil {
		t.Errorf("a list of special ranges applies to the operator's own prefix: %v", got)
	}
}
