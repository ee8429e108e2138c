package config

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"

	"go.yaml.in/yaml/v4"
	"go.yaml.in/yaml/v4/plugin/loaderlimits"

	"stormglass/internal/observable"
)

// Limits of a configuration's file.
const (
	maxFile  = 1 << 20
	maxDepth = 32
)

// readFile reads a configuration up to a byte beyond the limit.
func readFile(name string) ([]byte, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, fmt.Errorf("open configuration: %w", err)
	}
	content, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err = errors.Join(err, f.Close()); err != nil {
		return nil, fmt.Errorf("read configuration %s: %w", name, err)
	}
	return content, nil
}

// root parses a file and gives its mapping; nil when it is empty or wrong.
func (d *decoder) root(data []byte) *yaml.Node {
	if len(data) > maxFile {
		d.complain(0, "", "it has over %d MiB", maxFile>>20)
		return nil
	}
	loader, err := yaml.NewLoader(bytes.NewReader(data), yaml.WithPlugin(loaderlimits.New(
		loaderlimits.DepthValue(maxDepth), loaderlimits.AliasValue(0))))
	if err != nil {
		d.complain(0, "", "set up reading: %v", err)
		return nil
	}
	var doc, second yaml.Node
	switch err := loader.Load(&doc); {
	case errors.Is(err, io.EOF):
		return nil
	case err != nil:
		d.complainOf(err)
		return nil
	}
	if err := loader.Load(&second); err == nil {
		d.complain(second.Line, "", "a second document begins: keep one, without a line ---")
	} else if !errors.Is(err, io.EOF) {
		d.complainOf(err)
	}
	if !d.plain(&doc, 0) || len(d.found) > 0 || len(doc.Content) != 1 || isNull(doc.Content[0]) {
		return nil
	}
	return doc.Content[0]
}

// complainOf passes on what the parser says.
func (d *decoder) complainOf(err error) {
	line, text := 0, err.Error()
	if e, ok := errors.AsType[*yaml.LoadError](err); ok {
		line, text = e.Mark.Line, e.Message
	}
	d.complain(line, "", "it is not YAML as a configuration uses it: %s (a text that begins with [, { or * needs quotes)", observable.Printable(text))
}

// plain refuses what a configuration need not have: anchors, aliases, tags, depth.
func (d *decoder) plain(n *yaml.Node, depth int) bool {
	switch {
	case depth > maxDepth:
		d.complain(n.Line, "", "nested deeper than %d: flatten it", maxDepth)
	case n.Kind == yaml.AliasNode || n.Anchor != "":
		d.complain(n.Line, "", "anchors (&) and aliases (*) are not allowed: write the value out, or quote it")
	case n.Style&yaml.TaggedStyle != 0:
		d.complain(n.Line, "", "tags (!) are not allowed: leave it out, or quote the value")
	default:
		for _, c := range n.Content {
			if !d.plain(c, depth+1) {
				return false
			}
		}
		return true
	}
	return false
}

func isNull(n *yaml.Node) bool { return n.Kind == yaml.ScalarNode && n.ShortTag() == "!!null" }
