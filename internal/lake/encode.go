package lake

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"slices"
	"unsafe"

	"github.com/parquet-go/parquet-go/bloom/xxhash"
	"github.com/parquet-go/parquet-go/format"
)

func signed(v []uint64) []int64 {
	if len(v) == 0 {
		return nil
	}
	return unsafe.Slice((*int64)(unsafe.Pointer(&v[0])), len(v)) //nolint:gosec // the same bits, for the encoder that wants them signed
}

func (n *numberBuffer[T]) encode(e *encoder, _ *table, rows []uint32) error {
	c := &e.chunk
	c.reset(n.col, len(rows))
	absent := uint64(T(n.col.absent))
	if n.blocks == nil && !n.col.never && uint64(n.same) == absent {
		c.values = 0
		return e.write()
	}
	c.nums = slices.Grow(c.nums, len(rows))[:len(rows)]
	n.gather(rows, c.nums)
	if !n.col.never {
		e.dropAbsent(c.nums, absent)
	}
	switch n.col.form {
	case formBool:
		c.bounds(cmp.Compare[uint64])
	case formCode:
		e.words(func(v uint64) string { return n.col.codes[v] })
	default:
		e.numbers()
	}
	return e.write()
}

// dropAbsent leaves the numbers that are there, and notes which slots have one.
func (e *encoder) dropAbsent(nums []uint64, absent uint64) {
	c := &e.chunk
	if !slices.Contains(nums, absent) {
		return
	}
	e.def = slices.Grow(e.def[:0], len(nums))[:len(nums)]
	k := 0
	for i, v := range nums {
		e.def[i] = 0
		if v != absent {
			e.def[i] = 1
			nums[k] = v
			k++
		}
	}
	c.def, c.values, c.nums = e.def, k, nums[:k]
	if k == 0 {
		c.def = nil
	}
}

// bounds sets the statistics of numbers.
func (c *chunk) bounds(compare func(a, b uint64) int) {
	if len(c.nums) == 0 {
		return
	}
	low, high := c.nums[0], c.nums[0]
	for _, v := range c.nums {
		if compare(v, low) < 0 {
			low = v
		}
		if compare(v, high) > 0 {
			high = v
		}
	}
	c.setBounds(low, high)
}

func (c *chunk) setBounds(low, high uint64) {
	c.min = appendPlain(nil, c.col, []uint64{low})
	c.max = appendPlain(nil, c.col, []uint64{high})
}

// numbers picks the encoding of numbers: differences for those that grow, a dictionary where values
// repeat, else plain.
func (e *encoder) numbers() {
	c := &e.chunk
	if len(c.nums) == 0 {
		return
	}
	if s := signed(c.nums); c.col.signed() {
		c.setBounds(uint64(slices.Min(s)), uint64(slices.Max(s)))
	} else {
		c.setBounds(slices.Min(c.nums), slices.Max(c.nums))
	}
	if c.col.delta {
		c.encoding = format.DeltaBinaryPacked
		return
	}
	c.ids = slices.Grow(c.ids, len(c.nums))[:len(c.nums)]
	if e.set.number(c.nums, c.ids, max(1, min(len(c.nums)/2, 1<<15))) {
		c.encoding = format.RLEDictionary
		c.dict = appendPlain(c.dict, c.col, e.set.values)
		c.entries = len(e.set.values)
	}
}

// words makes texts of small numbers.
func (e *encoder) words(word func(uint64) string) {
	c := &e.chunk
	if len(c.nums) == 0 {
		return
	}
	c.ids = slices.Grow(c.ids, len(c.nums))[:len(c.nums)]
	e.set.number(c.nums, c.ids, len(c.nums)+1)
	for _, v := range e.set.values {
		c.entry([]byte(word(v)))
	}
	c.encoding = format.RLEDictionary
}

// entry adds a text to the dictionary, and to the statistics.
func (c *chunk) entry(text []byte) {
	c.dict = binary.LittleEndian.AppendUint32(c.dict, uint32(len(text)))
	c.dict = append(c.dict, text...)
	c.entries++
	if c.col.bloom {
		c.hashes = append(c.hashes, xxhash.Sum64(text))
	}
	c.widen(text)
}

func (c *chunk) widen(text []byte) {
	if c.min == nil {
		c.min, c.max = append([]byte{}, text...), append([]byte{}, text...)
		return
	}
	if bytes.Compare(text, c.min) < 0 {
		c.min = append(c.min[:0], text...)
	} else if bytes.Compare(text, c.max) > 0 {
		c.max = append(c.max[:0], text...)
	}
}

func (b *addrBuffer) encode(e *encoder, _ *table, rows []uint32) error {
	c := &e.chunk
	c.reset(b.col, len(rows))
	if b.family.blocks == nil && b.family.same == 0 {
		c.values = 0
		return e.write()
	}
	c.nums = slices.Grow(c.nums, len(rows))[:len(rows)]
	if b.family.blocks == nil && b.family.same == 4 {
		b.lo.gather(rows, c.nums)
		e.addrs4()
	} else {
		b.mixed(e, rows)
	}
	return e.write()
}

// addrs4 makes a dictionary of IPv4 addresses, in their order: neighbours compress well.
func (e *encoder) addrs4() {
	c := &e.chunk
	c.ids = slices.Grow(c.ids, len(c.nums))[:len(c.nums)]
	e.set.number(c.nums, c.ids, len(c.nums)+1)
	e.ranked(e.set.values)
	var text [48]byte
	for _, id := range e.rank.rows {
		c.entry(joined(4, 0, e.set.values[id]).AppendTo(text[:0]))
	}
	c.encoding = format.RLEDictionary
}

// ranked sorts the entries of a dictionary by keys and renumbers c.ids to match; e.rank.rows holds
// the entries in their new order.
func (e *encoder) ranked(keys []uint64) {
	e.rank.rows = slices.Grow(e.rank.rows[:0], len(keys))[:len(keys)]
	for i := range e.rank.rows {
		e.rank.rows[i] = uint32(i)
	}
	e.rank.radix(keys)
	e.places = slices.Grow(e.places[:0], len(keys))[:len(keys)]
	for i, id := range e.rank.rows {
		e.places[id] = int32(i)
	}
	for i, id := range e.chunk.ids {
		e.chunk.ids[i] = e.places[id]
	}
}

// mixed makes a dictionary of addresses of both families, some of them absent.
func (b *addrBuffer) mixed(e *encoder, rows []uint32) {
	c := &e.chunk
	e.addrs.reset()
	e.def = slices.Grow(e.def[:0], len(rows))[:len(rows)]
	for i, r := range rows {
		family := b.family.at(int(r))
		e.def[i] = 0
		if family != 0 {
			e.def[i] = 1
			c.ids = append(c.ids, e.addrs.number(addrKey{uint64(family), b.hi.at(int(r)), b.lo.at(int(r))}))
		}
	}
	c.def, c.values = e.def, len(c.ids)
	if c.values == 0 {
		c.def = nil
		return
	}
	var text [48]byte
	for _, k := range e.addrs.keys {
		c.entry(joined(k.family, k.hi, k.lo).AppendTo(text[:0]))
	}
	c.encoding = format.RLEDictionary
}

func (b *textBuffer) encode(e *encoder, t *table, rows []uint32) error {
	c := &e.chunk
	c.reset(b.col, len(rows))
	if b.refs.blocks == nil && b.refs.same == 0 {
		c.values = 0
		return e.write()
	}
	e.refs = slices.Grow(e.refs[:0], len(rows))[:len(rows)]
	b.refs.gather(rows, e.refs)
	e.dropAbsent(e.refs, 0)
	e.texts(&t.arena, e.refs[:c.values])
	return e.write()
}

// texts picks the encoding of texts: a dictionary where they repeat, else one after the other.
func (e *encoder) texts(a *arena, refs []uint64) {
	c := &e.chunk
	if len(refs) == 0 {
		return
	}
	c.ids = slices.Grow(c.ids, len(refs))[:len(refs)]
	if e.textSet.number(a, refs, c.ids) {
		c.encoding = format.RLEDictionary
		for i, r := range e.textSet.refs {
			text := a.get(r)
			c.dict = binary.LittleEndian.AppendUint32(c.dict, uint32(len(text)))
			c.dict = append(c.dict, text...)
			c.widen(text)
			if c.col.bloom {
				c.hashes = append(c.hashes, e.textSet.hashes[i])
			}
		}
		c.entries = len(e.textSet.refs)
		return
	}
	c.encoding = format.DeltaLengthByteArray
	c.ends = append(c.ends, 0)
	for _, r := range refs {
		text := a.get(r)
		c.text = append(c.text, text...)
		c.ends = append(c.ends, uint32(len(c.text)))
		c.widen(text)
		if c.col.bloom {
			c.hashes = append(c.hashes, xxhash.Sum64(text))
		}
	}
}

func (b *listBuffer) encode(e *encoder, t *table, rows []uint32) error {
	c := &e.chunk
	c.reset(b.col, len(rows))
	c.maxDef = 2
	e.def, e.rep, e.refs = e.def[:0], e.rep[:0], e.refs[:0]
	for _, r := range rows {
		n, from := int(b.count.at(int(r))), int(b.from.at(int(r)))
		if n == 0 {
			e.def, e.rep = append(e.def, 0), append(e.rep, 0)
		}
		for i := range n {
			e.def = append(e.def, 2)
			e.rep = append(e.rep, byte(min(i, 1)))
			e.refs = append(e.refs, b.refs.at(from+i))
		}
	}
	c.slots, c.values, c.def, c.rep = len(e.def), len(e.refs), e.def, e.rep
	e.texts(&t.arena, e.refs)
	return e.write()
}

func (s *sourceBuffer) encode(e *encoder, t *table, rows []uint32) error {
	c := &e.chunk
	c.reset(s.col, len(rows))
	if s.col.typ == sourceID { // the first of the columns of a source
		c.nums = slices.Grow(c.nums, len(rows))[:len(rows)]
		t.source().gather(rows, c.nums)
		e.sourceIDs = slices.Grow(e.sourceIDs[:0], len(rows))[:len(rows)]
		e.set.number(c.nums, e.sourceIDs, len(rows)+1)
		e.sources = append(e.sources[:0], e.set.values...)
	}
	c.ids = append(c.ids, e.sourceIDs...)
	e.sourceWords(int(s.col.typ))
	return e.write()
}

// sourceWords turns numbers of sources into one part of them, which may be absent, and the same in
// several.
func (e *encoder) sourceWords(part int) {
	c := &e.chunk
	e.places = e.places[:0]
	seen := make(map[string]int32)
	absent := false
	for _, v := range e.sources {
		word := e.source(uint32(v))[part]
		id, ok := seen[word]
		switch {
		case word == "":
			id, absent = -1, true
		case !ok:
			id = int32(len(seen))
			seen[word] = id
			c.entry([]byte(word))
		}
		e.places = append(e.places, id)
	}
	for i, id := range c.ids {
		c.ids[i] = e.places[id]
	}
	c.encoding = format.RLEDictionary
	if absent {
		e.dropIDs()
	}
}

// dropIDs leaves the ids that are not -1, and notes which slots have one.
func (e *encoder) dropIDs() {
	c := &e.chunk
	e.def = slices.Grow(e.def[:0], len(c.ids))[:len(c.ids)]
	k := 0
	for i, id := range c.ids {
		e.def[i] = 0
		if id >= 0 {
			e.def[i] = 1
			c.ids[k] = id
			k++
		}
	}
	c.def, c.values, c.ids = e.def, k, c.ids[:k]
	if k == 0 {
		c.def, c.encoding = nil, format.Plain
	}
}
