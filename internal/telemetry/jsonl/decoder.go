// Package jsonl reads JSON lines of no known sensor: one object a line, with the field names of the
// Elastic Common Schema, nested or dotted, or with those that tools usually write (see
// telemetry.FieldOf).
//
// A line becomes a flow, dns, http, tls or file record when its keys say so; keys without a field
// of their own are pairs in Head.Extra. All else is an event with every key that is set as a pair,
// under its own path, and the line as Raw: alerts and what computers tell about processes among
// them, even when they name addresses. The elements of an array are pairs of the same name, and so
// are the values of a key that occurs twice; of those that have a field, the first one fills it.
//
// Events of Windows are known in the forms in which they travel: those of Winlogbeat
// (winlog.event_data.Image), flat ones (NXLog: EventID, Channel, Hostname), and the event's XML
// written as JSON (Event.System.EventID, Event.EventData.Image). All keys are pairs under their own
// names, whichever the form; the computer, the time and the addresses that the event tells of are
// taken from where each form has them. Their dataset is "windows" unless they state one.
package jsonl

import (
	"errors"
	"strings"
	"sync"

	"stormglass/internal/flatjson"
	"stormglass/internal/telemetry"
)

// Decoder reads JSON lines. Prepare serves one goroutine, Decode any number.
type Decoder struct{ states sync.Pool } // of *state

// Sniff reports whether head starts with a line that is a JSON object.
func Sniff(head []byte, _ string) bool {
	text := strings.TrimLeft(telemetry.View(head), "\r\n\t ")
	line, _, whole := strings.Cut(text, "\n")
	if !strings.HasPrefix(line, "{") {
		return false
	}
	var s flatjson.Scanner
	fields, err := s.Scan(line)
	if !whole && errors.Is(err, flatjson.ErrCut) {
		return len(line) > 1 && strings.HasPrefix(strings.TrimLeft(line[1:], " \t\r"), `"`)
	}
	return err == nil && len(fields) > 0
}

// New makes a decoder.
func New(_ []byte, _ string) *Decoder { return &Decoder{} }

// Name gives the format's name.
func (d *Decoder) Name() string { return "json lines" }

// Prepare has nothing to note: every line stands for itself.
func (d *Decoder) Prepare(*telemetry.Block) {}

// Decode reads the block's lines.
func (d *Decoder) Decode(b *telemetry.Block, s *telemetry.Set) {
	st, _ := d.states.Get().(*state)
	if st == nil {
		st = &state{scan: flatjson.Scanner{Arrays: true}, keys: map[string]key{}}
	}
	for lines := b.Lines(); lines.Next(); {
		s.Lines++
		fields, err := st.scan.Scan(lines.Text)
		switch {
		case err == nil:
			st.record(s, &lines, fields)
		case errors.Is(err, flatjson.ErrCut) && !lines.Whole:
			s.Skip(lines.Number, "cut off in the middle", "")
		default:
			s.Skip(lines.Number, err.Error(), "")
		}
	}
	d.states.Put(st)
}
