package lake

import (
	"strconv"

	"github.com/parquet-go/parquet-go/format"
)

// check holds numbers of the metadata against each other and the size of the file.
func (f *footer) check(end int64) error {
	var rows int64
	for i := range f.groups {
		g := &f.groups[i]
		if g.rows <= 0 || g.rows > maxGroupRows {
			return damaged("row group %d has %d rows", i, g.rows)
		}
		if len(g.chunks) != len(f.leaves) {
			return damaged("row group %d has %d columns of %d", i, len(g.chunks), len(f.leaves))
		}
		rows += g.rows
		for j := range g.chunks {
			if err := g.chunks[j].check(g.rows, end, &f.leaves[j]); err != nil {
				return err
			}
		}
	}
	if rows != f.rows {
		return damaged("%d rows in row groups, %d in all", rows, f.rows)
	}
	return nil
}

func (c *chunkMeta) check(rows, end int64, l *leaf) error {
	switch {
	case c.start < int64(len(magic)) || c.length <= 0 || c.length > maxChunkBytes || c.start > end-c.length:
		return damaged("column %s lies outside of the file", l.name)
	case c.slots < rows || !l.list && l.col != nil && c.slots != rows || c.slots > maxChunkBytes:
		return damaged("column %s has %d values in %d rows", l.name, c.slots, rows)
	case c.nulls < 0 || c.nulls > c.slots:
		return damaged("column %s has %d nulls of %d", l.name, c.nulls, c.slots)
	case l.col != nil && (c.typ != l.typ || c.codec != int32(format.Zstd)):
		return damaged("column %s is of type %d, codec %d", l.name, c.typ, c.codec)
	case c.bloomAt != 0 && (c.bloomAt < 0 || c.bloomBytes <= 0 || c.bloomBytes > maxBloomBytes || c.bloomAt > end-int64(c.bloomBytes)):
		return damaged("the filter of column %s lies outside of the file", l.name)
	}
	return nil
}

// sums hands out the checksums of columns and filters, in the order of the file.
func (f *footer) sums(s string) error {
	next := func() (uint32, error) {
		if len(s) < 8 {
			return 0, damaged("there are too few checksums")
		}
		v, err := strconv.ParseUint(s[:8], 16, 32)
		if err != nil {
			return 0, damaged("%q is no checksum", s[:8])
		}
		s = s[8:]
		return uint32(v), nil
	}
	for i := range f.groups {
		chunks := f.groups[i].chunks
		for j := range chunks {
			v, err := next()
			if err != nil {
				return err
			}
			chunks[j].sum = v
		}
		for j := range chunks {
			if chunks[j].bloomAt == 0 {
				continue
			}
			v, err := next()
			if err != nil {
				return err
			}
			chunks[j].bloom = v
		}
	}
	if s != "" {
		return damaged("there are too many checksums")
	}
	return nil
}
