package hunt

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"net/netip"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"stormglass/internal/intel"
	"stormglass/internal/observable"
	"stormglass/internal/telemetry"
)

// flowsTo makes flows of random hosts to random peers, some of them indicators, over some days.
func flowsTo(rnd *rand.Rand, n int) []telemetry.Flow {
	out := make([]telemetry.Flow, n)
	for i := range out {
		out[i] = telemetry.Flow{
			Head: telemetry.Head{Ordinal: uint64(i + 1), Occurred: at + telemetry.Instant(rnd.Int64N(int64(72*time.Hour)))},
			Ends: telemetry.Ends{
				Src: netip.AddrFrom4([4]byte{10, 0, 0, byte(rnd.IntN(20))}), Dst: netip.AddrFrom4([4]byte{198, 51, 100, byte(rnd.IntN(8))}),
				DstPort: 443, Proto: 6,
			},
			SrcBytes: uint64(rnd.IntN(1000)), DstBytes: telemetry.NoCount, Answered: telemetry.Answer(rnd.IntN(3)),
		}
	}
	return out
}

func outcomeOf(t *testing.T, l *intel.Loader, parts map[string][][]telemetry.Flow, order []string) Outcome {
	t.Helper()
	tally := NewTally(mustIndex(t, l))
	for _, name := range order {
		src := &telemetry.Source{Name: name}
		copy(src.ID[:], name)
		part := tally.Part(src)
		e := &Engine{Index: tally.index, Sink: part}
		for _, flows := range parts[name] {
			if err := e.Batch(context.Background(), &telemetry.Batch{Kind: telemetry.KindFlow, Source: src, Flow: flows}); err != nil {
				t.Fatal(err)
			}
		}
		part.Commit()
	}
	return tally.Outcome(&l.Library, nil, Networks{})
}

func TestOrderOfBatchesAndFilesDoesNotMatter(t *testing.T) {
	l := loaderOf(t, "198.51.100.1", "198.51.100.2", "198.51.100.0/30")
	for seed := range uint64(20) {
		rnd := rand.New(rand.NewPCG(seed, 9))
		parts, order := map[string][][]telemetry.Flow{}, []string{"a", "b", "c"}
		for _, name := range order {
			flows := flowsTo(rnd, 300)
			parts[name] = [][]telemetry.Flow{flows[:100], flows[100:120], flows[120:]}
		}
		want := outcomeOf(t, l, parts, order)
		rnd.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
		for _, name := range order {
			p := parts[name]
			rnd.Shuffle(len(p), func(i, j int) { p[i], p[j] = p[j], p[i] })
		}
		if diff := cmp.Diff(want, outcomeOf(t, l, parts, order), cmp.Comparer(func(a, b observable.Value) bool { return a == b }),
			cmp.Comparer(func(a, b netip.Addr) bool { return a == b })); diff != "" {
			t.Fatalf("seed %d: -want +got\n%s", seed, diff)
		}
	}
}

// TestFiguresAgreeWithNaiveCount counts every record that met a value by itself.
func TestFiguresAgreeWithNaiveCount(t *testing.T) {
	rnd := rand.New(rand.NewPCG(4, 4))
	flows := flowsTo(rnd, 2000)
	l := loaderOf(t, "198.51.100.1")
	out := outcomeOf(t, l, map[string][][]telemetry.Flow{"a": {flows}}, []string{"a"})
	for _, f := range out.Findings {
		var records, bytes uint64
		var first, last telemetry.Instant
		days := map[telemetry.Day][]telemetry.Instant{}
		for i := range flows {
			x := &flows[i]
			if x.Dst.String() != f.Value.String() || x.Src != f.Subject.Addr {
				continue
			}
			records++
			bytes += x.SrcBytes
			first, last = span(first, last, x.Occurred, x.Occurred)
			days[x.Occurred.Day()] = append(days[x.Occurred.Day()], x.Occurred)
		}
		if f.Records != records || f.Bytes != bytes || f.First != first || f.Last != last || len(f.Days) != len(days) {
			t.Errorf("%s: %+v, want %d records, %d bytes, %d days", f.Subject, f, records, bytes, len(days))
		}
		for _, d := range f.Days {
			times := days[d.Day]
			slices.Sort(times)
			for i, s := range d.Samples {
				if s.Occurred != times[i] {
					t.Errorf("%s %s: sample %d is not the earliest", f.Subject, d.Day, i)
				}
			}
			if len(d.Samples) != min(len(times), MaxSamples) {
				t.Errorf("%s %s: %d samples of %d", f.Subject, d.Day, len(d.Samples), len(times))
			}
		}
	}
	if len(out.Findings) != 20 {
		t.Errorf("%d findings", len(out.Findings))
	}
}

func TestSameContentUnderAnotherNameAddsNothing(t *testing.T) {
	l := loaderOf(t, "198.51.100.1")
	tally := NewTally(mustIndex(t, l))
	flows := flowsTo(rand.New(rand.NewPCG(1, 1)), 100)
	for _, name := range []string{"first.log", "copy.log"} {
		src := &telemetry.Source{Name: name, ID: telemetry.SourceID{7}}
		part := tally.Part(src)
		e := &Engine{Index: tally.index, Sink: part}
		if err := e.Batch(context.Background(), &telemetry.Batch{Kind: telemetry.KindFlow, Source: src, Flow: flows}); err != nil {
			t.Fatal(err)
		}
		if same := part.Commit(); (same != "") != (name == "copy.log") || same != "" && same != "first.log" {
			t.Errorf("%s: same as %q", name, same)
		}
	}
	var n uint64
	for _, f := range tally.Outcome(&l.Library, nil, Networks{}).Findings {
		n += f.Records
	}
	once := outcomeOf(t, l, map[string][][]telemetry.Flow{"a": {flows}}, []string{"a"})
	for _, f := range once.Findings {
		n -= f.Records
	}
	if n != 0 {
		t.Errorf("%d records counted twice", n)
	}
}

func TestTooManyFindingsAreMergedByValue(t *testing.T) {
	l := loaderOf(t, "198.51.100.0/24", "203.0.113.5")
	tally := NewTally(mustIndex(t, l))
	tally.limit = 1000
	src := &telemetry.Source{Name: "a", ID: telemetry.SourceID{1}}
	part := tally.Part(src)
	e := &Engine{Index: tally.index, Sink: part}
	const subjects = 5000
	var flows []telemetry.Flow
	for i := range subjects {
		flows = append(flows, telemetry.Flow{Head: head(uint64(i)), Ends: telemetry.Ends{
			Src: netip.AddrFrom4([4]byte{10, 0, byte(i >> 8), byte(i)}), Dst: netip.MustParseAddr("198.51.100.9"),
		}})
	}
	flows = append(flows, telemetry.Flow{Head: head(1), Ends: ends("10.9.9.9", "203.0.113.5", 1)})
	if err := e.Batch(context.Background(), &telemetry.Batch{Kind: telemetry.KindFlow, Source: src, Flow: flows}); err != nil {
		t.Fatal(err)
	}
	part.Commit()
	out := tally.Outcome(&l.Library, nil, Networks{})
	if len(out.Findings) != 2 || out.Merged != 1 {
		t.Fatalf("%d findings, %d merged", len(out.Findings), out.Merged)
	}
	for _, f := range out.Findings {
		if f.Value.Kind() == observable.Prefix {
			if f.Records != subjects || math.Abs(float64(f.Subjects)-subjects) > subjects*0.03 {
				t.Errorf("merged: %d records, about %d subjects", f.Records, f.Subjects)
			}
		} else if f.Merged() {
			t.Error("the other value was merged too")
		}
	}
}

// TestTooManyValuesAreCountedAndNotKept meets many values once each: nothing is worth merging.
func TestTooManyValuesAreCountedAndNotKept(t *testing.T) {
	const values = 5000
	var list []string
	batch := &telemetry.Batch{Kind: telemetry.KindDNS}
	for n := range values {
		name := fmt.Sprintf("n%d.example", n)
		list = append(list, name)
		batch.DNS = append(batch.DNS, telemetry.DNS{Head: head(uint64(n)), Ends: ends("10.0.0.1", "10.0.0.53", 53), Query: name})
	}
	l := loaderOf(t, list...)
	tally := NewTally(mustIndex(t, l))
	tally.limit = 1000
	batch.Source = &telemetry.Source{Name: "a", ID: telemetry.SourceID{1}}
	part := tally.Part(batch.Source)
	if err := (&Engine{Index: tally.index, Sink: part}).Batch(context.Background(), batch); err != nil {
		t.Fatal(err)
	}
	part.Commit()
	out := tally.Outcome(&l.Library, nil, Networks{})
	if len(out.Findings) != 1000 || out.Merged != 0 || out.Overflow.Records != values-1000 {
		t.Errorf("%d findings, %d merged, %d records over", len(out.Findings), out.Merged, out.Overflow.Records)
	}
	if d := math.Abs(float64(out.Overflow.Findings) - (values - 1000)); d > 0.05*values {
		t.Errorf("about %d findings not kept", out.Overflow.Findings)
	}
}

func TestMergeReplacesDays(t *testing.T) {
	day := func(n telemetry.Day, records uint64) Day {
		return Day{Day: n, Records: records, Bytes: records, First: telemetry.Instant(n) * 86400e9, Last: telemetry.Instant(n)*86400e9 + 1}
	}
	f := &Finding{Roles: Roles(RoleCalled), Fields: []string{"a"}}
	f.sum([]Day{day(1, 5), day(2, 5)})
	later := &Finding{Roles: Roles(RoleCalledUs), Fields: []string{"b"}}
	later.sum([]Day{day(2, 7), day(3, 1)})
	f.Merge(later)
	if diff := cmp.Diff([]Day{day(1, 5), day(2, 7), day(3, 1)}, f.Days); diff != "" {
		t.Error(diff)
	}
	if f.Records != 13 || f.First != day(1, 0).First || f.Last != day(3, 0).Last || len(f.Roles.Words()) != 2 || len(f.Fields) != 2 {
		t.Errorf("%+v", f)
	}
	again := *f
	f.Merge(later)
	if diff := cmp.Diff(again.Days, f.Days); diff != "" || f.Records != 13 {
		t.Error("computing a day again changed its figures")
	}
}

// TestFindingIDIsFrozen holds the identity that triage keys on: sha256sum of
// "v1\0indicator\0domain\0evil.example\0address\x0010.0.0.1\0" gives the same.
func TestFindingIDIsFrozen(t *testing.T) {
	v, _ := observable.Parse("evil.example")
	got := IndicatorFindingID(v, Subject{Addr: netip.MustParseAddr("10.0.0.1")}).String()
	if want := "ac7c91c389d16ba1922211e461dd768d"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestHistoricalAndPort(t *testing.T) {
	l := intel.NewLoader()
	src := l.Source(&intel.Source{TLP: intel.Amber})
	v, _ := observable.Parse("198.51.100.1")
	l.Indicator(intel.Indicator{Value: v, Source: src, Port: 8443, Until: at.Time().Add(-time.Hour), TLP: intel.Red})
	b := &telemetry.Batch{Kind: telemetry.KindFlow, Flow: []telemetry.Flow{{Head: head(1), Ends: ends("10.0.0.1", "198.51.100.1", 443), Answered: telemetry.Answered}}}
	tally := NewTally(mustIndex(t, l))
	s := &telemetry.Source{ID: telemetry.SourceID{1}}
	b.Source = s
	part := tally.Part(s)
	if err := (&Engine{Index: tally.index, Sink: part}).Batch(context.Background(), b); err != nil {
		t.Fatal(err)
	}
	part.Commit()
	f := tally.Outcome(&l.Library, nil, Networks{}).Findings[0]
	if f.Historical != 1 || f.OtherPort != 1 || f.Level != Low || f.TLP != intel.Red || len(f.Because) != 2 {
		t.Errorf("%+v", f)
	}
}
