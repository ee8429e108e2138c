package rule

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"iter"
	"strings"
	"sync/atomic"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"

	"stormglass/internal/observable"
	"stormglass/internal/plainyaml"
)

// document is one document of a file while it is read.
type document struct {
	file       string
	text       []byte
	before     int // lines of the file before it
	rule       *Rule
	complaints []*Complaint

	values, forms, bytes, terms, programs int // spent of the bounds
	weight                                *weight
}

// weight is what is left of the bound of a folder, for whoever reads its files.
type weight struct{ spent atomic.Int64 }

// weigh counts bytes of memory; false, with a complaint, when they are too many. From then on they stay too many: what comes later is not
// even begun, so that many costly files cost no more time than those before the bound.
func (d *document) weigh(p place, bytes int) bool {
	if d.weight.spent.Add(int64(bytes)) <= maxWeight {
		return true
	}
	d.complain(p, "the rules take over %d MiB of memory, with those before: leave out rules with many forms or costly regular expressions", maxWeight>>20)
	return false
}

// place is where something stands in the file.
type place struct{ line, column int }

func newDocument(file string, text []byte, before int, w *weight) *document {
	d := &document{file: file, text: text, before: before, weight: w}
	d.rule = &Rule{File: file, Line: before + 1, Digest: sha256.Sum256(unmarked(text))}
	return d
}

// unmarked is a document without the line that marks its beginning, so that it is the same wherever in a file it stands.
func unmarked(text []byte) []byte {
	after, found := bytes.CutPrefix(text, []byte("---"))
	if line, rest, whole := bytes.Cut(after, []byte("\n")); found && whole && len(bytes.TrimSpace(line)) == 0 {
		return rest
	}
	return text
}

// root parses the document's YAML; nil when it is empty or wrong.
func (d *document) root() *yaml.Node {
	if len(d.text) > maxDocument {
		d.complain(place{d.before + 1, 1}, "the document has over %d KiB: write it as several rules", maxDocument>>10)
		return nil
	}
	form := plainyaml.Form{MaxMiB: 1, Use: "rules use it", Hint: "; mind the indentation, and put quotes around values with special characters"}
	n := form.RootAt(d.text, func(line, column int, text string) {
		d.complain(place{d.before + max(line, 1), max(column, 1)}, "%s", text)
	})
	if n == nil || len(d.complaints) > 0 {
		return nil
	}
	d.rule.Line = d.before + n.Line
	if n.Kind != yaml.MappingNode {
		d.complain(d.at(n), "a rule is a mapping of keys such as title, logsource and detection: this is %s", formOf(n))
		return nil
	}
	return n
}

func (d *document) at(n *yaml.Node) place { return place{d.before + n.Line, n.Column} }

// within is the place of an offset in a scalar's text, where that stands in the file as it is; else the scalar's.
func (d *document) within(n *yaml.Node, offset int) place {
	p := d.at(n)
	if offset <= 0 || offset > len(n.Value) || n.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0 {
		return p
	}
	line := d.line(n.Line)
	for range p.column - 1 {
		_, size := utf8.DecodeRune(line)
		line = line[size:]
	}
	if n.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle) != 0 && len(line) > 0 {
		line, p.column = line[1:], p.column+1
	}
	if !bytes.HasPrefix(line, []byte(n.Value[:offset])) {
		return d.at(n)
	}
	p.column += utf8.RuneCountInString(n.Value[:offset])
	return p
}

// line gives a line of the document, from 1.
func (d *document) line(number int) []byte {
	rest := d.text
	for range number - 1 {
		_, after, found := bytes.Cut(rest, []byte("\n"))
		if !found {
			return nil
		}
		rest = after
	}
	line, _, _ := bytes.Cut(rest, []byte("\n"))
	return line
}

func (d *document) complain(p place, format string, args ...any) {
	if len(d.complaints) == maxComplaints {
		return
	}
	d.complaints = append(d.complaints, &Complaint{File: d.file, Line: p.line, Column: p.column, Text: fmt.Sprintf(format, args...)})
}

func (d *document) note(p place, format string, args ...any) {
	if len(d.rule.Notes) < maxNotes {
		d.rule.Notes = append(d.rule.Notes, Note{Line: p.line, Column: p.column, Text: fmt.Sprintf(format, args...)})
	}
}

// pairs yields the keys and values of a mapping; keys that are no plain text or stand twice are complained of and left out.
func (d *document) pairs(n *yaml.Node) iter.Seq2[*yaml.Node, *yaml.Node] {
	return func(yield func(k, v *yaml.Node) bool) {
		seen := make(map[string]int, len(n.Content)/2)
		for i := 0; i+1 < len(n.Content); i += 2 {
			k, v := n.Content[i], n.Content[i+1]
			if k.Kind != yaml.ScalarNode || k.ShortTag() == "!!merge" {
				d.complain(d.at(k), "a key is a single text: this is %s", formOf(k))
				continue
			}
			if first, twice := seen[k.Value]; twice {
				d.complain(d.at(k), "%s stands twice, first in line %d: keep one, or write a list of values", shown(k.Value), first)
				continue
			}
			seen[k.Value] = d.before + k.Line
			if !yield(k, v) {
				return
			}
		}
	}
}

// scalar reads a scalar, of any type, as it is written.
func (d *document) scalar(what string, n *yaml.Node) string {
	switch {
	case n.Kind != yaml.ScalarNode:
		d.complain(d.at(n), "%s is a single text: this is %s", what, formOf(n))
	case len(n.Value) > 1<<16:
		d.complain(d.at(n), "%s has over 65,536 bytes: shorten it", what)
	case !plainyaml.IsNull(n):
		return strings.TrimSpace(n.Value)
	}
	return ""
}

// texts reads a list of scalars. A single one is read as a list of one, with a note.
func (d *document) texts(what string, n *yaml.Node, limit int) []string {
	var all []string
	for _, c := range d.entries(what, n, limit) {
		if t := d.scalar("an entry of "+what, c); t != "" {
			all = append(all, t)
		}
	}
	return all
}

// entries gives the nodes of a list. A single scalar is a list of one, with a note; null is an empty list.
func (d *document) entries(what string, n *yaml.Node, limit int) []*yaml.Node {
	switch {
	case n.Kind == yaml.SequenceNode && len(n.Content) > limit:
		d.complain(d.at(n), "%s has %d entries, over %d: shorten it", what, len(n.Content), limit)
	case n.Kind == yaml.SequenceNode:
		return n.Content
	case plainyaml.IsNull(n):
	case n.Kind == yaml.ScalarNode:
		d.note(d.at(n), "%s is a list: this is a single text, read as a list of one", what)
		return []*yaml.Node{n}
	default:
		d.complain(d.at(n), "%s is a list: this is %s", what, formOf(n))
	}
	return nil
}

// formOf says what a node is.
func formOf(n *yaml.Node) string {
	switch {
	case n.Kind == yaml.MappingNode:
		return "a mapping"
	case n.Kind == yaml.SequenceNode:
		return "a list"
	case plainyaml.IsNull(n):
		return "empty"
	}
	return shown(n.Value)
}

// shown gives a text of the file for people: quoted, printable and short.
func shown(s string) string { return `"` + short(s) + `"` }

// short cuts a text of the file to what is shown of it.
func short(s string) string {
	for i, n := 0, 0; i < len(s); n++ {
		if n == maxWritten {
			return observable.Printable(s[:i]) + "…"
		}
		_, size := utf8.DecodeRuneInString(s[i:])
		i += size
	}
	return observable.Printable(s)
}
