package intel

import (
	"net/netip"

	"github.com/gaissmai/bart"
)

// prefixSet finds every prefix around an address. A bit for each IPv4 /20 says whether any prefix
// touches it, so that most addresses never walk the table.
type prefixSet struct {
	table   *bart.Table[EntryID]
	touched []uint64 // by the first 20 bits of an IPv4 address
	any6    bool
}

const touchedBits = 20

func (s *prefixSet) add(p netip.Prefix, id EntryID) {
	if s.table == nil {
		s.table, s.touched = new(bart.Table[EntryID]), make([]uint64, 1<<touchedBits/64)
	}
	s.table.Insert(p, id)
	if !p.Addr().Is4() {
		s.any6 = true
		return
	}
	first := blockOf(p.Addr())
	for n := first; n < first+1<<max(touchedBits-p.Bits(), 0); n++ {
		s.touched[n/64] |= 1 << (n % 64)
	}
}

func blockOf(a netip.Addr) uint32 { return uint32(keyOf(a).lo) >> (32 - touchedBits) }

// mayHave reports whether a prefix may be around an address.
func (s *prefixSet) mayHave(a netip.Addr) bool {
	if s.table == nil {
		return false
	}
	if a.Is4() || a.Is4In6() {
		n := blockOf(a)
		return s.touched[n/64]&(1<<(n%64)) != 0
	}
	return s.any6
}

func (s *prefixSet) around(a netip.Addr, into []Match) []Match {
	if a = a.Unmap().WithZone(""); s.table.Contains(a) {
		for _, id := range s.table.Supernets(netip.PrefixFrom(a, a.BitLen())) {
			into = append(into, Match{id, CoveringPrefix})
		}
	}
	return into
}
