package ledger

import (
	"encoding/binary"
	"sync"

	"github.com/klauspost/compress/zstd"
)

// inflater is what all readers decompress with. It holds as many decoders as there are cores.
var inflater = sync.OnceValues(func() (*zstd.Decoder, error) {
	return zstd.NewReader(nil, zstd.WithDecoderConcurrency(0), zstd.WithDecoderMaxMemory(maxFactBytes),
		zstd.WithDecodeAllCapLimit(true), zstd.WithDecoderMaxWindow(maxFactBytes))
})

// readBlock reads the keys of block i of a group into b, and tells where in the file it lies.
func (s *Segment) readBlock(g *group, i int, b *block, z *zstd.Decoder) (at int64, err error) {
	from, to, sum, ok := g.fence(i)
	if !ok {
		return 0, s.corrupt("the checksum of a page of fences is wrong", g.offset+int64(g.blockBytes))
	}
	at = g.offset + int64(from)
	if from > to || to > g.blockBytes {
		return at, s.corrupt("a fence that does not fit the group", at)
	}
	data := s.data[at : g.offset+int64(to)]
	if checksum(data) != sum {
		return at, s.corrupt("the checksum of a block is wrong", at)
	}
	if what := b.readKeys(s.info.Space, data, z); what != "" {
		return at, s.corrupt(what, at)
	}
	return at, nil
}

// fence gives where block i of the group lies, from the group's first, and its checksum.
func (g *group) fence(i int) (from, to, sum uint32, ok bool) {
	at := i * fenceLen
	end := min(at+2*fenceLen, int(g.blocks)*fenceLen)
	if !g.pages.ok(at, end) {
		return 0, 0, 0, false
	}
	b := g.pages.data[at:end]
	from, sum, to = binary.LittleEndian.Uint32(b), binary.LittleEndian.Uint32(b[4:]), g.blockBytes
	if len(b) > fenceLen {
		to = binary.LittleEndian.Uint32(b[fenceLen:])
	}
	return from, to, sum, true
}

// key gives the key of fence i. Not ok when a page is damaged or the key does not fit.
func (g *group) key(i int) (key []byte, ok bool) {
	at, keys := i*fenceLen, int(g.blocks)*fenceLen
	start := max(0, at-fenceLen)
	if !g.pages.ok(start, at+fenceLen) {
		return nil, false
	}
	from, to := uint32(0), binary.LittleEndian.Uint32(g.pages.data[at+8:])
	if i > 0 {
		from = binary.LittleEndian.Uint32(g.pages.data[start+8:])
	}
	if from > to || to > g.keyBytes || !g.pages.ok(keys+int(from), keys+int(to)) {
		return nil, false
	}
	return g.pages.data[keys+int(from) : keys+int(to)], true
}
