package rule

import (
	"fmt"
	"slices"
)

// filter resolves a filter; false when it filters nothing.
func (r *resolver) filter(rule *Rule) bool {
	f, good := rule.Filter, rule.Filter.Any
	for i := range f.Rules {
		ref := &f.Rules[i]
		ref.Rule = r.find(rule, ref)
		switch {
		case ref.Rule == nil:
		case ref.Rule.Detection == nil:
			r.complain(rule, ref.Line, ref.Column, "rule %s is no detection: filter the detections that it names", shown(ref.Written))
			ref.Rule = nil
		default:
			good = true
			r.compare(rule, ref)
		}
	}
	return good
}

// compare notes that a rule looks elsewhere than the filter says. The filter applies all the same: the rule was named.
func (r *resolver) compare(rule *Rule, ref *RuleRef) {
	note := Note{Line: ref.Line, Column: ref.Column, Text: fmt.Sprintf("rule %s looks at %s, the filter says %s: it applies, since the rule is named",
		shown(ref.Written), ref.Rule.LogSource, rule.LogSource)}
	if !rule.LogSource.Covers(ref.Rule.LogSource) && !slices.Contains(rule.Notes, note) {
		rule.Notes = append(rule.Notes, note)
	}
}

// FiltersOf gives the filters that apply to a detection: those that name it, and those for any rule whose log source covers its own.
// Resolve comes before.
func (c *Collection) FiltersOf(r *Rule) []*Filter {
	if r.Detection == nil {
		return nil
	}
	var all []*Filter
	for _, f := range c.Rules {
		if f.Filter == nil {
			continue
		}
		named := slices.ContainsFunc(f.Filter.Rules, func(ref RuleRef) bool { return ref.Rule == r })
		if named || f.Filter.Any && f.LogSource.Covers(r.LogSource) {
			all = append(all, f.Filter)
		}
	}
	return all
}

// Reported gives the rules whose own matches are findings: all but filters and those that correlations name of which none generates.
func (c *Collection) Reported() map[*Rule]bool {
	reported, named := map[*Rule]bool{}, map[*Rule]bool{}
	for _, r := range c.Rules {
		if r.Filter == nil {
			reported[r] = true
		}
		if r.Correlation == nil {
			continue
		}
		for _, ref := range r.Correlation.Rules {
			if ref.Rule != nil {
				named[ref.Rule] = named[ref.Rule] || r.Correlation.Generate
			}
		}
	}
	for r, generate := range named {
		if !generate {
			delete(reported, r)
		}
	}
	return reported
}
