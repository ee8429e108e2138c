package lake

import "encoding/binary"

// compact reads Thrift's compact protocol, as far as Parquet's metadata needs it. After the first
// error everything reads as zero and err stays.
type compact struct {
	b   []byte
	pos int
	err error
}

// The types of the compact protocol.
const (
	thriftTrue   = 1
	thriftFalse  = 2
	thriftByte   = 3
	thriftI16    = 4
	thriftI32    = 5
	thriftI64    = 6
	thriftDouble = 7
	thriftBinary = 8
	thriftList   = 9
	thriftSet    = 10
	thriftMap    = 11
	thriftStruct = 12
)

const thriftDepth = 16

func (t *compact) fail(what string) {
	if t.err == nil {
		t.err = damaged("metadata at byte %d: %s", t.pos, what)
	}
}

func (t *compact) byte() byte {
	if t.err != nil || t.pos >= len(t.b) {
		t.fail("it ends early")
		return 0
	}
	t.pos++
	return t.b[t.pos-1]
}

func (t *compact) uvarint() uint64 {
	if t.err != nil {
		return 0
	}
	v, n := binary.Uvarint(t.b[t.pos:])
	if n <= 0 {
		t.fail("a wrong number")
		return 0
	}
	t.pos += n
	return v
}

func (t *compact) varint() int64 {
	u := t.uvarint()
	return int64(u>>1) ^ -int64(u&1)
}

func (t *compact) bytes() []byte {
	n := t.uvarint()
	if n > uint64(len(t.b)-t.pos) {
		t.fail("a text is longer than what is left")
		return nil
	}
	t.pos += int(n)
	return t.b[t.pos-int(n) : t.pos]
}

// structure calls field for each field; field reads it, or leaves it to be skipped by answering
// false.
func (t *compact) structure(depth int, field func(id int16, typ byte) bool) {
	if depth > thriftDepth {
		t.fail("nested too deeply")
	}
	id := int16(0)
	for t.err == nil {
		head := t.byte()
		if head == 0 {
			return
		}
		if d := int16(head >> 4); d != 0 {
			id += d
		} else {
			id = int16(t.varint())
		}
		if t.err == nil && !field(id, head&15) {
			t.skip(head&15, depth+1)
		}
	}
}

// list calls element for each element of a list whose elements are of type typ.
func (t *compact) list(typ byte, element func()) {
	head := t.byte()
	n := uint64(head >> 4)
	if n == 15 {
		n = t.uvarint()
	}
	if n > uint64(len(t.b)-t.pos) {
		t.fail("a list is longer than what is left")
	}
	if head&15 != typ && n > 0 {
		t.fail("a list of the wrong type")
	}
	for ; n > 0 && t.err == nil; n-- {
		element()
	}
}

func (t *compact) skip(typ byte, depth int) {
	if depth > thriftDepth {
		t.fail("nested too deeply")
	}
	if t.err != nil {
		return
	}
	switch typ {
	case thriftTrue, thriftFalse:
	case thriftByte:
		t.byte()
	case thriftI16, thriftI32, thriftI64:
		t.uvarint()
	case thriftDouble:
		for range 8 {
			t.byte()
		}
	case thriftBinary:
		t.bytes()
	case thriftList, thriftSet:
		t.skipList(depth)
	case thriftStruct:
		t.structure(depth, func(int16, byte) bool { return false })
	default: // maps: Parquet has none
		t.fail("an unknown type")
	}
}

func (t *compact) skipList(depth int) {
	typ := byte(0)
	if t.pos < len(t.b) {
		typ = t.b[t.pos] & 15
	}
	t.list(typ, func() {
		if typ == thriftTrue || typ == thriftFalse {
			t.byte() // in lists a truth value is a byte
			return
		}
		t.skip(typ, depth+1)
	})
}

// The typed readers answer false when a field has another type: it is skipped, and stays zero.

func (t *compact) int32(typ byte, to *int32) bool {
	if typ != thriftI32 {
		return false
	}
	v := t.varint()
	if int64(int32(v)) != v {
		t.fail("a number of more than 32 bits")
	}
	*to = int32(v)
	return true
}

func (t *compact) int64(typ byte, to *int64) bool {
	if typ != thriftI64 {
		return false
	}
	*to = t.varint()
	return true
}

func (t *compact) text(typ byte, to *[]byte) bool {
	if typ != thriftBinary {
		return false
	}
	*to = t.bytes()
	return true
}
