package node

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"stormglass/internal/fault"
	"stormglass/internal/hunt"
	"stormglass/internal/hunt/sigma"
	"stormglass/internal/hunt/sigma/rule"
	"stormglass/internal/report"
	"stormglass/internal/telemetry"
)

// ListRules gives the rules of a set, those of the highest level first.
func ListRules(s *hunt.RuleSet) *report.RuleList {
	l := &report.RuleList{Complaints: len(s.Complaints)}
	a := asking(s)
	for _, r := range s.Collection.Rules {
		l.Rules = append(l.Rules, a.row(r))
	}
	level := map[string]rule.Level{}
	for x := rule.NoLevel; x <= rule.Critical; x++ {
		level[x.String()] = x
	}
	level[rule.NoLevel.String()] = rule.Medium // as a hunt has it
	slices.SortStableFunc(l.Rules, func(a, b report.RuleRow) int {
		return cmp.Or(cmp.Compare(level[b.Level], level[a.Level]), cmp.Compare(a.Title, b.Title))
	})
	return l
}

// rulesAsked tells what rules are asked of.
type rulesAsked struct {
	compiled map[*rule.Rule]*sigma.Compiled
	filtered map[*rule.Rule]int // how many rules a filter is over
	silent   map[*rule.Rule]bool
}

func asking(s *hunt.RuleSet) *rulesAsked {
	a := &rulesAsked{map[*rule.Rule]*sigma.Compiled{}, map[*rule.Rule]int{}, map[*rule.Rule]bool{}}
	of := map[*rule.Filter]*rule.Rule{}
	for _, r := range s.Collection.Rules {
		if r.Filter != nil {
			of[r.Filter] = r
		}
	}
	reported := s.Collection.Reported()
	for _, r := range s.Collection.Rules {
		a.silent[r] = r.Filter == nil && !reported[r]
	}
	for _, c := range s.Program.Rules() {
		a.compiled[c.Rule] = c
		for _, f := range s.Collection.FiltersOf(c.Rule) {
			a.filtered[of[f]]++
		}
	}
	return a
}

func (a *rulesAsked) row(r *rule.Rule) report.RuleRow {
	row := report.RuleRow{
		Key: r.Key(), Title: r.Title, Sort: "detection", Level: r.Level.String(), Status: r.Status, LogSource: r.LogSource.String(), File: r.File, Line: r.Line,
		Kinds: []string{}, Missing: []string{}, CountedOnly: a.silent[r],
	}
	switch {
	case r.Correlation != nil:
		row.Sort, row.LogSource = "correlation", ""
		row.NotAssessed, row.Note = a.correlation(r)
	case r.Filter != nil:
		row.Sort, row.Note = "filter", "filters "+rulesOf(a.filtered[r])
		if a.filtered[r] == 0 {
			row.NotAssessed = "it is over none of the rules that were read"
		}
	default:
		c := a.compiled[r]
		row.NotAssessed, row.Kinds, row.Missing = shortly(c.Unusable), kindNames(c.Kinds), append(row.Missing, c.Missing...)
		if n := r.Detection.Aggregate; n != nil {
			row.Sort, row.Note = "count", countText(n)
		}
	}
	return row
}

// shortly leaves out of a reason what the log source says anyway.
func shortly(unusable string) string {
	s := strings.TrimPrefix(unusable, "not assessed: ")
	if strings.HasPrefix(s, noPipeline) {
		return noPipeline
	}
	return s
}

const noPipeline = "no pipeline"

func kindNames(kinds []telemetry.Kind) []string {
	out := make([]string, len(kinds))
	for i, k := range kinds {
		out[i] = k.String()
	}
	return out
}

// correlation tells what a correlation lacks.
func (a *rulesAsked) correlation(r *rule.Rule) (notAssessed, note string) {
	all := len(r.Correlation.Rules)
	asked := 0
	for _, ref := range r.Correlation.Rules {
		if a.asked(ref.Rule) {
			asked++
		}
	}
	needsAll := r.Correlation.Type == rule.Temporal || r.Correlation.Type == rule.TemporalOrdered
	switch {
	case asked == 0:
		return "none of its rules can be asked", ""
	case asked < all && needsAll:
		return fmt.Sprintf("only %d of its %d rules can be asked", asked, all), ""
	case asked < all:
		return "", fmt.Sprintf("counts only %d of its %d rules: the others cannot be asked", asked, all)
	}
	return "", r.Correlation.Type.String() + " of " + rulesOf(all)
}

// rulesOf gives a number of rules in words.
func rulesOf(n int) string {
	if n == 1 {
		return "1 rule"
	}
	return fmt.Sprintf("%d rules", n)
}

// countText says what a rule of the old form counts: "counts matches by source.ip within 5m0s".
func countText(c *rule.Correlation) string {
	s := "counts matches"
	if len(c.Fields) > 0 {
		s = "counts values of " + strings.Join(c.Fields, ", ")
	}
	if len(c.GroupBy) > 0 {
		s += " by " + strings.Join(c.GroupBy, ", ")
	}
	return s + " within " + c.Timespan.String()
}

func (a *rulesAsked) asked(r *rule.Rule) bool {
	if r == nil {
		return false
	}
	if r.Correlation != nil {
		not, _ := a.correlation(r)
		return not == ""
	}
	c := a.compiled[r]
	return c != nil && c.Unusable == ""
}

// FindRule gives the rule of a set that is named by its id, the first four or more characters of it, its name or its title.
func FindRule(s *hunt.RuleSet, named string) (*rule.Rule, error) {
	var found []*rule.Rule
	for _, r := range s.Collection.Rules {
		if strings.EqualFold(r.Key(), named) || r.Name != "" && r.Name == named {
			return r, nil
		}
		if strings.EqualFold(r.Title, named) || len(named) >= 4 && strings.HasPrefix(r.ID, strings.ToLower(named)) {
			found = append(found, r)
		}
	}
	switch len(found) {
	case 0:
		return nil, fault.Hint(fault.NotFound, fmt.Errorf("no rule is called %q", named), "stormglass rules list names the rules; rules check tells those that could not be read")
	case 1:
		return found[0], nil
	}
	return nil, fault.Hint(fault.Invalid, fmt.Errorf("%q names %d rules: %s and %s among them", named, len(found), found[0].Key(), found[1].Key()), "give more of the id")
}
