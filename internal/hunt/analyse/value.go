package analyse

import (
	"encoding/binary"
	"net/netip"
)

// Value reads a note or a row, number by number, as the functions of package binary and those below wrote it.
type Value struct {
	rest []byte
	bad  bool
}

// ValueOf begins.
func ValueOf(b []byte) *Value { return &Value{rest: b} }

// OK reports whether all that was asked for was there.
func (v *Value) OK() bool { return !v.bad }

// Int gives the next signed number.
func (v *Value) Int() int64 {
	n, size := binary.Varint(v.rest)
	v.take(size)
	return n
}

// Uint gives the next unsigned number.
func (v *Value) Uint() uint64 {
	n, size := binary.Uvarint(v.rest)
	v.take(size)
	return n
}

// Text gives the next text, in memory of its own.
func (v *Value) Text() string { return string(v.Bytes(int(min(v.Uint(), 1<<20)))) }

// Addr gives the next address; invalid when none was stated.
func (v *Value) Addr() netip.Addr {
	b := v.Bytes(16)
	if v.bad || [16]byte(b) == [16]byte{} {
		return netip.Addr{}
	}
	return netip.AddrFrom16([16]byte(b)).Unmap()
}

// Bytes gives the next n bytes, which are the value's.
func (v *Value) Bytes(n int) []byte {
	if v.bad || n > len(v.rest) {
		v.bad = true
		return nil
	}
	b := v.rest[:n]
	v.rest = v.rest[n:]
	return b
}

func (v *Value) take(size int) {
	if v.bad || size <= 0 {
		v.bad, v.rest = true, nil
		return
	}
	v.rest = v.rest[size:]
}

// AppendText writes a text for Value.Text.
func AppendText(b []byte, s string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}

// AppendAddr writes an address for Value.Addr; :: stands for none.
func AppendAddr(b []byte, a netip.Addr) []byte {
	if !a.IsValid() {
		return append(b, make([]byte, 16)...)
	}
	x := a.As16()
	return append(b, x[:]...)
}
