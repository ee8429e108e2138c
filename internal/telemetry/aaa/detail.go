package aaa

import (
	"bytes"
	"strings"
	"time"

	"stormglass/internal/telemetry"
)

// Detail reads FreeRADIUS's detail files: accounting by RADIUS (RFC 2866), a record of many lines each.
//
//	Tue Jan  2 03:04:05 2024
//		Acct-Status-Type = Start
//		User-Name = "op1"
//		Service-Type = NAS-Prompt-User
//		Timestamp = 1704164645
//
// A blank line ends a record. One that does not end, at the end of the file, is not read: it may still be written. The ordinal of a
// record is the number of its last line, so that a file that has grown is read on at a record's end.
//
// Most records are about subscribers: those become leases of addresses, records of kind aaa (package lease). Sessions of administrators
// become events. Prepare serves one goroutine, Decode any number.
type Detail struct{ records telemetry.Records }

// maxDetail bounds a record, in bytes; what is longer is no such record.
const maxDetail = 64 << 10

const (
	reasonNoDetail   = "not a record of accounting by RADIUS"
	reasonOpenDetail = "the last record has no end: it is read once it is whole"
	reasonLongDetail = "record of accounting longer than 64 KiB"
	reasonUsers      = "accounting of users that states no address"
)

// SniffDetail reports whether head begins as a detail file does: a line with a time, then attributes that are indented.
func SniffDetail(head []byte, _ string) bool {
	head = bytes.TrimLeft(head, "\r\n")
	line, rest, ok := bytes.Cut(head, []byte("\n"))
	if line = bytes.TrimRight(line, " \r"); !ok || len(line) != len(time.ANSIC) || line[3] != ' ' || !isWeekday(line[:3]) {
		return false
	}
	line, _, _ = bytes.Cut(rest, []byte("\n"))
	name, _, ok := bytes.Cut(line, []byte(" = "))
	return ok && len(name) > 1 && name[0] == '\t' && isName(string(name[1:]))
}

func isWeekday(s []byte) bool {
	switch string(s) {
	case "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun":
		return true
	}
	return false
}

// NewDetail makes a decoder.
func NewDetail() *Detail { return &Detail{records: telemetry.Records{Max: maxDetail, End: isBlank}} }

func isBlank(line []byte) bool { return len(bytes.TrimRight(line, " \t\r\n")) == 0 }

// Name gives the format's name.
func (d *Detail) Name() string { return "radius detail" }

// Prepare keeps the start of a record for the next block.
func (d *Detail) Prepare(b *telemetry.Block) { d.records.Prepare(b) }

// Decode makes records of those of the block.
func (d *Detail) Decode(b *telemetry.Block, s *telemetry.Set) {
	open := d.records.Each(b, func(line uint64, text []byte) {
		switch {
		case text == nil:
			s.Lines++
			s.Skip(line, reasonLongDetail, "")
		case !isBlank(text):
			decodeDetail(s, line, strings.TrimRight(telemetry.View(text), " \t\r\n"))
		}
	})
	if open {
		s.Lines++
		s.Skip(0, reasonOpenDetail, "")
	}
}
