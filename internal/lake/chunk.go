package lake

import (
	"encoding/binary"
	"math/bits"
	"slices"

	"github.com/parquet-go/parquet-go/encoding/delta"
	"github.com/parquet-go/parquet-go/encoding/rle"
	"github.com/parquet-go/parquet-go/format"
)

// chunk is one column of one row group on its way into the file: the values that are there, and
// for each slot (a row, or an element of a list) whether there is one.
type chunk struct {
	col    *column
	maxDef uint8   // 1; 2 in lists
	slots  int     // rows; in lists elements, and one for each row without any
	def    []uint8 // definition level of each slot; nil: all maxDef, or all 0 when there are no values
	rep    []uint8 // repetition level of each slot, of lists
	values int

	encoding format.Encoding
	ids      []int32  // RLEDictionary
	dict     []byte   // its page, plain
	entries  int      // in dict
	nums     []uint64 // Plain and DeltaBinaryPacked, as bits
	text     []byte   // DeltaLengthByteArray: all texts in a row
	ends     []uint32 // 0 and the end of each text in it

	dense    bool   // the page before was hardly shorter when compressed
	min, max []byte // as in statistics; nil when there are none
	hashes   []uint64
}

func (c *chunk) reset(col *column, slots int) {
	c.col, c.slots, c.maxDef = col, slots, 1
	c.def, c.rep = nil, nil
	c.values = slots
	c.ids, c.dict, c.entries = c.ids[:0], c.dict[:0], 0
	c.nums, c.text, c.ends = c.nums[:0], c.text[:0], c.ends[:0]
	c.min, c.max, c.hashes = nil, nil, c.hashes[:0]
	c.encoding, c.dense = format.Plain, false
}

// page is a run of a chunk's slots and values.
type page struct{ slot, slots, value, values, rows int }

const (
	pageRows  = 16384   // most rows of a page
	pageBytes = 1 << 20 // about the most bytes of texts of a page
	pageSlots = 1 << 16 // about the most elements of lists in a page
)

// next gives the page after p.
func (c *chunk) next(p page) page {
	q := page{slot: p.slot + p.slots, value: p.value + p.values}
	if c.rep == nil && c.encoding != format.DeltaLengthByteArray {
		q.slots = min(pageRows, c.slots-q.slot)
		q.rows, q.values = q.slots, q.slots
		if c.def != nil {
			q.values = 0
			for _, d := range c.def[q.slot : q.slot+q.slots] {
				q.values += int(d)
			}
		} else if c.values == 0 {
			q.values = 0
		}
		return q
	}
	for s := q.slot; s < c.slots; s++ {
		if c.rep == nil || c.rep[s] == 0 {
			if q.rows == pageRows || q.slots >= pageSlots || c.textBytes(q) >= pageBytes {
				break
			}
			q.rows++
		}
		q.slots++
		if c.def == nil || c.def[s] == c.maxDef {
			q.values++
		}
	}
	return q
}

func (c *chunk) textBytes(p page) int {
	if c.encoding != format.DeltaLengthByteArray {
		return 0
	}
	return int(c.ends[p.value+p.values] - c.ends[p.value])
}

// levels appends the repetition and definition levels of a page.
func (c *chunk) levels(dst, scratch []byte, p page) (out, free []byte, reps, defs int) {
	if c.rep != nil {
		scratch = appendLevels(scratch, c.rep[p.slot:p.slot+p.slots], 1)
		dst = append(dst, scratch...)
		reps = len(scratch)
	}
	switch {
	case c.def != nil:
		scratch = appendLevels(scratch, c.def[p.slot:p.slot+p.slots], bits.Len8(c.maxDef))
	case p.values == 0:
		scratch = append(binary.AppendUvarint(scratch[:0], uint64(p.slots)<<1), 0)
	default:
		scratch = append(binary.AppendUvarint(scratch[:0], uint64(p.slots)<<1), c.maxDef)
	}
	return append(dst, scratch...), scratch, reps, len(scratch)
}

func appendLevels(scratch, levels []byte, width int) []byte {
	scratch, err := (&rle.Encoding{BitWidth: width}).EncodeLevels(scratch[:0], levels)
	if err != nil {
		panic(err) // levels are ours
	}
	return scratch
}

// body gives the encoded values of a page in scratch.
func (c *chunk) body(scratch []byte, p page) ([]byte, error) {
	scratch = scratch[:0]
	if p.values == 0 {
		return scratch, nil
	}
	from, to := p.value, p.value+p.values
	switch c.encoding { //nolint:exhaustive // the others are not written
	case format.RLEDictionary:
		width := bits.Len(uint(c.entries - 1))
		if width == 0 {
			return binary.AppendUvarint(append(scratch, 0), uint64(p.values)<<1), nil
		}
		out, err := (&rle.Encoding{BitWidth: width}).EncodeInt32(slices.Grow(scratch, 1)[1:1], c.ids[from:to])
		return append(append(scratch, byte(width)), out...), err
	case format.DeltaBinaryPacked:
		return new(delta.BinaryPackedEncoding).EncodeInt64(scratch, signed(c.nums[from:to]))
	case format.DeltaLengthByteArray:
		// It takes the whole of what it is given for the texts, and of the ends only their differences.
		return new(delta.LengthByteArrayEncoding).EncodeByteArray(scratch, c.text[c.ends[from]:c.ends[to]], c.ends[from:to+1])
	}
	return appendPlain(scratch, c.col, c.nums[from:to]), nil
}

// appendPlain appends numbers as their type has them.
func appendPlain(dst []byte, col *column, nums []uint64) []byte {
	switch col.physical() {
	case format.Boolean:
		at := len(dst)
		dst = append(dst, make([]byte, (len(nums)+7)/8)...)
		for i, v := range nums {
			dst[at+i/8] |= byte(v) << (i % 8)
		}
	case format.Int32:
		for _, v := range nums {
			dst = binary.LittleEndian.AppendUint32(dst, uint32(v))
		}
	default:
		for _, v := range nums {
			dst = binary.LittleEndian.AppendUint64(dst, v)
		}
	}
	return dst
}
