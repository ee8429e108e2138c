package ledger

import (
	"unsafe"

	"stormglass/internal/hugepage"
)

// Chunks are small enough that a small bound is kept, and large enough that the list of them is short.
const (
	chunkBits  = 10
	chunkLen   = 1 << chunkBits
	arenaChunk = 1 << 18 // more than the longest value
)

// pool is a growing array of things without pointers that never move. Things are numbered from 1.
type pool[T any] struct {
	chunks []*[chunkLen]T
	used   int
}

func (p *pool[T]) at(n uint32) *T {
	n--
	return &p.chunks[n>>chunkBits][n%chunkLen]
}

func (p *pool[T]) capacity() int { return len(p.chunks) * chunkLen }
func (p *pool[T]) room() bool    { return p.used < p.capacity() }

// cost gives the bytes of one more chunk.
func (p *pool[T]) cost() int64 { return int64(unsafe.Sizeof([chunkLen]T{})) }

func (p *pool[T]) held() int64 { return int64(len(p.chunks)) * p.cost() }

// grow adds a chunk; it reports true.
func (p *pool[T]) grow() bool {
	c := new([chunkLen]T)
	hugepage.Advise(c[:])
	p.chunks = append(p.chunks, c)
	return true
}

// take gives the number of a thing that was not in use. There must be room.
func (p *pool[T]) take() uint32 {
	p.used++
	return uint32(p.used)
}

// reset frees all things, and the chunks that were never in use.
func (p *pool[T]) reset() {
	p.chunks = cut(p.chunks, (p.used+chunkLen-1)/chunkLen)
	p.used = 0
}

// cut shortens a list and lets go of what follows.
func cut[T any](list []T, n int) []T {
	clear(list[n:])
	return list[:n]
}

// arena holds values one behind the other.
type arena struct {
	chunks [][]byte
	now    int // the chunk that is being filled
	used   int // bytes of it
}

// room reports whether a value of n bytes fits without a further chunk.
func (a *arena) room(n int) bool {
	return a.now < len(a.chunks) && (a.used+n <= arenaChunk || a.now+1 < len(a.chunks))
}

func (a *arena) held() int64 { return int64(len(a.chunks)) * arenaChunk }

func (a *arena) grow() { a.chunks = append(a.chunks, make([]byte, arenaChunk)) }

// add keeps a value and gives its place. There must be room.
func (a *arena) add(value []byte) uint64 {
	if a.used+len(value) > arenaChunk {
		a.now, a.used = a.now+1, 0
	}
	place := uint64(a.now)*arenaChunk + uint64(a.used)
	a.used += copy(a.chunks[a.now][a.used:], value)
	return place
}

func (a *arena) at(place uint64, n int) []byte {
	from := place % arenaChunk
	return a.chunks[place/arenaChunk][from : from+uint64(n)]
}

func (a *arena) reset() {
	if len(a.chunks) > 0 {
		a.chunks = cut(a.chunks, a.now+1)
	}
	a.now, a.used = 0, 0
}
