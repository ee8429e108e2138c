package config

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"
)

// field is a key of a mapping, and where its value is in the struct.
type field struct {
	key       string
	at        []int
	omitEmpty bool // nothing stated is shown by leaving it out
}

// fieldsOf gives the keys of a struct in its order; those of inlined structs are its own.
func fieldsOf(t reflect.Type) []field {
	var fields []field
	for i := range t.NumField() {
		f := t.Field(i)
		key, options, _ := strings.Cut(f.Tag.Get("yaml"), ",")
		switch {
		case !f.IsExported() || key == "-":
		case f.Anonymous && options == "inline":
			for _, inner := range fieldsOf(f.Type) {
				fields = append(fields, field{inner.key, append([]int{i}, inner.at...), inner.omitEmpty})
			}
		default:
			fields = append(fields, field{key, []int{i}, options == "omitempty"})
		}
	}
	return fields
}

// mapping sets a struct from a mapping.
func (d *decoder) mapping(n *yaml.Node, path string, v reflect.Value) {
	fields := fieldsOf(v.Type())
	known := make([]string, len(fields))
	for i, f := range fields {
		known[i] = f.key
	}
	d.pairs(n, path, known, func(key string, value *yaml.Node) {
		f := fields[slices.Index(known, key)]
		d.value(value, join(path, key), v.FieldByIndex(f.at))
	})
}

// named sets a map, whose keys are names that the operator gives.
func (d *decoder) named(n *yaml.Node, path string, v reflect.Value) {
	v.Set(reflect.MakeMap(v.Type()))
	d.pairs(n, path, nil, func(key string, value *yaml.Node) {
		at := join(path, key)
		if !isName(key) {
			d.complain(value.Line, at, "%s is no name: use letters, digits, - and _", quoted(key))
			return
		}
		entry := reflect.New(v.Type().Elem()).Elem()
		defaults(entry)
		d.value(value, at, entry)
		v.SetMapIndex(reflect.ValueOf(key).Convert(v.Type().Key()), entry)
	})
}

// isName keeps names apart from the signs of a path.
func isName(s string) bool {
	return s != "" && len(s) <= 64 && strings.Trim(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_") == ""
}

// pairs walks the keys of a mapping. Those that are not known (nil: all are) or come twice are complained of.
func (d *decoder) pairs(n *yaml.Node, path string, known []string, each func(key string, value *yaml.Node)) {
	if n.Kind != yaml.MappingNode {
		d.complain(n.Line, path, "is not a mapping: write keys with values, as \"key: value\"%s", some(known))
		return
	}
	seen := make(map[string]int, len(n.Content)/2)
	for i := 0; i+1 < len(n.Content); i += 2 {
		k, value := n.Content[i], n.Content[i+1]
		at := join(path, k.Value)
		before, twice := seen[k.Value]
		switch {
		case k.Kind != yaml.ScalarNode:
			d.complain(k.Line, path, "a key is a list or a mapping: write a word%s", some(known))
		case known != nil && !slices.Contains(known, k.Value):
			d.complain(k.Line, path, "there is no key %s%s", quoted(k.Value), instead(k.Value, known))
		case twice:
			d.complain(k.Line, at, "is here twice, first in line %d: drop one", before)
		default:
			seen[k.Value] = k.Line
			each(k.Value, value)
		}
	}
}

func join(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}

func some(known []string) string {
	if known == nil {
		return ""
	}
	return fmt.Sprintf(" (keys: %s)", strings.Join(known, ", "))
}

// instead says which key was meant, or which there are.
func instead(key string, known []string) string {
	if k := nearest(key, known); k != "" {
		return fmt.Sprintf(": %s is meant?", k)
	}
	return ": use " + strings.Join(known, ", ")
}
