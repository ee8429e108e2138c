package netflow

import (
	"bytes"

	"stormglass/internal/telemetry"
)

// waiting holds data sets that came before their template.
type waiting struct {
	queue []*heldSet             // in the order in which they came; some were taken out since
	of    map[heldKey][]*heldSet // by the template for which they wait, in the same order
	sets  int
	bytes int
}

type heldKey struct {
	domain domainKey
	id     uint16
}

// heldSet is a data set with what its packet said.
type heldSet struct {
	from  message
	id    uint16
	data  []byte
	taken bool
}

func (h *heldSet) key() heldKey { return heldKey{h.from.key(), h.id} }

// heldCost is the memory of a set besides its bytes.
const heldCost = 192

func (h *heldSet) cost() int { return heldCost + len(h.data) }

// hold keeps a data set until its template comes. The oldest give way; what finds no room at all is given up.
func (x *exporter) hold(m *message, id uint16, data []byte) (givenUp []*heldSet) {
	set := &heldSet{from: *m, id: id, data: data}
	l := &x.store.limits
	fits := func() bool {
		return x.waiting.bytes+set.cost() <= l.HeldBytes && reserve(&x.store.held, int64(set.cost()), l.HeldTotal)
	}
	for !fits() {
		if x.waiting.sets == 0 {
			return append(givenUp, set)
		}
		givenUp = append(givenUp, x.oldest())
	}
	set.data = bytes.Clone(data)
	w := &x.waiting
	if w.of == nil {
		w.of = map[heldKey][]*heldSet{}
	}
	w.queue = append(w.queue, set)
	w.of[set.key()] = append(w.of[set.key()], set)
	w.sets++
	w.bytes += set.cost()
	return givenUp
}

// oldest takes out the set that waited longest. There is one.
func (x *exporter) oldest() *heldSet {
	w := &x.waiting
	for w.queue[0].taken {
		w.queue = w.queue[1:]
	}
	set := w.queue[0]
	w.queue[0], w.queue = nil, w.queue[1:]
	key := set.key()
	if w.of[key] = w.of[key][1:]; len(w.of[key]) == 0 {
		delete(w.of, key)
	}
	x.takeOut(set)
	return set
}

func (x *exporter) takeOut(set *heldSet) {
	set.taken = true
	x.waiting.sets--
	x.waiting.bytes -= set.cost()
	x.store.held.Add(-int64(set.cost()))
	if x.waiting.sets == 0 {
		x.waiting = waiting{}
	}
}

// expire gives up what waited too long.
func (x *exporter) expire(now telemetry.Instant) (givenUp []*heldSet) {
	since := now - telemetry.Instant(x.store.limits.HeldFor)
	for x.waiting.sets > 0 {
		w := &x.waiting
		for w.queue[0].taken {
			w.queue = w.queue[1:]
		}
		if w.queue[0].from.now() >= since {
			break
		}
		givenUp = append(givenUp, x.oldest())
	}
	return givenUp
}

// release takes out the sets that a new template can read, in the order in which they came.
func (x *exporter) release(key domainKey, id uint16) []*heldSet {
	want := heldKey{key, id}
	ready := x.waiting.of[want]
	delete(x.waiting.of, want)
	for _, set := range ready {
		x.takeOut(set)
	}
	if w := &x.waiting; len(w.queue) > 64 && len(w.queue) > 2*w.sets {
		kept := make([]*heldSet, 0, w.sets)
		for _, set := range w.queue {
			if !set.taken {
				kept = append(kept, set)
			}
		}
		w.queue = kept
	}
	return ready
}
