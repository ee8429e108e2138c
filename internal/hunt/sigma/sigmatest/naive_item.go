package sigmatest

import (
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"
)

// item evaluates "field|modifier|...: values". Without a field the values are keywords.
func (n *Naive) item(key string, values *yaml.Node, r Record) (Truth, error) {
	parts := strings.Split(key, "|")
	field, modifiers := parts[0], parts[1:]
	every := slices.Contains(modifiers, "all")
	if every && values.Kind != yaml.SequenceNode {
		return No, errors.New("all needs a list")
	}
	holds := truth(every)
	for _, value := range list(values) {
		one, err := n.value(field, modifiers, value, r)
		if err != nil {
			return No, err
		}
		if every {
			holds = min(holds, one)
		} else {
			holds = max(holds, one)
		}
	}
	if slices.Contains(modifiers, "neq") { // "the field is different from the specified values"
		holds = holds.not()
	}
	return holds, nil
}

// question is one value of an item while its modifiers are applied, in the order written.
type question struct {
	field   string
	node    *yaml.Node
	forms   [][]part // what text is matched against: one of them must
	kind    string   // "", "re", "cidr", "exists", "fieldref", "lt", "lte", "gt", "gte"
	time    string   // minute, hour, ...
	cased   bool
	before  bool // of fieldref: other text may stand before
	after   bool
	flags   string // of re
	changed bool   // a modifier changed the text
}

func (n *Naive) value(field string, modifiers []string, node *yaml.Node, r Record) (Truth, error) {
	if node.Kind != yaml.ScalarNode {
		return No, errors.New("a value is a text, a number, true, false or null")
	}
	q := &question{field: field, node: node, forms: [][]part{parse(node.Value)}}
	for _, m := range modifiers {
		if err := q.modify(m); err != nil {
			return No, fmt.Errorf("%s: %w", m, err)
		}
	}
	for _, form := range q.forms {
		for _, p := range form {
			if _, ok := n.sets[p.set]; p.set != "" && !ok {
				return No, fmt.Errorf("nothing says what %%%s%% stands for", p.set)
			}
		}
	}
	return n.ask(q, r)
}

func (q *question) modify(m string) error {
	null := q.node.ShortTag() == "!!null"
	number := q.node.ShortTag() == "!!int" || q.node.ShortTag() == "!!float"
	switch m {
	case "all", "neq":
		return nil
	}
	if null {
		return errors.New("null is not a text")
	}
	switch m {
	case "contains", "startswith", "endswith":
		return q.anchor(m)
	case "cased":
		q.cased = true
	case "windash":
		return q.each(func(p []part) ([][]part, error) { return windash(p), nil })
	case "base64":
		return q.each(func(p []part) ([][]part, error) { form, err := base64Of(p); return [][]part{form}, err })
	case "base64offset":
		return q.each(base64Offsets)
	case "wide", "utf16le":
		return q.encode("", wide(binary.LittleEndian))
	case "utf16be":
		return q.encode("", wide(binary.BigEndian))
	case "utf16":
		return q.encode("\xff\xfe", wide(binary.LittleEndian))
	case "expand":
		return q.each(func(p []part) ([][]part, error) { return [][]part{expand(p)}, nil })
	case "re":
		q.kind = m
	case "i", "m", "s":
		if q.kind != "re" {
			return errors.New("it comes after re")
		}
		q.flags += m
	case "cidr":
		q.kind = m
	case "fieldref":
		if q.changed {
			return errors.New("it comes first")
		}
		q.kind = m
	case "exists":
		if q.node.ShortTag() != "!!bool" || q.field == "" {
			return errors.New("true or false for a field")
		}
		q.kind = m
	case "lt", "lte", "gt", "gte":
		if !number {
			return errors.New("only numbers have an order")
		}
		q.kind = m
	case "minute", "hour", "day", "week", "month", "year":
		if !number {
			return errors.New("a part of a time is a number")
		}
		q.time = m
	default:
		return errors.New("no such modifier")
	}
	return nil
}

func (q *question) each(change func([]part) ([][]part, error)) error {
	var forms [][]part
	for _, form := range q.forms {
		changed, err := change(form)
		if err != nil {
			return err
		}
		forms = append(forms, changed...)
	}
	q.forms, q.changed = forms, true
	return nil
}

func (q *question) encode(mark string, change func(string) string) error {
	return q.each(func(p []part) ([][]part, error) {
		form := onPlain(p, change)
		if mark != "" {
			form = append([]part{{plain: mark}}, form...)
		}
		return [][]part{form}, nil
	})
}

// anchor lets other text stand before or after.
func (q *question) anchor(m string) error {
	before, after := m != "startswith", m != "endswith"
	if q.kind == "fieldref" {
		q.before, q.after = q.before || before, q.after || after
		return nil
	}
	if q.kind != "" {
		return errors.New("it is about text")
	}
	return q.each(func(p []part) ([][]part, error) {
		form := slices.Clone(p)
		if before {
			form = append([]part{{wild: '*'}}, form...)
		}
		if after {
			form = append(form, part{wild: '*'})
		}
		return [][]part{form}, nil
	})
}
