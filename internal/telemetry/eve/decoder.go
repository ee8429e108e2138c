// Package eve reads Suricata's eve.json (EVE JSON output of Suricata 4 to 8).
//
// The types flow, netflow, dns, http, tls, fileinfo and smtp become records of their kinds; alert,
// anomaly, stats, ssh and every other type become events: dataset "suricata.TYPE", a pair
// "suricata.eve.PATH" for every key that is set, and the line as Raw. Keys of typed records without
// a field of their own are pairs in Head.Extra under the same names.
//
// A flow happened when it started: Occurred is flow.start, Stated the time of writing. Its Answered
// follows the packets towards the client; a TCP flow whose server sent a reset and never a SYN was
// Refused. A netflow record is one direction, so nothing is known of an answer. DNS is read in the
// versions 1 to 3 of its form; an answer is turned round so that its source is who asked.
package eve

import (
	"errors"
	"strings"
	"sync"

	"stormglass/internal/flatjson"
	"stormglass/internal/telemetry"
)

// Decoder reads eve.json. Prepare serves one goroutine, Decode any number.
type Decoder struct{ states sync.Pool } // of *state

// Sniff reports whether head starts with an object that Suricata wrote.
func Sniff(head []byte, _ string) bool {
	text := strings.TrimLeft(telemetry.View(head), "\r\n\t ")
	line, _, _ := strings.Cut(text, "\n")
	if !strings.HasPrefix(line, "{") {
		return false
	}
	var s flatjson.Scanner
	fields, err := s.Scan(line)
	if err != nil {
		// A first line longer than the head, or broken.
		return errors.Is(err, flatjson.ErrCut) && strings.Contains(line, `"event_type":`) && strings.Contains(line, `"timestamp":`)
	}
	typed, dated := false, false
	for i := range fields {
		typed = typed || fields[i].Key == "event_type"
		dated = dated || fields[i].Key == "timestamp"
	}
	return typed && dated
}

// New makes a decoder.
func New(_ []byte, _ string) *Decoder { return &Decoder{} }

// Name gives the format's name.
func (d *Decoder) Name() string { return "suricata eve" }

// Prepare has nothing to note: every line stands for itself.
func (d *Decoder) Prepare(*telemetry.Block) {}

// Decode reads the block's lines.
func (d *Decoder) Decode(b *telemetry.Block, s *telemetry.Set) {
	st, _ := d.states.Get().(*state)
	if st == nil {
		st = &state{scan: flatjson.Scanner{Arrays: true}, types: map[string]*eventType{}}
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
	st.set, st.batch = nil, nil // hold on to no batch
	d.states.Put(st)
}
