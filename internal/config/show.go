package config

import (
	"encoding"
	"errors"
	"fmt"
	"io"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"time"

	"go.yaml.in/yaml/v4"
)

// Show writes the configuration in force as YAML, each value with where it came from. Read gives it back.
// Secrets are masked: those that can stand in an address, since others are in files of their own.
func (c *Config) Show(w io.Writer) error {
	return c.show(w, maskAddress)
}

func (c *Config) show(w io.Writer, mask func(string) string) (err error) {
	s := shower{origins: c.origins, mask: mask}
	dumper, err := yaml.NewDumper(w, yaml.WithIndent(2), yaml.WithLineWidth(-1))
	if err != nil {
		return fmt.Errorf("show configuration: %w", err)
	}
	defer func() { err = errors.Join(err, dumper.Close()) }()
	if err := dumper.Dump(s.node("", reflect.ValueOf(c).Elem())); err != nil {
		return fmt.Errorf("show configuration: %w", err)
	}
	return nil
}

// shower makes a YAML tree of a Config.
type shower struct {
	origins origins
	mask    func(string) string
}

func (s *shower) node(path string, v reflect.Value) *yaml.Node {
	switch kind := v.Kind(); {
	case scalar(v.Type()):
		return s.scalar(path, v)
	case v.Kind() == reflect.Struct:
		n := &yaml.Node{Kind: yaml.MappingNode}
		for _, f := range fieldsOf(v.Type()) {
			if inner := v.FieldByIndex(f.at); !f.omitEmpty || !inner.IsZero() {
				n.Content = append(n.Content, key(f.key), s.node(join(path, f.key), inner))
			}
		}
		return n
	case v.Len() == 0:
		n := &yaml.Node{Kind: yaml.SequenceNode, Style: yaml.FlowStyle, LineComment: s.from(path)}
		if kind == reflect.Map {
			n.Kind = yaml.MappingNode
		}
		return n
	case kind == reflect.Map:
		n := &yaml.Node{Kind: yaml.MappingNode}
		for _, name := range slices.Sorted(maps.Keys(names(v))) {
			n.Content = append(n.Content, key(name), s.node(join(path, name), names(v)[name]))
		}
		return n
	default:
		n := &yaml.Node{Kind: yaml.SequenceNode}
		for i := range v.Len() {
			n.Content = append(n.Content, s.node(index(path, i), v.Index(i)))
		}
		return n
	}
}

// names gives the entries of a map by key.
func names(v reflect.Value) map[string]reflect.Value {
	entries := make(map[string]reflect.Value, v.Len())
	for k, e := range v.Seq2() {
		entries[k.String()] = e
	}
	return entries
}

func key(name string) *yaml.Node {
	return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: name}
}

// plainText needs no quotes, unless YAML takes it for something else than a text, which the dumper sees.
var plainText = regexp.MustCompile(`^[A-Za-z0-9/._+-]+$`)

func (s *shower) scalar(path string, v reflect.Value) *yaml.Node {
	n := &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", LineComment: s.from(path)}
	switch value := v.Interface().(type) {
	case time.Duration:
		n.Value = length(value)
	case bool:
		n.Tag, n.Value = "!!bool", strconv.FormatBool(value)
	case int:
		n.Tag, n.Value = "!!int", strconv.Itoa(value)
	case encoding.TextMarshaler:
		text, _ := value.MarshalText() // none of ours fails
		n.Value = string(text)
	default:
		n.Value = s.mask(v.String())
	}
	if n.Tag == "!!str" && !plainText.MatchString(n.Value) {
		n.Style = yaml.DoubleQuotedStyle
	}
	return n
}

// from says where one value came from. What an entry of a list does not state is a default though its
// list came from a file.
func (s *shower) from(path string) string { return s.origins[path].String() }
