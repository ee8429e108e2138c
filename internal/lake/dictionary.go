package lake

import (
	"math/bits"
	"slices"

	"github.com/parquet-go/parquet-go/bloom/xxhash"

	"stormglass/internal/telemetry"
)

// numberSet numbers distinct values in the order in which they are met.
type numberSet struct {
	values []uint64
	slots  []int32 // number of a value + 1; a power of two of them
}

const leastSlots = 1 << 10

func spread(v uint64) uint64 {
	hi, lo := bits.Mul64(v^0x9e3779b97f4a7c15, 0xd6e8feb86659fd93)
	return hi ^ lo
}

// number gives in ids the numbers of values. ok is false when there are more than limit.
func (s *numberSet) number(values []uint64, ids []int32, limit int) (ok bool) {
	s.values = s.values[:0]
	s.slots = emptySlots(s.slots, leastSlots)
	mask := uint64(len(s.slots) - 1)
	for i, v := range values {
		at := spread(v) & mask
		for {
			id := s.slots[at] - 1
			if id >= 0 && s.values[id] == v {
				ids[i] = id
				break
			}
			if id < 0 {
				if len(s.values) == limit {
					return false
				}
				ids[i] = int32(len(s.values))
				s.values = append(s.values, v)
				s.slots[at] = int32(len(s.values))
				if 2*len(s.values) > len(s.slots) {
					s.rehash()
					mask = uint64(len(s.slots) - 1)
				}
				break
			}
			at = (at + 1) & mask
		}
	}
	return true
}

func (s *numberSet) rehash() {
	s.slots = emptySlots(s.slots, 4*len(s.slots))
	mask := uint64(len(s.slots) - 1)
	for id, v := range s.values {
		at := spread(v) & mask
		for s.slots[at] != 0 {
			at = (at + 1) & mask
		}
		s.slots[at] = int32(id + 1)
	}
}

func emptySlots(s []int32, n int) []int32 {
	s = slices.Grow(s[:0], n)[:n]
	clear(s)
	return s
}

// addrKey is an address of any family in a set.
type addrKey struct{ family, hi, lo uint64 }

// addrSet numbers distinct addresses where not all are IPv4.
type addrSet struct {
	keys []addrKey
	ids  map[addrKey]int32
}

func (s *addrSet) reset() {
	s.keys = s.keys[:0]
	if s.ids == nil {
		s.ids = make(map[addrKey]int32)
	}
	clear(s.ids)
}

func (s *addrSet) number(k addrKey) int32 {
	id, ok := s.ids[k]
	if !ok {
		id = int32(len(s.keys))
		s.keys = append(s.keys, k)
		s.ids[k] = id
	}
	return id
}

// textSet numbers distinct texts of an arena in the order in which they are met.
type textSet struct {
	refs   []uint64
	hashes []uint64
	slots  []int32
	bytes  int
}

// number gives in ids the numbers of the texts that refs name. ok is false when the texts are too
// many and too long for a dictionary to pay.
func (s *textSet) number(a *arena, refs []uint64, ids []int32) (ok bool) {
	s.refs, s.hashes, s.bytes = s.refs[:0], s.hashes[:0], 0
	s.slots = emptySlots(s.slots, leastSlots)
	last, lastID := ^uint64(0), int32(0)
	for i, r := range refs {
		if r == last {
			ids[i] = lastID
			continue
		}
		last, lastID = r, s.one(a, r)
		ids[i] = lastID
		if n := len(s.refs); n > dictionaryTrial && 2*n > i || s.bytes > dictionaryBytes {
			return false
		}
	}
	return true
}

const (
	dictionaryTrial = 4096    // distinct values before a dictionary may be given up
	dictionaryBytes = 8 << 20 // of texts in one
)

func (s *textSet) one(a *arena, ref uint64) int32 {
	text := a.get(ref)
	h := xxhash.Sum64(text)
	mask := uint64(len(s.slots) - 1)
	at := h & mask
	for {
		id := s.slots[at] - 1
		if id < 0 {
			break
		}
		if s.hashes[id] == h && telemetry.View(a.get(s.refs[id])) == telemetry.View(text) {
			return id
		}
		at = (at + 1) & mask
	}
	s.refs, s.hashes = append(s.refs, ref), append(s.hashes, h)
	s.bytes += len(text)
	s.slots[at] = int32(len(s.refs))
	if 2*len(s.refs) > len(s.slots) {
		s.rehash()
	}
	return int32(len(s.refs) - 1)
}

func (s *textSet) rehash() {
	s.slots = emptySlots(s.slots, 4*len(s.slots))
	mask := uint64(len(s.slots) - 1)
	for id, h := range s.hashes {
		at := h & mask
		for s.slots[at] != 0 {
			at = (at + 1) & mask
		}
		s.slots[at] = int32(id + 1)
	}
}
