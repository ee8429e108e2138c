package hunt

import (
	"strconv"
	"strings"

	"stormglass/internal/hunt/sigma/rule"
)

// MatchesOf says what became of the matches that a correlation counts.
type MatchesOf struct {
	Counted   uint64
	Ungrouped uint64 // lacked a field of group-by, and were not counted
	Valueless uint64 // lacked the field whose values are counted, or it held no number, and were not counted
	Evicted   uint64 // groups that were given up, because there were more than can be held
	GroupBy   []string
	Fields    []string // whose values are counted
}

// none says why not a single match could be counted, empty when one was or none came.
func (m *MatchesOf) none() string {
	if n := m.Ungrouped + m.Valueless; m.Counted > 0 || n == 0 {
		return ""
	}
	var parts []string
	if m.Ungrouped > 0 {
		parts = append(parts, FieldsWords("group-by field", m.GroupBy))
	}
	if m.Valueless > 0 {
		parts = append(parts, FieldsWords("counted field", m.Fields))
	}
	return "not assessed: every one of its matches lacks the " + strings.Join(parts, " or the ")
}

// FieldsWords names fields as what they are: "group-by field source.ip", "group-by fields a or b".
func FieldsWords(what string, fields []string) string {
	switch len(fields) {
	case 0:
		return what
	case 1:
		return what + " " + cut(fields[0], maxSampleValue)
	}
	if n := 6; len(fields) > n {
		fields = append(fields[:n:n], "one of "+strconv.Itoa(len(fields)-n)+" more")
	}
	return cut(what+"s "+strings.Join(fields, " or "), maxSampleText)
}

// Account tells what became of the rules and of the matches that correlations count, nil without rules. It comes after Finish.
func (t *Tally) Account() *RulesAccount {
	t.mu.Lock()
	defer t.mu.Unlock()
	a := t.rules.Account()
	if a == nil {
		return a
	}
	for at, x := range t.matched.over.rules {
		a.Rules[at.Rule].Add(x)
	}
	if t.counting == nil {
		return a
	}
	a.Undated = t.counting.Totals().Undated
	for _, s := range t.counting.Stats() {
		x := &a.Rules[t.rules.number[s.Rule]]
		spec := specOf(s.Rule)
		x.Matches = &MatchesOf{
			Counted: s.Counted, Ungrouped: s.Ungrouped, Valueless: s.Valueless, Evicted: s.Evicted, GroupBy: spec.GroupBy, Fields: spec.Fields,
		}
		if x.NotAssessed == "" {
			x.NotAssessed = x.Matches.none()
		}
	}
	return a
}

// specOf gives the correlation of a rule, be it a detection with an aggregate.
func specOf(r *rule.Rule) *rule.Correlation {
	if r.Correlation != nil {
		return r.Correlation
	}
	return r.Detection.Aggregate
}
