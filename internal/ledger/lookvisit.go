package ledger

import (
	"bytes"
	"context"
	"slices"
	"sort"
	"sync"

	"github.com/klauspost/compress/zstd"
)

// visit is one goroutine's walk through segments. It keeps the block it read last, since
// neighbouring probes often lie in one.
type visit struct {
	look    *look
	zstd    *zstd.Decoder
	segment *Segment
	group   *group
	at      int   // block of the group that block holds
	offset  int64 // of that block in the file
	block   block
	row     Row
}

// visits are kept for the memory of their blocks.
var visits = sync.Pool{New: func() any { return new(visit) }}

// done gives the visit back.
func (v *visit) done() {
	v.look, v.zstd, v.segment, v.group, v.row = nil, nil, nil, nil, Row{}
	visits.Put(v)
}

// do does a job.
func (v *visit) do(ctx context.Context, j *job) error {
	if j.segment != v.segment {
		v.segment, v.group = j.segment, nil
	}
	if j.kind == ranges {
		for i := range j.asks {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			if err := v.rangeOf(ctx, &j.asks[i]); err != nil {
				return err
			}
		}
		return nil
	}
	return v.values(ctx, j)
}

// values asks each group for those asks that lie in it.
func (v *visit) values(ctx context.Context, j *job) error {
	groups, all := v.segment.groups, j.asks
	for i := range groups {
		g := &groups[i]
		skip := sort.Search(len(all), func(k int) bool { return bytes.Compare(all[k].from, g.first) >= 0 })
		all = all[skip:]
		if len(all) == 0 {
			return nil
		}
		n := sort.Search(len(all), func(k int) bool { return bytes.Compare(all[k].from, g.last) > 0 })
		if err := v.inGroup(ctx, g, all[:n], j.kind == covers); err != nil {
			return err
		}
		all = all[n:]
	}
	return nil
}

// inGroup asks the filter, then the blocks, for asks between the group's first and last value.
func (v *visit) inGroup(ctx context.Context, g *group, all []ask, folded bool) error {
	prints := g.pages.data[len(g.pages.data)-g.fuse.size():]
	whole := len(all) > pageCount(len(prints))/8
	if whole && !g.pages.all() {
		return v.badPage(g)
	}
	base := len(g.pages.data) - len(prints)
	for i := range all {
		q := &all[i]
		if g.fuse.count > 0 {
			if !whole && !g.checked(base, q.hash) {
				return v.badPage(g)
			}
			if !g.fuse.mayHave(prints, q.hash) {
				continue
			}
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err := v.value(g, q, folded); err != nil {
			return err
		}
	}
	return nil
}

// checked reports whether the fingerprints of a hash are as they were written.
func (g *group) checked(base int, hash uint64) bool {
	a, b, c, _ := g.fuse.places(hash)
	for _, at := range [...]int{base + int(a), base + int(b), base + int(c)} {
		if !g.pages.ok(at, at+1) {
			return false
		}
	}
	return true
}

func (v *visit) badPage(g *group) error {
	return v.segment.corrupt("the checksum of a page of fences or filter is wrong", g.offset+int64(g.blockBytes))
}

// value gives the rows of one value; only folded ones when so asked.
func (v *visit) value(g *group, q *ask, folded bool) error {
	at, err := v.find(g, q.from)
	if err != nil {
		return err
	}
	for ; at < int(g.blocks); at++ {
		if err := v.read(g, at); err != nil {
			return err
		}
		i := v.block.search(q.from)
		for ; i < v.block.rows && bytes.Equal(v.block.value(i), q.from); i++ {
			if folded && !v.block.folded(i) {
				continue
			}
			if err := v.give(q, i); err != nil {
				return err
			}
		}
		if i < v.block.rows {
			return nil
		}
		if more, err := v.reaches(g, at+1, q.from); err != nil || !more {
			return err
		}
	}
	return nil
}

// find gives the first block of the group that may hold a value or one after it.
func (v *visit) find(g *group, value []byte) (int, error) {
	var bad bool
	at := sort.Search(int(g.blocks), func(i int) bool {
		key, ok := g.key(i)
		bad = bad || !ok
		return bad || bytes.Compare(key, value) >= 0
	})
	if bad {
		return 0, v.badPage(g)
	}
	return max(0, at-1), nil
}

// reaches reports whether a block, if there is one, may hold the value or one before it.
func (v *visit) reaches(g *group, at int, value []byte) (bool, error) {
	if at >= int(g.blocks) {
		return false, nil
	}
	key, ok := g.key(at)
	if !ok {
		return false, v.badPage(g)
	}
	return bytes.Compare(key, value) <= 0, nil
}

// read reads the keys of a block, unless it was read last.
func (v *visit) read(g *group, at int) error {
	if v.group == g && v.at == at {
		return nil
	}
	v.group = nil
	var err error
	if v.offset, err = v.segment.readBlock(g, at, &v.block, v.zstd); err != nil {
		return err
	}
	v.group, v.at = g, at
	return nil
}

// give hands over row i of the block, when its day is asked for.
func (v *visit) give(q *ask, i int) error {
	if !v.look.days.has(v.block.day(i)) {
		return nil
	}
	if what := v.block.row(i, &v.row, v.zstd); what != "" {
		return v.segment.corrupt(what, v.offset)
	}
	return v.look.give(q.probe, &v.row)
}

// rangeOf gives the rows of a range.
func (v *visit) rangeOf(ctx context.Context, q *ask) error {
	groups := v.segment.groups
	first, _ := slices.BinarySearchFunc(groups, q.from, func(g group, from []byte) int { return bytes.Compare(g.last, from) })
	for i := first; i < len(groups); i++ {
		g := &groups[i]
		if compareBounds(g.first, q.to) >= 0 {
			return nil
		}
		if err := v.rangeIn(ctx, g, q); err != nil {
			return err
		}
	}
	return nil
}

// rangeIn gives the rows of a range that lie in a group.
func (v *visit) rangeIn(ctx context.Context, g *group, q *ask) error {
	at, err := v.find(g, q.from)
	if err != nil {
		return err
	}
	for ; at < int(g.blocks); at++ {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if key, ok := g.key(at); !ok {
			return v.badPage(g)
		} else if compareBounds(key, q.to) >= 0 {
			return nil
		}
		if err := v.read(g, at); err != nil {
			return err
		}
		for i := v.block.search(q.from); i < v.block.rows; i++ {
			if compareBounds(v.block.value(i), q.to) >= 0 {
				return nil
			}
			if err := v.give(q, i); err != nil {
				return err
			}
		}
	}
	return nil
}
