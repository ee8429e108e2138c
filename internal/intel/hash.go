package intel

import (
	"encoding/binary"
	"math/bits"
	"net/netip"

	"stormglass/internal/observable"
)

// key128 is an address as two words; IPv4 is v4-mapped.
type key128 struct{ hi, lo uint64 }

func keyOf(a netip.Addr) key128 {
	if a.Is4() {
		b := a.As4()
		return key128{0, 0xffff<<32 | uint64(binary.BigEndian.Uint32(b[:]))}
	}
	b := a.As16()
	return key128{binary.BigEndian.Uint64(b[:8]), binary.BigEndian.Uint64(b[8:])}
}

func (k key128) hash() uint64 {
	h, l := bits.Mul64(k.lo^0x9e3779b97f4a7c15, k.hi^0xd1b54a32d192ed03)
	h2, l2 := bits.Mul64(h^l^0x8ebc6af09c88c6e3, 0x589965cc75374cc3)
	return h2 ^ l2
}

// Texts are hashed from their end to their start, so that one pass over a domain name gives the
// hash of the name and of each of its parents.
const (
	textSeed  = 0xcbf29ce484222325
	textPrime = 0x9e3779b97f4a7c55
)

// lower folds ASCII letters; other bytes stay.
var lower = func() (t [256]byte) {
	for i := range t {
		t[i] = byte(i)
		if 'A' <= i && i <= 'Z' {
			t[i] = byte(i) + 'a' - 'A'
		}
	}
	return t
}()

func seedOf(k observable.Kind) uint64 { return textSeed ^ uint64(k)*0xff51afd7ed558ccd }

func step(h uint64, c byte) uint64 {
	h = (h ^ uint64(c)) * textPrime
	return h ^ h>>29
}

func finish(h uint64) uint64 {
	h ^= h >> 32
	h *= 0xd6e8feb86659fd93
	return h ^ h>>32
}

// hashText hashes a text of a kind; ASCII case is folded unless the kind keeps it.
func hashText[T string | []byte](k observable.Kind, s T) uint64 {
	h := seedOf(k)
	if keepsCase(k) {
		for i := len(s) - 1; i >= 0; i-- {
			h = step(h, s[i])
		}
		return finish(h)
	}
	for i := len(s) - 1; i >= 0; i-- {
		h = step(h, lower[s[i]])
	}
	return finish(h)
}

// keepsCase reports whether letters of different case make different values of the kind.
func keepsCase(k observable.Kind) bool { return k == observable.URL || k == observable.CommunityID }

func equalText[T string | []byte](k observable.Kind, canonical string, s T) bool {
	if len(canonical) != len(s) {
		return false
	}
	if keepsCase(k) {
		return canonical == string(s)
	}
	for i := range len(canonical) {
		if canonical[i] != lower[s[i]] {
			return false
		}
	}
	return true
}
