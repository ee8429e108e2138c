package simulate

import (
	"container/heap"
	"time"
)

// record is something to be written by the sensors: one aspect of a conversation, what a router tells of it, or a
// message.
type record struct {
	at      time.Time // when it is written
	what    aspect
	talk    *talk
	line    *line
	metered *metered
	entry   *entry
	lease   *leaseText
	part    int
	seq     uint64 // order of coming, within a part
}

type aspect uint8

const (
	aspectDNS aspect = iota
	aspectHTTP
	aspectTLS
	aspectAlert
	aspectFlow
	aspectLine
	aspectMetered
	aspectEntry // of the accounting
	aspectLease // who had an address
)

// queue puts records into the order of writing. Ties go by part and order of coming, so that a
// further part does not reorder the others.
type queue struct {
	heap recordHeap
	seq  []uint64 // by part
	end  time.Time
}

func newQueue(parts int, end time.Time) *queue { return &queue{seq: make([]uint64, parts), end: end} }

// add takes in a record. What would be written after the end is written as the sensors stop.
func (q *queue) add(part int, r record) {
	r.at = r.at.Truncate(time.Microsecond) // the clocks of the sensors
	r.part, r.seq = part, q.seq[part]
	q.seq[part]++
	if !r.at.Before(q.end) {
		r.at = q.end.Add(-time.Microsecond)
	}
	heap.Push(&q.heap, r)
}

// before takes off the first record, if it is to be written before t.
func (q *queue) before(t time.Time) (record, bool) {
	if len(q.heap) == 0 || !q.heap[0].at.Before(t) {
		return record{}, false
	}
	return heap.Pop(&q.heap).(record), true
}

type recordHeap []record

func (h recordHeap) Len() int      { return len(h) }
func (h recordHeap) Swap(i, j int) { h[i], h[j] = h[j], h[i] }
func (h recordHeap) Less(i, j int) bool {
	a, b := &h[i], &h[j]
	if !a.at.Equal(b.at) {
		return a.at.Before(b.at)
	}
	if a.part != b.part {
		return a.part < b.part
	}
	return a.seq < b.seq
}
func (h *recordHeap) Push(x any) { *h = append(*h, x.(record)) }
func (h *recordHeap) Pop() any {
	old := *h
	r := old[len(old)-1]
	old[len(old)-1] = record{}
	*h = old[:len(old)-1]
	return r
}
