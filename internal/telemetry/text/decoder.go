// Package text reads lines of any other text, syslog above all: each line is an event with the
// line as Raw, the message after its header as the pair "message", and the host and time that the
// header states. RFC 5424, RFC 3164 with what vendors make of it (Cisco IOS, IOS XR and NX-OS, Arista,
// Huawei, Juniper, Fortinet, NetScreen, Opengear, Cisco ISE), ISO 8601, web servers' and squid's forms are known.
//
// The dataset is "syslog" for a line with a priority, a host or a message code, else "text".
// Further pairs are log.syslog.priority with its parts, event.sequence, process.name and process.pid, and what the message says by
// who wrote it (docs/logs.md): network devices (package device), AAA servers (aaa), hosts (hostlog). The name of a program stays a
// part of the message unless a code follows it. Of auditd and FortiGate the values of the usual names are pairs besides (type, exe,
// cfgpath), those of auditd that it writes as hexadecimal digits as what they stand for.
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
	"strings"
	"time"

	"stormglass/internal/telemetry"
	"stormglass/internal/telemetry/aaa"
	"stormglass/internal/telemetry/device"
	"stormglass/internal/telemetry/hostlog"
	"stormglass/internal/telemetry/named"
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
	fieldSequence = telemetry.FieldNamed("event.sequence")
	fieldPriority = telemetry.FieldNamed("log.syslog.priority")
	fieldSource   = telemetry.FieldNamed("log.source.address")
	fieldFacility = telemetry.FieldNamed("log.syslog.facility.code")
	fieldProcess  = telemetry.FieldNamed("process.name")
	fieldPID      = telemetry.FieldNamed("process.pid")

	fieldSyslogSeverity = telemetry.FieldNamed("log.syslog.severity.code")
)

// Decode makes an event of each line.
func (d *Decoder) Decode(b *telemetry.Block, s *telemetry.Set) {
	batch := s.Batch(telemetry.KindEvent)
	h := new(header) // one for all lines
	for lines := b.Lines(); lines.Next(); {
		h.read(lines.Text, d.RefTime)
		s.Lines++
		s.Read++
		if told, is := h.readLease(); is {
			h.lease(s, s.Batch(telemetry.KindAAA).Append(lines.Number), &told)
			continue
		}
		i := batch.Append(lines.Number)
		h.event(batch, i, lines.Text, func(note string) { s.Pass(lines.Number, note) })
		h.session(s, lines.Number)
		if !batch.Event[i].Occurred.Known() {
			s.Undated++
		}
	}
}

// read reads the header of a line that was written by some time.
func (h *header) read(line string, ref time.Time) {
	*h = header{rest: line, latest: telemetry.InstantOf(ref.Add(24 * time.Hour)), maxYear: ref.UTC().Year() + 1}
	h.parse()
}

// event fills the event at place i of a batch, and notes what of the line stands in its message only, if that is to be told.
func (h *header) event(batch *telemetry.Batch, i int, line string, note func(string)) {
	line, who, unknown := h.unnamed(batch, line)
	if unknown != "" {
		note(unknown)
	}
	source := ""
	if h.origin.IsValid() {
		source = addrText(batch, h.origin)
	}
	if h.host == "" {
		h.host = source
	}
	e := &batch.Event[i]
	e.Raw, e.Host, e.Dataset = line, h.host, "text"
	if h.priority != "" || h.host != "" || h.device.Code.Text != "" {
		e.Dataset = "syslog"
	}
	h.times(&e.Head)
	add(batch, &e.Pairs, telemetry.FieldMessage, h.rest)
	h.priorities(batch, &e.Pairs)
	add(batch, &e.Pairs, fieldSequence, h.sequence)
	add(batch, &e.Pairs, fieldSource, source)
	add(batch, &e.Pairs, fieldProcess, h.device.Process)
	add(batch, &e.Pairs, fieldPID, h.device.PID)
	for _, secret := range who {
		add(batch, &e.Pairs, named.FieldSecret, secret)
	}
	if more := h.said(batch, i); more != "" {
		note(more)
	}
}

// said adds what the message says, by who wrote it.
func (h *header) said(batch *telemetry.Batch, i int) (note string) {
	e := &batch.Event[i]
	if h.device.Platform != device.Unknown || h.device.Form != device.FormNone {
		h.device.Text = h.rest
		h.device.Fields(batch, e)
		return ""
	}
	if is, unknown := aaa.Message(batch, i, h.device.Process, h.rest); is {
		if unknown > 0 {
			return aaa.ReasonUnknown
		}
		return ""
	}
	if is, more := hostlog.Message(batch, i, h.device.Process, h.body); is {
		if more {
			return reasonPairs
		}
		return ""
	}
	more, forti := pairs(batch, &e.Pairs, h.rest)
	if forti {
		h.device.Forti(batch, e)
	}
	if more {
		return reasonPairs
	}
	return ""
}

// priorities adds the line's priority and its parts (RFC 5424, 6.2.1).
func (h *header) priorities(b *telemetry.Batch, to *telemetry.Span) {
	if h.priority == "" {
		return
	}
	add(b, to, fieldPriority, h.priority)
	if p, ok := telemetry.ParseUint(h.priority); ok && p < 192 {
		add(b, to, fieldFacility, small24[p/8])
		add(b, to, fieldSyslogSeverity, small24[p%8])
	}
}

// small24 are the numbers of facilities and severities.
var small24 = strings.Fields("0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23")

func add(b *telemetry.Batch, s *telemetry.Span, id telemetry.FieldID, v string) {
	if v != "" {
		b.AddPair(s, id, v)
	}
}
