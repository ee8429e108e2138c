package ledger

import (
	"bytes"

	"github.com/klauspost/compress/zstd"
)

// Cursor walks over all rows of a segment, in order.
type Cursor struct {
	s     *Segment
	group int
	next  int // block of the group
	row   int
	at    int64 // of the block in the file
	block block
	zstd  *zstd.Decoder
	last  key // of the block before
	err   error
}

// Next fills r with the next row, and reports whether there is one. The slices of r are the cursor's
// and valid until the next call.
func (c *Cursor) Next(r *Row) bool {
	for c.err == nil && c.row >= c.block.rows {
		if c.group >= len(c.s.groups) {
			return false
		}
		c.err = c.s.guard(c.load)
	}
	if c.err != nil {
		return false
	}
	if what := c.block.row(c.row, r, c.zstd); what != "" {
		c.err = c.s.corrupt(what, c.at)
		return false
	}
	c.row++
	return true
}

// Err gives what ended the walk early, if anything: a *CorruptError.
func (c *Cursor) Err() error { return c.err }

// load reads the next block and holds it against the one before.
func (c *Cursor) load() (err error) {
	g := &c.s.groups[c.group]
	if c.zstd == nil {
		if c.zstd, err = inflater(); err != nil {
			return err
		}
	}
	if c.at, err = c.s.readBlock(g, c.next, &c.block, c.zstd); err != nil {
		return err
	}
	if what := c.block.facts.read(c.block.rows, c.zstd); what != "" {
		return c.s.corrupt(what, c.at)
	}
	if !c.follows(g) {
		return c.s.corrupt("blocks out of order", c.at)
	}
	c.row, c.next = 0, c.next+1
	if c.next == int(g.blocks) {
		c.group, c.next = c.group+1, 0
	}
	return nil
}

// follows reports whether the block comes after the one before it, and notes its end.
func (c *Cursor) follows(g *group) bool {
	first, last := c.block.key(0), c.block.key(c.block.rows-1)
	if !c.last.before(&first) || c.next == 0 && !bytes.Equal(first.Value, g.first) {
		return false
	}
	c.last.take(&last)
	return true
}

// advance goes to the next block; its rows are then in c.block.
func (c *Cursor) advance() bool {
	if c.err != nil || c.group >= len(c.s.groups) {
		return false
	}
	if c.err = c.load(); c.err != nil {
		return false
	}
	c.row = c.block.rows
	return true
}
