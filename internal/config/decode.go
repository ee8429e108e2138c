package config

import (
	"encoding"
	"reflect"
	"strconv"
	"time"

	"go.yaml.in/yaml/v4"

	"stormglass/internal/plainyaml"
)

// decoder sets the fields of a Config from a YAML tree, key by key: yaml's own decoder stops at types and
// names no keys, and what came from where would be lost.
type decoder struct {
	complaints
	file    string // for origins; empty when name says where from
	name    string // as Origin.Name
	origins origins
}

func (d *decoder) complain(line int, path, format string, args ...any) {
	d.add(d.from(line), path, format, args...)
}

func (d *decoder) from(line int) Origin {
	if d.name != "" {
		return Origin{Name: d.name}
	}
	return Origin{File: d.file, Line: line}
}

// value sets v, the field at a path, from a node.
func (d *decoder) value(n *yaml.Node, path string, v reflect.Value) {
	if plainyaml.IsNull(n) {
		// A section whose keys are all commented out is one without keys; a value that was forgotten is not.
		if !section(v.Type()) {
			d.complain(n.Line, path, "is empty: write a value, or leave the key out")
		}
		return
	}
	if path != "" {
		d.origins[path] = d.from(n.Line)
	}
	switch kind := v.Kind(); {
	case scalar(v.Type()):
		d.scalar(n, path, v)
	case kind == reflect.Struct:
		d.mapping(n, path, v)
	case kind == reflect.Map:
		d.named(n, path, v)
	case kind == reflect.Slice:
		d.list(n, path, v)
	default:
		panic("config: no way to read a " + v.Type().String()) // a test reads every key
	}
}

// section reports whether a type is a mapping, or a list of mappings.
func section(t reflect.Type) bool {
	switch t.Kind() { //nolint:exhaustive // the others are values
	case reflect.Struct:
		return !scalar(t)
	case reflect.Map:
		return true
	case reflect.Slice:
		return section(t.Elem())
	}
	return false
}

var textual = reflect.TypeFor[encoding.TextUnmarshaler]()

// scalar reports whether a type is written as one value.
func scalar(t reflect.Type) bool {
	switch t.Kind() { //nolint:exhaustive // the others hold several values, unless they read text
	case reflect.String, reflect.Bool, reflect.Int, reflect.Int64:
		return true
	}
	return reflect.PointerTo(t).Implements(textual)
}

// scalar sets one value.
func (d *decoder) scalar(n *yaml.Node, path string, v reflect.Value) {
	if n.Kind != yaml.ScalarNode {
		d.complain(n.Line, path, "is a list or a mapping: %s, in quotes if it has brackets", wanted(v.Type()))
		return
	}
	if !set(v, n.Value) {
		d.complain(n.Line, path, "is %s: %s", quoted(n.Value), wanted(v.Type()))
	}
}

// set reads text into a value; what cannot be read leaves it as it was.
func set(v reflect.Value, text string) bool {
	if reflect.PointerTo(v.Type()).Implements(textual) {
		read := reflect.New(v.Type())
		t, _ := reflect.TypeAssert[encoding.TextUnmarshaler](read)
		if t.UnmarshalText([]byte(text)) != nil {
			return false
		}
		v.Set(read.Elem())
		return true
	}
	var i int64
	var err error
	switch kind := v.Kind(); {
	case v.Type() == reflect.TypeFor[time.Duration]():
		var length time.Duration
		length, err = time.ParseDuration(text)
		i = int64(length)
	case kind == reflect.String:
		v.SetString(text)
		return true
	case kind == reflect.Bool:
		known := text == "true" || text == "false"
		if known {
			v.SetBool(text == "true")
		}
		return known
	default:
		i, err = strconv.ParseInt(text, 10, 64)
	}
	if err == nil {
		v.SetInt(i)
	}
	return err == nil
}

// list sets a list from a sequence; it takes the place of what was there.
func (d *decoder) list(n *yaml.Node, path string, v reflect.Value) {
	if n.Kind != yaml.SequenceNode {
		d.complain(n.Line, path, "is not a list: begin each entry with \"- \", or write [one, another]")
		return
	}
	list := reflect.MakeSlice(v.Type(), len(n.Content), len(n.Content))
	for i, entry := range n.Content {
		at := index(path, i)
		if plainyaml.IsNull(entry) {
			d.complain(entry.Line, at, "is empty: write a value, or drop the entry")
			continue
		}
		defaults(list.Index(i))
		d.value(entry, at, list.Index(i))
	}
	v.Set(list)
}

// defaults sets what an entry of a list does not state.
func defaults(v reflect.Value) {
	if s, ok := reflect.TypeAssert[interface{ setDefaults() }](v.Addr()); ok {
		s.setDefaults()
	}
}
