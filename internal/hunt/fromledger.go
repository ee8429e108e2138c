package hunt

import (
	"cmp"
	"slices"

	"stormglass/internal/intel"
	"stormglass/internal/telemetry"
)

// LedgerFact is what a ledger holds of a value that an indicator names: on one day, in one kind of
// record, by one sensor.
type LedgerFact struct {
	Day         telemetry.Day
	Kind        telemetry.Kind
	Sensor      string
	Records     uint64
	Bytes       uint64
	First, Last telemetry.Instant // zero when no record had a time
	Roles       Roles
	Part        intel.Part // how the value meets the indicator, by Meets
	Ours        bool       // its subjects are known to be the operator's
	Subjects    int        // how many subjects it is of, as far as the ledger can tell; at least those named
}

// FromLedger adds a fact of a ledger to the findings of an indicator with each of some subjects, for
// days of which no records are held any more. It gives figures but no samples, fields or ports. What
// was computed from records of the same day comes before it, in whatever order they come. A ledger
// does not tell apart what each of several subjects had: each finding gets the whole, and its day says
// of how many subjects it is.
func (t *Tally) FromLedger(id intel.EntryID, subjects []Subject, f *LedgerFact) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, s := range subjects {
		g := t.all.of(key{id, s}, t.limit)
		if g == nil {
			t.all.over.records += f.Records
			continue
		}
		g.kinds |= 1 << f.Kind
		g.roles |= f.Roles
		g.part = min(g.part, f.Part)
		g.ours = g.ours || f.Ours
		n := f.Day
		if _, known := g.ledger.find(n); !known && len(g.days)+len(g.ledger) > 0 && t.days.Add(1) > maxKeptDays {
			n = telemetry.DayFolded
		}
		t.ledgerDay(id, g.ledger.day(n), f, len(subjects))
	}
}

func (t *Tally) ledgerDay(id intel.EntryID, d *dayTally, f *LedgerFact, subjects int) {
	d.FromLedger = true
	d.Records += f.Records
	d.bytes(f.Sensor, f.Bytes)
	if !t.index.ValidWithin(id, int64(f.First)/1e9, int64(f.Last)/1e9) {
		d.Historical += f.Records
	}
	d.First, d.Last = span(d.First, d.Last, f.First, f.Last)
	if n := max(subjects, f.Subjects); n > 1 {
		d.Subjects = max(d.Subjects, n)
	}
}

// allDays gives the days of a finding: those of records, and those that a ledger alone knows.
func (g *gathered) allDays() []Day {
	days := make([]Day, 0, len(g.days)+len(g.ledger))
	for _, d := range g.days {
		days = append(days, d.done())
	}
	for _, d := range g.ledger {
		if _, known := g.days.find(d.Day.Day); !known {
			days = append(days, d.done())
		}
	}
	slices.SortFunc(days, func(a, b Day) int { return cmp.Compare(a.Day, b.Day) })
	return days
}
