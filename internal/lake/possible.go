package lake

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"net/netip"
	"slices"

	"github.com/parquet-go/parquet-go/bloom"
	"github.com/parquet-go/parquet-go/bloom/xxhash"

	"stormglass/internal/telemetry"
)

// group decides what is tested in the row group that s has entered; possible is false when nothing
// in it can be wanted.
func (p *plan) group(s *scan) (possible bool, err error) {
	s.test = groupTest{columns: s.test.columns[:0]}
	if !p.timePossible(s) {
		return false, nil
	}
	if possible, err := p.sensorPossible(s); !possible || err != nil {
		return false, err
	}
	if p.all {
		return true, nil
	}
	s.test.values = true
	for i, c := range s.byCol {
		col := &columns(s.r.foot.kind)[i]
		if c == nil || col.holds == holdsNothing || c.meta.nulls == c.meta.slots {
			continue
		}
		if col.holds == holdsText && c.meta.nulls == 0 {
			s.test.values, s.test.columns = false, s.test.columns[:0] // every row can hold anything
			return true, nil
		}
		maybe, err := p.columnPossible(s, c)
		if err != nil {
			return false, err
		}
		if maybe {
			s.test.columns = append(s.test.columns, c)
		}
	}
	return len(s.test.columns) > 0, nil
}

// timePossible looks at the bounds of the row group, and asks for a look at each row where they do
// not settle it.
func (p *plan) timePossible(s *scan) bool {
	c := s.byCol[colOccurred]
	if c == nil || p.from == 0 && p.to == 0 || c.meta.nulls == c.meta.slots {
		return true
	}
	if c.meta.nulls > 0 || len(c.meta.min) != 8 || len(c.meta.max) != 8 {
		s.test.when = c
		return true
	}
	low := telemetry.Instant(binary.LittleEndian.Uint64(c.meta.min))
	high := telemetry.Instant(binary.LittleEndian.Uint64(c.meta.max))
	if !p.within(low) || !p.within(high) {
		s.test.when = c
	}
	return (p.to == 0 || low <= p.to) && high >= p.from
}

func (p *plan) within(t telemetry.Instant) bool { return t >= p.from && (p.to == 0 || t <= p.to) }

func (p *plan) sensorPossible(s *scan) (bool, error) {
	c := s.byCol[colSensor]
	if p.sensors == nil {
		return true, nil
	}
	if c == nil {
		return p.sensors[""], nil
	}
	s.test.sensor = c
	if c.meta.dictAt == 0 || c.meta.nulls > 0 && p.sensors[""] {
		return true, nil
	}
	if err := c.open(s.r.file); err != nil {
		return false, err
	}
	for _, name := range c.texts {
		if p.sensors[name] {
			return true, nil
		}
	}
	return false, nil
}

// columnPossible reports whether a column of the row group can hold a wanted value: by its Bloom
// filter where that can tell, then by its dictionary.
func (p *plan) columnPossible(s *scan, c *cursor) (bool, error) {
	switch c.leaf.col.holds {
	case holdsAddr:
		if len(p.addrs) == 0 && !p.ranges {
			return false, nil
		}
		if maybe, err := p.filterPossible(s, c); !maybe || err != nil {
			return false, err
		}
	case holdsHost:
		if len(p.addrs) == 0 && !p.ranges && len(p.domains) == 0 {
			return false, nil
		}
	case holdsDigest:
		if len(p.digests) == 0 {
			return false, nil
		}
	default:
		return true, nil
	}
	if err := c.open(s.r.file); err != nil {
		return false, err
	}
	if c.base == 0 {
		return true, nil
	}
	return p.mark(c), nil
}

// filterPossible asks the Bloom filter of an address column. It answers false only when the filter
// knows none of the values: addresses are written in one form only.
func (p *plan) filterPossible(s *scan, c *cursor) (bool, error) {
	if len(p.exact) == 0 || c.meta.bloomAt == 0 {
		return true, nil
	}
	b := make([]byte, c.meta.bloomBytes)
	if _, err := s.r.file.ReadAt(b, c.meta.bloomAt); err != nil {
		return false, fmt.Errorf("read a filter: %w", err)
	}
	f, err := openBloom(b, c.meta.bloom)
	if err != nil {
		return false, err
	}
	return slices.ContainsFunc(p.exact, f.Check), nil
}

// openBloom checks a filter and gives it.
func openBloom(b []byte, sum uint32) (bloom.SplitBlockFilter, error) {
	if crc32.Checksum(b, castagnoli) != sum {
		return nil, damaged("the checksum of a filter is wrong")
	}
	t := &compact{b: b}
	var size int32
	t.structure(0, func(id int16, typ byte) bool { return id == 1 && t.int32(typ, &size) })
	if t.err != nil {
		return nil, t.err
	}
	if size <= 0 || size%bloom.BlockSize != 0 || int(size) != len(b)-t.pos {
		return nil, damaged("a filter of %d bytes in %d", size, len(b)-t.pos)
	}
	f := make(bloom.SplitBlockFilter, size/bloom.BlockSize) // aligned, as b is not
	copy(f.Bytes(), b[t.pos:])
	return f, nil
}

// filters prepares what Bloom filters are asked.
func (p *plan) filters() {
	if p.ranges || len(p.addrs) > fewValues {
		return
	}
	for a := range p.addrs {
		p.exact = append(p.exact, xxhash.Sum64([]byte(a.String())))
		if a.Is4() {
			p.exact = append(p.exact, xxhash.Sum64([]byte(netip.AddrFrom16(a.As16()).String())))
		}
	}
}

// mark notes which values of the cursor are wanted, and reports whether any is.
func (p *plan) mark(c *cursor) (found bool) {
	holds := c.leaf.col.holds
	for i := len(c.hits); i < len(c.texts); i++ {
		hit := p.wanted(holds, c.texts[i])
		c.hits = append(c.hits, hit)
	}
	return slices.Contains(c.hits, true)
}
