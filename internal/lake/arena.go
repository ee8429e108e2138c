package lake

import (
	"encoding/binary"

	"stormglass/internal/telemetry"
)

// arena holds texts: each its length as a varint, then its bytes. A reference is the number of its
// block and the place in it; 0 is the empty text.
type arena struct {
	blocks [][]byte
	bytes  int64
}

const (
	arenaFirst = 1 << 10
	arenaBlock = 1 << 20
)

func (a *arena) put(s string) uint64 {
	if s == "" {
		return 0
	}
	need := len(s) + binary.MaxVarintLen32
	last := len(a.blocks) - 1
	if last < 0 || cap(a.blocks[last])-len(a.blocks[last]) < need {
		size := min(arenaBlock, arenaFirst<<min(len(a.blocks), 10))
		a.blocks = append(a.blocks, make([]byte, 0, max(size, need+1)))
		last++
		a.bytes += int64(cap(a.blocks[last]))
		if last == 0 {
			a.blocks[0] = a.blocks[0][:1] // so that no text has reference 0
		}
	}
	b := a.blocks[last]
	ref := uint64(last)<<32 | uint64(len(b))
	b = binary.AppendUvarint(b, uint64(len(s)))
	a.blocks[last] = append(b, s...)
	return ref
}

func (a *arena) get(ref uint64) []byte {
	if ref == 0 {
		return nil
	}
	b := a.blocks[ref>>32][uint32(ref):]
	n := int(b[0])
	if n < 0x80 {
		return b[1 : 1+n]
	}
	long, k := binary.Uvarint(b)
	return b[k : k+int(long)]
}

// recent remembers references of texts put lately, by a hash: most columns repeat themselves.
type recent [64]uint64

func (r *recent) put(a *arena, s string) uint64 {
	if s == "" {
		return 0
	}
	h := uint32(len(s))*31 + uint32(s[len(s)-1])
	h = h*31 + uint32(s[len(s)/2])
	h = h*31 + uint32(s[0])
	at := &r[h%64]
	if *at != 0 && telemetry.View(a.get(*at)) == s {
		return *at
	}
	*at = a.put(s)
	return *at
}
