package register

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"

	"stormglass/internal/fault"
	"stormglass/internal/observable"
	"stormglass/internal/plainyaml"
)

// Limits of a register's file (hostile-input.md, H04).
const (
	maxFile       = 4 << 20
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

// sort puts complaints in the order of lines.
func (d *document) sort() {
	slices.SortStableFunc(d.complaints, func(a, b error) int { return lineOf(a) - lineOf(b) })
}

func lineOf(err error) int {
	if e, ok := errors.AsType[*LineError](err); ok {
		return e.Line
	}
	return 0
}

// err joins all complaints; it is fault.Invalid.
func (d *document) err() error {
	if d.more > 0 {
		d.complaints = append(d.complaints, &LineError{d.name, 0, fmt.Sprintf("%d further complaints", d.more)})
	}
	return fault.Wrap(fault.Invalid, errors.Join(d.complaints...))
}

// form is how registers are written.
var form = plainyaml.Form{MaxMiB: maxFile >> 20, Large: ": split or summarise it", Use: "registers use it"}

// root parses a file and gives its mapping; nil when it is empty or wrong.
func (d *document) root(data []byte) *yaml.Node {
	return form.Root(data, func(line int, text string) { d.complain(line, "%s", text) })
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
	if n == nil || n.Kind != yaml.ScalarNode || plainyaml.IsNull(n) || n.Value == "" {
		if n != nil {
			d.complain(n.Line, "%s is empty or not one value: write one", what)
		}
		return "", false
	}
	return n.Value, true
}

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
