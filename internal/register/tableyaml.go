package register

import (
	"go.yaml.in/yaml/v4"

	"stormglass/internal/plainyaml"
)

// noneKey names, beside the list, groups of which the operator has none: so nothing is approved, where else nothing is known.
const noneKey = "none"

func (t *table) readYAML(d *document, data []byte) content {
	var c content
	root := d.root(data)
	if root == nil {
		return c
	}
	known := []string{t.name}
	if t.groups != nil {
		known = append(known, noneKey)
	}
	f := d.fields(root, "the file", known...)
	if n := f[noneKey]; n != nil {
		c.none = append(c.none, d.cell(n, column{name: noneKey, many: true}))
	}
	list := f[t.name]
	switch {
	case list == nil || plainyaml.IsNull(list):
		return c
	case list.Kind != yaml.SequenceNode:
		d.complain(list.Line, "%s is not a list: begin each entry with \"- %s:\"", t.name, t.columns[0].name)
		return c
	}
	c.stated = true
	for _, n := range list.Content {
		if r, ok := t.entry(d, n); ok && !c.keep(d, r) {
			break
		}
	}
	return c
}

// entry reads one mapping.
func (t *table) entry(d *document, n *yaml.Node) (row, bool) {
	f := d.fields(n, t.noun, t.keys()...)
	if f == nil {
		return row{}, false
	}
	r := row{line: n.Line, cells: make(map[string]cell, len(f))}
	for _, c := range t.columns {
		if v := f[c.name]; v != nil && !plainyaml.IsNull(v) && (v.Kind != yaml.SequenceNode || len(v.Content) > 0) {
			r.cells[c.name] = d.cell(v, c)
		} else if c.must {
			d.complain(n.Line, "%s has no %s: add one", t.noun, c.name)
		}
	}
	return r, true
}

// cell reads the values of one key.
func (d *document) cell(n *yaml.Node, c column) cell {
	out := cell{line: n.Line}
	values := []*yaml.Node{n}
	if c.many && n.Kind == yaml.SequenceNode {
		values = n.Content
	}
	for _, v := range values {
		var s string
		var ok bool
		if c.pair && v.Kind == yaml.MappingNode {
			s, ok = d.pair(v, c.name)
		} else {
			s, ok = d.text(v, c.name)
		}
		if ok {
			d.put(&out, v.Line, c.name, s)
		}
	}
	return out
}

// put takes a value into a cell, unless there are too many or nobody could read it.
func (d *document) put(c *cell, line int, what, s string) {
	switch {
	case len(s) > maxText:
		d.complain(line, "%s is longer than %d bytes: shorten it", what, maxText)
	case !printable(s):
		d.complain(line, "%s %s has characters that cannot be shown: leave them out", what, quoted(s))
	case len(c.texts) >= maxValues:
		if len(c.texts) == maxValues {
			d.complain(line, "%s has over %d values: make several entries", what, maxValues)
		}
	default:
		c.texts = append(c.texts, s)
	}
}

// pair reads {address, observation_domain} as address#domain.
func (d *document) pair(n *yaml.Node, what string) (string, bool) {
	f := d.fields(n, what, "address", "observation_domain")
	a, ok := d.text(f["address"], "address")
	if !ok {
		if f != nil && f["address"] == nil {
			d.complain(n.Line, "%s has no address: add one", what)
		}
		return "", false
	}
	if v := f["observation_domain"]; v != nil {
		domain, ok := d.text(v, "observation_domain")
		return a + "#" + domain, ok
	}
	return a, true
}
