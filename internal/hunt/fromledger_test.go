package hunt

import (
	"math/rand/v2"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"stormglass/internal/intel"
	"stormglass/internal/observable"
	"stormglass/internal/telemetry"
)

// factsOf gives to a tally what a ledger of some flows would hold, a fact for each record.
func factsOf(tally *Tally, flows []telemetry.Flow) {
	b := &telemetry.Batch{Kind: telemetry.KindFlow, Source: &telemetry.Source{Sensor: "s1"}, Flow: flows}
	var o Observer
	o.Batch(b, Networks{}, func(x *Observation) {
		for id, v := range tally.index.Values {
			part, ok := Meets(v, x.Kind, x.Addr, x.Text)
			if !ok {
				continue
			}
			when := flows[x.Record].Occurred
			tally.FromLedger(id, []Subject{x.Subject}, &LedgerFact{
				Day: when.Day(), Kind: b.Kind, Sensor: b.Source.Sensor, Records: 1, Bytes: bytesIn(b, x.Record), First: when, Last: when, Roles: x.Roles, Part: part, Ours: x.Ours,
			})
		}
	})
}

var findingOptions = cmp.Options{
	cmp.Comparer(func(a, b observable.Value) bool { return a == b }), cmp.Comparer(func(a, b netip.Addr) bool { return a == b }),
}

// TestFindingsOfALedgerAreThoseOfItsRecords holds that a ledger's facts give the figures, roles and
// levels that its records gave.
func TestFindingsOfALedgerAreThoseOfItsRecords(t *testing.T) {
	l := loaderOf(t, "198.51.100.1", "198.51.100.2", "198.51.100.3")
	for seed := range uint64(20) {
		flows := flowsTo(rand.New(rand.NewPCG(seed, 11)), 300)
		want := outcomeOf(t, l, map[string][][]telemetry.Flow{"a": {flows}}, []string{"a"})
		tally := NewTally(mustIndex(t, l))
		factsOf(tally, flows)
		got := tally.Outcome(&l.Library, nil, Networks{})
		for _, f := range got.Findings {
			if f.LedgerDays != len(f.Days) {
				t.Fatalf("%d of %d days from the ledger", f.LedgerDays, len(f.Days))
			}
		}
		if diff := cmp.Diff(want, got, findingOptions, cmpopts.IgnoreFields(Finding{}, "LedgerDays", "Fields"), cmpopts.IgnoreFields(Day{}, "Samples", "FromLedger")); diff != "" {
			t.Fatalf("seed %d: -records +ledger\n%s", seed, diff)
		}
	}
}

// TestRecordsComeBeforeTheLedger tells a tally of days by their records, by a ledger, and by both.
func TestRecordsComeBeforeTheLedger(t *testing.T) {
	l := loaderOf(t, "198.51.100.1")
	flow := func(day int) telemetry.Flow {
		return telemetry.Flow{
			Head: telemetry.Head{Ordinal: 1, Occurred: at + telemetry.Instant(day)*telemetry.Instant(24*time.Hour)},
			Ends: ends("10.0.0.1", "198.51.100.1", 443), SrcBytes: 10, DstBytes: telemetry.NoCount,
		}
	}
	rows, kept := []telemetry.Flow{flow(1), flow(2)}, []telemetry.Flow{flow(0), flow(1), flow(1)}
	fill := func(ledgerFirst bool) *Finding {
		tally := NewTally(mustIndex(t, l))
		if ledgerFirst {
			factsOf(tally, kept)
		}
		b := &telemetry.Batch{Kind: telemetry.KindFlow, Source: &telemetry.Source{Name: "a", ID: telemetry.SourceID{1}}, Flow: rows}
		part := tally.Part(b.Source)
		if err := (&Engine{Index: tally.index, Sink: part}).Batch(t.Context(), b); err != nil {
			t.Fatal(err)
		}
		part.Commit()
		if !ledgerFirst {
			factsOf(tally, kept)
		}
		return tally.Outcome(&l.Library, nil, Networks{}).Findings[0]
	}
	f := fill(true)
	if diff := cmp.Diff(f, fill(false), findingOptions); diff != "" {
		t.Errorf("the order matters: %s", diff)
	}
	var got []bool
	for _, d := range f.Days {
		got = append(got, d.FromLedger)
	}
	if diff := cmp.Diff([]bool{true, false, false}, got); diff != "" || f.Records != 3 || f.Bytes != 30 || f.LedgerDays != 1 || len(f.Days[1].Samples) != 1 {
		t.Errorf("%+v", f)
	}
}

func TestMergePrefersRecords(t *testing.T) {
	of := func(days ...Day) *Finding {
		f := &Finding{}
		f.sum(days)
		return f
	}
	rows, ledger := Day{Day: 1, Records: 5}, Day{Day: 1, Records: 7, FromLedger: true}
	later := Day{Day: 1, Records: 9, FromLedger: true}
	for _, tt := range []struct{ have, next, want Day }{
		{rows, ledger, rows},
		{ledger, rows, rows},
		{ledger, later, later},
		{rows, Day{Day: 1, Records: 6}, Day{Day: 1, Records: 6}},
	} {
		f := of(tt.have, Day{Day: 2, Records: 1})
		f.Merge(of(tt.next))
		if diff := cmp.Diff([]Day{tt.want, {Day: 2, Records: 1}}, f.Days); diff != "" || f.Records != tt.want.Records+1 {
			t.Errorf("%+v after %+v: -want +got\n%s", tt.next, tt.have, diff)
		}
	}
}

func TestLedgerFactOfSeveralSubjects(t *testing.T) {
	l := intel.NewLoader()
	src := l.Source(&intel.Source{})
	v, _ := observable.Parse("evil.example")
	l.Indicator(intel.Indicator{Value: v, Source: src, From: at.Time()})
	tally := NewTally(mustIndex(t, l))
	subjects := []Subject{{Addr: netip.MustParseAddr("10.0.0.1")}, {Kind: SubjectDevice, Name: "rtr1"}}
	before := at - telemetry.Instant(time.Hour)
	fact := LedgerFact{Day: at.Day(), Kind: telemetry.KindDNS, Sensor: "s1", Records: 4, First: before, Last: before + 1, Roles: Roles(RoleCalled), Part: intel.Parent, Ours: true, Subjects: 6}
	tally.FromLedger(0, subjects, &fact)
	fact.Records, fact.Last, fact.Kind = 3, at, telemetry.KindEvent // reaches into the validity
	tally.FromLedger(0, subjects, &fact)
	out := tally.Outcome(&l.Library, nil, Networks{})
	if len(out.Findings) != 2 {
		t.Fatalf("%d findings", len(out.Findings))
	}
	for _, f := range out.Findings {
		d := f.Days[0]
		if f.Records != 7 || f.Historical != 4 || d.Subjects != 6 || f.Part != intel.Parent || f.Level != High || len(f.Kinds) != 2 || f.First != before || f.Last != at || f.Foreign {
			t.Errorf("%+v", f)
		}
		if want := IndicatorFindingID(v, f.Subject); f.ID != want {
			t.Errorf("id %s", f.ID)
		}
	}
	if s := out.Findings[0].Subject.String() + out.Findings[1].Subject.String(); !strings.Contains(s, "unregistered:rtr1") {
		t.Errorf("subjects %s", s)
	}
}

// TestManyLedgerFactsStayBounded meets many subjects of one value.
func TestManyLedgerFactsStayBounded(t *testing.T) {
	l := loaderOf(t, "198.51.100.1")
	tally := NewTally(mustIndex(t, l))
	tally.limit = 1000
	const subjects = 3000
	for n := range subjects {
		s := Subject{Addr: netip.AddrFrom4([4]byte{10, 0, byte(n >> 8), byte(n)})}
		tally.FromLedger(0, []Subject{s}, &LedgerFact{Day: 1, Records: 1, Sensor: "s", Bytes: 2, Roles: Roles(RoleCalled)})
	}
	out := tally.Outcome(&l.Library, nil, Networks{})
	if len(out.Findings) != 1 || out.Merged != 1 || out.Findings[0].Records != subjects || out.Findings[0].Bytes != 2*subjects || out.Findings[0].LedgerDays != 1 {
		t.Errorf("%d findings: %+v", len(out.Findings), out.Findings[0])
	}
}
