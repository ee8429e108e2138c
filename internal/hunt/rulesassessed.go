package hunt

import (
	"slices"
	"strings"

	"stormglass/internal/telemetry"
)

// RuleState says how far a rule was asked.
type RuleState uint8

// The states.
const (
	RuleAsked       RuleState = iota // of every record of its log source that was read
	RulePartly                       // not of all: it lacks what a register states, or used up its budget
	RuleNoRecords                    // no record of its log source was read
	RuleNotAssessed                  // it could not be asked of anything
)

var ruleStates = [...]string{"asked", "partly_asked", "no_records", "not_assessed"}

// String gives the state as documents name it.
func (s RuleState) String() string { return ruleStates[min(s, RuleNotAssessed)] }

// RuleStates gives how far each rule of the hunt was asked, in the order of r.Rules.Rules. A correlation is as far as the rules that it
// counts: in part when one of them was not asked in full.
func (r *Result) RuleStates() []RuleState {
	if r.Rules == nil {
		return nil
	}
	kinds := r.asked()
	out := make([]RuleState, len(r.Rules.Rules))
	for i := range r.Rules.Rules {
		out[i] = r.Rules.Rules[i].state(&kinds, r.Kept)
	}
	for range out { // a correlation may count others, to any depth
		if !r.Rules.settle(out) {
			break
		}
	}
	return out
}

// settle carries the states of rules over to the correlations that count them, one step far, and reports whether any changed.
func (a *RulesAccount) settle(states []RuleState) (changed bool) {
	for i := range a.Rules {
		if len(a.Rules[i].Counts) == 0 || states[i] == RuleNotAssessed {
			continue
		}
		next := together(a.Rules[i].Counts, states)
		uncounted := slices.ContainsFunc(a.Rules[i].Counts, func(n int) bool { return a.Rules[n].Uncounted > 0 })
		if next == RuleAsked && (a.Rules[i].GivenUp() > 0 || uncounted) {
			next = RulePartly
		}
		changed = changed || next != states[i]
		states[i] = next
	}
	return changed
}

// together is the state of what rests on several rules.
func together(rules []int, states []RuleState) RuleState {
	best, worst := RuleNotAssessed, RuleAsked
	for _, n := range rules {
		best, worst = min(best, states[n]), max(worst, states[n])
	}
	switch {
	case best == worst:
		return best
	case best >= RuleNoRecords:
		return RuleNoRecords
	}
	return RulePartly
}

// state is that of a rule by itself. Of what is kept it is not known whether records of its log source ever arrived: the account is that
// of one run.
func (a *RuleAccount) state(kinds *[telemetry.NumKinds]uint64, kept bool) RuleState {
	read := func(k telemetry.Kind) bool { return kinds[k] > 0 }
	switch {
	case a.NotAssessed != "" || len(a.lacking(kinds)) > 0:
		return RuleNotAssessed
	case a.Correlation:
		return RuleAsked
	case !a.Arrived && !kept || !slices.ContainsFunc(a.Kinds, read):
		return RuleNoRecords
	case len(a.Missing) > 0 || a.Cut > 0 || a.Unknown > 0 || a.Aggregates && a.Uncounted > 0 || a.GivenUp() > 0:
		return RulePartly
	}
	return RuleAsked
}

// lacking gives the kinds that the rule needs and of which no record was read.
func (a *RuleAccount) lacking(kinds *[telemetry.NumKinds]uint64) []telemetry.Kind {
	var out []telemetry.Kind
	for _, k := range a.Needs {
		if kinds[k] == 0 {
			out = append(out, k)
		}
	}
	return out
}

// WhyNot says why a rule was asked of nothing at all, where that is its own doing and not that of its log source: empty when it was asked.
func (r *Result) WhyNot(a *RuleAccount) string {
	if a.NotAssessed != "" {
		return a.NotAssessed
	}
	if len(a.Needs) == 0 {
		return ""
	}
	kinds := r.asked()
	lacking := a.lacking(&kinds)
	if len(lacking) == 0 {
		return ""
	}
	names := make([]string, len(lacking))
	for i, k := range lacking {
		names[i] = k.String()
	}
	return "not assessed: needs " + strings.Join(names, " and ") + " records, none were read"
}
