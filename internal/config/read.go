package config

import (
	"reflect"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"

	"stormglass/internal/fault"
)

// Variables of the environment that stand above the file, and the key each sets.
var variables = []struct{ name, path string }{
	{"STORMGLASS_DATA", "data"},
	{"STORMGLASS_MEMORY", "memory"},
	{"STORMGLASS_LISTEN", "http.address"},
	{"STORMGLASS_TOKENS", "http.tokens"},
	{"STORMGLASS_LOG_LEVEL", "log.level"},
	{"STORMGLASS_LOG_FORMAT", "log.format"},
}

// Read gives the defaults, changed by the file at path (empty: there is none), changed by the environment.
// It refuses what it cannot read; whether the values go together says Validate, after the caller has set
// what flags say (Set, Add).
func Read(path string, getenv func(string) string) (*Config, error) {
	var content []byte
	if path != "" {
		var err error
		if content, err = readFile(path); err != nil {
			return nil, fault.Hint(fault.Invalid, err, "name the configuration with --config; docs/config.md shows one")
		}
	}
	c, list := parse(path, content, getenv)
	if list != nil {
		return nil, joined(list)
	}
	return c, nil
}

// parse reads the content of a file and the environment.
func parse(name string, content []byte, getenv func(string) string) (*Config, []error) {
	c := Default()
	c.origins = origins{}
	d := &decoder{file: name, origins: c.origins}
	if root := d.root(content); root != nil {
		d.value(root, "", reflect.ValueOf(c).Elem())
	}
	list := d.all()
	for _, v := range variables {
		if text := getenv(v.name); text != "" {
			if err := c.Set(v.path, text, Origin{Name: "$" + v.name}); err != nil {
				list = append(list, err)
			}
		}
	}
	return c, list
}

// Set gives the key at a path a value, as the file would, and notes where it came from: a flag or a variable.
func (c *Config) Set(path, text string, from Origin) error {
	return c.change(path, text, from, func(d *decoder, v reflect.Value) {
		d.value(scalarNode(text), path, v)
	})
}

// Add appends an entry to the list at a path: a path to collect.watch, an address to collect.netflow.
func (c *Config) Add(path, text string, from Origin) error {
	return c.change(path, text, from, func(d *decoder, list reflect.Value) {
		entry := reflect.New(list.Type().Elem()).Elem()
		defaults(entry)
		at := index(path, list.Len())
		into, key := entry, at
		if entry.Kind() == reflect.Struct && !scalar(entry.Type()) {
			into, key = entry.FieldByName("Address"), at+".address"
		}
		d.value(scalarNode(text), key, into)
		list.Set(reflect.Append(list, entry))
	})
}

// change finds the field at a path and has it changed.
func (c *Config) change(path, text string, from Origin, how func(*decoder, reflect.Value)) error {
	if c.origins == nil {
		c.origins = origins{}
	}
	d := &decoder{name: from.String(), origins: c.origins}
	v := reflect.ValueOf(c).Elem()
	for key := range strings.SplitSeq(path, ".") {
		v = v.FieldByIndex(fieldAt(v.Type(), key, path))
	}
	if text == "" {
		d.complain(0, path, "is empty: write a value")
	} else {
		how(d, v)
	}
	return joined(d.all())
}

// fieldAt finds a key. Paths are the program's own, so one that is not there is a slip in it.
func fieldAt(t reflect.Type, key, path string) []int {
	for _, f := range fieldsOf(t) {
		if f.key == key {
			return f.at
		}
	}
	panic("config: there is no key " + path)
}

func scalarNode(text string) *yaml.Node {
	return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: text}
}

func index(path string, i int) string { return path + "[" + strconv.Itoa(i) + "]" }
