package correlate

import (
	"time"
	"unsafe"
)

// history holds matches for late ones, in the order of time, oldest first. It is many, comes and goes all the time and is seldom read: so
// it lies in pieces that are used again and hold no pointers.
type history struct {
	pieces queue[*piece]
	gone   int // of the first piece
	n      int
	bytes  int64
	spare  *piece
}

// piece is a run of matches with their keys.
type piece struct {
	items []kept
	keys  []byte
}

// kept is a match in a history; its key lies in the piece's keys.
type kept struct {
	e      entry
	doubt  time.Duration
	off, n uint32
}

const (
	pieceItems = 1024
	bytesKept  = int64(unsafe.Sizeof(kept{}))
	mostPast   = 160 // bytes of a match and its key, on average over Limits.History
)

func (h *history) len() int { return h.n }

func (h *history) push(key string, e entry, doubt time.Duration) { pushKept(h, key, e, doubt) }

func (h *history) pushBytes(key []byte, e entry, doubt time.Duration) { pushKept(h, key, e, doubt) }

func pushKept[T string | []byte](h *history, key T, e entry, doubt time.Duration) {
	last := h.last()
	last.items = append(last.items, kept{e, doubt, uint32(len(last.keys)), uint32(len(key))})
	last.keys = append(last.keys, key...)
	h.n++
	h.bytes += bytesKept + int64(len(key))
}

// last gives the piece that is added to.
func (h *history) last() *piece {
	if q := h.pieces.live(); len(q) > 0 && len(q[len(q)-1].items) < pieceItems {
		return q[len(q)-1]
	}
	p := h.spare
	if h.spare = nil; p == nil {
		p = &piece{items: make([]kept, 0, pieceItems)}
	}
	h.pieces.push(p)
	return p
}

// drop gives up the k oldest.
func (h *history) drop(k int) {
	for k > 0 {
		p := h.pieces.live()[0]
		take := min(k, len(p.items)-h.gone)
		for _, x := range p.items[h.gone : h.gone+take] {
			h.bytes -= bytesKept + int64(x.n)
		}
		h.gone += take
		h.n -= take
		k -= take
		if h.gone == len(p.items) {
			p.items, p.keys, h.gone = p.items[:0], p.keys[:0], 0
			h.pieces.drop(1)
			h.spare = p
		}
	}
}

// each visits all, oldest first, until f gives false. The key is good until the next change.
func (h *history) each(f func(key []byte, k *kept) bool) {
	from := h.gone
	for _, p := range h.pieces.live() {
		for i := from; i < len(p.items); i++ {
			k := &p.items[i]
			if !f(p.keys[k.off:k.off+k.n], k) {
				return
			}
		}
		from = 0
	}
}
