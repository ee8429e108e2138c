package vault

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"

	"stormglass/internal/disk"
)

// minMerge is how many segments are worth a merge.
const minMerge = 4

// Merge joins segments until few are left: about three for each doubling of what is held. It needs no
// private key, and values are taken in meanwhile. It returns at once when there is nothing to do, so it
// may be called after every commit. A segment with damaged blocks is left as it is; the error names it
// (*CorruptError), once.
func (v *Vault) Merge(ctx context.Context) error {
	v.upkeep.Lock()
	defer v.upkeep.Unlock()
	for {
		run := v.toMerge()
		if run == nil {
			return v.sweepBefore()
		}
		if err := v.merge(ctx, run); err != nil {
			return fmt.Errorf("merge sealed values: %w", err)
		}
	}
}

// toMerge gives the newest segments, as far back as there is one that is at most twice as large as all
// newer ones together. Damage ends the run: merged over, a damaged file would be taken for a leftover.
func (v *Vault) toMerge() []*segment {
	all := v.snapshot()
	from, sum := len(all), int64(0)
	for i, s := range slices.Backward(all) {
		beyond := slices.ContainsFunc(v.lost, func(l span) bool { return l.last >= s.span.first })
		if s.unmergeable || beyond {
			break
		}
		if len(all)-i >= minMerge && s.size <= 2*sum {
			from = i
		}
		sum += s.size
	}
	if from == len(all) {
		return nil
	}
	return all[from:]
}

func (v *Vault) merge(ctx context.Context, run []*segment) error {
	into := span{run[0].span.first, run[len(run)-1].span.last}
	err := disk.Replace(v.fsys, into.path(), func(w io.Writer) error { return mergeInto(ctx, w, run) })
	if err != nil {
		return err
	}
	merged, err := openSegment(v.fsys, into)
	if err != nil {
		return err
	}
	v.mu.Lock()
	at := slices.Index(v.segments, run[0])
	v.segments = slices.Concat(v.segments[:at], []*segment{merged}, v.segments[at+len(run):])
	v.mu.Unlock()
	var errs []error
	for _, s := range run {
		errs = append(errs, s.close())
	}
	return errors.Join(append(errs, v.sweepBefore())...)
}

// sweepBefore sweeps beside flushes that may be going on.
func (v *Vault) sweepBefore() error {
	v.mu.Lock()
	limit := v.next
	v.mu.Unlock()
	return v.sweep(limit)
}

// cursor walks a segment's records.
type cursor struct {
	segment *segment
	keys    [][]byte
	numbers []uint32 // of the keys in the segment being written, plus one
	block   int
	records []stored
	at      int
}

// mergeInto writes the records of segments as one segment. Of equal tokens it takes the first's.
func mergeInto(ctx context.Context, w io.Writer, run []*segment) error {
	var values uint64
	for _, s := range run {
		values += s.foot.records
	}
	sw := newSegmentWriter(w, values)
	cursors := make([]*cursor, 0, len(run))
	for _, s := range run {
		c, err := newCursor(s)
		if err != nil {
			return s.spoil(err)
		}
		cursors = append(cursors, c)
	}
	for n := 0; ; n++ {
		if n%4096 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		least := leastOf(cursors)
		if least == nil {
			return sw.finish()
		}
		r := *least.now()
		r.key = least.number(sw, r.key)
		if err := sw.add(&r); err != nil {
			return err
		}
		for _, c := range cursors {
			if now := c.now(); now != nil && now.token == r.token {
				if err := c.step(); err != nil {
					return c.segment.spoil(err)
				}
			}
		}
	}
}

// spoil marks a segment that is damaged, so that it is not merged again.
func (s *segment) spoil(err error) error {
	if _, ok := errors.AsType[*CorruptError](err); ok {
		s.unmergeable = true
	}
	return err
}

func newCursor(s *segment) (*cursor, error) {
	keys, err := s.keys()
	if err != nil {
		return nil, err
	}
	c := &cursor{segment: s, keys: keys, numbers: make([]uint32, len(keys)), block: -1}
	return c, c.step()
}

// now gives the record at the cursor, nil behind the last.
func (c *cursor) now() *stored {
	if c.at < len(c.records) {
		return &c.records[c.at]
	}
	return nil
}

func (c *cursor) step() (err error) {
	if c.at++; c.at < len(c.records) {
		return nil
	}
	c.at, c.records = 0, c.records[:0]
	if c.block++; c.block < len(c.segment.fences) {
		c.records, err = c.segment.block(c.block, c.records)
	}
	return err
}

func (c *cursor) number(sw *segmentWriter, key uint32) uint32 {
	if c.numbers[key] == 0 {
		c.numbers[key] = sw.number(c.keys[key]) + 1
	}
	return c.numbers[key] - 1
}

func leastOf(cursors []*cursor) *cursor {
	var least *cursor
	for _, c := range cursors {
		if r := c.now(); r != nil && (least == nil || bytes.Compare(r.token[:], least.now().token[:]) < 0) {
			least = c
		}
	}
	return least
}
