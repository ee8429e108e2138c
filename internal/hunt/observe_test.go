package hunt

import (
	"context"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"stormglass/internal/intel"
	"stormglass/internal/observable"
	"stormglass/internal/telemetry"
)

// observed gives what an observer finds in a batch, by record.
func observed(o *Observer, b *telemetry.Batch, n Networks) map[int][]Observation {
	out := map[int][]Observation{}
	o.Batch(b, n, func(x *Observation) {
		c := *x
		c.Text, c.Subject.Name, c.Also = strings.Clone(x.Text), strings.Clone(x.Subject.Name), slices.Clone(x.Also)
		out[x.Record] = append(out[x.Record], c)
	})
	return out
}

// of reports whether a subject is one of an observation's.
func (x *Observation) of(s Subject) bool {
	return x.Subject == s || slices.ContainsFunc(x.Also, func(p Party) bool { return p.Subject == s })
}

type hitList []Hit

func (l *hitList) Hits(_ *telemetry.Batch, hits []Hit) { *l = append(*l, hits...) }

// law is what an observer owes to an engine, for one index.
type law struct {
	index    *intel.Index
	networks Networks
	observer Observer
	exact    map[string]intel.EntryID // kind and text
	prefixes map[netip.Prefix]intel.EntryID
}

func lawOf(t testing.TB, n Networks, values []observable.Value) *law {
	t.Helper()
	l := intel.NewLoader()
	src := l.Source(&intel.Source{})
	for _, v := range values {
		l.Indicator(intel.Indicator{Value: v, Source: src})
	}
	out := &law{index: mustIndex(t, l), networks: n, exact: map[string]intel.EntryID{}, prefixes: map[netip.Prefix]intel.EntryID{}}
	for id, v := range out.index.Values {
		out.exact[v.Kind().String()+" "+v.String()] = id
		if v.Kind() == observable.Prefix {
			out.prefixes[v.Prefix()] = id
		}
	}
	return out
}

// entries gives the indicators that an observation may meet, by looking up what they are named after.
func (l *law) entries(x *Observation) []intel.EntryID {
	var out []intel.EntryID
	look := func(k observable.Kind, text string) {
		if id, ok := l.exact[k.String()+" "+text]; ok {
			out = append(out, id)
		}
	}
	switch x.Kind {
	case observable.Addr, observable.Prefix:
		for p, id := range l.prefixes {
			if p.Contains(x.Addr) {
				out = append(out, id)
			}
		}
		look(observable.Addr, x.Addr.String())
	case observable.Domain:
		for name := x.Text; name != ""; _, name, _ = strings.Cut(name, ".") {
			look(observable.Domain, name)
		}
		look(observable.URL, "http://"+x.Text+"/")
		look(observable.URL, "https://"+x.Text+"/")
	case observable.URL:
		path, _, _ := strings.Cut(x.Text, "?")
		for _, text := range []string{x.Text, path} {
			look(observable.URL, "http://"+text)
			look(observable.URL, "https://"+text)
		}
	default:
		look(x.Kind, x.Text)
	}
	return out
}

// check holds both directions for a batch: each hit is observed, and each observation of an indicator
// is a hit. It gives the observations that met nothing.
func (l *law) check(t rapid.TB, b *telemetry.Batch) (unmet []Observation) {
	t.Helper()
	var hits hitList
	e := &Engine{Index: l.index, Networks: l.networks, Sink: &hits}
	if err := e.Batch(context.Background(), b); err != nil {
		t.Fatal(err)
	}
	byRecord := map[int]hitList{}
	for _, h := range hits {
		byRecord[h.Record] = append(byRecord[h.Record], h)
	}
	seen := observed(&l.observer, b, l.networks)
	for i := range hits {
		l.isObserved(t, &hits[i], seen[hits[i].Record])
	}
	for record, list := range seen {
		once := map[value]bool{}
		for i := range list {
			x := &list[i]
			v := value{x.Kind, x.Addr, x.Text}
			if once[v] {
				t.Fatalf("record %d: %v comes twice", record, v)
			}
			once[v] = true
			if !l.isHit(t, x, byRecord[record]) {
				unmet = append(unmet, *x)
			}
		}
	}
	return unmet
}

func (l *law) isObserved(t rapid.TB, h *Hit, list []Observation) {
	t.Helper()
	v := l.index.Value(h.Match.Entry)
	if v.Kind() == observable.CommunityID {
		return
	}
	var part, role, ours bool
	for i := range list {
		x := &list[i]
		p, ok := Meets(v, x.Kind, x.Addr, x.Text)
		if !ok || !x.of(h.Subject) {
			continue
		}
		part = part || p == h.Match.Part
		role = role || x.Roles.Has(h.Role)
		ours = ours || x.Subject == h.Subject && x.Ours == h.Ours || slices.Contains(x.Also, Party{h.Subject, h.Ours})
	}
	if !part || !role || !ours {
		t.Fatalf("%s %s: hit %+v: part %v role %v ours %v in\n%+v", v.Kind(), v, h, part, role, ours, list)
	}
}

// isHit holds that each indicator an observation meets was hit, for the same subjects.
func (l *law) isHit(t rapid.TB, x *Observation, hits hitList) bool {
	t.Helper()
	met := false
	for _, id := range l.entries(x) {
		v := l.index.Value(id)
		if _, ok := Meets(v, x.Kind, x.Addr, x.Text); !ok {
			continue
		}
		met = true
		for _, s := range append([]Party{{x.Subject, x.Ours}}, x.Also...) {
			if !slices.ContainsFunc(hits, func(h Hit) bool { return h.Match.Entry == id && h.Subject == s.Subject }) {
				t.Fatalf("%s %s: no hit for %+v among\n%+v", v.Kind(), v, x, hits)
			}
		}
	}
	return met
}

// indicatorOf gives an indicator that meets an observation; not ok when the value could be none, as it
// is no proper value of its kind.
func indicatorOf(x *Observation) (v observable.Value, ok bool) {
	kind, text := x.Kind, x.Text
	switch x.Kind { //nolint:exhaustive // the others are as they are
	case observable.Addr:
		return observable.OfAddr(x.Addr), true
	case observable.Prefix:
		p, _ := PrefixOfKey(x.Text)
		text = p.String()
	case observable.Domain:
		text = strings.TrimPrefix(text, "*.")
		if strings.IndexByte(text, '.') < 0 {
			kind, text = observable.URL, "http://"+text+"/"
		}
	case observable.URL:
		text = "http://" + strings.TrimSuffix(text, cutQuery)
	}
	v, err := observable.ParseAs(kind, text)
	return v, err == nil && v.String() == text
}

// TestObserverSeesWhatTheEngineHits holds that an indicator looked up among observations finds
// exactly the records that the engine hits.
func TestObserverSeesWhatTheEngineHits(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b, n := drawBatch(t), drawNetworks(t)
		values := poolValues
		if rapid.Bool().Draw(t, "some") {
			values = rapid.SliceOfDistinct(rapid.SampledFrom(poolValues), func(v observable.Value) observable.Value { return v }).Draw(t, "indicators")
		}
		testLaw(t, n, values).check(t, b)
	})
}

// testLaw is lawOf within a property.
func testLaw(t *rapid.T, n Networks, values []observable.Value) *law {
	t.Helper()
	var outer testing.T
	return lawOf(&outer, n, values)
}

// TestEveryObservationCanBeHit holds that an index of what was observed hits every observation.
func TestEveryObservationCanBeHit(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b, n := drawBatch(t), drawNetworks(t)
		var values []observable.Value
		for _, list := range observed(&Observer{}, b, n) {
			for i := range list {
				if v, ok := indicatorOf(&list[i]); ok {
					values = append(values, v)
				}
			}
		}
		for _, x := range testLaw(t, n, values).check(t, b) {
			if v, ok := indicatorOf(&x); ok {
				t.Fatalf("not hit: %s of %+v", v, x)
			}
		}
	})
}

func TestNamesAsObserved(t *testing.T) {
	long := strings.Repeat("y", 60) + "."
	for in, want := range map[string]string{
		"evil.example": "evil.example", "evil.example.": "evil.example", "a b.evil.example": "*.evil.example", "x.\x7f.evil.example": "*.evil.example", "a..evil.example": "*.evil.example",
		".evil.example": "*.evil.example", "evil.example..": "", "a b": "", "a b.example": "", "localhost": "localhost", "": "", ".": "", " ": "",
		strings.Repeat(long, 5) + "evil.example": "*." + strings.Repeat(long, 3) + "evil.example",
		strings.Repeat("z", 254):                 "",
	} {
		if got := nameSeen(in); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
}

func TestPrefixKeysAreRanges(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		draw := func(label string) netip.Prefix {
			raw := rapid.SliceOfN(rapid.SampledFrom([]byte{0, 0x7f, 0x80, 0xff, 0x20}), 4, 4).Draw(t, label)
			if rapid.Bool().Draw(t, "six") {
				raw = append(raw, make([]byte, 12)...)
			}
			a, _ := netip.AddrFromSlice(raw)
			return netip.PrefixFrom(a, rapid.IntRange(0, a.BitLen()).Draw(t, "bits")).Masked()
		}
		p, q := draw("p"), draw("q")
		if back, ok := PrefixOfKey(PrefixKey(p)); !ok || back != p {
			t.Fatalf("%s: %s comes back as %s", p, PrefixKey(p), back)
		}
		from, to := PrefixKeys(p)
		key := PrefixKey(q)
		if got, want := from <= key && key < to, q.Bits() >= p.Bits() && p.Contains(q.Addr()); got != want {
			t.Fatalf("%s within %s: %v, want %v", q, p, got, want)
		}
	})
	for _, s := range []string{"", "4", "4/24", "4c0000200/33", "4c0000201/24", "4c0000200/+4", "6c0000200/24", "4C0000200/24", "5c0000200/24"} {
		if p, ok := PrefixOfKey(s); ok {
			t.Errorf("%q is read as %s", s, p)
		}
	}
}

// TestOneValueOfTwoSubjects meets an address as an end of a conversation between systems of the
// operator, and in its answer.
func TestOneValueOfTwoSubjects(t *testing.T) {
	b := &telemetry.Batch{Kind: telemetry.KindDNS, Source: &telemetry.Source{Name: "dns.log"}}
	i := b.Append(1)
	b.DNS[i].Ends = ends("10.0.0.1", "10.0.0.53", 53)
	b.AddText(&b.DNS[i].Answers, "10.0.0.1")
	b.AddText(&b.DNS[i].Answers, "10.0.0.1")
	var got []string
	for _, x := range observed(&Observer{}, b, Networks{})[0] {
		got = append(got, fmt.Sprint(x.Addr, " of ", x.Subject, " ", x.Role, " ", x.Roles.Codes(), " ", x.Also))
	}
	want := []string{
		"10.0.0.1 of 10.0.0.53 4 [called_us resolved] [{10.0.0.1 true}]",
		"10.0.0.53 of 10.0.0.1 1 [we_called] []",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
}

// TestManyValuesInOneRecord holds that each comes once however many there are, and that a large
// record costs later ones nothing.
func TestManyValuesInOneRecord(t *testing.T) {
	b := &telemetry.Batch{Kind: telemetry.KindCert, Source: &telemetry.Source{}}
	const names = 3 * keptObservations
	i := b.Append(1)
	for n := range 2 * names {
		b.AddText(&b.Cert[i].Names, fmt.Sprintf("n%d.example", n%names))
	}
	var o Observer
	if got := len(observed(&o, b, Networks{})[0]); got != names {
		t.Errorf("%d of %d", got, names)
	}
	if cap(o.record.list) > keptObservations || o.record.index != nil {
		t.Errorf("%d observations kept", cap(o.record.list))
	}
}
