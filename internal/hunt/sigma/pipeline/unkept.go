package pipeline

import (
	"fmt"

	"go.yaml.in/yaml/v4"

	"stormglass/internal/observable"
)

// Unkept gives why a rule that names a field cannot be asked of the records of the route: the source states it, and records do not
// keep it as the source writes it. Empty for all other fields.
func (r *Route) Unkept(field string) string {
	hint, ok := r.unkept[field]
	if !ok {
		return ""
	}
	return fmt.Sprintf("%s records do not keep %s as its source writes it: %s", r.Kind, observable.Printable(field), observable.Printable(hint))
}

// unkept gives the fields that records do not keep, with what a rule writes instead.
func (n names) unkept() map[string]string {
	var m map[string]string
	for field, targets := range n.fields {
		for _, t := range targets {
			if t.unkept == "" {
				continue
			}
			if m == nil {
				m = map[string]string{}
			}
			m[field] = t.unkept
		}
	}
	return m
}

// text reads one text that stands beside or instead of a name.
func (r *reader) text(n *yaml.Node, what string) string {
	if n.Kind != yaml.ScalarNode || n.Value == "" || len(n.Value) > maxNameLen {
		r.complain(n, "%s is one text of 1 to %d bytes", what, maxNameLen)
		return ""
	}
	return n.Value
}
