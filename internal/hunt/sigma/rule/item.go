package rule

import (
	"strings"

	"go.yaml.in/yaml/v4"

	"stormglass/internal/plainyaml"
)

// groups reads a selection: a mapping, a list of mappings, or keywords.
func (d *document) groups(what string, n *yaml.Node) []Group {
	switch {
	case n.Kind == yaml.MappingNode && len(n.Content) > 0:
		return d.mapping(n)
	case n.Kind == yaml.SequenceNode && len(n.Content) > 0:
		return d.list(what, n)
	case n.Kind == yaml.ScalarNode && !plainyaml.IsNull(n):
		d.note(d.at(n), "%s is a single keyword: a list is usual", what)
		return d.keywords(n, []*yaml.Node{n})
	}
	d.complain(d.at(n), "%s is empty: state fields with values, or keywords", what)
	return nil
}

// mapping reads a mapping: all of its items must hold.
func (d *document) mapping(n *yaml.Node) []Group {
	g := Group{Line: d.before + n.Line}
	for k, v := range d.pairs(n) {
		if c, ok := d.chain(k); ok {
			if it, ok := d.item(c, k, v); ok {
				g.Items = append(g.Items, it)
			}
		}
	}
	if len(g.Items) == 0 {
		return nil
	}
	return []Group{g}
}

// list reads a list: mappings, of which one must hold, and keywords, which are one further group.
func (d *document) list(what string, n *yaml.Node) []Group {
	var groups []Group
	var words []*yaml.Node
	for _, e := range n.Content {
		switch {
		case e.Kind == yaml.MappingNode && len(e.Content) > 0:
			groups = append(groups, d.mapping(e)...)
		case e.Kind == yaml.ScalarNode && !plainyaml.IsNull(e):
			words = append(words, e)
		default:
			d.complain(d.at(e), "an entry of %s is a keyword or a mapping of fields: this is %s", what, formOf(e))
		}
	}
	if len(words) > 0 {
		groups = append(groups, d.keywords(words[0], words)...)
	}
	return groups
}

// keywords reads keywords without modifiers.
func (d *document) keywords(at *yaml.Node, words []*yaml.Node) []Group {
	it := Item{Line: d.before + at.Line, Column: at.Column}
	if d.fill(&it, chain{sort: sortText}, words); len(it.Values) == 0 {
		return nil
	}
	return []Group{{Line: it.Line, Items: []Item{it}}}
}

// item reads the values of a field.
func (d *document) item(c chain, k, v *yaml.Node) (it Item, ok bool) {
	it = Item{
		Field: c.field, Written: short(k.Value), Line: d.before + k.Line, Column: k.Column,
		Op: c.op(), All: c.has("all"), Negated: c.has("neq"),
	}
	nodes := []*yaml.Node{v}
	switch {
	case v.Kind == yaml.MappingNode:
		d.complain(d.at(v), "the value of %s is a mapping: a field has a value or a list of values", shown(k.Value))
		return it, false
	case v.Kind == yaml.SequenceNode:
		nodes = v.Content
	case it.All:
		d.complain(d.at(k), "modifier all needs a list of values: leave it out, or write a list")
	}
	switch {
	case len(nodes) == 0:
		d.complain(d.at(v), "%s has an empty list: state values", shown(k.Value))
	case len(nodes) == 1 && it.All:
		d.note(d.at(k), "modifier all on a list of one value changes nothing")
	case len(nodes) > 1 && it.Op == OpExists:
		d.complain(d.at(v), "exists takes one value, true or false, not a list")
		return it, false
	}
	d.fill(&it, c, nodes)
	return it, len(it.Values) > 0
}

// fill reads values into an item.
func (d *document) fill(it *Item, c chain, nodes []*yaml.Node) {
	if d.values += len(nodes); d.values > maxValues {
		if d.values-len(nodes) <= maxValues {
			d.complain(d.at(nodes[0]), "the rule has over %d values: split it, or keep them as a list of indicators or a register", maxValues)
		}
		return
	}
	it.Values = make([]Value, 0, len(nodes))
	for _, n := range nodes {
		switch {
		case n.Kind != yaml.ScalarNode:
			d.complain(d.at(n), "a value is a single text or number: this is %s", formOf(n))
		case len(n.Value) > maxText:
			d.complain(d.at(n), "a value has over %d bytes: look for a shorter part of it", maxText)
		default:
			v := Value{Line: d.before + n.Line, Column: n.Column, Written: short(n.Value)}
			if d.value(&v, c, n) {
				it.Values = append(it.Values, v)
			}
		}
	}
}

// op is what an item with the chain asks.
func (c chain) op() Op {
	switch c.sort {
	case sortRegexp:
		return OpRegexp
	case sortCIDR:
		return OpCIDR
	case sortExists:
		return OpExists
	case sortRef:
		return OpFieldRef
	case sortNumber:
		return map[string]Op{"lt": OpLess, "lte": OpLessOrEqual, "gt": OpGreater, "gte": OpGreaterOrEqual}[c.maker()]
	default:
		return OpMatch
	}
}

// flags are those of the regular expression.
func (c chain) flags() string {
	var b strings.Builder
	for _, f := range [...][2]string{{"i", "ignorecase"}, {"m", "multiline"}, {"s", "dotall"}} {
		if c.has(f[0]) || c.has(f[1]) {
			b.WriteString(f[0])
		}
	}
	return b.String()
}
