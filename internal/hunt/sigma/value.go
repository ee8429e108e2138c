package sigma

import (
	"net/netip"
	"slices"
	"strconv"
	"time"
	"unicode/utf8"

	"stormglass/internal/telemetry"
)

// value is one value of a field. Its text and its folded text are made when first asked for.
type value struct {
	typ    telemetry.Type
	texted bool
	folded bool
	text   string
	lower  string
	num    int64
	addr   netip.Addr
	at     telemetry.Instant
}

// slot holds the values that a source has in the record at hand.
type slot struct {
	gen  uint32 // it is filled when this is the record's
	n    int32
	one  value
	more []value // all but the first
}

func (s *slot) add(v value) {
	if s.n++; s.n == 1 {
		s.one = v
		return
	}
	s.more = append(s.more, v)
}

// value gives value i of the slot.
func (s *slot) value(i int32) *value {
	if i == 0 {
		return &s.one
	}
	return &s.more[i-1]
}

// scratch is the text that is made for one record, and how much text may be looked at.
type scratch struct {
	buf       []byte
	maxText   int
	shortened int // texts that were longer than maxText
}

// keep makes the bytes that were added to the buffer from n on a string; it lasts until the next record.
func (c *scratch) keep(n int) string { return telemetry.View(c.buf[n:]) }

// room makes sure that n bytes can be added without moving strings that were given out: they keep what was moved from alive.
func (c *scratch) room(n int) int {
	if cap(c.buf)-len(c.buf) < n {
		c.buf = make([]byte, 0, max(4096, 2*cap(c.buf), n))
	}
	return len(c.buf)
}

// bounded gives a text up to where it may be looked at.
func (c *scratch) bounded(s string) string {
	if len(s) <= c.maxText {
		return s
	}
	c.shortened++
	n := c.maxText
	for n > c.maxText-utf8.UTFMax && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}

// textOf gives a value as text.
func (c *scratch) textOf(v *value) string {
	if v.texted {
		return v.text
	}
	v.texted = true
	if v.typ == telemetry.TypeText || v.typ == telemetry.TypeTexts {
		v.text = c.bounded(v.text)
		return v.text
	}
	n := c.room(64)
	switch v.typ { //nolint:exhaustive // texts are above
	case telemetry.TypeInt:
		c.buf = strconv.AppendInt(c.buf, v.num, 10)
	case telemetry.TypeAddr:
		c.buf = v.addr.AppendTo(c.buf)
	case telemetry.TypeTime:
		c.buf = v.at.Time().AppendFormat(c.buf, time.RFC3339Nano)
	}
	v.text = c.keep(n)
	return v.text
}

// foldedOf gives a value as folded text.
func (c *scratch) foldedOf(v *value) string {
	if v.folded {
		return v.lower
	}
	v.folded = true
	s := c.textOf(v)
	at := folds(s)
	if at == len(s) {
		v.lower = s
		return s
	}
	n := c.room(len(s) + len(s)/2 + utf8.UTFMax)
	c.buf = append(c.buf, s[:at]...)
	c.buf = appendFolded(c.buf, s[at:])
	v.lower = c.keep(n)
	return v.lower
}

// addrOf gives a value as an address, the zero one when it is none.
func (c *scratch) addrOf(v *value) netip.Addr {
	if v.typ == telemetry.TypeAddr {
		return v.addr
	}
	if v.typ != telemetry.TypeText && v.typ != telemetry.TypeTexts {
		return netip.Addr{}
	}
	return telemetry.ParseAddr(c.textOf(v))
}

// fill sets a slot to the values that a source has in a record.
func (s *source) fill(to *slot, b *telemetry.Batch, i int) {
	switch s.kind {
	case fromSchema:
		if s.unless != telemetry.FieldOther && hasPair(b, i, s.unless) {
			return
		}
		s.fillTyped(to, b, i)
	case fromJoined:
		if text, ok := s.joined(b, i); ok {
			to.add(value{typ: telemetry.TypeText, text: text})
		}
	case fromRaw:
		if text := b.Event[i].Raw; text != "" {
			to.add(value{typ: telemetry.TypeText, text: text})
		}
	case fromPair: // filled for all pairs at once
	}
}

// hasPair reports whether a record has a pair of the name.
func hasPair(b *telemetry.Batch, i int, name telemetry.FieldID) bool {
	return slices.ContainsFunc(pairsOf(b, i), func(p telemetry.Pair) bool { return p.Field == name })
}

func (s *source) fillTyped(to *slot, b *telemetry.Batch, i int) {
	switch f := &s.field; f.Type {
	case telemetry.TypeText:
		if text := f.Text(b, i); text != "" {
			to.add(value{typ: telemetry.TypeText, text: text})
		}
	case telemetry.TypeInt:
		if n, ok := f.Int(b, i); ok {
			to.n++
			to.one.set(telemetry.TypeInt)
			to.one.num = n
		}
	case telemetry.TypeAddr:
		if a := f.Addr(b, i); a.IsValid() {
			to.n++
			to.one.set(telemetry.TypeAddr)
			to.one.addr = a
		}
	case telemetry.TypeTime:
		if t := f.Time(b, i); t.Known() {
			to.n++
			to.one.set(telemetry.TypeTime)
			to.one.at = t
		}
	case telemetry.TypeTexts:
		for _, text := range f.Texts(b, i) {
			if text != "" {
				to.add(value{typ: telemetry.TypeText, text: text})
			}
		}
	}
}

// set makes a value anew without writing what its type does not use.
func (v *value) set(t telemetry.Type) { v.typ, v.texted, v.folded = t, false, false }
