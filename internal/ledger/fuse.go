package ledger

import (
	"encoding/binary"
	"math/bits"

	"github.com/FastFilter/xorfilter"
)

// hashValue gives the hash by which filters know a value: FNV-1a of 64 bits over its bytes, then the
// finalizer of MurmurHash3. The format fixes it.
func hashValue(v []byte) uint64 {
	h := uint64(14695981039346656037)
	for _, b := range v {
		h = (h ^ uint64(b)) * 1099511628211
	}
	return mix64(h)
}

// mix64 is the finalizer of MurmurHash3.
func mix64(h uint64) uint64 {
	h ^= h >> 33
	h *= 0xff51afd7ed558ccd
	h ^= h >> 33
	h *= 0xc4ceb9fe1a85ec53
	return h ^ h>>33
}

// fuse says where a binary fuse filter of 8 bits looks: three segments of length bytes in a row,
// the first of which begins below count. Its fingerprints are the last bytes of a group's pages.
type fuse struct {
	seed   uint64
	length uint32 // a power of two
	count  uint32 // a multiple of length; 0 is no filter: every value may be there
}

const (
	maxFuseLength = 1 << 18
	maxFuseBytes  = 1 << 22
)

// size gives the number of fingerprints.
func (f *fuse) size() int {
	if f.count == 0 {
		return 0
	}
	return int(f.count) + 2*int(f.length)
}

// valid reports whether every look is inside of size bytes.
func (f *fuse) valid() bool {
	if f.count == 0 {
		return f.length == 0 && f.seed == 0
	}
	return bits.OnesCount32(f.length) == 1 && f.length <= maxFuseLength && f.count%f.length == 0 && f.count <= maxFuseBytes
}

// places gives where the fingerprints of a hash stand, and what they must come to.
func (f *fuse) places(hash uint64) (a, b, c uint32, want byte) {
	h := mix64(hash + f.seed)
	high, _ := bits.Mul64(h, uint64(f.count))
	a = uint32(high)
	b = (a + f.length) ^ uint32(h>>18)&(f.length-1)
	c = (a + 2*f.length) ^ uint32(h)&(f.length-1)
	return a, b, c, byte(h ^ h>>32)
}

// mayHave reports whether a hash may be among those the filter was built from. Its fingerprints must
// have been verified.
func (f *fuse) mayHave(prints []byte, hash uint64) bool {
	a, b, c, want := f.places(hash)
	return prints[a]^prints[b]^prints[c] == want
}

// fuseBuilder builds filters in memory that it keeps.
type fuseBuilder struct {
	hashes  []uint64
	builder xorfilter.BinaryFuseBuilder
}

// build makes the filter of the hashes gathered and forgets them. The fingerprints are valid until
// the next call. When there is no filter for them, the result lets every value pass.
func (b *fuseBuilder) build() (fuse, []byte) {
	defer func() { b.hashes = b.hashes[:0] }()
	if len(b.hashes) == 0 {
		return fuse{}, nil
	}
	x, err := xorfilter.BuildBinaryFuse[uint8](&b.builder, b.hashes)
	if err != nil { // as good as impossible, and a missing filter is slower, not wrong
		return fuse{}, nil
	}
	f := fuse{seed: x.Seed, length: x.SegmentLength, count: x.SegmentCountLength}
	if !f.valid() || f.size() != len(x.Fingerprints) {
		return fuse{}, nil
	}
	for _, h := range b.hashes {
		if !f.mayHave(x.Fingerprints, h) {
			return fuse{}, nil
		}
	}
	return f, x.Fingerprints
}

func (f *fuse) append(b []byte) []byte {
	b = binary.LittleEndian.AppendUint64(b, f.seed)
	b = binary.LittleEndian.AppendUint32(b, f.length)
	return binary.LittleEndian.AppendUint32(b, f.count)
}
