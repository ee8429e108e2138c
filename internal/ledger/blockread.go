package ledger

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"slices"

	"github.com/klauspost/compress/zstd"

	"stormglass/internal/telemetry"
)

// block reads the rows of a block, in memory that is used again for the next one. Keys are read at
// once; facts only when a row is asked for, and then of this row alone.
type block struct {
	space Space
	rows  int

	raw    []byte // keys before compression
	values []byte
	ends   []uint32 // of each row's value, in values
	marks  column
	days   column

	facts facts
}

// readKeys reads the keys of a block whose checksum was right. The facts stay as they are until
// readFacts; data must stay valid until then.
func (b *block) readKeys(space Space, data []byte, z *zstd.Decoder) (what string) {
	b.rows, b.facts.packed, b.space = 0, nil, space
	if len(data) < blockHead {
		return "a block shorter than its head"
	}
	rows, flags := int(data[0])+1, data[1]
	keysRaw := binary.LittleEndian.Uint32(data[2:])
	factsRaw := binary.LittleEndian.Uint32(data[6:])
	keysLen := binary.LittleEndian.Uint32(data[10:])
	data = data[blockHead:]
	if flags&^blockFlags != 0 || keysRaw > maxKeyBytes || factsRaw > maxFactBytes || uint64(keysLen) > uint64(len(data)) {
		return "a block whose head is out of range"
	}
	var ok bool
	if b.raw, ok = unpack(b.raw, data[:keysLen], int(keysRaw), flags&keysPacked != 0, z); !ok {
		return "keys of a block that cannot be decompressed"
	}
	if what := b.parseKeys(rows); what != "" {
		return what
	}
	b.rows = rows
	b.facts.set(data[keysLen:], int(factsRaw), flags&factsPacked != 0)
	return ""
}

// unpack gives exactly n bytes, in the memory of into.
func unpack(into, data []byte, n int, packed bool, z *zstd.Decoder) ([]byte, bool) {
	into = slices.Grow(into[:0], n)
	if !packed {
		return append(into, data...), len(data) == n
	}
	out, err := z.DecodeAll(data, into[:0:n])
	if err != nil || len(out) != n {
		return into, false
	}
	return into[:n], true // where out lies too: a decoder is told to stay in the memory it was given
}

func (b *block) parseKeys(rows int) (what string) {
	r := reader{b: b.raw}
	shared := r.column(rows)
	var suffix column
	if b.space != Addrs {
		suffix = r.column(rows)
	}
	b.marks, b.days = r.column(rows), r.column(rows)
	for i := range max(b.marks.distinct(), b.days.distinct()) {
		day := unzigzag(b.days.at(i))
		if b.marks.at(i) > 2*255+1 || day < int64(minDay) || day > int64(maxDay) {
			return "a day or kind out of range"
		}
	}
	switch {
	case r.bad:
	case b.space == Addrs:
		what = b.parseAddrs(&r, rows, &shared)
	default:
		what = b.parseValues(&r, rows, &shared, &suffix)
	}
	if r.bad || what == "" && len(r.b) != 0 {
		return "keys of a block that end early or late"
	}
	return what
}

// parseAddrs puts the addresses together from what they share with the one before and their rest, and
// checks that rows are in order.
func (b *block) parseAddrs(r *reader, rows int, sharing *column) (what string) {
	b.values = slices.Grow(b.values[:0], addrLen*rows)[:addrLen*rows]
	b.ends = b.ends[:0]
	var addr [addrLen]byte
	for i := range rows {
		shared := sharing.at(i)
		if shared > addrLen || i == 0 && shared > 0 {
			return "a value out of range"
		}
		rest := r.bytes(addrLen - shared)
		switch {
		case r.bad:
			return ""
		case shared == addrLen:
			if b.compareKeys(i-1, i) >= 0 {
				return "rows out of order"
			}
		case i > 0 && rest[0] <= addr[shared]:
			return "values out of order"
		}
		copy(addr[shared:], rest)
		copy(b.values[addrLen*i:], addr[:])
		b.ends = append(b.ends, uint32(addrLen*(i+1)))
	}
	return ""
}

// parseValues is parseAddrs for values of any length.
func (b *block) parseValues(r *reader, rows int, sharing, suffixes *column) (what string) {
	b.values, b.ends = b.values[:0], b.ends[:0]
	var last []byte
	for i := range rows {
		shared, suffix := sharing.at(i), suffixes.at(i)
		if shared > uint64(len(last)) || suffix > MaxValue || len(b.values) >= maxBlockBytes {
			return "a value out of range"
		}
		rest := r.bytes(suffix)
		switch {
		case r.bad:
			return ""
		case i > 0 && suffix == 0:
			if shared != uint64(len(last)) || b.compareKeys(i-1, i) >= 0 {
				return "rows out of order"
			}
		case shared < uint64(len(last)) && rest[0] <= last[shared]:
			return "values out of order"
		}
		start := len(b.values)
		b.values = append(append(b.values, last[:shared]...), rest...)
		b.ends = append(b.ends, uint32(len(b.values)))
		last = b.values[start:]
		if what := checkValue(b.space, last); what != "" {
			return what
		}
	}
	return ""
}

// compareKeys is Row.Compare for two rows of one value.
func (b *block) compareKeys(i, j int) int {
	return cmp.Or(
		cmp.Compare(b.marks.at(i)&1, b.marks.at(j)&1),
		cmp.Compare(b.day(i), b.day(j)),
		cmp.Compare(b.marks.at(i), b.marks.at(j)),
	)
}

func (b *block) value(i int) []byte {
	start := uint32(0)
	if i > 0 {
		start = b.ends[i-1]
	}
	return b.values[start:b.ends[i]:b.ends[i]]
}

func (b *block) day(i int) telemetry.Day { return telemetry.Day(unzigzag(b.days.at(i))) }

func (b *block) folded(i int) bool { return b.marks.at(i)&1 != 0 }

// search gives the first row whose value is not before v.
func (b *block) search(v []byte) int {
	low, high := 0, b.rows
	for low < high {
		mid := int(uint(low+high) >> 1)
		if bytes.Compare(b.value(mid), v) < 0 {
			low = mid + 1
		} else {
			high = mid
		}
	}
	return low
}

// row fills r with row i, which it checks. Its slices are the block's, until the next call.
func (b *block) row(i int, r *Row, z *zstd.Decoder) (what string) {
	if what := b.facts.read(b.rows, z); what != "" {
		return what
	}
	*r = b.key(i)
	if what := b.facts.row(i, r); what != "" {
		return what
	}
	return checkFacts(r)
}

// key gives row i without its facts.
func (b *block) key(i int) Row {
	return Row{Value: b.value(i), Folded: b.folded(i), Day: b.day(i), Kind: telemetry.Kind(b.marks.at(i) >> 1)}
}
