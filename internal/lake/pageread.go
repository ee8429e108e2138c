package lake

import (
	"bytes"
	"hash/crc32"
	"slices"
	"sync"

	"github.com/klauspost/compress/zstd"
	"github.com/parquet-go/parquet-go/format"
)

var decompressor = sync.OnceValue(func() *zstd.Decoder {
	d, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(0), zstd.WithDecodeAllCapLimit(true), zstd.WithDecoderMaxMemory(maxPageBytes))
	if err != nil {
		panic(err) // the options are ours
	}
	return d
})

// decompress gives size bytes in buf, or in more memory.
func decompress(buf, src []byte, size int) ([]byte, error) {
	// A block of zstd takes four bytes and gives 128 KiB at the very most.
	if size > (len(src)/4+1)<<17 {
		return buf, damaged("a page of %d bytes cannot come of %d", size, len(src))
	}
	buf = slices.Grow(buf[:0], size)[:0:size]
	out, err := decompressor().DecodeAll(src, buf)
	if err != nil {
		return buf, damaged("decompress a page: %v", err)
	}
	if len(out) != size {
		return buf, damaged("a page of %d bytes has %d", size, len(out))
	}
	return out, nil
}

// pageHead is the header of a page.
type pageHead struct {
	typ              int32
	raw, size        int32 // bytes after and before decompression
	crc              int32
	slots, nulls     int32
	rows             int32
	encoding         int32
	defBytes         int32
	repBytes         int32
	notCompressed    bool
	hasBody, hasDict bool
}

// pageHead reads the header of a page.
func (t *compact) pageHead() pageHead {
	var h pageHead
	t.structure(0, func(id int16, typ byte) bool {
		switch id {
		case 1:
			return t.int32(typ, &h.typ)
		case 2:
			return t.int32(typ, &h.raw)
		case 3:
			return t.int32(typ, &h.size)
		case 4:
			return t.int32(typ, &h.crc)
		case 7:
			if typ == thriftStruct {
				h.hasDict = true
				t.dictionaryHead(&h)
				return true
			}
		case 8:
			if typ == thriftStruct {
				h.hasBody = true
				t.dataHead(&h)
				return true
			}
		}
		return false
	})
	return h
}

func (t *compact) dictionaryHead(h *pageHead) {
	t.structure(1, func(id int16, typ byte) bool {
		switch id {
		case 1:
			return t.int32(typ, &h.slots)
		case 2:
			return t.int32(typ, &h.encoding)
		}
		return false
	})
}

func (t *compact) dataHead(h *pageHead) {
	t.structure(1, func(id int16, typ byte) bool {
		switch id {
		case 1:
			return t.int32(typ, &h.slots)
		case 2:
			return t.int32(typ, &h.nulls)
		case 3:
			return t.int32(typ, &h.rows)
		case 4:
			return t.int32(typ, &h.encoding)
		case 5:
			return t.int32(typ, &h.defBytes)
		case 6:
			return t.int32(typ, &h.repBytes)
		case 7:
			h.notCompressed = typ == thriftFalse
			return typ == thriftTrue || typ == thriftFalse
		}
		return false
	})
}

// nextPage reads the header at c.at and gives the page's body.
func (c *cursor) nextPage() (pageHead, []byte, error) {
	t := &compact{b: c.bytes, pos: c.at}
	h := t.pageHead()
	if t.err != nil {
		return h, nil, t.err
	}
	if h.size < 0 || int(h.size) > len(c.bytes)-t.pos || h.raw < 0 || h.raw > maxPageBytes || h.slots < 0 || h.slots > maxPageSlots {
		return h, nil, damaged("a page of %d bytes, %d decompressed, %d values", h.size, h.raw, h.slots)
	}
	body := c.bytes[t.pos : t.pos+int(h.size)]
	c.at = t.pos + int(h.size)
	return h, body, nil
}

// dictionary reads the dictionary page, if the column begins with one.
func (c *cursor) dictionary() error {
	c.base = 0
	c.nums, c.texts = c.nums[:0], c.texts[:0]
	if c.meta.dictAt <= 0 {
		return nil
	}
	h, body, err := c.nextPage()
	if err != nil {
		return err
	}
	if h.typ != int32(format.DictionaryPage) || !h.hasDict || h.encoding != int32(format.Plain) {
		return damaged("a dictionary was due, not a page of type %d, encoding %d", h.typ, h.encoding)
	}
	if int64(h.slots) > c.meta.slots {
		return damaged("%d entries in the dictionary of %d values", h.slots, c.meta.slots)
	}
	if c.dictBuf, err = decompress(c.dictBuf, body, int(h.raw)); err != nil {
		return err
	}
	c.base = int(h.slots)
	return c.plain(c.dictBuf, c.base)
}

// plain appends n values in PLAIN encoding to those of the cursor.
func (c *cursor) plain(b []byte, n int) error {
	switch format.Type(c.leaf.typ) {
	case format.ByteArray:
		if n > len(b)/4 {
			return damaged("%d texts in %d bytes", n, len(b))
		}
		at := len(c.texts)
		c.texts = slices.Grow(c.texts, n)[:at+n]
		if err := plainTexts(c.texts[at:], b); err != nil {
			return err
		}
		c.unescape(b, at)
		return nil
	case format.Boolean:
		return plainBits(c.moreNums(n), b)
	case format.Int32:
		return plainNumbers(c.moreNums(n), b, 4)
	default:
		return plainNumbers(c.moreNums(n), b, 8)
	}
}

func (c *cursor) moreNums(n int) []uint64 {
	at := len(c.nums)
	c.nums = slices.Grow(c.nums, n)[:at+n]
	return c.nums[at:]
}

// unescape restores texts from place at on, which lie in b.
func (c *cursor) unescape(b []byte, at int) {
	if !bytes.Contains(b, []byte(escapeMark)) {
		return
	}
	for i, s := range c.texts[at:] {
		c.texts[at+i] = unescape(s)
	}
}

// dataPage is the page that a cursor stands in, decoded.
type dataPage struct {
	slots, rows int
	def, rep    []uint8  // nil: all there; of scalars no repetition
	ids         []uint32 // of the values that are there: places in the cursor's values
	slot, value int      // how far the page was used
}

// load decodes the next data page. Values that are not in the dictionary are appended to those of
// the cursor.
func (c *cursor) load(h *pageHead, body []byte) error {
	if h.typ != int32(format.DataPageV2) || !h.hasBody {
		return damaged("a page of type %d", h.typ)
	}
	levels := int64(h.defBytes) + int64(h.repBytes)
	if h.defBytes < 0 || h.repBytes < 0 || levels > int64(len(body)) || levels > int64(h.raw) ||
		h.nulls < 0 || h.nulls > h.slots || h.rows < 0 || h.rows > h.slots || h.rows > maxPageRows || int64(h.slots) > c.meta.slots {
		return damaged("a page of %d values, %d nulls, %d rows", h.slots, h.nulls, h.rows)
	}
	p := &c.page
	p.slots, p.rows, p.slot, p.value = int(h.slots), int(h.rows), 0, 0
	if err := c.levels(h, body); err != nil {
		return err
	}
	values := body[levels:]
	if !h.notCompressed {
		out, err := decompress(*c.pageBuf(h), values, int(int64(h.raw)-levels))
		if err != nil {
			return err
		}
		*c.pageBuf(h), values = out, out
	}
	return c.values(h, values, int(h.slots-h.nulls))
}

// pageBuf gives memory for a page: that of the page before, save where texts of that page still lie
// in it.
func (c *cursor) pageBuf(h *pageHead) *[]byte {
	if c.leaf.typ == int32(format.ByteArray) && h.encoding != int32(format.RLEDictionary) {
		return new([]byte)
	}
	return &c.buf
}

func (c *cursor) levels(h *pageHead, body []byte) error {
	p := &c.page
	maxDef := uint8(1)
	p.rep = nil
	if c.leaf.list {
		maxDef = 2
		p.rep = slices.Grow(c.repBuf[:0], p.slots)[:p.slots]
		c.repBuf = p.rep
		if err := hybrid(p.rep, body[:h.repBytes], 1); err != nil {
			return err
		}
	}
	p.def = slices.Grow(c.defBuf[:0], p.slots)[:p.slots]
	c.defBuf = p.def
	if err := hybrid(p.def, body[h.repBytes:h.repBytes+h.defBytes], levelWidth(maxDef)); err != nil {
		return err
	}
	there := bytes.Count(p.def, []byte{maxDef})
	if there != p.slots-int(h.nulls) {
		return damaged("a page has %d values where %d are due", there, p.slots-int(h.nulls))
	}
	if c.leaf.list {
		return p.checkList()
	}
	if p.rows != p.slots || there+bytes.Count(p.def, []byte{0}) != p.slots {
		return damaged("the levels of a page are wrong")
	}
	if there == p.slots {
		p.def = nil
	}
	return nil
}

// checkList holds the levels of a list column against what lists can be.
func (p *dataPage) checkList() error {
	rows := 0
	for i, r := range p.rep {
		switch {
		case p.def[i] > 2 || r > 1 || r == 1 && (i == 0 || p.def[i] != 2 || p.def[i-1] != 2):
			return damaged("the levels of a list are wrong")
		case r == 0:
			rows++
		}
	}
	if rows != p.rows {
		return damaged("a page has %d rows where %d are due", rows, p.rows)
	}
	return nil
}

func (c *cursor) values(h *pageHead, b []byte, n int) error {
	p := &c.page
	p.ids = slices.Grow(p.ids[:0], n)[:n]
	if n == 0 {
		return nil
	}
	if h.encoding == int32(format.RLEDictionary) {
		return c.indexes(b)
	}
	if c.meta.dictAt > 0 { // row groups are passed by their dictionary alone
		return damaged("a page of encoding %d in a column with a dictionary", h.encoding)
	}
	from := max(len(c.nums), len(c.texts))
	for i := range p.ids {
		p.ids[i] = uint32(from + i)
	}
	isText := c.leaf.typ == int32(format.ByteArray)
	switch format.Encoding(h.encoding) { //nolint:exhaustive // what we do not write is damage
	case format.Plain:
		return c.plain(b, n)
	case format.DeltaBinaryPacked:
		if c.leaf.typ != int32(format.Int64) {
			return damaged("differences in a column of type %d", c.leaf.typ)
		}
		_, err := differences(c.moreNums(n), b)
		return err
	case format.DeltaLengthByteArray:
		if !isText {
			return damaged("texts in a column of type %d", c.leaf.typ)
		}
		c.lengths = slices.Grow(c.lengths[:0], n)[:n]
		c.texts = slices.Grow(c.texts, n)[:from+n]
		if err := lengthTexts(c.texts[from:], b, c.lengths); err != nil {
			return err
		}
		c.unescape(b, from)
		return nil
	}
	return damaged("a page of encoding %d", h.encoding)
}

// indexes decodes places in the dictionary.
func (c *cursor) indexes(b []byte) error {
	if len(b) == 0 {
		return damaged("a page without its width")
	}
	if err := hybrid(c.page.ids, b[1:], int(b[0])); err != nil {
		return err
	}
	if len(c.page.ids) > 0 && int64(slices.Max(c.page.ids)) >= int64(c.base) {
		return damaged("an entry beyond the dictionary of %d", c.base)
	}
	return nil
}

// checkCRC holds a page against its own checksum, which other programs look at.
func (h *pageHead) checkCRC(body []byte) error {
	if uint32(h.crc) != crc32.ChecksumIEEE(body) {
		return damaged("the checksum of a page is wrong")
	}
	return nil
}
