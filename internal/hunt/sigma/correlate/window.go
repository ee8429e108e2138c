package correlate

import (
	"stormglass/internal/hunt/sigma/rule"
	"stormglass/internal/telemetry"
)

// window is what a group keeps of its matches of the last timespan. Entries are added in order of time.
type window interface {
	add(n *node, e entry)
	expire(from telemetry.Instant) // gives up what is before from
	number(n *node) float64        // what is counted; NaN where nothing is
	estimate() bool
	held() int           // entries
	last() entry         // the latest that counts; zero where there is none
	each(f func(*entry)) // in order of time
	put(w *writer)
	get(r *reader, n *node)
}

func newWindow(t rule.CorrelationType) window {
	switch t {
	case rule.EventCount, rule.ValueSum, rule.ValueAvg:
		return &tally{}
	case rule.ValueCount, rule.Temporal:
		return &distinct{}
	case rule.TemporalOrdered:
		return &sequence{}
	case rule.ValuePercentile, rule.ValueMedian:
		return &ranks{}
	}
	return &tally{}
}

// queue is a list that is taken from at the front.
type queue[T any] struct {
	items []T
	head  int
}

func (q *queue[T]) live() []T { return q.items[q.head:] }
func (q *queue[T]) len() int  { return len(q.items) - q.head }
func (q *queue[T]) push(x T)  { q.items = append(q.items, x) }
func (q *queue[T]) reset(x []T) {
	q.items, q.head = x, 0
}

// drop takes k from the front and gives room back once half of it is unused.
func (q *queue[T]) drop(k int) {
	q.head += k
	if q.head*2 < len(q.items) || q.head == 0 {
		return
	}
	n := copy(q.items, q.items[q.head:])
	clear(q.items[n:])
	q.items, q.head = q.items[:n], 0
	if cap(q.items) > 4*n+8 {
		q.items = append(make([]T, 0, 2*n), q.items...)
	}
}

// newest is the last of es.
func newest(es []entry) entry {
	if len(es) == 0 {
		return entry{}
	}
	return es[len(es)-1]
}

// until counts the entries at the front that are before from.
func until(es []entry, from telemetry.Instant) int {
	k := 0
	for k < len(es) && es[k].at < from {
		k++
	}
	return k
}
