package register

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"
	"go.yaml.in/yaml/v4/plugin/loaderlimits"

	"stormglass/internal/fault"
	"stormglass/internal/observable"
)

// Limits of a register's file (hostile-input.md, H04).
const (
	maxFile       = 4 << 20
	maxDepth      = 32
	maxComplaints = 100
)

// LineError is one thing wrong in a register's file. Line is 0 when it concerns the whole file.
type LineError struct {
	File string
	Line int
	Text string // what is wrong and what to do
}

func (c *LineError) Error() string {
	if c.Line == 0 {
		return c.File + ": " + c.Text
	}
	return c.File + ":" + strconv.Itoa(c.Line) + ": " + c.Text
}

// document is a file that is being read, and what is wrong with it.
type document struct {
	name       string
	complaints []error
	more       int // complaints that were only counted
}

func (d *document) complain(line int, format string, args ...any) {
	if len(d.complaints) >= maxComplaints {
		d.more++
		return
	}
	d.complaints = append(d.complaints, &LineError{d.name, line, fmt.Sprintf(format, args...)})
}

// err joins all complaints; it is fault.Invalid.
func (d *document) err() error {
	if d.more > 0 {
		d.complaints = append(d.complaints, &LineError{d.name, 0, fmt.Sprintf("%d further complaints", d.more)})
	}
	return fault.Wrap(fault.Invalid, errors.Join(d.complaints...))
}

// root parses a file and gives its mapping; nil when it is empty or wrong.
func (d *document) root(data []byte) *yaml.Node {
	if len(data) > maxFile {
		d.complain(0, "it has over %d MiB: split or summarise it", maxFile>>20)
		return nil
	}
	loader, err := yaml.NewLoader(strings.NewReader(string(data)), yaml.WithPlugin(loaderlimits.New(
		loaderlimits.DepthValue(maxDepth), loaderlimits.AliasValue(0))))
	if err != nil {
		d.complain(0, "set up reading: %v", err)
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
		d.complain(second.Line, "a second document begins: keep one, without a line ---")
	} else if !errors.Is(err, io.EOF) {
		d.complainOf(err)
	}
	if !d.plain(&doc, 0) || len(d.complaints) > 0 || len(doc.Content) != 1 || isNull(doc.Content[0]) {
		return nil
	}
	return doc.Content[0]
}

// complainOf passes on what the parser says.
func (d *document) complainOf(err error) {
	line, text := 0, err.Error()
	if e, ok := errors.AsType[*yaml.LoadError](err); ok {
		line, text = e.Mark.Line, e.Message
	}
	d.complain(line, "it is not YAML as registers use it: %s", observable.Printable(text))
}

// plain refuses what registers need not and attackers like: anchors, aliases, tags, depth.
func (d *document) plain(n *yaml.Node, depth int) bool {
	switch {
	case depth > maxDepth:
		d.complain(n.Line, "nested deeper than %d: flatten it", maxDepth)
	case n.Kind == yaml.AliasNode || n.Anchor != "":
		d.complain(n.Line, "anchors (&) and aliases (*) are not allowed: write the value out, or quote it")
	case n.Style&yaml.TaggedStyle != 0:
		d.complain(n.Line, "tags (!) are not allowed: leave it out, or quote the value")
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

// fields gives the values of a mapping by key. Keys that are unknown or come twice are complained of.
func (d *document) fields(n *yaml.Node, what string, known ...string) map[string]*yaml.Node {
	if n.Kind != yaml.MappingNode {
		d.complain(n.Line, "%s is not a mapping: write keys (%s) with values", what, strings.Join(known, ", "))
		return nil
	}
	fields := make(map[string]*yaml.Node, len(n.Content)/2)
	for i := 0; i+1 < len(n.Content); i += 2 {
		k, v := n.Content[i], n.Content[i+1]
		switch _, twice := fields[k.Value]; {
		case k.Kind != yaml.ScalarNode || !slices.Contains(known, k.Value):
			d.complain(k.Line, "%s has no key %s: use %s", what, quote(k), strings.Join(known, ", "))
		case twice:
			d.complain(k.Line, "%s has the key %s twice: drop one", what, quote(k))
		default:
			fields[k.Value] = v
		}
	}
	return fields
}

// text gives the text of a scalar; what says what it is in complaints.
func (d *document) text(n *yaml.Node, what string) (string, bool) {
	if n == nil || n.Kind != yaml.ScalarNode || isNull(n) || n.Value == "" {
		if n != nil {
			d.complain(n.Line, "%s is empty or not one value: write one", what)
		}
		return "", false
	}
	return n.Value, true
}

func isNull(n *yaml.Node) bool { return n.Kind == yaml.ScalarNode && n.ShortTag() == "!!null" }

// quote shows a value in a complaint: short, and safe for a terminal.
func quote(n *yaml.Node) string {
	if n.Kind != yaml.ScalarNode {
		return "that is a list or a mapping"
	}
	return quoted(n.Value)
}

func quoted(s string) string {
	const most = 60
	if len(s) > most {
		s = strings.ToValidUTF8(s[:most], "") + "…"
	}
	return `"` + observable.Printable(s) + `"`
}
