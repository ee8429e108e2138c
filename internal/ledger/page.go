package ledger

import (
	"encoding/binary"
	"hash/crc32"
	"sync/atomic"
)

// pageSize is the size of the pages that fences and filters are verified by.
const pageSize = 1 << 10

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

func checksum(b []byte) uint32 { return crc32.Checksum(b, castagnoli) }

// pages are mapped bytes that are verified page by page, when first touched.
type pages struct {
	data  []byte
	table []byte // CRC-32C of each page
	sum   uint32 // CRC-32C of the table
	seen  []atomic.Uint64
	state atomic.Uint32
}

// States of pages.
const (
	pagesNew   = iota // nothing is verified
	pagesTable        // the table is
	pagesAll          // all are
)

// tableLen gives the length of the table over n bytes.
func tableLen(n int) int { return 4 * pageCount(n) }

func pageCount(n int) int { return (n + pageSize - 1) / pageSize }

// appendTable appends the checksums of the pages of data.
func appendTable(table, data []byte) []byte {
	for len(data) > 0 {
		n := min(pageSize, len(data))
		table = binary.LittleEndian.AppendUint32(table, checksum(data[:n]))
		data = data[n:]
	}
	return table
}

func newPages(data, table []byte, sum uint32) *pages {
	return &pages{data: data, table: table, sum: sum, seen: make([]atomic.Uint64, (pageCount(len(data))+63)/64)}
}

// ok reports whether the bytes from, up to and without to, are as they were written.
func (p *pages) ok(from, to int) bool {
	if p.state.Load() == pagesAll {
		return true
	}
	for i := from / pageSize; i*pageSize < to; i++ {
		if p.seen[i/64].Load()>>(i%64)&1 == 0 && !p.check(i) {
			return false
		}
	}
	return true
}

// check verifies a page and notes it. Two goroutines may verify the same one.
func (p *pages) check(i int) bool {
	if p.state.Load() == pagesNew {
		if checksum(p.table) != p.sum {
			return false
		}
		p.state.CompareAndSwap(pagesNew, pagesTable)
	}
	page := p.data[i*pageSize : min((i+1)*pageSize, len(p.data))]
	if checksum(page) != binary.LittleEndian.Uint32(p.table[4*i:]) {
		return false
	}
	p.seen[i/64].Or(1 << (i % 64))
	return true
}

// all verifies every page, so that none need be asked again.
func (p *pages) all() bool {
	if !p.ok(0, len(p.data)) {
		return false
	}
	if len(p.data) > 0 || checksum(p.table) == p.sum {
		p.state.Store(pagesAll)
	}
	return p.state.Load() == pagesAll
}
