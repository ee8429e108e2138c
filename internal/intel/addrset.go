package intel

import "net/netip"

// addrSet finds the entry of an address: a filter, then open addressing with one tag byte a slot.
type addrSet struct {
	filter filter
	tags   []uint8
	keys   []key128
	ids    []EntryID
	mask   uint64
}

func newAddrSet(ids []EntryID, addrOf func(EntryID) netip.Addr) addrSet {
	if len(ids) == 0 {
		return addrSet{}
	}
	size := 16
	for size < 2*len(ids) {
		size <<= 1
	}
	s := addrSet{
		tags: make([]uint8, size), keys: make([]key128, size), ids: make([]EntryID, size),
		mask: uint64(size - 1),
	}
	hashes := make([]uint64, 0, len(ids))
	for _, id := range ids {
		k := keyOf(addrOf(id))
		h := k.hash()
		hashes = append(hashes, h)
		i := h & s.mask
		for s.tags[i] != 0 {
			i = (i + 1) & s.mask
		}
		s.tags[i], s.keys[i], s.ids[i] = tagOf(h), k, id
	}
	s.filter = newFilter(hashes)
	return s
}

func tagOf(h uint64) uint8 { return uint8(h>>56) | 1 }

func (s *addrSet) find(k key128) (EntryID, bool) {
	h := k.hash()
	if !s.filter.mayHave(h) {
		return 0, false
	}
	tag := tagOf(h)
	for i := h & s.mask; s.tags[i] != 0; i = (i + 1) & s.mask {
		if s.tags[i] == tag && s.keys[i] == k {
			return s.ids[i], true
		}
	}
	return 0, false
}
