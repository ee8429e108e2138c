package hunt

import (
	"time"

	"stormglass/internal/hunt/coverage"
	"stormglass/internal/intel"
	"stormglass/internal/observable"
	"stormglass/internal/telemetry"
)

// Result is the whole answer of one hunt: what was found, in what was read, against what is known.
type Result struct {
	Outcome
	Started  time.Time
	Took     time.Duration
	Version  string
	Intel    []*intel.FileReport     // one for each file of intelligence
	Library  *intel.Library          // what the intelligence says besides values
	Values   int                     // distinct values hunted
	Hunted   map[observable.Kind]int // of them, by kind
	Accounts []*telemetry.Account    // one for each source of telemetry
	Warnings map[string]int          // entries of warning lists that could not be used, by list
	Rules    *RulesAccount           // nil when no rules were hunted with

	Analysers []*AnalyserAccount // what they did, each of which a rule could judge; none when no rule judges what they emit

	OnlyNew bool // Findings are only those that are new or changed since they were last asked for
	Known   int  // with OnlyNew: how many further ones are kept

	Coverage  *coverage.Survey          // who could be heard, and when; nil: nobody counted
	Evaluated map[string]*RuleEvaluated // of a data folder: what each rule in force was asked of, by key; nil: of all that was read
	History   []History                 // of a data folder, by kind of record: since when it is held, and what is gone
	Campaigns []Campaign                // that answers are wanted for
	Together  []Together                // which findings belong together, what matters most first

	DismissedBy map[string]int // findings that were dismissed, by key of the rule

	Kept      bool     // of a data folder: what the accounts leave out (devices) is not known
	Dismissed int      // further findings that were dismissed
	Unread    []string // what of a data folder could not be read, for people
}

// Incomplete reports whether anything that was given could not be read in full.
func (r *Result) Incomplete() bool {
	for _, f := range r.Intel {
		if f.Count(intel.Reported) > 0 || f.Failed != "" || f.Skipped != "" {
			return true
		}
	}
	for _, a := range r.Accounts {
		if !a.Whole() {
			return true
		}
	}
	return false
}

// Records gives the number of records read, by kind, and their time span.
func (r *Result) Records() (total uint64, kinds [telemetry.NumKinds]uint64, first, last telemetry.Instant) {
	for _, a := range r.Accounts {
		if a.SameAs != "" {
			continue
		}
		for k, n := range a.Kinds {
			kinds[k] += n
			total += n
		}
		first, last = span(first, last, a.First, a.Last)
	}
	return total, kinds, first, last
}

// asked gives the number of records that rules could be asked of, by kind: those that were read, and those that analysers emitted. Each
// day that an analyser told of has one that says so.
func (r *Result) asked() [telemetry.NumKinds]uint64 {
	_, kinds, _, _ := r.Records()
	for _, a := range r.Analysers {
		kinds[telemetry.KindDerived] += a.Derived + uint64(a.Days)
	}
	return kinds
}

// Worst gives the highest level among the findings, false when there are none.
func (r *Result) Worst() (Level, bool) {
	if len(r.Findings) == 0 {
		return 0, false
	}
	return r.Findings[0].Level, true // they are sorted
}

// Inspected is what one file turned out to be; one of the two is set.
type Inspected struct {
	Telemetry *telemetry.Account
	Intel     *intel.FileReport
	Records   []RecordFields // the first of a file of telemetry, as many as were wanted
}
