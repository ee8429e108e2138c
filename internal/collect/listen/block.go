package listen

import (
	"sync/atomic"

	"stormglass/internal/telemetry"
)

// What fits into one block: at most so many datagrams and so many bytes of them. The longest datagram is a quarter of it.
const (
	blockBytes     = 256 << 10
	blockDatagrams = 512
	datagramMemory = 64 // what one telemetry.Datagram takes; a test compares
	blockMemory    = blockBytes + blockDatagrams*datagramMemory
)

// Block is datagrams (or the messages of streams) that one socket received together, in order. Its memory is the
// listener's: Release gives it back.
type Block struct {
	Datagrams []telemetry.Datagram

	memory atomic.Pointer[memory]
	home   *queue
}

// Release gives the block's memory back; nothing that points into it may be used afterwards. A second call does nothing.
func (b *Block) Release() {
	if m := b.memory.Swap(nil); m != nil {
		b.Datagrams = nil
		b.home.free(m)
	}
}

// memory is what a block is made of. It is used again and again; a Block is not, so that a stale pointer to
// one cannot give away memory that belongs to another by now.
type memory struct {
	data      []byte // its length is what is used of it
	datagrams []telemetry.Datagram
	next      *memory // in the queue, or among the free
}

func newMemory() *memory {
	return &memory{data: make([]byte, 0, blockBytes), datagrams: make([]telemetry.Datagram, 0, blockDatagrams)}
}

func (m *memory) fits(size int) bool {
	return len(m.datagrams) < blockDatagrams && len(m.data)+size <= blockBytes
}

// add copies a datagram that fits.
func (m *memory) add(d *telemetry.Datagram) {
	at := len(m.data)
	m.data = append(m.data, d.Data...)
	end := len(m.data)
	m.datagrams = append(m.datagrams, telemetry.Datagram{From: d.From, At: d.At, Data: m.data[at:end:end]})
}

func (m *memory) reset() {
	m.data, m.datagrams, m.next = m.data[:0], m.datagrams[:0], nil
}
