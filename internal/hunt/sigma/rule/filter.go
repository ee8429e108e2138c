package rule

import (
	"strings"

	"go.yaml.in/yaml/v4"
)

// filter reads a filter (Sigma filters 2.1.0).
func (d *document) filter(n *yaml.Node) *Filter {
	f := &Filter{}
	d.search("filter", n, &f.Detection, map[string]bool{"rules": true})
	if n.Kind != yaml.MappingNode {
		return f
	}
	for _, e := range f.Detection.Conditions {
		if _, ok := e.(Not); ok {
			d.note(d.at(find(n, "condition")), "the condition begins with not: what it holds for is left out, so only what the selections match is reported; other tools read the reverse")
		}
	}
	rules := find(n, "rules")
	switch {
	case rules == nil:
		d.complain(d.at(n), "rules is missing: list the ids or names of the rules that are filtered, or write any")
	case rules.Kind == yaml.ScalarNode && strings.EqualFold(rules.Value, "any"):
		f.Any = true
	default:
		if f.Rules = d.refs(rules); len(f.Rules) == 0 {
			d.complain(d.at(rules), "rules is empty: list the ids or names of the rules that are filtered, or write any")
		}
	}
	return f
}

func find(n *yaml.Node, key string) *yaml.Node {
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == key {
			return n.Content[i+1]
		}
	}
	return nil
}

// Covers reports whether a rule's log source lies in that of a filter: it states all that the filter states.
func (s LogSource) Covers(other LogSource) bool {
	within := func(a, b string) bool { return a == "" || strings.EqualFold(a, b) }
	return within(s.Product, other.Product) && within(s.Category, other.Category) && within(s.Service, other.Service)
}
