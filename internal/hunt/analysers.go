package hunt

import (
	"fmt"
	"slices"
	"strings"
	"time"

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
	LackDays    []int            // on how many days each of NotAssessed was so
}

// maxNotAssessed bounds how many reasons an account holds.
const maxNotAssessed = 20

// Lacks notes what an analyser could not tell of on some days.
func (a *AnalyserAccount) Lacks(what string, days int) {
	i := slices.Index(a.NotAssessed, what)
	switch {
	case i >= 0:
		a.LackDays[i] += days
	case len(a.NotAssessed) < maxNotAssessed:
		a.NotAssessed, a.LackDays = append(a.NotAssessed, what), append(a.LackDays, days)
	}
}

// Reasons gives what the analyser could not tell of, and on how many days where it was not on all of them.
func (a *AnalyserAccount) Reasons() []string {
	out := slices.Clone(a.NotAssessed)
	for i, what := range out {
		if n := a.LackDays[i]; n > 0 && n < a.Days && !datedReason(what) {
			out[i] = fmt.Sprintf("on %d of %d days: %s", n, a.Days, what)
		}
	}
	return out
}

// datedReason reports whether a reason begins with the day that it is of.
func datedReason(what string) bool {
	day, _, _ := strings.Cut(what, ":")
	_, err := time.Parse(time.DateOnly, day)
	return err == nil
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
	for i, what := range o.NotAssessed {
		days := o.Days
		if i < len(o.LackDays) { // accounts that were kept before days were counted are of one day each
			days = o.LackDays[i]
		}
		a.Lacks(what, days)
	}
}
