package ledger

import (
	"bytes"
	"context"
)

// verify checks a segment as Segment.Verify says.
func verify(ctx context.Context, s *Segment) error {
	v := verifier{s: s, c: s.Scan()}
	for i := range s.groups {
		g := &s.groups[i]
		if !g.pages.all() {
			return s.corrupt("the checksum of a page of fences or filter is wrong", g.offset+int64(g.blockBytes))
		}
		if what := v.group(ctx, g); what != "" {
			return s.corrupt(what, g.offset)
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := v.c.Err(); err != nil {
			return err
		}
	}
	return v.sums()
}

// verifier walks over a segment and counts.
type verifier struct {
	s    *Segment
	c    *Cursor
	last []byte // value of the row before
	sum  Info
}

// group checks the rows of a group against its fences, filter and counts.
func (v *verifier) group(ctx context.Context, g *group) (what string) {
	prints := g.pages.data[len(g.pages.data)-g.fuse.size():]
	next, rows, values := uint32(0), uint64(0), uint32(0)
	for i := range int(g.blocks) {
		from, to, _, _ := g.fence(i)
		key, ok := g.key(i)
		if !ok || from != next || to <= from {
			return "fences that do not fit the group"
		}
		next = to
		if ctx.Err() != nil || !v.c.advance() {
			return ""
		}
		b := &v.c.block
		if !bytes.Equal(key, separator(v.last, b.value(0), i == 0)) {
			return "a fence whose key does not part its blocks"
		}
		for j := range b.rows {
			value := b.value(j)
			rows++
			if rows == 1 || !bytes.Equal(value, v.last) {
				values++
				if g.fuse.count > 0 && !g.fuse.mayHave(prints, hashValue(value)) {
					return "a filter without one of its values"
				}
			}
			v.last = append(v.last[:0], value...)
			if what := v.add(b, j); what != "" {
				return what
			}
		}
	}
	if next != g.blockBytes || rows != g.rows || values != g.values || !bytes.Equal(v.last, g.last) {
		return "counts or bounds that do not fit the group"
	}
	return ""
}

// add checks a row and counts it for the sums of the whole.
func (v *verifier) add(b *block, i int) (what string) {
	var r Row
	if what := b.row(i, &r, v.c.zstd); what != "" {
		return what
	}
	v.sum.count(&r)
	return ""
}

// sums holds what was counted against the footer.
func (v *verifier) sums() error {
	want, got := v.s.info, v.sum
	got.Space, got.Values, got.Bytes, got.Filtered = want.Space, want.Values, want.Bytes, want.Filtered
	if got != want {
		return v.s.corrupt("a footer that does not fit the rows", int64(len(v.s.data)))
	}
	return nil
}
