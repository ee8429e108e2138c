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
// Most records are about subscribers. Only sessions of administrators become events. Prepare serves one goroutine, Decode any number.
type Detail struct {
	tail []byte // the start of a record that the last block did not end; nil once it is longer than a record may be
	size int    // of that start
}

// maxDetail bounds a record, in bytes; what is longer is no such record.
const maxDetail = 64 << 10

const (
	reasonNoDetail   = "not a record of accounting by RADIUS"
	reasonOpenDetail = "the last record has no end: it is read once it is whole"
	reasonLongDetail = "record of accounting longer than 64 KiB"
	reasonUsers      = "sessions of users that are no administrators"
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
func NewDetail() *Detail { return &Detail{} }

// Name gives the format's name.
func (d *Detail) Name() string { return "radius detail" }

// part is what a block holds besides: the start of its first record, from the block before.
type part struct {
	head []byte
	size int // of the whole start, of which head holds all or nothing
}

// Prepare keeps what follows the last whole record of the block for the next one.
func (d *Detail) Prepare(b *telemetry.Block) {
	b.Context = &part{d.tail, d.size}
	end := lastEnd(b.Data)
	if end > 0 {
		d.tail, d.size = nil, 0
	}
	rest := b.Data[end:]
	d.size += len(rest)
	switch {
	case b.Last:
		d.tail, d.size = nil, 0
	case d.size > maxDetail:
		d.tail = nil
	default:
		d.tail = append(append([]byte(nil), d.tail...), rest...) // the next block's context keeps the old one
	}
}

// lastEnd gives where the last record of a block ends, behind its blank line; 0 when none does.
func lastEnd(data []byte) int {
	for end := bytes.LastIndexByte(data, '\n') + 1; end > 0; {
		start := bytes.LastIndexByte(data[:end-1], '\n') + 1
		if isBlank(data[start:end]) {
			return end
		}
		end = start
	}
	return 0
}

func isBlank(line []byte) bool { return len(bytes.TrimRight(line, " \t\r\n")) == 0 }

// Decode makes events of the block's records.
func (d *Detail) Decode(b *telemetry.Block, s *telemetry.Set) {
	p, _ := b.Context.(*part)
	if p == nil {
		p = &part{}
	}
	from, line := 0, b.Line
	for at := 0; ; line++ {
		n := bytes.IndexByte(b.Data[at:], '\n')
		if n < 0 {
			break
		}
		at += n + 1
		if !isBlank(b.Data[at-n-1 : at]) {
			continue
		}
		p.record(s, line, b.Data[from:at])
		from, p = at, &part{}
	}
	if b.Last && (p.size > 0 && !isBlank(p.head) || !isBlank(b.Data[from:])) {
		s.Lines++
		s.Skip(0, reasonOpenDetail, "")
	}
}

// record reads a record that ends in the block.
func (p *part) record(s *telemetry.Set, line uint64, text []byte) {
	size := p.size + len(text)
	if size <= maxDetail && p.size > 0 {
		text = append(append(make([]byte, 0, size), p.head...), text...)
	}
	switch {
	case size > maxDetail:
		s.Lines++
		s.Skip(line, reasonLongDetail, "")
	case !isBlank(text):
		decodeDetail(s, line, strings.TrimRight(telemetry.View(text), " \t\r\n"))
	}
}
