package rule

import (
	"maps"
	"math"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"stormglass/internal/plainyaml"
)

var boundNames = map[string]BoundOp{
	"gt": Greater, "gte": GreaterOrEqual, "lt": Less, "lte": LessOrEqual, "eq": Equal, "neq": NotEqual,
}

// bounds reads the condition of a correlation.
func (d *document) bounds(c *Correlation, n *yaml.Node) {
	switch {
	case n == nil || plainyaml.IsNull(n):
		return
	case n.Kind == yaml.ScalarNode:
		d.complain(d.at(n), "a condition over the names of rules is of a later specification than 2.1 and is not read: write a mapping, as in gte: 2")
		return
	case n.Kind != yaml.MappingNode:
		d.complain(d.at(n), "the condition of a correlation is a mapping, as in gte: 10: this is %s", formOf(n))
		return
	}
	for k, v := range d.pairs(n) {
		op, known := boundNames[k.Value]
		switch {
		case known:
			if number, ok := d.bound(k.Value, v); ok {
				c.Conditions = append(c.Conditions, Bound{op, number})
			}
		case k.Value == "field":
			c.Fields = d.fields(v)
		case k.Value == "percentile":
			d.percentile(c, k, v)
		default:
			d.complain(d.at(k), "unknown key %s below condition: it knows %s, field and percentile", shown(k.Value),
				strings.Join(slices.Sorted(maps.Keys(boundNames)), ", "))
		}
	}
	if len(c.Conditions) > 0 && !satisfiable(c.Conditions) {
		d.complain(d.at(n), "the condition can never hold: no number is within all of its bounds")
	}
}

func (d *document) bound(name string, n *yaml.Node) (float64, bool) {
	if n.Kind == yaml.ScalarNode {
		if number, ok := parseNumber(n.Value); ok {
			return number, true
		}
	}
	d.complain(d.at(n), "%s takes a number: this is %s", name, formOf(n))
	return 0, false
}

// fields reads one field or a list of them; both are usual.
func (d *document) fields(n *yaml.Node) []string {
	if n.Kind == yaml.ScalarNode && !plainyaml.IsNull(n) {
		return []string{d.scalar("field", n)}
	}
	return d.texts("field", n, maxGroupBy)
}

func (d *document) percentile(c *Correlation, k, v *yaml.Node) {
	number, ok := d.bound("percentile", v)
	switch {
	case !ok:
	case c.Type != ValuePercentile:
		d.note(d.at(k), "percentile is used by value_percentile only")
	case number < 0 || number > 100:
		d.complain(d.at(v), "percentile is a number from 0 to 100: this is %s", shown(v.Value))
	default:
		c.Percentile = number
	}
}

// satisfiable reports whether some number is within all bounds.
func satisfiable(bounds []Bound) bool {
	candidates := []float64{math.Inf(-1), math.Inf(1)}
	for _, b := range bounds {
		candidates = append(candidates, math.Nextafter(b.Number, math.Inf(-1)), b.Number, math.Nextafter(b.Number, math.Inf(1)))
	}
	return slices.ContainsFunc(candidates, func(number float64) bool {
		return !slices.ContainsFunc(bounds, func(b Bound) bool { return !b.Holds(number) })
	})
}

// Holds compares a number with the bound.
func (b Bound) Holds(number float64) bool {
	switch b.Op {
	case Greater:
		return number > b.Number
	case GreaterOrEqual:
		return number >= b.Number
	case Less:
		return number < b.Number
	case LessOrEqual:
		return number <= b.Number
	case Equal:
		return number == b.Number
	case NotEqual:
		return number != b.Number
	}
	return false
}

// judge says what the type needs.
func (d *document) judge(c *Correlation, n *yaml.Node) {
	temporal := c.Type == Temporal || c.Type == TemporalOrdered
	looks := !temporal && c.Type != EventCount
	switch {
	case len(c.Conditions) == 0 && !temporal:
		d.complain(d.at(n), "condition is missing: %s needs a number to compare with, as in gte: 10", c.Type)
	case looks && len(c.Fields) == 0:
		d.complain(d.at(n), "field is missing below condition: say which field %s looks at", c.Type)
	case c.Type != ValueCount && len(c.Fields) > 1:
		d.complain(d.at(n), "%s looks at one field, not at %d", c.Type, len(c.Fields))
	case !looks && len(c.Fields) > 0:
		d.note(d.at(n), "%s looks at no field: field is not used", c.Type)
		c.Fields = nil
	case c.Type == ValuePercentile && c.Percentile < 0:
		d.complain(d.at(n), "percentile is missing below condition: say which, as in percentile: 95")
	case temporal && len(c.Rules) == 1:
		d.note(d.at(n), "%s of one rule holds with each of its matches", c.Type)
	}
}
