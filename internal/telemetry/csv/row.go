package csv

import (
	"fmt"
	"strings"
	"time"

	"stormglass/internal/telemetry"
)

// reader makes records of one block's rows.
type reader struct {
	header *header
	set    *telemetry.Set
	batch  *telemetry.Batch
	i      int
	line   uint64
	buf    []byte
}

// row reads one line.
func (r *reader) row(lines *telemetry.Lines) {
	h := r.header
	r.batch, r.line = r.set.Batch(h.kind), lines.Number
	mark := r.batch.Mark()
	r.i = r.batch.Append(lines.Number)
	found, problem := r.cells(lines.Text)
	if problem == "" && found == len(h.columns) {
		r.end(lines.Text)
		return
	}
	r.batch.Undo(mark)
	switch {
	case !lines.Whole && (problem != "" || found < len(h.columns)):
		r.set.Skip(lines.Number, "cut off in the middle", "")
	case problem != "":
		r.set.Skip(lines.Number, problem, "")
	default:
		r.set.Skip(lines.Number, "wrong number of columns", fmt.Sprintf("expected %d, found %d", len(h.columns), found))
	}
}

// cells puts a line's values where they go and gives how many there were.
func (r *reader) cells(line string) (int, string) {
	for n := 0; ; n++ {
		text, rest, doubled, more, problem := cell(line, r.header.delim)
		if problem != "" {
			return n, problem
		}
		if n < len(r.header.columns) && text != "" {
			if doubled {
				r.buf = undouble(r.buf[:0], text)
				text = r.batch.Copy(r.buf)
			}
			r.value(&r.header.columns[n], text)
		}
		if !more {
			if n == len(r.header.columns) && text == "" { // a delimiter at the line's end
				return n, ""
			}
			return n + 1, ""
		}
		line = rest
	}
}

// value puts one value where it goes.
func (r *reader) value(c *column, v string) {
	if v[0] <= ' ' || v[len(v)-1] <= ' ' {
		if v = strings.TrimSpace(v); v == "" {
			return
		}
	}
	if r.header.kind == telemetry.KindEvent {
		if c.known && r.batch.Assign(r.i, c.field, v) == telemetry.Taken && c.field == telemetry.FieldTimestamp {
			return
		}
		r.batch.AddPair(&r.batch.Event[r.i].Pairs, c.pair, v)
		return
	}
	if r.special(c, v) {
		return
	}
	if c.known && !r.header.tool.nothing(c.field, v) {
		switch r.batch.Assign(r.i, c.field, v) {
		case telemetry.Taken:
			return
		case telemetry.NotUnderstood:
			r.set.Skip(r.line, "value not understood", c.name)
		case telemetry.NotTaken:
		}
	}
	if r.header.tool != anyTool && nothing(v) {
		return
	}
	r.batch.AddPair(&r.batch.Head(r.i).Extra, c.pair, v)
}

// special takes values that Assign cannot, of flows only.
func (r *reader) special(c *column, v string) bool {
	if c.role == plain || r.header.kind != telemetry.KindFlow {
		return false
	}
	f := &r.batch.Flow[r.i]
	switch c.role {
	case roleFlags:
		flags, ok := tcpFlags(v)
		f.TCPFlags = flags
		return ok
	case rolePort:
		t, code, ok := strings.Cut(v, ".")
		if !ok || r.header.tool != nfdump {
			return false
		}
		a, ok1 := telemetry.ParseUint(t)
		b, ok2 := telemetry.ParseUint(code)
		if !ok1 || !ok2 || a > 255 || b > 255 {
			return false
		}
		f.ICMPType, f.ICMPCode = uint8(a), uint8(b)
		return true
	case roleNanos:
		n, ok := telemetry.ParseUint(v)
		if ok = ok && n < 1<<62; ok {
			f.Duration = time.Duration(n)
		}
		return ok
	case roleDirection:
		if v == "1" { // nil is ingress, or not stated
			f.Direction = telemetry.Egress
		}
		return v == "0" || v == "1"
	case roleICMPType:
		return octet(v, &f.ICMPType)
	case roleICMPCode:
		return octet(v, &f.ICMPCode)
	case plain:
	}
	return false
}

func octet(v string, to *uint8) bool {
	n, ok := telemetry.ParseUint(v)
	if ok = ok && n < 256; ok {
		*to = uint8(n)
	}
	return ok
}

// nothing reports whether a tool writes a value for an address that there is none of; the ends of a flow may
// really be 0.0.0.0.
func (t tool) nothing(id telemetry.FieldID, v string) bool {
	return t != anyTool && (id == telemetry.FieldNextHop || id == telemetry.FieldExporter) && nothing(v)
}

// nothing are the values with which nfdump and rwcut fill the columns that a flow does not have.
func nothing(v string) bool {
	switch v {
	case "0", "0.0.0.0", "00:00:00:00:00:00", "0-0-0", "::", "0.000", "0/0":
		return true
	}
	return false
}

func (r *reader) end(line string) {
	switch r.header.kind { //nolint:exhaustive // the others need no finish
	case telemetry.KindEvent:
		e := &r.batch.Event[r.i]
		e.Raw = line
		if e.Dataset == "" {
			e.Dataset = "csv"
		}
	case telemetry.KindFlow:
		if r.header.tool != anyTool {
			r.batch.Flow[r.i].Exported()
		}
	}
	r.set.Read++
	if !r.batch.Head(r.i).Occurred.Known() {
		r.set.Undated++
	}
}

// tcpFlags reads flags as nfdump ("...AP.SF") and rwcut ("FS PA") write them, or as a number, decimal or 0x.
func tcpFlags(v string) (uint8, bool) {
	if hex, ok := strings.CutPrefix(v, "0x"); ok && len(hex) > 0 && len(hex) <= 2 {
		n := uint8(0)
		for i := range len(hex) {
			d := strings.IndexByte("0123456789abcdef", hex[i]|0x20)
			if d < 0 {
				return 0, false
			}
			n = n<<4 | uint8(d)
		}
		return n, true
	}
	if n, ok := telemetry.ParseUint(v); ok {
		return uint8(n), n < 256
	}
	if len(v) > 8 {
		return 0, false
	}
	flags := uint8(0)
	for i := range len(v) {
		if v[i] == '.' || v[i] == ' ' {
			continue
		}
		bit := strings.IndexByte("FSRPAUEC", v[i])
		if bit < 0 {
			return 0, false
		}
		flags |= 1 << bit
	}
	return flags, true
}
