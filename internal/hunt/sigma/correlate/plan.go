package correlate

import (
	"fmt"
	"math"
	"slices"

	"stormglass/internal/hunt/sigma/rule"
	"stormglass/internal/telemetry"
)

const (
	mostRules  = 255 // of one correlation
	mostFields = 64  // of one base rule
)

// base is a rule whose matches come from outside.
type base struct {
	rule   *rule.Rule
	number int // in the order of the collection
	wanted []string
	edges  []edge
}

// edge leads the matches of a rule into a correlation.
type edge struct {
	to    *node
	slot  uint8 // which of the correlation's rules it is
	group []int // where the values of group-by stand among those of the match
	value []int // and those that are counted
}

// planner makes nodes of rules, those that are referred to first.
type planner struct {
	limits     Limits
	bases      map[*rule.Rule]*base
	order      []*base
	nodes      []*node
	of         map[*rule.Rule]*node // by the rule that refers may name
	state      map[*rule.Rule]int8  // 1: being planned, 2: done, -1: left out
	complaints []*rule.Complaint
}

func (p *planner) all(rules []*rule.Rule) {
	for _, r := range rules {
		p.plan(r)
	}
	for i, b := range p.order {
		b.number = i
	}
	for i, n := range p.nodes {
		n.number = i
	}
}

// plan gives whether r may be referred to.
func (p *planner) plan(r *rule.Rule) bool {
	if s := p.state[r]; s != 0 {
		return s == 2
	}
	p.state[r] = 1
	ok := true
	switch {
	case r.Correlation != nil:
		ok = p.correlation(r, r.Correlation)
	case r.Detection != nil && r.Detection.Aggregate != nil:
		ok = p.correlation(r, r.Detection.Aggregate)
	}
	p.state[r] = 2
	if !ok {
		p.state[r] = -1
	}
	return ok
}

func (p *planner) correlation(r *rule.Rule, c *rule.Correlation) bool {
	text := unusable(c)
	if text != "" {
		p.complain(r, c.Line, c.Column, text)
		return false
	}
	n := newNode(r, c, p.limits)
	if r.Detection != nil {
		if text := p.connectBase(n, r, 0, func(f string) string { return f }); text != "" {
			p.complain(r, c.Line, c.Column, text)
			return false
		}
	}
	seen := map[*rule.Rule]bool{}
	for _, ref := range c.Rules {
		if ref.Rule == nil || seen[ref.Rule] {
			continue
		}
		if text := p.connect(n, ref, len(seen)); text != "" {
			p.complain(r, ref.Line, ref.Column, text)
			p.drop(n)
			return false
		}
		seen[ref.Rule] = true
	}
	n.slots = max(len(seen), 1)
	if text := hopeless(c, n.slots); text != "" {
		p.complain(r, c.Line, c.Column, text)
		p.drop(n)
		return false
	}
	n.tune(p.limits)
	p.nodes = append(p.nodes, n)
	p.of[r] = n
	return true
}

// connect leads what ref names into n; the text is why it cannot.
func (p *planner) connect(n *node, ref rule.RuleRef, slot int) string {
	if ref.Rule.Filter != nil {
		return fmt.Sprintf("%q is a filter, which has no matches: name a detection or a correlation", ref.Written)
	}
	if p.state[ref.Rule] == 1 {
		return fmt.Sprintf("%q refers back to this rule: take one of the references out", ref.Written)
	}
	if !p.plan(ref.Rule) {
		return fmt.Sprintf("%q cannot be used, and so neither can this: see the complaint about it", ref.Written)
	}
	name := func(f string) string { return aliased(n.spec, ref, f) }
	if lower := p.of[ref.Rule]; lower != nil {
		return connectLower(n, lower, slot, name)
	}
	return p.connectBase(n, ref.Rule, slot, name)
}

func (p *planner) connectBase(n *node, r *rule.Rule, slot int, name func(string) string) string {
	b := p.bases[r]
	if b == nil {
		b = &base{rule: r}
		p.bases[r] = b
		p.order = append(p.order, b)
	}
	full := false
	place := func(f string) int {
		f = name(f)
		if i := slices.Index(b.wanted, f); i >= 0 {
			return i
		}
		if len(b.wanted) == mostFields {
			full = true
			return 0
		}
		b.wanted = append(b.wanted, f)
		return len(b.wanted) - 1
	}
	e := edge{to: n, slot: uint8(slot)}
	for _, f := range n.spec.GroupBy {
		e.group = append(e.group, place(f))
	}
	for _, f := range n.spec.Fields {
		e.value = append(e.value, place(f))
	}
	if full {
		return fmt.Sprintf("correlations want more than %d fields of %q: use fewer", mostFields, r.Key())
	}
	b.edges = append(b.edges, e)
	return ""
}

func connectLower(n, lower *node, slot int, name func(string) string) string {
	e := edge{to: n, slot: uint8(slot)}
	find := func(fields []string) (places []int, missing string) {
		for _, f := range fields {
			i := slices.Index(lower.fields, name(f))
			if i < 0 {
				return nil, name(f)
			}
			places = append(places, i)
		}
		return places, ""
	}
	var missing string
	if e.group, missing = find(n.spec.GroupBy); missing == "" {
		e.value, missing = find(n.spec.Fields)
	}
	if missing != "" {
		return fmt.Sprintf("the correlation %q has no field %q: add it to its group-by, or name one of its fields in aliases", lower.rule.Key(), missing)
	}
	lower.up = append(lower.up, e)
	return ""
}

// drop takes the edges to n out again. Fields that are wanted stay so: they are handed in and not looked at.
func (p *planner) drop(n *node) {
	to := func(e edge) bool { return e.to == n }
	for _, b := range p.order {
		b.edges = slices.DeleteFunc(b.edges, to)
	}
	for _, l := range p.nodes {
		l.up = slices.DeleteFunc(l.up, to)
	}
}

// aliased is what the rule of ref calls the field f of c.
func aliased(c *rule.Correlation, ref rule.RuleRef, f string) string {
	for _, a := range c.Aliases {
		if a.Name != f {
			continue
		}
		for _, key := range []string{ref.Written, ref.Rule.Name, ref.Rule.ID} {
			if to, ok := a.Fields[key]; ok && key != "" {
				return to
			}
		}
	}
	return f
}

func (p *planner) complain(r *rule.Rule, line, column int, text string) {
	name := r.Title
	if name == "" {
		name = r.Key()
	}
	p.complaints = append(p.complaints, &rule.Complaint{File: r.File, Line: line, Column: column, Rule: name, Text: text})
}

// unusable is why c cannot be computed, whatever its rules are.
func unusable(c *rule.Correlation) string {
	needs := 0
	switch c.Type {
	case rule.ValueSum, rule.ValueAvg, rule.ValuePercentile, rule.ValueMedian:
		needs = 1
		if len(c.Fields) > 1 {
			return "several fields cannot be added up: name one field"
		}
	case rule.ValueCount:
		needs = 1
	case rule.EventCount, rule.Temporal, rule.TemporalOrdered:
	}
	switch {
	case len(c.Fields) < needs:
		return "no field is named whose values are looked at: add \"field\" to the condition"
	case c.Timespan <= 0 || c.Timespan > longest:
		return "the timespan must be more than nothing and at most 366 days"
	case len(c.Rules) > mostRules:
		return fmt.Sprintf("more than %d rules: divide the correlation", mostRules)
	case c.Type == rule.ValuePercentile && !(c.Percentile >= 0 && c.Percentile <= 100):
		return "the percentile must be 0 to 100"
	case len(c.Conditions) == 0 && !temporal(c.Type):
		return "no condition says how many: add one such as \"gte: 10\""
	}
	for _, r := range c.Rules {
		if r.Rule == nil {
			return fmt.Sprintf("the rule %q is not there: load it too, or correct its name", r.Written)
		}
	}
	return ""
}

// hopeless is why the condition of c can never hold.
func hopeless(c *rule.Correlation, slots int) string {
	least, most, step := math.Inf(-1), math.Inf(1), 0.0
	switch {
	case temporal(c.Type):
		least, most, step = 1, float64(slots), 1
	case c.Type == rule.EventCount || c.Type == rule.ValueCount:
		least, step = 1, 1
	}
	for _, b := range c.Conditions {
		if math.IsNaN(b.Number) {
			return "the condition compares with what is no number"
		}
		switch b.Op {
		case rule.Greater:
			least = math.Max(least, above(b.Number, step))
		case rule.GreaterOrEqual:
			least = math.Max(least, b.Number)
		case rule.Less:
			most = math.Min(most, -above(-b.Number, step))
		case rule.LessOrEqual:
			most = math.Min(most, b.Number)
		case rule.Equal:
			least, most = math.Max(least, b.Number), math.Min(most, b.Number)
		case rule.NotEqual:
		}
	}
	if step > 0 {
		least, most = math.Ceil(least), math.Floor(most)
	}
	if least > most {
		return "the condition can never hold: a window has at least one match, and no more rules than are named; that nothing came is not seen"
	}
	return ""
}

// above is the least number greater than x.
func above(x, step float64) float64 {
	if step == 0 {
		return math.Nextafter(x, math.Inf(1))
	}
	return math.Floor(x) + 1
}

func temporal(t rule.CorrelationType) bool { return t == rule.Temporal || t == rule.TemporalOrdered }

const longest = 366 * 24 * 60 * 60 * 1e9 // of timespans, in nanoseconds

const latest = telemetry.Instant(7258118400 * 1e9) // 2200-01-01: no later time is taken

// before is at less span, never before the first instant.
func before(at, span telemetry.Instant) telemetry.Instant { return max(at-span, 1) }
