package store

import (
	"stormglass/internal/hunt"
	"stormglass/internal/observable"
	"stormglass/internal/telemetry"
)

// Scope says what a hunt looked at in full, so that what it did not find there is no longer there. The
// zero Scope claims nothing: no day is removed.
type Scope struct {
	Days       []telemetry.Day             // days of which it looked at the records
	AllDays    bool                        // it looked at the records of every day
	LedgerDays []telemetry.Day             // days that it looked at in a ledger alone: what records told of them stays
	Values     func(observable.Value) bool // whether a value was looked for; nil: every value was
	Rules      func(key string) bool       // whether a rule was looked for; nil: none was
}

// scope is a Scope made ready: whether the records of its days were looked at.
type scope struct {
	Scope
	days map[telemetry.Day]bool
}

func newScope(s Scope) scope {
	out := scope{Scope: s, days: make(map[telemetry.Day]bool, len(s.Days)+len(s.LedgerDays))}
	for _, d := range s.LedgerDays {
		out.days[d] = false
	}
	for _, d := range s.Days {
		out.days[d] = true
	}
	return out
}

// day reports whether the hunt could have found a stored day again.
func (s *scope) day(d telemetry.Day, fromLedger bool) bool {
	records, looked := s.days[d]
	return s.AllDays || records || looked && fromLedger
}

// of reports whether the hunt looked for what a finding is of.
func (s *scope) of(kind observable.Kind, what string) bool {
	if kind == observable.Unknown {
		return s.Rules != nil && s.Rules(what)
	}
	return s.Values == nil || s.Values(observable.Of(kind, what))
}

// Saved counts what a save did.
type Saved struct {
	New     int // findings that were not there, or gone
	Changed int // that say something else, or of more days
	Same    int // that say nothing new
	Removed int // that were no longer found, and that nobody had decided on
	Gone    int // that were no longer found, kept with what was decided
}

// checkFinding refuses what cannot be a finding of one hunt.
func checkFinding(f *hunt.Finding) error {
	if len(f.Days) == 0 {
		return errNoDay
	}
	for i := range f.Days[1:] {
		if f.Days[i].Day >= f.Days[i+1].Day {
			return errDays
		}
	}
	if f.Rule != nil && f.Value.IsZero() {
		return nil
	}
	return checkValue(f.Value)
}
