package stix

import "encoding/binary"

// encoder writes a record field by field; cursor reads the fields in the same order.
type encoder struct {
	buf  []byte
	dict *dictionary
}

func (e *encoder) uvarint(n uint64) { e.buf = binary.AppendUvarint(e.buf, n) }
func (e *encoder) varint(n int64)   { e.buf = binary.AppendVarint(e.buf, n) }
func (e *encoder) count(n int)      { e.uvarint(uint64(n)) }

// text writes a text in full.
func (e *encoder) text(s string) {
	e.count(len(s))
	e.buf = append(e.buf, s...)
}

// word writes a text as its number in the dictionary from 1, or 0 and the text in full.
func (e *encoder) word(s string) {
	if n, ok := e.dict.number(s); ok {
		e.uvarint(n + 1)
		return
	}
	e.uvarint(0)
	e.text(s)
}

func (e *encoder) words(list []string) {
	e.count(len(list))
	for _, s := range list {
		e.word(s)
	}
}

// cursor reads what an encoder with the same dictionary wrote, and nothing else: it does not
// expect errors.
type cursor struct {
	rest []byte
	dict *dictionary
}

func (c *cursor) uvarint() uint64 {
	n, size := binary.Uvarint(c.rest)
	c.rest = c.rest[size:]
	return n
}

func (c *cursor) varint() int64 {
	n, size := binary.Varint(c.rest)
	c.rest = c.rest[size:]
	return n
}

func (c *cursor) count() int { return int(c.uvarint()) }

// next gives the next n bytes of the tape itself.
func (c *cursor) next(n int) []byte {
	b := c.rest[:n:n]
	c.rest = c.rest[n:]
	return b
}

func (c *cursor) text() string { return string(c.next(c.count())) }

func (c *cursor) word() string {
	if n := c.uvarint(); n > 0 {
		return c.dict.texts[n-1]
	}
	return c.text()
}

// words appends a list to into, which stays nil when the list is empty.
func (c *cursor) words(into []string) []string {
	for range c.count() {
		into = append(into, c.word())
	}
	return into
}
