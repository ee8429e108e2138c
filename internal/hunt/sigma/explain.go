package sigma

import (
	"fmt"
	"slices"
	"strings"

	"stormglass/internal/hunt/sigma/rule"
	"stormglass/internal/telemetry"
)

// Explanation says why a rule does or does not match a record.
type Explanation struct {
	Rule    *Compiled
	Matched bool
	Why     string             // why the rule is not asked of such a record at all; empty when it is
	Routes  []RouteExplanation // one for each way in which the rule's log source is found in the record's kind
}

// RouteExplanation is an Explanation by one route.
type RouteExplanation struct {
	Pipeline   string // the file that names the route
	Routed     bool   // the record belongs to the log source
	Where      []GroupExplanation
	Own        []GroupExplanation // what only records of the source itself have, where the rule asks for more of it
	Matched    bool
	Unknown    bool // it is older than what a register speaks of that decides: neither matched nor not
	Conditions []ConditionExplanation
	Selections []SelectionExplanation
	Filters    []FilterExplanation
}

// ConditionExplanation is one condition of a rule as written.
type ConditionExplanation struct {
	Written string
	Held    bool
}

// SelectionExplanation is one selection: it holds where one of its groups does.
type SelectionExplanation struct {
	Name   string
	Line   int
	Held   bool
	Groups []GroupExplanation
}

// GroupExplanation is the items of one mapping: it holds where all of them do.
type GroupExplanation struct {
	Line  int
	Held  bool
	Items []ItemExplanation
}

// ItemExplanation is one item beside what the record holds.
type ItemExplanation struct {
	Written      string   // the field and its modifiers, or "keywords"
	Line, Column int      // in the rule's file
	Wanted       []string // values as written, up to eight
	More         int      // further values
	Looked       []string // names under which the field was looked for; the raw line and all values for keywords
	Found        string   // the name under which it stands; empty when it is absent
	Holds        []string // its values, without secrets, up to eight
	Held         bool
	Why          string // one sentence
}

// FilterExplanation is a filter that the rule is under: where it holds the rule does not match.
type FilterExplanation struct {
	Filter     *rule.Filter
	Held       bool
	Selections []SelectionExplanation
}

// Explain says why a rule does or does not match record i of a batch. It is slow, and asks everything.
func (p *Program) Explain(ruleNo int, b *telemetry.Batch, i int) *Explanation {
	x := &Explanation{Rule: p.rules[ruleNo]}
	if x.Why = x.Rule.Unusable; x.Why != "" {
		return x
	}
	if !slices.Contains(x.Rule.Kinds, b.Kind) {
		x.Why = fmt.Sprintf("its log source (%s) is found in records of kind %s, this one is of kind %s",
			sourceText(x.Rule.Rule.LogSource), kindsText(x.Rule.Kinds), b.Kind)
		return x
	}
	k := p.kinds[b.Kind]
	v := newView(k, p.budget.Text)
	v.look(b, i)
	for n := range k.plans {
		if plan := &k.plans[n]; int(plan.rule) == ruleNo {
			r := v.route(plan, x.Rule.Rule)
			x.Matched = x.Matched || r.Matched
			x.Routes = append(x.Routes, r)
		}
	}
	return x
}

func kindsText(kinds []telemetry.Kind) string {
	var names []string
	for _, k := range kinds {
		names = append(names, k.String())
	}
	return strings.Join(names, ", ")
}

func (v *view) route(p *plan, r *rule.Rule) RouteExplanation {
	x := RouteExplanation{
		Pipeline: p.route.Pipeline, Routed: v.eval(&p.where), Where: v.groups(p.route.Where, p.places), Own: v.groups(p.route.Own, p.own),
		Selections: v.selections(r.Detection, p.selections),
	}
	switch min(v.judge(&p.where), v.judge(&p.root)) {
	case yes:
		x.Matched = true
	case unknown:
		x.Unknown = true
	case no:
	}
	compiled := v.held(p.selections)
	for n, e := range r.Detection.Conditions {
		x.Conditions = append(x.Conditions, ConditionExplanation{Written: r.Detection.Written[n], Held: holds(e, compiled)})
	}
	for n := range p.filters {
		f := &p.filters[n]
		x.Filters = append(x.Filters, FilterExplanation{f.Filter, v.eval(&f.root), v.selections(&f.Detection, f.selections)})
	}
	return x
}

// held gives for each selection whether it holds.
func (v *view) held(selections []selectionPlan) []bool {
	out := make([]bool, len(selections))
	for i, s := range selections {
		for _, g := range s.groups {
			out[i] = out[i] || v.allHold(g)
		}
	}
	return out
}

func (v *view) allHold(predicates []int32) bool {
	for _, n := range predicates {
		if !v.holds(n) {
			return false
		}
	}
	return true
}

// holds evaluates a condition over what is known of its selections.
func holds(e rule.Expr, selections []bool) bool {
	switch e := e.(type) {
	case rule.And:
		return !slices.ContainsFunc(e, func(t rule.Expr) bool { return !holds(t, selections) })
	case rule.Or:
		return slices.ContainsFunc(e, func(t rule.Expr) bool { return holds(t, selections) })
	case rule.Not:
		return !holds(e.Expr, selections)
	case rule.Ref:
		return int(e) < len(selections) && selections[e]
	}
	return false
}

func (v *view) selections(d *rule.Detection, plans []selectionPlan) []SelectionExplanation {
	out := make([]SelectionExplanation, len(plans))
	for i := range plans {
		s := &d.Selections[i]
		out[i] = SelectionExplanation{Name: s.Name, Line: s.Line, Groups: v.groups(s.Groups, plans[i].groups)}
		for _, g := range out[i].Groups {
			out[i].Held = out[i].Held || g.Held
		}
	}
	return out
}

func (v *view) groups(groups []rule.Group, plans [][]int32) []GroupExplanation {
	out := make([]GroupExplanation, len(plans))
	for i, predicates := range plans {
		out[i] = GroupExplanation{Line: groups[i].Line, Held: v.allHold(predicates)}
		for j, n := range predicates {
			out[i].Items = append(out[i].Items, v.item(&groups[i].Items[j], n))
		}
	}
	return out
}
