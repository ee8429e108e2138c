package lake

import (
	"cmp"
	"slices"
)

// order gives the rows of a table by time, then source, then ordinal. Rows without a time come
// first.
func (t *table) order(o *ordering) []uint32 {
	o.rows = slices.Grow(o.rows[:0], t.n)[:t.n]
	tied := t.bySource(o)
	when := t.occurred()
	if when.blocks != nil {
		o.times = slices.Grow(o.times[:0], t.n)[:t.n]
		when.gather(o.rows, o.times)
		if !slices.IsSorted(o.times) {
			inMillis(o.times)
			o.radix(o.times)
		}
	}
	if !tied {
		t.orderTies(o.rows, when)
	}
	return o.rows
}

// maxListed is how many sources bySource parts.
const maxListed = 1 << 12

// bySource gives the rows by source, then ordinal, when those of each source came by ordinal, as they
// mostly do: sorting them by time is then all there is to do. Else it gives them as they came, and
// reports false.
func (t *table) bySource(o *ordering) bool {
	source, ordinal := t.source(), t.ordinal()
	var last [maxListed]uint64
	var at [maxListed + 1]uint32
	for i := range t.n {
		s, n := source.at(i), ordinal.at(i)
		if s >= maxListed || n < last[s] {
			for i := range o.rows {
				o.rows[i] = uint32(i)
			}
			return false
		}
		last[s] = n
		at[s+1]++
	}
	for s := range maxListed {
		at[s+1] += at[s]
	}
	for i := range t.n {
		s := source.at(i)
		o.rows[at[s]] = uint32(i)
		at[s]++
	}
	return true
}

// inMillis makes milliseconds of times if none is finer: numbers with fewer bits, in the same order.
func inMillis(times []uint64) {
	const milli = 1e6
	for _, t := range times {
		if t%milli != 0 {
			return
		}
	}
	for i := range times {
		times[i] /= milli
	}
}

// ordering is scratch for sorting.
type ordering struct {
	rows, other []uint32
	keys, keys2 []uint64
	times       []uint64
}

const radixBits = 11

// radix sorts o.rows by keys, stably. Times of one hour differ in 42 bits at most, four passes;
// in milliseconds in 22, two.
func (o *ordering) radix(keys []uint64) {
	n := len(keys)
	o.other = slices.Grow(o.other[:0], n)[:n]
	o.keys = append(o.keys[:0], keys...)
	o.keys2 = slices.Grow(o.keys2[:0], n)[:n]
	low := slices.Min(keys)
	span := slices.Max(keys) - low
	for shift := 0; shift < 64 && span>>shift != 0; shift += radixBits {
		var at [1 << radixBits]uint32
		for _, k := range o.keys {
			at[(k-low)>>shift&(1<<radixBits-1)]++
		}
		sum := uint32(0)
		for i, c := range at {
			at[i] = sum
			sum += c
		}
		for i, k := range o.keys {
			d := (k - low) >> shift & (1<<radixBits - 1)
			o.keys2[at[d]], o.other[at[d]] = k, o.rows[i]
			at[d]++
		}
		o.keys, o.keys2 = o.keys2, o.keys
		o.rows, o.other = o.other, o.rows
	}
}

// orderTies sorts runs of equal times by source and ordinal.
func (t *table) orderTies(rows []uint32, when *cells[uint64]) {
	source, ordinal := t.source(), t.ordinal()
	less := func(a, b uint32) int {
		if c := cmp.Compare(source.at(int(a)), source.at(int(b))); c != 0 {
			return c
		}
		return cmp.Compare(ordinal.at(int(a)), ordinal.at(int(b)))
	}
	for i := 0; i < len(rows); {
		j := i + 1
		sorted := true
		for j < len(rows) && when.at(int(rows[j])) == when.at(int(rows[i])) {
			sorted = sorted && less(rows[j-1], rows[j]) <= 0
			j++
		}
		if !sorted {
			slices.SortFunc(rows[i:j], less)
		}
		i = j
	}
}
