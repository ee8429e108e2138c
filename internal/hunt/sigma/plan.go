package sigma

import (
	"slices"

	"stormglass/internal/hunt/sigma/pipeline"
	"stormglass/internal/hunt/sigma/rule"
	"stormglass/internal/telemetry"
)

// planCompiler makes a plan of one rule on one route.
type planCompiler struct {
	*compiler
	kind    *kindProgram
	missing []string
	reasons []string
	since   telemetry.Instant
}

func (c *planCompiler) plan(r *rule.Rule, route *pipeline.Route) plan {
	p := plan{route: route}
	if len(route.Where) > 0 {
		p.places, p.where = c.groups(route.Where, route)
	}
	own := false
	if own = c.asksOwn(r.Detection, route); own {
		var here expression
		p.own, here = c.groups(route.Own, route)
		p.where = expression{op: opAnd, terms: []expression{p.where, here}}
	}
	p.arrival = c.kind.arrivalOf(arrivalKey{route, own}, &p.where)
	p.selections, p.root = c.detection(r.Detection, route)
	for _, f := range c.filters(r) {
		fp := filterPlan{Filter: f}
		fp.selections, fp.root = c.detection(&f.Detection, route)
		if c.asksOwn(&f.Detection, route) {
			_, here := c.groups(route.Own, route)
			fp.root = expression{op: opAnd, terms: []expression{here, fp.root}}
		}
		p.filters = append(p.filters, fp)
	}
	if len(p.filters) > 0 {
		p.root = expression{op: opAnd, terms: []expression{p.root}}
		for i := range p.filters {
			p.root.terms = append(p.root.terms, expression{op: opNot, terms: []expression{p.filters[i].root}})
		}
	}
	p.since = c.since
	return p
}

// asksOwn reports whether selections ask for a field that only records of the source itself have. Records of others cannot say it, so
// that what asks for its absence would hold of all of them.
func (c *planCompiler) asksOwn(d *rule.Detection, route *pipeline.Route) bool {
	if len(route.Own) == 0 {
		return false
	}
	for i := range d.Selections {
		for _, g := range d.Selections[i].Groups {
			if slices.ContainsFunc(g.Items, func(it rule.Item) bool { return asksOwn(&it, route) }) {
				return true
			}
		}
	}
	return false
}

func asksOwn(it *rule.Item, route *pipeline.Route) bool {
	return it.Field != "" && route.Owns(it.Field) ||
		it.Op == rule.OpFieldRef && slices.ContainsFunc(it.Values, func(v rule.Value) bool { return route.Owns(v.Ref.Field) })
}

// unkept gives why an item cannot be asked of a route: it names fields that the source states and records do not keep.
func unkept(it *rule.Item, route *pipeline.Route) []string {
	var reasons []string
	if why := route.Unkept(it.Field); why != "" {
		reasons = append(reasons, why)
	}
	if it.Op == rule.OpFieldRef {
		for _, v := range it.Values {
			if why := route.Unkept(v.Ref.Field); why != "" {
				reasons = append(reasons, why)
			}
		}
	}
	return reasons
}

// detection compiles selections and their conditions, of which one must hold.
func (c *planCompiler) detection(d *rule.Detection, route *pipeline.Route) ([]selectionPlan, expression) {
	plans := make([]selectionPlan, len(d.Selections))
	selections := make([]expression, len(d.Selections))
	for i := range d.Selections {
		plans[i].groups, selections[i] = c.groups(d.Selections[i].Groups, route)
	}
	root := expression{op: opOr}
	for _, e := range d.Conditions {
		root.terms = append(root.terms, condition(e, selections))
	}
	if len(root.terms) == 1 {
		root = root.terms[0]
	}
	return plans, root
}

// groups compiles groups of items, of which one must hold.
func (c *planCompiler) groups(groups []rule.Group, route *pipeline.Route) ([][]int32, expression) {
	numbers := make([][]int32, len(groups))
	one := expression{op: opOr}
	for i := range groups {
		all := expression{op: opAnd}
		for j := range groups[i].Items {
			c.reasons = union(c.reasons, unkept(&groups[i].Items[j], route))
			n := c.kind.predicate(&c.sets, &groups[i].Items[j], route)
			made := &c.kind.predicates[n]
			c.missing, c.reasons, c.since = union(c.missing, made.missing), union(c.reasons, made.reasons), max(c.since, made.since)
			numbers[i] = append(numbers[i], n)
			all.terms = append(all.terms, expression{op: opPredicate, pred: n})
		}
		if len(all.terms) == 1 {
			all = all.terms[0]
		}
		one.terms = append(one.terms, all)
	}
	if len(one.terms) == 1 {
		one = one.terms[0]
	}
	return numbers, one
}
