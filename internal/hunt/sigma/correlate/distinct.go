package correlate

import (
	"math"
	"slices"

	"stormglass/internal/telemetry"
)

// few is how many different values are looked through; beyond it an index finds them.
const few = 24

// distinct counts different values: of each it keeps the latest match. Beyond what may be kept only values are kept whose hash ends in
// level zeros, each standing for 2^level.
type distinct struct {
	es    queue[entry]
	index map[uint64]uint32 // of a value: n of its latest entry; others of it are left over
	next  uint32
	level uint8
}

func (d *distinct) add(n *node, e entry) {
	if d.skips(e.value) {
		return
	}
	d.next++
	e.n = d.next
	if d.index == nil {
		es := d.es.live()
		if i := slices.IndexFunc(es, func(o entry) bool { return o.value == e.value }); i >= 0 {
			copy(es[i:], es[i+1:])
			es[len(es)-1] = e
			return
		}
	} else {
		d.index[e.value] = e.n
	}
	d.es.push(e)
	d.settle(n)
}

func (d *distinct) skips(value uint64) bool { return value&(1<<d.level-1) != 0 }

// settle keeps to what may be held.
func (d *distinct) settle(n *node) {
	for d.held() > n.keep && d.level < 40 {
		d.level++
		d.sweep()
	}
	switch {
	case d.index == nil && d.es.len() > few:
		d.index = make(map[uint64]uint32, 2*few)
		for _, e := range d.es.live() {
			d.index[e.value] = e.n
		}
	case d.index != nil && d.es.len() > 2*len(d.index)+16:
		d.sweep()
	}
}

// sweep gives up what is left over, or not in the sample.
func (d *distinct) sweep() {
	kept := make([]entry, 0, d.es.len())
	for _, e := range d.es.live() {
		if d.newest(&e) && !d.skips(e.value) {
			kept = append(kept, e)
		} else if d.newest(&e) && d.index != nil {
			delete(d.index, e.value)
		}
	}
	d.es.reset(kept)
}

func (d *distinct) newest(e *entry) bool { return d.index == nil || d.index[e.value] == e.n }

func (d *distinct) expire(from telemetry.Instant) {
	es := d.es.live()
	k := until(es, from)
	if d.index != nil {
		for i := range es[:k] {
			if d.newest(&es[i]) {
				delete(d.index, es[i].value)
			}
		}
	}
	d.es.drop(k)
	if d.held() == 0 {
		d.index, d.level, d.next = nil, 0, 0
		d.es.reset(nil)
	}
}

func (d *distinct) number(*node) float64 { return math.Ldexp(float64(d.held()), int(d.level)) }
func (d *distinct) estimate() bool       { return d.level > 0 }

// last is never left over: a value that comes again goes to the end.
func (d *distinct) last() entry { return newest(d.es.live()) }

func (d *distinct) held() int {
	if d.index != nil {
		return len(d.index)
	}
	return d.es.len()
}

func (d *distinct) each(f func(*entry)) {
	es := d.es.live()
	for i := range es {
		if d.newest(&es[i]) {
			f(&es[i])
		}
	}
}
