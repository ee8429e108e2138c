package analyse

import (
	"math/bits"
	"slices"
)

// share divides the bytes on disk among analysers. A quarter belongs to them in equal parts, so that a flood of what one looks at takes
// nothing from the others; five eighths are for whoever needs them, and the last eighth is for keys that the operator's registers know.
// When the common part is used up, keys with very many notes are left with a few of them, where their analyser can do with that; then keys
// with few notes in few hours go; when that does not help, those who are beyond their own part keep no further notes.
type share struct {
	bounds []Bounds
	limit  int64
	used   []int64 // by analyser
	full   bool    // the common part is used up by what does not go
}

func newShare(bounds []Bounds, limit int64) share {
	return share{bounds: bounds, limit: limit, used: make([]int64, len(bounds))}
}

// own is the part of one analyser, common that of all together.
func (s *share) own() int64    { return s.limit / 4 / int64(len(s.bounds)) }
func (s *share) common() int64 { return s.limit * 5 / 8 }

// beyond gives how much of the common part is used, by the bytes of each analyser.
func (s *share) beyond(used []int64) (n int64) {
	for _, used := range used {
		n += max(0, used-s.own())
	}
	return n
}

// short reports whether room must be made.
func (s *share) short() bool { return !s.full && s.beyond(s.used) > s.common() }

// settle notes whether making room helped.
func (s *share) settle() { s.full = s.beyond(s.used) > s.common()*3/4 }

// room reports whether there is room for notes of a key.
func (s *share) room(key []byte) bool {
	if !s.full || s.used[key[0]] <= s.own() {
		return true
	}
	if !s.bounds[key[0]].known(key) {
		return false
	}
	sum := int64(0)
	for _, used := range s.used {
		sum += used
	}
	return sum <= s.limit
}

func (s *share) add(r *run) {
	for i, n := range r.sizes {
		s.used[i] += n
	}
}

func (s *share) is(r *run) { s.used = slices.Clone(r.sizes) }

// levels is how many levels there are after the first, at which all go that have fewer notes than their analyser can do with. What goes at
// none of them is kept in any case.
const (
	levels = 8
	never  = levels + 1
)

// goes gives the first level at which a key goes: at each, four times as many notes as at the one before, and those of one hour more. So
// keys that a flood of an hour makes go long before those of what was there all day, and before those with more notes than the flood can
// afford for each.
func (s *share) goes(key []byte, g *group) int {
	b := &s.bounds[key[0]]
	if b.Evict == 0 || b.known(key) || s.used[key[0]] <= s.own() {
		return never
	}
	notes := uint64(g.count)
	if b.Thin > 0 { // of others those that are only counted save nothing from going: what is kept takes the room
		notes += g.more
	}
	return levelOf(notes, g.hours, uint64(b.Evict))
}

func levelOf(notes uint64, hours uint32, evict uint64) int {
	if notes < evict {
		return 0
	}
	for level := 1; level <= levels; level++ {
		if bits.OnesCount32(hours) <= level && notes < evict<<(2*level) {
			return level
		}
	}
	return never
}

// thin leaves a few notes of a key that has so many in each hour in which it has any that their times say nothing.
func (s *share) thin(key []byte, g *group) {
	b := &s.bounds[key[0]]
	if b.Thin > 0 && uint64(g.count)+g.more >= uint64(b.Thin*bits.OnesCount32(g.hours)) && s.used[key[0]] > s.own() {
		g.thin(Thinned)
	}
}

// level gives the lowest level at which half of the common part gets free, by the bytes that go at each and those that analysers have when
// none does; below 0 when none need go.
func (s *share) level(sizes *[never + 1]int64, used []int64) int {
	rest := s.beyond(used)
	if rest <= s.common()/2 {
		return -1
	}
	for level := range never {
		if rest -= sizes[level]; rest <= s.common()/2 {
			return level
		}
	}
	return levels
}

// known reports whether a key of a table is one that the registers know.
func (b *Bounds) known(key []byte) bool { return b.Known != nil && b.Known(key[placeLen:]) }

// rowLevel gives the level at which rows of a key go where the rows of its day do not fit. That with no bytes is the analyser's own, and stays.
func (b *Bounds) rowLevel(key []byte, g *group) int {
	if len(key) == placeLen || b.known(key) {
		return never
	}
	return levelOf(uint64(g.count)+g.more, g.hours, uint64(max(1, b.Evict)))
}
