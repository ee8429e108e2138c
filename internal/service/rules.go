package service

import (
	"fmt"
	"strings"

	"stormglass/internal/node"
	"stormglass/internal/observable"
	"stormglass/internal/web/api"
)

// maxRulesSaid bounds what is said of rules one by one.
const maxRulesSaid = 20

// rules tells of the rules in force.
func rules(st *api.Status, r *node.RulesState) {
	st.Rules = api.RuleState{Matched: r.Matches, Loaded: when(r.Loaded), Complaints: []string{}, Cut: []string{}}
	if a := r.Account; a != nil {
		st.Rules.Files, st.Rules.Rules = a.Files, len(a.Rules)
		for i := range a.Rules {
			x := &a.Rules[i]
			if x.NotAssessed == "" {
				st.Rules.Asked++
			}
			if x.Cut > 0 && len(st.Rules.Cut) < maxRulesSaid {
				st.Rules.Cut = append(st.Rules.Cut, observable.Printable(x.Key))
			}
		}
		for _, c := range a.Complaints[:min(len(a.Complaints), maxRulesSaid)] {
			st.Rules.Complaints = append(st.Rules.Complaints, observable.Printable(c.String()))
		}
	}
	if r.Err != nil {
		for line := range strings.Lines(r.Err.Error()) {
			st.Warnings = append(st.Warnings, observable.Printable(strings.TrimSpace(line)))
		}
	}
	if r.Looking {
		st.Warnings = append(st.Warnings, "new rules are being asked of what is held: what they find there is not all told yet")
	}
	if r.Uncounted > 0 {
		st.Warnings = append(st.Warnings, fmt.Sprintf("correlations were not told of %d matches, because single commits held too many", r.Uncounted))
	}
	if r.Unkept > 0 {
		st.Warnings = append(st.Warnings, fmt.Sprintf("%d findings of rules were left out, because single commits held too many", r.Unkept))
	}
}
