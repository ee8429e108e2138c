package ledger

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/net/publicsuffix"
	"pgregory.net/rapid"

	"stormglass/internal/disk/disktest"
	"stormglass/internal/observable"
	"stormglass/internal/telemetry"
)

var allDays = Days{From: math.MinInt32, To: math.MaxInt32}

// question is a probe or several, with what they mean, said without keys and ranges.
type question struct {
	name    string
	probes  []Probe
	matches func(r *Row) bool
}

// fold gives the prefix that a folded address row stands for.
func foldedPrefix(r *Row) netip.Prefix {
	a := AddrOf(r.Value)
	if a.Is4() {
		return netip.PrefixFrom(a, 24)
	}
	return netip.PrefixFrom(a, 48)
}

func askAddr(a netip.Addr) question {
	return question{"address " + a.String(), []Probe{AddrProbe(a)}, func(r *Row) bool {
		return AddrOf(r.Value) == a.Unmap() || r.Folded && foldedPrefix(r).Contains(a.Unmap())
	}}
}

func askPrefix(p netip.Prefix) question {
	return question{"prefix " + p.String(), PrefixProbes(p), func(r *Row) bool {
		return p.Contains(AddrOf(r.Value)) || r.Folded && foldedPrefix(r).Overlaps(p)
	}}
}

// below reports whether a name is another or lies below it.
func below(name, top string) bool { return name == top || strings.HasSuffix(name, "."+top) }

func askName(name string) question {
	return question{"name " + name, []Probe{NameProbe(name)}, func(r *Row) bool {
		return NameOf(r.Value) == name || r.Folded && below(name, NameOf(r.Value))
	}}
}

func askTree(name string) question {
	return question{"tree " + name, []Probe{NameTreeProbe(name)}, func(r *Row) bool {
		return below(NameOf(r.Value), name) || r.Folded && below(name, NameOf(r.Value))
	}}
}

func askText(k observable.Kind, text string) question {
	return question{fmt.Sprintf("text %v %q", k, text), []Probe{TextProbe(k, text)}, func(r *Row) bool {
		kind, t := TextOf(r.Value)
		return k == kind && t == text
	}}
}

func askURL(key string) question {
	return question{"URL " + key, URLProbes(key), func(r *Row) bool {
		kind, t := TextOf(r.Value)
		return kind == observable.URL && (t == key || !strings.Contains(key, "?") && strings.HasPrefix(t, key+"?"))
	}}
}

// ask draws a question to a space.
func (m made) ask() question {
	switch m.space {
	case Addrs:
		a := AddrOf(m.addr())
		if m.rng.IntN(2) == 0 {
			return askAddr(a)
		}
		bits := []int{0, 1, 8, 24, 25, 28, 31, a.BitLen() - 1, a.BitLen()}
		if a.Is6() {
			bits = append(bits, 32, 47, 48, 49, 64, 80, 81, 95, 96)
		}
		p, _ := a.Prefix(bits[m.rng.IntN(len(bits))])
		return askPrefix(p)
	case Names:
		if m.rng.IntN(2) == 0 {
			return askName(m.name())
		}
		return askTree(m.name())
	default:
		if m.rng.IntN(2) == 0 {
			return askText(observable.Email, m.text())
		}
		return askURL(m.text())
	}
}

// found gathers what Look gives, as text that compares.
func lookUp(ctx context.Context, segs []*Segment, questions []question, days Days) ([]string, error) {
	var probes []Probe
	var of []int
	for i, q := range questions {
		for _, p := range q.probes {
			probes, of = append(probes, p), append(of, i)
		}
	}
	var got []string
	err := Look(ctx, segs, probes, days, func(probe int, r *Row) error {
		got = append(got, describe(questions[of[probe]], r))
		return nil
	})
	slices.Sort(got)
	return got, err
}

func describe(q question, r *Row) string { return fmt.Sprintf("%s: %+v", q.name, *r) }

// naive gives the same from a scan over rows.
func naive(rows []*Row, questions []question, days Days) []string {
	var want []string
	for _, q := range questions {
		for _, r := range rows {
			if q.matches(r) && days.From <= r.Day && r.Day <= days.To {
				want = append(want, describe(q, r))
			}
		}
	}
	slices.Sort(want)
	return want
}

// Look finds in many segments of all spaces what a look at every row finds.
func TestLook(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "questions"), 1))
		folder := disktest.NewMemory()
		var segs []*Segment
		var all [Spaces][]*Row
		for i := range rapid.IntRange(0, 6).Draw(t, "segments") {
			space, rows := drawRows(t, 300)
			name := fmt.Sprint(i, ".seg")
			w, err := NewWriter(folder, name, Meta{Space: space}, drawOptions(t))
			if err != nil {
				t.Fatal(err)
			}
			for _, r := range rows {
				if err := w.Add(r); err != nil {
					t.Fatal(err)
				}
			}
			if _, err := w.Close(); err != nil {
				t.Fatal(err)
			}
			s, err := Open(folder, name)
			if err != nil {
				t.Fatal(err)
			}
			segs, all[space] = append(segs, s), append(all[space], rows...)
		}
		days := Days{From: telemetry.Day(rapid.SampledFrom([]int{-1, 0, 1, 19000, 19001, 30000}).Draw(t, "from"))}
		days.To = telemetry.Day(rapid.SampledFrom([]int{-1, 0, 18999, 19000, 19002, math.MaxInt32}).Draw(t, "to"))
		var want []string
		var questions []question
		for space := range Spaces {
			var some []question
			for range rapid.IntRange(0, 40).Draw(t, "asked") {
				some = append(some, made{rng, space}.ask())
			}
			questions = append(questions, some...)
			want = append(want, naive(all[space], some, days)...)
		}
		slices.Sort(want)
		rng.Shuffle(len(questions), func(i, j int) { questions[i], questions[j] = questions[j], questions[i] })
		got, err := lookUp(context.Background(), segs, questions, days)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("found (-want +got):\n%s", diff)
		}
	})
}

// The corners of the address space.
func TestLookPrefixes(t *testing.T) {
	addrs := []string{
		"::", "::1", "::fffe:ffff:ffff", "0.0.0.0", "0.0.0.1", "127.255.255.255", "128.0.0.0", "192.0.2.255", "192.0.3.0",
		"255.255.255.255", "::1:0:0:0", "2001:db8::", "2001:db8::1", "2001:db8:0:1::", "8000::",
		"ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
	}
	var rows []*Row
	for _, a := range addrs {
		k := AddrKey(netip.MustParseAddr(a))
		rows = append(rows, &Row{Value: k[:], Day: 1})
	}
	slices.SortFunc(rows, (*Row).Compare)
	s := segmentOf(t, Meta{}, WriterOptions{blockRows: 3, groupValues: 5}, rows)
	for _, p := range []string{
		"0.0.0.0/0", "::/0", "0.0.0.0/32", "255.255.255.255/32", "255.0.0.0/8", "128.0.0.0/1", "0.0.0.0/1", "192.0.2.0/23", "::/1",
		"::/64", "::/80", "::/81", "::fffe:0:0/96", "::/128", "::1/128", "8000::/1", "ffff::/16", "2001:db8::/48", "2001:db8::1/128",
		"ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff/128", "2001:db8:1::/48",
	} {
		q := askPrefix(netip.MustParsePrefix(p))
		got, err := lookUp(t.Context(), []*Segment{s}, []question{q}, allDays)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(naive(rows, []question{q}, allDays), got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", p, diff)
		}
	}
	// A prefix may be written with bits below its mask, and as v4-mapped.
	for p, want := range map[string]string{"192.0.2.77/24": "192.0.2.0/24", "::ffff:192.0.2.0/120": "192.0.2.0/24", "::ffff:0.0.0.0/96": "0.0.0.0/0"} {
		if diff := cmp.Diff(PrefixProbes(netip.MustParsePrefix(want)), PrefixProbes(netip.MustParsePrefix(p))); diff != "" {
			t.Errorf("%s is not asked as %s (-want +got):\n%s", p, want, diff)
		}
	}
	if got := PrefixProbes(netip.Prefix{}); got != nil {
		t.Errorf("no prefix is asked as %v", got)
	}
}

// What covers is what B folds by: the network of an address and the registrable domain of a name.
func TestFoldOf(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := made{rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0)), Space(rapid.IntRange(0, 1).Draw(t, "space"))}
		value := m.value()
		key, ok := FoldOf(m.space, value)
		switch m.space {
		case Addrs:
			a := AddrOf(value)
			bits := 48
			if a.Is4() {
				bits = 24
			}
			if p, _ := a.Prefix(bits); !ok || AddrOf(key) != p.Addr() {
				t.Errorf("%v folds to %v, want %v", a, AddrOf(key), p)
			}
		default:
			want, err := publicsuffix.EffectiveTLDPlusOne(NameOf(value))
			if ok != (err == nil) || ok && NameOf(key) != want {
				t.Errorf("%s folds to %q, want %q", NameOf(value), key, want)
			}
		}
	})
	if _, ok := FoldOf(Texts, []byte("\x04example.com/")); ok {
		t.Error("a text folds")
	}
	if _, ok := FoldOf(Addrs, []byte("short")); ok {
		t.Error("what is no address folds")
	}
}

// A damaged segment is named, and the others answer.
func TestLookPartial(t *testing.T) {
	rows := made{rand.New(rand.NewPCG(7, 7)), Addrs}.rows(500, false)
	folder := disktest.NewMemory()
	var segs []*Segment
	for _, name := range []string{"a.seg", "b.seg", "c.seg"} {
		writeRows(t, folder, name, Meta{}, WriterOptions{blockRows: 20}, rows)
	}
	disktest.Flip(t, folder, "b.seg", 8*(headerLen+30)) // in the first block
	for _, name := range []string{"a.seg", "b.seg", "c.seg"} {
		segs = append(segs, openOne(t, folder, name))
	}
	questions := []question{askPrefix(netip.MustParsePrefix("192.0.2.0/24")), askPrefix(netip.MustParsePrefix("::/1"))}
	got, err := lookUp(t.Context(), segs, questions, allDays)
	var partial *PartialError
	if !errors.As(err, &partial) {
		t.Fatalf("error %v, want a PartialError", err)
	}
	var damage *CorruptError
	if len(partial.Failed) != 1 || partial.Failed[0].Segment != segs[1] || !errors.As(err, &damage) || damage.File != "b.seg" {
		t.Errorf("failed: %v", partial)
	}
	want := naive(rows, questions, allDays)
	for _, w := range want {
		n := 0
		for _, g := range got {
			if g == w {
				n++
			}
		}
		if n < 2 || n > 3 {
			t.Errorf("%s was found %d times in three segments, one of them damaged", w, n)
		}
	}
	if len(got) > 3*len(want) {
		t.Errorf("%d rows found, at most %d are right", len(got), 3*len(want))
	}
}

// Segments may be asked, scanned and verified by many at once.
func TestLookAtOnce(t *testing.T) {
	m := made{rand.New(rand.NewPCG(5, 5)), Names}
	rows := m.rows(3000, true)
	s := segmentOf(t, Meta{Space: Names}, WriterOptions{blockRows: 10}, rows)
	var questions []question
	for range 50 {
		questions = append(questions, m.ask())
	}
	want := naive(rows, questions, allDays)
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			if got, err := lookUp(t.Context(), []*Segment{s}, questions, allDays); err != nil || !slices.Equal(want, got) {
				t.Errorf("look: error %v, %d rows found, want %d", err, len(got), len(want))
			}
		})
		wg.Go(func() {
			if got, err := scanRows(s); err != nil || len(got) != len(rows) {
				t.Errorf("scan: error %v, %d rows, want %d", err, len(got), len(rows))
			}
			if err := s.Verify(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
}

// An error of found, or of the context, is what Look returns.
func TestLookStops(t *testing.T) {
	rows := made{rand.New(rand.NewPCG(7, 7)), Addrs}.rows(500, false)
	s := segmentOf(t, Meta{}, WriterOptions{}, rows)
	enough := errors.New("enough")
	calls := 0
	err := Look(t.Context(), []*Segment{s, s, s}, PrefixProbes(netip.MustParsePrefix("0.0.0.0/0")), allDays, func(int, *Row) error {
		calls++
		return enough
	})
	if !errors.Is(err, enough) || calls > 3 {
		t.Errorf("%d calls, error %v", calls, err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	err = Look(ctx, []*Segment{s}, []Probe{AddrProbe(AddrOf(rows[0].Value))}, allDays, func(int, *Row) error { return nil })
	if !errors.Is(err, context.Canceled) {
		t.Errorf("a cancelled look gives %v", err)
	}
}

// Probes that are empty, inverted or unbounded.
func TestLookRanges(t *testing.T) {
	rows := []*Row{{Value: []byte("\x04a"), Day: 1}, {Value: []byte("\x04b"), Day: 1}, {Value: []byte("\xff\xff"), Day: 1}}
	s := segmentOf(t, Meta{Space: Texts}, WriterOptions{}, rows)
	tests := []struct {
		from, to string
		open     bool
		want     []string
	}{
		{"\x04a", "\x04a", false, nil},
		{"\x04b", "\x04a", false, nil},
		{"\x04a", "\x04b", false, []string{"\x04a"}},
		{"", "\x04b", false, []string{"\x04a"}},
		{"\x04b", "", true, []string{"\x04b", "\xff\xff"}},
		{"", "", true, []string{"\x04a", "\x04b", "\xff\xff"}},
	}
	for _, test := range tests {
		p := Probe{Space: Texts, From: []byte(test.from), To: []byte(test.to)}
		if test.open {
			p.To = nil
		}
		var got []string
		err := Look(t.Context(), []*Segment{s}, []Probe{p}, allDays, func(_ int, r *Row) error {
			got = append(got, string(r.Value))
			return nil
		})
		if diff := cmp.Diff(test.want, got); diff != "" || err != nil {
			t.Errorf("%q to %q: error %v, found (-want +got):\n%s", test.from, test.to, err, diff)
		}
	}
	if to := next(bytes.Repeat([]byte{0xff}, 3)); to != nil {
		t.Errorf("the key after all others is %q", to)
	}
}
