// Package text reads lines of any other text, syslog above all: each line is an event with the
// line as Raw, the message after its header as the pair "message", and the host and time that the
// header states. RFC 5424, RFC 3164 with what vendors make of it (Cisco IOS, IOS XR and NX-OS, Arista,
// Huawei, Juniper, Fortinet, Opengear, Cisco ISE), ISO 8601, web servers' and squid's forms are known.
//
// The dataset is "syslog" for a line with a priority, a host or a message code, else "text".
// Further pairs are event.code ("LINK-5-CHANGED"), log.syslog.priority and event.sequence; of auditd and FortiGate
// the values of the usual names besides (type, exe, cfgpath), those of auditd that it writes as hexadecimal digits as what they
// stand for.
//
// Origin. A relay with our snippets (docs/collecting.md) says which address a message came from: as [origin ip="192.0.2.1"] behind
// one of the old form, exactly so, and in the structured data of one of RFC 5424 (section 7.2; of several ip the first).
// Where that is an address it is the pair log.source.address and no part of the message, and it is the host when the header
// states none. It is taken as it is written, whoever wrote it, as the rest of a line is.
//
// Time. A line may hold two: the relay's, then the device's. Occurred is the device's when it has
// a year and its clock was set, else the relay's, with the device's as Stated. Where the year is
// missing it is the one that puts the time not more than a day after RefTime, as late as can be.
// Doubt is 24 hours for a year that was missing or a clock that says it is not set (a leading * or
// .), and 14 hours for a time without a zone or with the name of one that several have.
package text

import (
	"time"

	"stormglass/internal/telemetry"
	"stormglass/internal/telemetry/aaa"
)

// Decoder reads lines of text. Prepare serves one goroutine, Decode any number.
type Decoder struct {
	// RefTime is when the text was last written to (a file's modification time): lines without a
	// year are dated by it. New sets it to now. Not to be changed once Decode was called.
	RefTime time.Time
}

// Sniff reports whether head is mostly printable text, in UTF-8 or Latin-1.
func Sniff(head []byte, _ string) bool {
	odd := 0
	for _, c := range head {
		if c < ' ' && c != '\n' && c != '\r' && c != '\t' && c != '\f' && c != 0x1b || c == 0x7f {
			odd++
		}
	}
	return len(head) > 0 && odd*50 <= len(head)
}

// New makes a decoder.
func New(_ []byte, _ string) *Decoder { return &Decoder{RefTime: time.Now()} }

// Name gives the format's name.
func (d *Decoder) Name() string { return "text" }

// Prepare has nothing to note: every line stands for itself.
func (d *Decoder) Prepare(*telemetry.Block) {}

var (
	fieldCode     = telemetry.FieldNamed("event.code")
	fieldSequence = telemetry.FieldNamed("event.sequence")
	fieldPriority = telemetry.FieldNamed("log.syslog.priority")
	fieldSource   = telemetry.FieldNamed("log.source.address")
)

// Decode makes an event of each line.
func (d *Decoder) Decode(b *telemetry.Block, s *telemetry.Set) {
	batch := s.Batch(telemetry.KindEvent)
	for lines := b.Lines(); lines.Next(); {
		h := headerOf(lines.Text, d.RefTime)
		i := batch.Append(lines.Number)
		if note := h.event(batch, i, lines.Text); note != "" {
			s.Pass(lines.Number, note)
		}
		s.Lines++
		s.Read++
		if !batch.Event[i].Occurred.Known() {
			s.Undated++
		}
	}
}

// headerOf reads the header of a line that was written by some time.
func headerOf(line string, ref time.Time) header {
	h := header{rest: line, latest: telemetry.InstantOf(ref.Add(24 * time.Hour)), maxYear: ref.UTC().Year() + 1}
	h.parse()
	return h
}

// event fills the event at place i of a batch, and says what of the line stands in its message only, if that is to be told.
func (h *header) event(batch *telemetry.Batch, i int, line string) (note string) {
	source := ""
	if h.origin.IsValid() {
		source = addrText(batch, h.origin)
	}
	if h.host == "" {
		h.host = source
	}
	e := &batch.Event[i]
	e.Raw, e.Host, e.Dataset = line, h.host, "text"
	if h.priority != "" || h.host != "" || h.code != "" {
		e.Dataset = "syslog"
	}
	h.times(&e.Head)
	add(batch, &e.Pairs, telemetry.FieldMessage, h.rest)
	add(batch, &e.Pairs, fieldCode, h.code)
	add(batch, &e.Pairs, fieldPriority, h.priority)
	add(batch, &e.Pairs, fieldSequence, h.sequence)
	add(batch, &e.Pairs, fieldSource, source)
	if is, unknown := aaa.Message(batch, i, h.rest); is {
		if unknown > 0 {
			return aaa.ReasonUnknown
		}
		return ""
	}
	if pairs(batch, &e.Pairs, h.rest) {
		return reasonPairs
	}
	return ""
}

func add(b *telemetry.Batch, s *telemetry.Span, id telemetry.FieldID, v string) {
	if v != "" {
		b.AddPair(s, id, v)
	}
}
