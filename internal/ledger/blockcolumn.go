package ledger

import (
	"encoding/binary"
	"math"
	"slices"
)

// column is a column of numbers as it lies in a block: one byte that says how many bytes each number
// has (0 to 8), the smallest number as a varint, then each number less the smallest: the lowest
// byte of all of them, then the next byte of all, and so on. Numbers are read in place.
type column struct {
	low    uint64
	width  int
	rows   int
	planes []byte
}

// appendColumn appends a column. One without numbers is nothing.
func appendColumn(b []byte, numbers []uint64) []byte {
	if len(numbers) == 0 {
		return b
	}
	low, high := slices.Min(numbers), slices.Max(numbers)
	width := bytesOf(high - low)
	b = binary.AppendUvarint(append(b, byte(width)), low)
	at := len(b)
	b = append(b, make([]byte, width*len(numbers))...)
	for p := range width {
		plane := b[at+p*len(numbers):][:len(numbers)]
		for i, v := range numbers {
			plane[i] = byte((v - low) >> (8 * p))
		}
	}
	return b
}

// bytesOf gives how many bytes a number needs.
func bytesOf(v uint64) int {
	n := 0
	for ; v > 0; v >>= 8 {
		n++
	}
	return n
}

// at gives number i.
func (c *column) at(i int) uint64 {
	switch c.width {
	case 0:
		return c.low
	case 1:
		return c.low + uint64(c.planes[i])
	}
	v := uint64(0)
	for at := (c.width-1)*c.rows + i; at >= 0; at -= c.rows {
		v = v<<8 | uint64(c.planes[at])
	}
	return c.low + v
}

// distinct gives how many numbers have to be looked at to have seen all: one when they are the same.
func (c *column) distinct() int {
	if c.width == 0 {
		return min(1, c.rows)
	}
	return c.rows
}

// reader reads from bytes; after the first thing that is not as it should be it is bad and reads zeros.
type reader struct {
	b   []byte
	bad bool
}

// column reads a column of n numbers, which shares memory with what is read.
func (r *reader) column(n int) column {
	if n == 0 {
		return column{}
	}
	c := column{width: int(r.byte()), rows: n}
	c.low = r.uvarint()
	if c.width > 8 {
		r.bad = true
		return column{}
	}
	c.planes = r.bytes(uint64(c.width * n))
	if r.bad || !c.fits() {
		r.bad = true
		return column{rows: n}
	}
	return c
}

// fits reports whether no number is too large.
func (c *column) fits() bool {
	if c.width == 0 || c.low <= math.MaxUint64-(1<<(8*c.width)-1) {
		return true
	}
	for i := range c.rows {
		if c.at(i) < c.low {
			return false
		}
	}
	return true
}

func (r *reader) byte() byte {
	if len(r.b) == 0 {
		r.bad = true
		return 0
	}
	v := r.b[0]
	r.b = r.b[1:]
	return v
}

func (r *reader) uvarint() uint64 {
	v, n := binary.Uvarint(r.b)
	if n <= 0 {
		r.bad = true
		return 0
	}
	r.b = r.b[n:]
	return v
}

// bytes takes the next n bytes; they share memory with what is read.
func (r *reader) bytes(n uint64) []byte {
	if n > uint64(len(r.b)) {
		r.bad = true
		return nil
	}
	v := r.b[:n:n]
	r.b = r.b[n:]
	return v
}

func zigzag(v int64) uint64   { return uint64(v)<<1 ^ uint64(v>>63) }
func unzigzag(v uint64) int64 { return int64(v>>1) ^ -int64(v&1) }

func (r *reader) uint16() uint16 { return binary.LittleEndian.Uint16(r.fixed(2)) }
func (r *reader) uint32() uint32 { return binary.LittleEndian.Uint32(r.fixed(4)) }
func (r *reader) uint64() uint64 { return binary.LittleEndian.Uint64(r.fixed(8)) }

// fixed takes n bytes, at most 8; zeros when there are not so many.
func (r *reader) fixed(n int) []byte {
	if b := r.bytes(uint64(n)); b != nil {
		return b
	}
	var zeros [8]byte
	return zeros[:n]
}
