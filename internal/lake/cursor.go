package lake

import (
	"hash/crc32"
	"io"
	"net/netip"
	"slices"

	"stormglass/internal/telemetry"
)

// cursor walks one column of a row group, a window of rows at a time. Memory is kept from row group
// to row group.
type cursor struct {
	leaf *leaf
	meta *chunkMeta

	bytes   []byte // of the column, checked against its checksum; empty until it is needed
	at      int    // in bytes
	pending int    // rows to skip before the next window

	// Values: first those of the dictionary, then those of pages without one.
	base  int
	nums  []uint64
	texts []string
	page  dataPage

	// The window: for each slot a place among the values, or -1.
	idx    []int32
	counts []int32 // of lists: elements of each row

	// What is worked out once for each value, when it is first asked for.
	addrs  []netip.Addr
	fields []telemetry.FieldID
	codes  []uint64
	hits   []bool

	buf, dictBuf   []byte
	defBuf, repBuf []uint8
	lengths        []uint64
}

// seek moves the cursor to a row group.
func (c *cursor) seek(m *chunkMeta) {
	c.meta = m
	c.bytes, c.at, c.pending = c.bytes[:0], 0, 0
	c.page.slots, c.page.slot = 0, 0
	c.forget(0)
}

// forget drops what was worked out for values from place n on.
func (c *cursor) forget(n int) {
	c.addrs, c.fields, c.codes = c.addrs[:min(n, len(c.addrs))], c.fields[:min(n, len(c.fields))], c.codes[:min(n, len(c.codes))]
	c.hits = c.hits[:min(n, len(c.hits))]
}

// open reads the column and its dictionary, once for each row group.
func (c *cursor) open(r io.ReaderAt) error {
	if len(c.bytes) > 0 {
		return nil
	}
	n := int(c.meta.length)
	c.bytes = slices.Grow(c.bytes[:0], n)[:n]
	if _, err := r.ReadAt(c.bytes, c.meta.start); err != nil {
		c.bytes = c.bytes[:0]
		return err
	}
	if crc32.Checksum(c.bytes, castagnoli) != c.meta.sum {
		c.bytes = c.bytes[:0]
		return damaged("the checksum of column %s is wrong", c.leaf.name)
	}
	return c.dictionary()
}

// window decodes the next n rows.
func (c *cursor) window(r io.ReaderAt, n int) error {
	if err := c.open(r); err != nil {
		return err
	}
	if err := c.skip(); err != nil {
		return err
	}
	c.keepPageOnly()
	c.idx, c.counts = c.idx[:0], c.counts[:0]
	for n > 0 {
		if c.page.slot == c.page.slots {
			h, body, err := c.nextPage()
			if err == nil {
				err = c.load(&h, body)
			}
			if err != nil {
				return err
			}
			continue
		}
		n -= c.take(n)
	}
	return nil
}

// keepPageOnly drops values of earlier windows, save those of the page that goes on.
func (c *cursor) keepPageOnly() {
	from := c.base
	if c.page.slot < c.page.slots && c.page.value < len(c.page.ids) && int(c.page.ids[c.page.value]) >= c.base {
		from = int(c.page.ids[c.page.value])
	}
	if from == c.base {
		if len(c.nums) > 0 {
			c.nums = c.nums[:min(c.base, len(c.nums))]
		}
		c.texts = c.texts[:min(c.base, len(c.texts))]
		c.forget(c.base)
	}
}

// take moves at most n rows of the page into the window and tells how many.
func (c *cursor) take(n int) int {
	p := &c.page
	if c.leaf.list {
		return c.takeLists(n)
	}
	n = min(n, p.slots-p.slot)
	if p.def == nil {
		for _, id := range p.ids[p.value : p.value+n] {
			c.idx = append(c.idx, int32(id))
		}
		p.value += n
	} else {
		for _, d := range p.def[p.slot : p.slot+n] {
			if d == 0 {
				c.idx = append(c.idx, -1)
				continue
			}
			c.idx = append(c.idx, int32(p.ids[p.value]))
			p.value++
		}
	}
	p.slot += n
	return n
}

func (c *cursor) takeLists(n int) int {
	p := &c.page
	rows := 0
	for p.slot < p.slots {
		if p.rep[p.slot] == 0 {
			if rows == n {
				break
			}
			rows++
			c.counts = append(c.counts, 0)
		}
		if p.def[p.slot] == 2 {
			c.counts[len(c.counts)-1]++
			c.idx = append(c.idx, int32(p.ids[p.value]))
			p.value++
		}
		p.slot++
	}
	return rows
}

// skip passes the rows that nobody wanted: whole pages by their headers.
func (c *cursor) skip() error {
	for c.pending > 0 {
		if c.page.slot == c.page.slots {
			h, body, err := c.nextPage()
			if err != nil {
				return err
			}
			if h.hasBody && h.rows > 0 && int(h.rows) <= c.pending {
				c.pending -= int(h.rows)
				continue
			}
			if err := c.load(&h, body); err != nil {
				return err
			}
			continue
		}
		c.idx, c.counts = c.idx[:0], c.counts[:0]
		c.pending -= c.take(c.pending)
	}
	return nil
}

// addr gives the address at a place of the values.
func (c *cursor) addr(i int32) (netip.Addr, error) {
	if len(c.addrs) < len(c.texts) {
		at := len(c.addrs)
		c.addrs = slices.Grow(c.addrs, len(c.texts)-at)[:len(c.texts)]
		clear(c.addrs[at:])
	}
	if a := c.addrs[i]; a.IsValid() {
		return a, nil
	}
	a, err := netip.ParseAddr(c.texts[i])
	if err != nil {
		return a, damaged("column %s holds %q, which is no address", c.leaf.name, c.texts[i])
	}
	c.addrs[i] = a.WithZone("")
	return c.addrs[i], nil
}

// field gives the field that the text at a place of the values names.
func (c *cursor) field(i int32) telemetry.FieldID {
	const unknown = ^telemetry.FieldID(0)
	for len(c.fields) < len(c.texts) {
		c.fields = append(c.fields, unknown)
	}
	if c.fields[i] == unknown {
		c.fields[i] = telemetry.FieldNamed(c.texts[i])
	}
	return c.fields[i]
}

// code gives the number of the word at a place of the values; 0 for words we do not know.
func (c *cursor) code(i int32) uint64 {
	for len(c.codes) < len(c.texts) {
		n := max(0, slices.Index(c.leaf.col.codes, c.texts[len(c.codes)]))
		c.codes = append(c.codes, uint64(n))
	}
	return c.codes[i]
}
