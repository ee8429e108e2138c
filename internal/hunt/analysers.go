package hunt

import (
	"slices"

	"stormglass/internal/telemetry"
)

// AnalyserAccount tells what an analyser did: rules that judge what it emits rest on it.
type AnalyserAccount struct {
	Name        string           // "beacon": its records have the dataset "stormglass.beacon"
	Kinds       []telemetry.Kind // of record that it looks at
	First, Last telemetry.Day    // of the days that it told of; zero when there was none
	Days        int              // how many they are
	Blind       int              // on how many of these it could tell nothing at all: what it needs is not there
	Records     uint64           // of the kinds that it looks at
	Undated     uint64           // of these, without a time: it could not look at them
	Notes       uint64           // what it kept of them on the way
	Dropped     uint64           // notes and rows that did not fit into its bounds
	Derived     uint64           // records that it emitted, without those that say that it ran
	Warming     telemetry.Day    // the first day that it can tell of, as far as it knows; zero when it can already
	NotAssessed []string         // what it could not tell of, in words
}

// maxNotAssessed bounds how many reasons an account holds.
const maxNotAssessed = 20

// Lacks notes what an analyser could not tell of, each once.
func (a *AnalyserAccount) Lacks(what string) {
	if len(a.NotAssessed) < maxNotAssessed && !slices.Contains(a.NotAssessed, what) {
		a.NotAssessed = append(a.NotAssessed, what)
	}
}

// Told notes that the analyser told of a day.
func (a *AnalyserAccount) Told(day telemetry.Day) {
	if a.Days == 0 || day < a.First {
		a.First = day
	}
	if a.Days == 0 || day > a.Last {
		a.Last = day
	}
	a.Days++
}

// Join adds what the analyser did on other days.
func (a *AnalyserAccount) Join(o *AnalyserAccount) {
	if o.Days > 0 {
		if a.Days == 0 || o.First < a.First {
			a.First = o.First
		}
		if a.Days == 0 || o.Last > a.Last {
			a.Last = o.Last
		}
	}
	a.Days, a.Blind = a.Days+o.Days, a.Blind+o.Blind
	a.Records, a.Undated, a.Notes = a.Records+o.Records, a.Undated+o.Undated, a.Notes+o.Notes
	a.Dropped, a.Derived = a.Dropped+o.Dropped, a.Derived+o.Derived
	a.Warming = max(a.Warming, o.Warming)
	for _, what := range o.NotAssessed {
		a.Lacks(what)
	}
}
