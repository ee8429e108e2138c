package node

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"stormglass/internal/hunt"
	"stormglass/internal/hunt/sigma"
	"stormglass/internal/hunt/sigma/rule"
	"stormglass/internal/register"
	"stormglass/internal/report"
)

// CheckRules tells what is wrong or odd about the rules of a set, and what they lack.
func CheckRules(s *hunt.RuleSet) *report.RuleCheck {
	k := &report.RuleCheck{Files: s.Collection.Files}
	for _, c := range s.Complaints {
		k.Complaints = append(k.Complaints, report.RuleRemark{File: c.File, Line: c.Line, Column: c.Column, Rule: c.Rule, Text: c.Text})
	}
	a := asking(s)
	sources, states, unknown, addresses := tallied{}, tallied{}, tallied{}, tallied{}
	for _, r := range s.Collection.Rules {
		for _, n := range r.Notes {
			k.Notes = append(k.Notes, report.RuleRemark{File: r.File, Line: n.Line, Column: n.Column, Rule: r.Title, Text: n.Text})
		}
		row := a.row(r)
		switch {
		case r.Correlation != nil:
			k.Correlations++
		case r.Filter != nil:
			k.Filters++
		default:
			k.Detections++
		}
		if row.NotAssessed == "" {
			k.Asked++
			continue
		}
		k.NotAssessed++
		switch c := a.compiled[r]; {
		case row.NotAssessed == noPipeline:
			sources.add(row.LogSource, r)
		case c != nil && len(c.Missing) > 0:
			for _, name := range c.Missing {
				switch list := listNamed(name); {
				case list != "":
					states.add(list, r)
				case fromAddresses(name):
					addresses.add(name, r)
				default:
					unknown.add(name, r)
				}
			}
		default:
			k.Others = append(k.Others, report.RuleRemark{File: r.File, Line: r.Line, Rule: r.Title, Text: row.NotAssessed})
		}
	}
	k.NoPipeline, k.NoRegister, k.NoList, k.NoAddresses = sources.sorted(), states.sorted(), unknown.sorted(), addresses.sorted()
	byPlace := func(a, b report.RuleRemark) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	}
	slices.SortStableFunc(k.Complaints, byPlace)
	slices.SortStableFunc(k.Notes, byPlace)
	return k
}

// fromAddresses reports whether files of addresses give a field.
func fromAddresses(missing string) bool {
	return strings.HasPrefix(sigma.MissingText([]string{missing}), "no file of addresses")
}

// listNamed gives the list that a placeholder or computed field needs; empty: no register can state it.
func listNamed(missing string) string {
	if list := register.Need(missing); list != "" {
		missing = list
	}
	missing = strings.Trim(missing, "%")
	if slices.ContainsFunc(register.Lists(), func(l register.List) bool { return l.Name == missing }) {
		return missing
	}
	return ""
}

// tallied is rules by what they lack.
type tallied map[string][]string

func (t tallied) add(what string, r *rule.Rule) {
	title := cmp.Or(r.Title, r.Key())
	if !slices.Contains(t[what], title) {
		t[what] = append(t[what], title)
	}
}

// sorted gives what most rules lack first.
func (t tallied) sorted() []report.RuleLack {
	out := make([]report.RuleLack, 0, len(t))
	for _, what := range slices.Sorted(maps.Keys(t)) {
		out = append(out, report.RuleLack{What: what, Rules: t[what]})
	}
	slices.SortStableFunc(out, func(a, b report.RuleLack) int { return cmp.Compare(len(b.Rules), len(a.Rules)) })
	return out
}
