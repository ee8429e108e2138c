// Package plainyaml reads YAML that people write for the program: one document, a mapping, without what such a file need not have
// and attackers like (anchors, aliases, tags, depth; hostile-input.md, H04). What the mapping means is the caller's.
package plainyaml

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"go.yaml.in/yaml/v4"
	"go.yaml.in/yaml/v4/plugin/loaderlimits"

	"stormglass/internal/observable"
)

// maxDepth bounds nesting.
const maxDepth = 32

// Form says how a sort of file is spoken of.
type Form struct {
	MaxMiB int    // of a file
	Large  string // goes on "it has over N MiB"
	Use    string // who uses YAML how: "registers use it"
	Hint   string // goes on what the parser says
}

// Root parses a file and gives the root of its document; nil when it is empty or wrong. What is wrong goes to complain, line 0 being
// the whole file.
func (f Form) Root(data []byte, complain func(line int, text string)) *yaml.Node {
	return f.RootAt(data, func(line, _ int, text string) { complain(line, text) })
}

// RootAt is Root with columns, from 1; 0 is the whole line.
func (f Form) RootAt(data []byte, complain func(line, column int, text string)) *yaml.Node {
	r := reader{Form: f, tell: complain}
	return r.root(data)
}

type reader struct {
	Form
	tell  func(line, column int, text string)
	wrong bool
}

func (r *reader) complain(line, column int, format string, args ...any) {
	r.wrong = true
	r.tell(line, column, fmt.Sprintf(format, args...))
}

func (r *reader) root(data []byte) *yaml.Node {
	if len(data) > r.MaxMiB<<20 {
		r.complain(0, 0, "it has over %d MiB%s", r.MaxMiB, r.Large)
		return nil
	}
	loader, err := yaml.NewLoader(bytes.NewReader(data), yaml.WithPlugin(loaderlimits.New(
		loaderlimits.DepthValue(maxDepth), loaderlimits.AliasValue(0))))
	if err != nil {
		r.complain(0, 0, "set up reading: %v", err)
		return nil
	}
	var doc, second yaml.Node
	switch err := loader.Load(&doc); {
	case errors.Is(err, io.EOF):
		return nil
	case err != nil:
		r.complainOf(err)
		return nil
	}
	if err := loader.Load(&second); err == nil {
		r.complain(second.Line, second.Column, "a second document begins: keep one, without a line ---")
	} else if !errors.Is(err, io.EOF) {
		r.complainOf(err)
	}
	if !r.plain(&doc, 0) || r.wrong || len(doc.Content) != 1 || IsNull(doc.Content[0]) {
		return nil
	}
	return doc.Content[0]
}

// complainOf passes on what the parser says.
func (r *reader) complainOf(err error) {
	line, column, text := 0, 0, err.Error()
	if e, ok := errors.AsType[*yaml.LoadError](err); ok {
		line, column, text = e.Mark.Line, e.Mark.Column, e.Message
	}
	r.complain(line, column, "it is not YAML as %s: %s%s", r.Use, observable.Printable(text), r.Hint)
}

// plain refuses anchors, aliases, tags and depth.
func (r *reader) plain(n *yaml.Node, depth int) bool {
	switch {
	case depth > maxDepth:
		r.complain(n.Line, n.Column, "nested deeper than %d: flatten it", maxDepth)
	case n.Kind == yaml.AliasNode || n.Anchor != "":
		r.complain(n.Line, n.Column, "anchors (&) and aliases (*) are not allowed: write the value out, or quote it")
	case n.Style&yaml.TaggedStyle != 0:
		r.complain(n.Line, n.Column, "tags (!) are not allowed: leave it out, or quote the value")
	default:
		for _, c := range n.Content {
			if !r.plain(c, depth+1) {
				return false
			}
		}
		return true
	}
	return false
}

// IsNull reports whether a value is written as nothing.
func IsNull(n *yaml.Node) bool { return n.Kind == yaml.ScalarNode && n.ShortTag() == "!!null" }
