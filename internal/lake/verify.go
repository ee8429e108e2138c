package lake

import (
	"context"
	"crypto/sha256"
	"fmt"
	"hash/crc32"
	"io"

	"stormglass/internal/disk"
	"stormglass/internal/telemetry"
)

// Verify reads every byte of the file: checksums of columns, of filters and of pages, and that
// everything decodes to as many rows as the footer names. Columns of other writers are held against
// their checksums only.
func (r *Reader) Verify(ctx context.Context) error {
	for i := range r.foot.groups {
		if err := ctx.Err(); err != nil {
			return err
		}
		err := guard(func() error { return r.verifyGroup(&r.foot.groups[i]) })
		if err != nil {
			return r.fault(i, err)
		}
	}
	return r.Batches(ctx, Want{}, func(*telemetry.Batch) error { return nil })
}

func (r *Reader) verifyGroup(g *group) error {
	var c cursor
	for i := range g.chunks {
		m := &g.chunks[i]
		c.leaf = &r.foot.leaves[i]
		c.seek(m)
		if err := r.verifyChunk(&c, g.rows); err != nil {
			return err
		}
		if m.bloomAt == 0 {
			continue
		}
		b := make([]byte, m.bloomBytes)
		if _, err := r.file.ReadAt(b, m.bloomAt); err != nil {
			return err
		}
		if _, err := openBloom(b, m.bloom); err != nil {
			return err
		}
	}
	return nil
}

func (r *Reader) verifyChunk(c *cursor, rows int64) error {
	if c.leaf.col == nil {
		b := make([]byte, c.meta.length)
		if _, err := r.file.ReadAt(b, c.meta.start); err != nil {
			return err
		}
		if crc32.Checksum(b, castagnoli) != c.meta.sum {
			return damaged("the checksum of column %s is wrong", c.leaf.name)
		}
		return nil
	}
	if err := c.open(r.file); err != nil {
		return err
	}
	var slots int64
	for c.at < len(c.bytes) {
		h, body, err := c.nextPage()
		if err != nil {
			return err
		}
		if err := h.checkCRC(body); err != nil {
			return err
		}
		rows -= int64(h.rows)
		slots += int64(h.slots)
	}
	if rows != 0 || slots != c.meta.slots {
		return damaged("column %s has %d rows too few, %d values of %d", c.leaf.name, rows, slots, c.meta.slots)
	}
	return nil
}

// Verify holds a file against what a manifest keeps of it, then reads all of it. A difference is a
// *CorruptError.
func Verify(ctx context.Context, fs disk.FS, f *File) (err error) {
	r, err := Open(fs, f.Name)
	if err != nil {
		return err
	}
	defer func() { err = closed(r, err) }()
	sum := sha256.New()
	n, err := io.Copy(sum, io.NewSectionReader(r.file, 0, r.size))
	if err != nil {
		return fmt.Errorf("read %s: %w", f.Name, err)
	}
	switch {
	case n != f.Bytes:
		return r.fault(-1, damaged("%d bytes where %d are due", n, f.Bytes))
	case [32]byte(sum.Sum(nil)) != f.Sum:
		return r.fault(-1, damaged("its SHA-256 is not that of the file written"))
	case r.Rows() != f.Rows || r.Kind() != f.Kind:
		return r.fault(-1, damaged("%d rows of kind %s where %d of %s are due", r.Rows(), r.Kind(), f.Rows, f.Kind))
	}
	return r.Verify(ctx)
}
