package vault

import "encoding/binary"

// filter says of most tokens that a segment does not hold them, without a read: a Bloom filter of ten
// bits for each value and seven probes, which lets about one in a hundred through. A token is a hash
// already: probe i is bit (a + i*b) mod bits, where a and b are its halves, little endian.
type filter []uint64

const (
	filterBits   = 10
	filterProbes = 7
)

func newFilter(values uint64) filter { return make(filter, max(values*filterBits, 1)/64+1) }

func (f filter) add(t Token) {
	bit, step := halves(t)
	for range filterProbes {
		n := bit % uint64(64*len(f))
		f[n/64] |= 1 << (n % 64)
		bit += step
	}
}

// may reports whether a token may have been added. A missing filter knows nothing.
func (f filter) may(t Token) bool {
	if len(f) == 0 {
		return true
	}
	bit, step := halves(t)
	for range filterProbes {
		n := bit % uint64(64*len(f))
		if f[n/64]&(1<<(n%64)) == 0 {
			return false
		}
		bit += step
	}
	return true
}

func halves(t Token) (a, b uint64) {
	return binary.LittleEndian.Uint64(t[:8]), binary.LittleEndian.Uint64(t[8:])
}

func (f filter) append(b []byte) []byte {
	for _, w := range f {
		b = binary.LittleEndian.AppendUint64(b, w)
	}
	return b
}

func parseFilter(b []byte) filter {
	f := make(filter, len(b)/8)
	for i := range f {
		f[i] = binary.LittleEndian.Uint64(b[8*i:])
	}
	return f
}
