// Package csv reads separated values under a line of names: what nfdump writes with -o csv
// (versions 1.6 and 1.7), what rwcut of SiLK writes (with titles), and any other table whose names are usual
// ones (telemetry.FieldOf).
//
// The names decide, once a file, what the rows become: flow, dns, http, tls or file records with
// the columns that have no field as pairs in Head.Extra, else events with a pair per column that
// is not empty, under the column's name, and the row as Raw.
//
// Times without a zone are read as UTC and carry a doubt of 14 hours, since nfdump and many others
// write local time and do not say so. Lines before the names are passed over. So is the section
// "Summary" at the end of nfdump's output, which is named once.
//
// A quoted value ends on its own line: a line break within one makes both lines unreadable, and
// they are reported. A quote inside a value that is not quoted stands for itself.
package csv

import (
	"bytes"

	"stormglass/internal/telemetry"
)

// Decoder reads one table. Prepare serves one goroutine, Decode any number.
type Decoder struct {
	header  *header
	reading bool // whether rows follow where Prepare has come to
}

// Sniff reports whether head holds a line of names with rows under it.
func Sniff(head []byte, _ string) bool { return findHeader(head) != nil }

// New makes a decoder for the table whose first bytes are head.
func New(head []byte, _ string) *Decoder { return &Decoder{header: findHeader(head)} }

// Name gives the format's name.
func (d *Decoder) Name() string { return "csv" }

// Prepare notes whether the block starts within the table.
func (d *Decoder) Prepare(b *telemetry.Block) {
	b.Context = d.reading
	if d.header == nil {
		return
	}
	names := lastLine(b.Data, d.header.line)
	if d.header.tool == nfdump {
		if end := lastLine(b.Data, summary); end > names {
			d.reading = false
			return
		}
	}
	if names >= 0 {
		d.reading = true
	}
}

const summary = "Summary"

// lastLine gives where the last line that is exactly text begins, -1 without one.
func lastLine(data []byte, text string) int {
	for end := len(data); ; {
		i := bytes.LastIndex(data[:end], []byte(text))
		if i < 0 {
			return -1
		}
		rest := data[i+len(text):]
		rest = bytes.TrimPrefix(rest, []byte{'\r'})
		if (i == 0 || data[i-1] == '\n') && (len(rest) == 0 || rest[0] == '\n') {
			return i
		}
		end = i + len(text) - 1
	}
}

// Decode reads the block's rows.
func (d *Decoder) Decode(b *telemetry.Block, s *telemetry.Set) {
	reading, _ := b.Context.(bool)
	r := reader{header: d.header, set: s}
	for lines := b.Lines(); lines.Next(); {
		switch {
		case d.header == nil:
			s.Lines++
			s.Skip(lines.Number, "no line of names", "")
		case lines.Text == d.header.line:
			reading = true
		case d.header.tool == nfdump && lines.Text == summary:
			reading = false
			s.Pass(lines.Number, "summary section of nfdump: totals, no records")
		case reading:
			s.Lines++
			r.row(&lines)
		}
	}
}
