package node

import (
	"fmt"

	"stormglass/internal/hunt"
	"stormglass/internal/hunt/sigma/rule"
)

// trialStates says how far the rules of a trial were asked.
type trialStates map[*rule.Rule]hunt.RuleState

func statesOf(s *hunt.RuleSet, t *RuleTrialled) trialStates {
	result := hunt.Result{Accounts: t.Accounts, Rules: s.Account()}
	states, out := result.RuleStates(), trialStates{}
	for n, c := range s.Program.Rules() {
		out[c.Rule] = states[n]
	}
	n := len(s.Program.Rules())
	for _, r := range s.Collection.Rules {
		if r.Correlation != nil {
			out[r] = states[n]
			n++
		}
	}
	return out
}

// lack says why a rule was asked of nothing in the trial, or can find nothing there: for the reason that it has anyway, or because no record of its log source was
// read; empty when it was asked.
func (s trialStates) lack(r *rule.Rule, anyway string) string {
	switch {
	case anyway != "":
		return anyway
	case s[r] == hunt.RuleNotAssessed:
		return "no record of a kind that it needs was read"
	case r.Correlation == nil && s[r] == hunt.RuleNoRecords:
		return "no record of its log source was read"
	case r.Correlation == nil:
		return ""
	}
	reached := 0
	for _, ref := range r.Correlation.Rules {
		if ref.Rule != nil && s[ref.Rule] < hunt.RuleNoRecords && (ref.Rule.Correlation == nil || s.lack(ref.Rule, "") == "") {
			reached++
		}
	}
	switch all := len(r.Correlation.Rules); {
	case reached == 0:
		return "no record of the log sources of its rules was read"
	case reached < all && needsAll(r.Correlation):
		return fmt.Sprintf("only of %d of its %d rules records were read", reached, all)
	}
	return ""
}

// needsAll reports whether a correlation finds nothing unless each of its rules matches.
func needsAll(c *rule.Correlation) bool {
	return (c.Type == rule.Temporal || c.Type == rule.TemporalOrdered) && len(c.Conditions) == 0
}
