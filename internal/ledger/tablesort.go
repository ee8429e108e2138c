package ledger

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"slices"

	"stormglass/internal/telemetry"
)

// item is an entry in an order: eight bytes of its key beside its number, so that sorting seldom
// touches the entries.
type item struct {
	digit uint64
	entry uint32
}

const (
	itemBytes = 16
	fewItems  = 16  // sorted by comparing whole keys
	manyItems = 512 // sorted by counting
	maxDigits = 64  // beyond them, whole keys are compared, too
)

// sorted gives the table's entries by day, then value, then kind of record. The memory is the
// table's, until the next call.
func (t *table) sorted() []item {
	used := t.entries.used
	t.order = slices.Grow(t.order[:0], 2*t.entries.capacity())[:2*used]
	items := t.order[:used]
	for i := range items {
		n := uint32(i + 1)
		items[i] = item{digit: uint64(t.entries.at(n).day), entry: n}
	}
	t.sort(items, t.order[used:], 0)
	return items
}

// sort sorts items whose digits are set: by these, then those of equal digits by the next eight
// bytes of their values, from depth on. There is as much room.
func (t *table) sort(items, room []item, depth int) {
	sortDigits(items, room)
	for len(items) > 0 {
		n := 1
		for n < len(items) && items[n].digit == items[0].digit {
			n++
		}
		switch same := items[:n]; {
		case n == 1:
		case n <= fewItems || depth == maxDigits:
			slices.SortFunc(same, t.compare)
		default:
			for i := range same {
				same[i].digit = digit(t.value(t.entries.at(same[i].entry)), depth)
			}
			t.sort(same, room[:n], depth+1)
		}
		items, room = items[n:], room[n:]
	}
}

// sortDigits sorts items by their digits: few by comparing, many byte by byte from the lowest, bytes
// that all have in common left out.
func sortDigits(items, room []item) {
	if len(items) < manyItems {
		slices.SortFunc(items, func(a, b item) int { return cmp.Compare(a.digit, b.digit) })
		return
	}
	var differ uint64
	for i := range items {
		differ |= items[i].digit ^ items[0].digit
	}
	from, to := items, room
	for shift := 0; shift < 64; shift += 8 {
		if differ>>shift&0xff == 0 {
			continue
		}
		var at [256]int
		for i := range from {
			at[byte(from[i].digit>>shift)]++
		}
		sum := 0
		for b, n := range at {
			at[b], sum = sum, sum+n
		}
		for _, x := range from {
			b := byte(x.digit >> shift)
			to[at[b]] = x
			at[b]++
		}
		from, to = to, from
	}
	if &from[0] != &items[0] {
		copy(items, from)
	}
}

// digit gives the eight bytes of a value at depth, with zeros behind its end.
func digit(value []byte, depth int) uint64 {
	at := depth * 8
	if at+8 <= len(value) {
		return binary.BigEndian.Uint64(value[at:])
	}
	var b [8]byte
	copy(b[:], value[min(at, len(value)):])
	return binary.BigEndian.Uint64(b[:])
}

// compare compares two entries of one day.
func (t *table) compare(a, b item) int {
	x, y := t.entries.at(a.entry), t.entries.at(b.entry)
	return cmp.Or(bytes.Compare(t.value(x), t.value(y)), cmp.Compare(x.kind(), y.kind()))
}

// eachDay cuts sorted items by day.
func (t *table) eachDay(items []item, day func(telemetry.Day, []item) error) error {
	for len(items) > 0 {
		d, n := t.entries.at(items[0].entry).day, 1
		for n < len(items) && t.entries.at(items[n].entry).day == d {
			n++
		}
		if err := day(d, items[:n]); err != nil {
			return err
		}
		items = items[n:]
	}
	return nil
}
