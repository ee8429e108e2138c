package pipeline

import (
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"stormglass/internal/hunt/sigma/rule"
	"stormglass/internal/observable"
	"stormglass/internal/plainyaml"
	"stormglass/internal/telemetry"
)

// parse reads one file.
func parse(file string, data []byte) ([]*entry, []*rule.Complaint) {
	r := reader{file: file, shared: map[string]names{}}
	root := form.RootAt(data, r.add)
	if root == nil {
		return nil, r.complaints
	}
	var sources *yaml.Node
	r.mapping(root, "a pipeline", func(key, value *yaml.Node) {
		switch key.Value {
		case "names":
			r.sharedNames(value)
		case "sources":
			sources = value
		default:
			r.complain(key, "unknown key %s: a pipeline has names and sources", shown(key))
		}
	})
	if sources == nil && root.Kind == yaml.MappingNode {
		r.complain(root, "it has no sources: list them under the key sources")
	}
	if sources == nil {
		return nil, r.complaints
	}
	return r.entries(sources), r.complaints
}

// reader is the state of one file.
type reader struct {
	file       string
	shared     map[string]names
	complaints []*rule.Complaint
	wrong      int // complaints so far, also those that were too many to keep
}

// maxComplaints bounds what is said of one file.
const maxComplaints = 100

func (r *reader) add(line, column int, text string) {
	if r.wrong++; r.wrong <= maxComplaints {
		r.complaints = append(r.complaints, &rule.Complaint{File: r.file, Line: line, Column: column, Text: text})
	}
}

func (r *reader) complain(n *yaml.Node, format string, args ...any) {
	r.add(n.Line, n.Column, fmt.Sprintf(format, args...))
}

// mapping walks the keys of a mapping, each of which may stand there once.
func (r *reader) mapping(n *yaml.Node, what string, each func(key, value *yaml.Node)) {
	if n.Kind != yaml.MappingNode {
		r.complain(n, "%s is written as keys with values, as in docs/pipelines.md", what)
		return
	}
	seen := map[string]bool{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := n.Content[i]
		switch {
		case key.Kind != yaml.ScalarNode:
			r.complain(key, "a key must be a text")
		case seen[key.Value]:
			r.complain(key, "%s stands here twice: join the two", shown(key))
		default:
			seen[key.Value] = true
			each(key, n.Content[i+1])
		}
	}
}

// texts reads one text or a list of them.
func (r *reader) texts(n *yaml.Node, what string, most int) []string {
	list := []*yaml.Node{n}
	if n.Kind == yaml.SequenceNode {
		list = n.Content
	}
	if len(list) > most {
		r.complain(n, "%s has over %d values", what, most)
		return nil
	}
	texts := make([]string, 0, len(list))
	for _, v := range list {
		if v.Kind != yaml.ScalarNode || plainyaml.IsNull(v) {
			r.complain(v, "%s must be a text or a list of texts", what)
			return nil
		}
		texts = append(texts, v.Value)
	}
	return texts
}

func (r *reader) entries(n *yaml.Node) []*entry {
	if n.Kind != yaml.SequenceNode {
		r.complain(n, "sources must be a list: begin each with a dash")
		return nil
	}
	if len(n.Content) > maxEntries {
		r.complain(n, "it has over %d sources: split the file", maxEntries)
		return nil
	}
	var entries []*entry
	for _, c := range n.Content {
		before := r.wrong
		if e := r.entry(c); r.wrong == before {
			entries = append(entries, e)
		}
	}
	return entries
}

// entry reads one log source. It is worth nothing when something was complained of.
func (r *reader) entry(n *yaml.Node) *entry {
	e, before := new(entry), r.wrong
	var use []string
	var kinds []telemetry.Kind
	var where, only []rule.Group
	var useAt, fields *yaml.Node
	r.mapping(n, "a source", func(key, value *yaml.Node) {
		switch key.Value {
		case "product":
			e.product = lower(r.texts(value, "product", maxKeyLists))
		case "category":
			e.category = lower(r.texts(value, "category", maxKeyLists))
		case "service":
			e.service = lower(r.texts(value, "service", maxKeyLists))
		case "kinds":
			kinds = r.kinds(value)
		case "where":
			where = r.where("where", value)
		case "own":
			only = r.where("own", value)
		case "use":
			use, useAt = r.texts(value, "use", maxKeyLists), value
		case "fields":
			fields = value
		default:
			r.complain(key, "unknown key %s: a source has product, category, service, kinds, where, own, use and fields", shown(key))
		}
	})
	if r.wrong > before {
		return nil
	}
	if e.product == nil && e.category == nil && e.service == nil {
		r.complain(n, "it stands for no log source: state product, category or service")
	}
	if len(kinds) == 0 {
		r.complain(n, "it says not in which kinds of record it is found: add kinds, such as [event]")
	}
	all := r.used(useAt, use)
	if fields != nil {
		all = r.names(fields).over(all)
	}
	targets := all.resolved(r, n)
	for _, k := range kinds {
		e.routes = append(e.routes, &Route{
			Kind: k, Where: where, Own: only, Pipeline: fmt.Sprintf("%s:%d", r.file, n.Line), names: targets, other: all.patterns,
			unkept: all.unkept(),
		})
	}
	return e
}

func lower(texts []string) []string {
	for i := range texts {
		texts[i] = strings.ToLower(texts[i])
	}
	return texts
}

// kinds reads the names of kinds.
func (r *reader) kinds(n *yaml.Node) []telemetry.Kind {
	var kinds []telemetry.Kind
	for _, name := range r.texts(n, "kinds", int(telemetry.NumKinds)) {
		k := telemetry.Kind(0)
		for k < telemetry.NumKinds && k.String() != name {
			k++
		}
		switch {
		case k == telemetry.NumKinds:
			r.complain(n, "unknown kind %q: it is one of %s", observable.Printable(name), allKinds)
		case slices.Contains(kinds, k):
			r.complain(n, "kind %s stands here twice", k)
		default:
			kinds = append(kinds, k)
		}
	}
	return kinds
}

var allKinds = func() string {
	var names []string
	for k := range telemetry.NumKinds {
		names = append(names, k.String())
	}
	return strings.Join(names, ", ")
}()

// where reads the groups of which one must hold, under the key given.
func (r *reader) where(key string, n *yaml.Node) []rule.Group {
	groups, complaints := rule.ParseGroups(n)
	for _, c := range complaints {
		r.add(c.Line, c.Column, key+": "+c.Text)
	}
	if len(groups) > maxWhere {
		r.complain(n, "%s has over %d groups", key, maxWhere)
	}
	for _, g := range groups {
		for _, it := range g.Items {
			if it.Field == "" {
				r.add(it.Line, it.Column, key+" holds keywords: state a field for each value")
			}
		}
	}
	return groups
}

// shown gives a key for a complaint.
func shown(n *yaml.Node) string {
	text := observable.Printable(n.Value)
	if len(text) > 60 {
		text = text[:60] + "…"
	}
	return fmt.Sprintf("%q", text)
}
