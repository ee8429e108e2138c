package listen

import (
	"sync"

	"stormglass/internal/telemetry"
)

const (
	leastBlocks = 4  // that a queue may have, so that a slow taker and a reader do not wait for each other
	keepFree    = 16 // blocks kept for reuse; what a burst took beyond them goes back to the system
)

// queue holds what one socket received until it is taken. Its last block stays open: datagrams that arrive while
// nobody takes any share it, so that a thousand small ones do not hold a thousand blocks.
type queue struct {
	out  chan *Block   // unbuffered, so that what was handed over is known exactly
	wake chan struct{} // one signal: there is something to hand over, or the end
	most int           // blocks that wait or are with those who took them
	n    *counts

	mu          sync.Mutex
	first, last *memory // waiting, oldest first
	spare       *memory // free
	spares      int
	used        int           // blocks waiting or taken and not released
	bytes       int64         // of datagrams that wait
	room        chan struct{} // closed when a block comes back; nil when nobody waits for that
	ended       bool          // nothing more is put in
}

// newQueue makes a queue whose blocks take at most size bytes, and at least four blocks.
func newQueue(size int64, n *counts) *queue {
	return &queue{
		out: make(chan *Block), wake: make(chan struct{}, 1), n: n,
		most: int(max(leastBlocks, size/blockMemory)),
	}
}

// offer copies datagrams into the queue, in order, as far as there is room. When not all fitted, room is closed once
// it is worth trying again.
func (q *queue) offer(ds []telemetry.Datagram) (taken int, room <-chan struct{}) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for taken < len(ds) {
		d := &ds[taken]
		m := q.open(len(d.Data))
		if m == nil {
			if q.room == nil {
				q.room = make(chan struct{})
			}
			room = q.room
			break
		}
		m.add(d)
		q.bytes += int64(len(d.Data))
		taken++
	}
	if taken > 0 {
		q.signal()
	}
	return taken, room
}

// put is offer where what finds no room is dropped. It gives the number of those.
func (q *queue) put(ds []telemetry.Datagram) (dropped int) {
	for len(ds) > 0 {
		taken, room := q.offer(ds)
		ds = ds[taken:]
		if room != nil {
			ds = ds[1:] // the next may be small enough for what is left
			dropped++
		}
	}
	return dropped
}

// putWait is offer that waits for room until expired. It gives the number of datagrams that found none.
func (q *queue) putWait(ds []telemetry.Datagram, expired <-chan struct{}) (left int) {
	for {
		taken, room := q.offer(ds)
		ds = ds[taken:]
		if room == nil {
			return 0
		}
		select {
		case <-room:
		case <-expired:
			return len(ds)
		}
	}
}

// open gives the block that takes a datagram of this size, nil when there is no room.
func (q *queue) open(size int) *memory {
	if q.last != nil && q.last.fits(size) {
		return q.last
	}
	if q.used >= q.most {
		return nil
	}
	m := q.spare
	if m != nil {
		q.spare, m.next = m.next, nil
		q.spares--
	} else {
		m = newMemory()
	}
	q.used++
	if q.last == nil {
		q.first = m
	} else {
		q.last.next = m
	}
	q.last = m
	return m
}

func (q *queue) signal() {
	select {
	case q.wake <- struct{}{}:
	default:
	}
}

// finish says that nothing more is put in.
func (q *queue) finish() {
	q.mu.Lock()
	q.ended = true
	q.mu.Unlock()
	q.signal()
}

// pump hands over what waits, until the queue is finished and empty; what nobody has taken when expired is
// closed is left. It closes the channel.
func (q *queue) pump(expired <-chan struct{}) {
	defer close(q.out)
	for {
		m, ended := q.take()
		switch {
		case m != nil:
			q.hand(m, expired)
		case ended:
			return
		default:
			<-q.wake
		}
	}
}

func (q *queue) take() (m *memory, ended bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if m = q.first; m == nil {
		return nil, q.ended
	}
	if q.first = m.next; q.first == nil {
		q.last = nil
	}
	m.next = nil
	return m, false
}

func (q *queue) hand(m *memory, expired <-chan struct{}) {
	datagrams, bytes := uint64(len(m.datagrams)), int64(len(m.data))
	b := &Block{Datagrams: m.datagrams, home: q}
	b.memory.Store(m)
	select {
	case q.out <- b: // from here on it is the taker's
		q.n.handedOver.Add(datagrams)
	case <-expired:
		q.n.left.Add(datagrams)
		b.Release()
	}
	q.mu.Lock()
	q.bytes -= bytes
	q.mu.Unlock()
}

// free takes memory back.
func (q *queue) free(m *memory) {
	m.reset()
	q.mu.Lock()
	defer q.mu.Unlock()
	q.used--
	if q.spares < keepFree {
		m.next, q.spare = q.spare, m
		q.spares++
	}
	if q.room != nil {
		close(q.room)
		q.room = nil
	}
}

// held gives the bytes of datagrams that wait and the memory of all blocks there are.
func (q *queue) held() (waiting, memory int64) {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.bytes, int64(q.used+q.spares) * blockMemory
}
