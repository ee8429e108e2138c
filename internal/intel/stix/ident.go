package stix

import (
	"encoding/hex"
	"strings"
)

// An id of the usual form, "indicator--" and a UUID in lower case, is written as the number of its
// type from 1 and 16 bytes; any other id as 0 and its text. The same id always reads the same,
// and none is the beginning of another, so that ids are compared as they are written.

// id writes an id.
func (e *encoder) id(s string) {
	if typ, uuid, ok := splitID(s); ok {
		if n, ok := e.dict.number(typ); ok {
			e.uvarint(n + 1)
			e.buf = append(e.buf, uuid[:]...)
			return
		}
	}
	e.uvarint(0)
	e.text(s)
}

// id reads an id.
func (c *cursor) id() string {
	n := c.uvarint()
	if n == 0 {
		return c.text()
	}
	typ, u := c.dict.texts[n-1], c.next(16)
	b := make([]byte, 0, 64)
	b = append(append(b, typ...), '-')
	for _, group := range [][]byte{nil, u[:4], u[4:6], u[6:8], u[8:10], u[10:]} {
		b = append(hex.AppendEncode(b, group), '-')
	}
	return string(b[:len(b)-1])
}

// written passes over an id and gives it as it is written.
func (c *cursor) written() []byte {
	start := c.rest
	if c.uvarint() == 0 {
		c.next(c.count())
	} else {
		c.next(16)
	}
	return start[:len(start)-len(c.rest)]
}

// splitID takes an id of the usual form apart.
func splitID(s string) (typ string, uuid [16]byte, ok bool) {
	const length = 36
	if len(s) < length {
		return "", uuid, false
	}
	typ, ok = strings.CutSuffix(s[:len(s)-length], "--")
	s = s[len(s)-length:]
	for i, n := 0, 0; ok && i < length; i++ {
		if i == 8 || i == 13 || i == 18 || i == 23 {
			ok = s[i] == '-'
			continue
		}
		var digit byte
		digit, ok = hexDigit(s[i])
		uuid[n/2] = uuid[n/2]<<4 | digit
		n++
	}
	return typ, uuid, ok
}

func hexDigit(c byte) (byte, bool) {
	switch {
	case isDigit(c):
		return c - '0', true
	case c >= 'a' && c <= 'f':
		return c - 'a' + 10, true
	}
	return 0, false
}
