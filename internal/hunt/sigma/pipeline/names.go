package pipeline

import (
	"strings"

	"go.yaml.in/yaml/v4"

	"stormglass/internal/observable"
)

const (
	star = "*"  // as a field: all that are not named; at the beginning of a target: the patterns, with what follows as the field
	hole = "{}" // in a pattern: the field
)

// names is a list of field names as written: what a field is called, and the patterns for those that are not named.
type names struct {
	fields   map[string][]Target
	places   map[string]*yaml.Node
	patterns []string
}

// over puts names above others: a field of n counts, and so do its patterns when it has some.
func (n names) over(below names) names {
	all := names{fields: map[string][]Target{}, places: map[string]*yaml.Node{}, patterns: n.patterns}
	if len(n.patterns) == 0 {
		all.patterns = below.patterns
	}
	for _, from := range []names{below, n} {
		for field, targets := range from.fields {
			all.fields[field], all.places[field] = targets, from.places[field]
		}
	}
	return all
}

// sharedNames reads the lists that sources use.
func (r *reader) sharedNames(n *yaml.Node) {
	r.mapping(n, "names", func(key, value *yaml.Node) { r.shared[key.Value] = r.names(value) })
}

// used puts the named lists together, the first above the others.
func (r *reader) used(at *yaml.Node, lists []string) names {
	var all names
	for _, name := range lists {
		list, ok := r.shared[name]
		if !ok {
			r.complain(at, "there is no list of names %q: write it under names, above", observable.Printable(name))
			continue
		}
		all = all.over(list)
	}
	return all
}

// names reads a list of field names.
func (r *reader) names(n *yaml.Node) names {
	list := names{fields: map[string][]Target{}, places: map[string]*yaml.Node{}}
	if len(n.Content) > 2*maxNames {
		r.complain(n, "it has over %d fields", maxNames)
		return list
	}
	r.mapping(n, "a list of field names", func(key, value *yaml.Node) {
		if key.Value == star {
			list.patterns = r.patterns(value)
			return
		}
		if key.Value == "" || len(key.Value) > maxNameLen {
			r.complain(key, "the name of a field has from 1 to %d bytes", maxNameLen)
			return
		}
		list.fields[key.Value], list.places[key.Value] = r.targets(value), key
	})
	return list
}

func (r *reader) patterns(n *yaml.Node) []string {
	patterns := r.texts(n, "the value of '*'", maxTargets)
	for _, p := range patterns {
		if !strings.Contains(p, hole) || len(p) > maxNameLen {
			r.complain(n, "%q is no pattern: write {} where the field's name stands", observable.Printable(p))
		}
	}
	return patterns
}

// targets reads where a field may stand: a name, a name with values, or a list of those.
func (r *reader) targets(n *yaml.Node) []Target {
	list := []*yaml.Node{n}
	if n.Kind == yaml.SequenceNode {
		list = n.Content
	}
	if len(list) == 0 || len(list) > maxTargets {
		r.complain(n, "a field has from 1 to %d names", maxTargets)
		return nil
	}
	targets := make([]Target, 0, len(list))
	for _, t := range list {
		if target := r.target(t); target.Name != "" || target.unkept != "" {
			targets = append(targets, target)
		}
	}
	return targets
}

func (r *reader) target(n *yaml.Node) (t Target) {
	switch n.Kind { //nolint:exhaustive // no other node is a name
	case yaml.MappingNode:
		r.mapping(n, "a name", func(key, value *yaml.Node) {
			switch key.Value {
			case "name":
				t.Name = value.Value
			case "values":
				t.Values = r.values(value)
			case "unless":
				t.Unless = r.text(value, "unless")
			case "unkept":
				t.unkept = r.text(value, "unkept")
			default:
				r.complain(key, "unknown key %s: a field's name has name, values and unless, or unkept", shown(key))
			}
		})
	case yaml.ScalarNode:
		t.Name = n.Value
	}
	if t.unkept != "" {
		if t.Name != "" || t.Values != nil || t.Unless != "" {
			r.complain(n, "unkept stands alone: records hold the field under a name, or do not keep it")
		}
		return t
	}
	if t.Name == "" || len(t.Name) > maxNameLen || strings.Contains(t.Name, hole) {
		r.complain(n, "the name of a field in records has from 1 to %d bytes, and no {}", maxNameLen)
		return Target{}
	}
	return t
}

// values reads what a rule's values are called in records.
func (r *reader) values(n *yaml.Node) map[string]string {
	if len(n.Content) > 2*maxValues {
		r.complain(n, "values has over %d keys", maxValues)
		return nil
	}
	m := map[string]string{}
	r.mapping(n, "values", func(key, value *yaml.Node) {
		if value.Kind != yaml.ScalarNode {
			r.complain(value, "a value stands for one other")
		}
		m[strings.ToLower(key.Value)] = value.Value
	})
	return m
}

// resolved writes the patterns out that targets name by a star.
func (n names) resolved(r *reader, at *yaml.Node) map[string][]Target {
	all := make(map[string][]Target, len(n.fields))
	for field, targets := range n.fields {
		var out []Target
		for _, t := range targets {
			rest, starred := strings.CutPrefix(t.Name, star)
			switch {
			case t.unkept != "":
				out = append(out, Target{Name: field})
			case !starred:
				out = append(out, t)
			case len(n.patterns) == 0:
				r.complain(n.places[field], "%q stands for patterns, and there are none: add the field '*'", observable.Printable(t.Name))
			default:
				if rest == "" {
					rest = field
				}
				for _, made := range patterned(nil, n.patterns, rest) {
					made.Values, made.Unless = t.Values, t.Unless
					out = append(out, made)
				}
			}
		}
		if len(out) > maxTargets {
			r.complain(at, "field %q may stand under over %d names", observable.Printable(field), maxTargets)
		}
		all[field] = out
	}
	return all
}
