package correlate

import (
	"math"

	"stormglass/internal/hunt/sigma/rule"
	"stormglass/internal/telemetry"
)

// tally counts and adds up. Beyond what may be kept the older half is joined two by two: what is counted stays exact, its time becomes
// coarse, and it leaves the window with the earlier of the two.
type tally struct {
	es     queue[entry]
	oldest telemetry.Instant // of es; what lies before it need not be looked at, which spares a look far away in memory
	count  uint64
	sum    float64 // exact while all numbers are whole
	broken int     // entries whose number is not whole, or too large to add exactly
	joined int     // entries that stand for several
}

func (t *tally) add(n *node, e entry) {
	if t.es.len() >= n.keep {
		t.join()
	}
	t.push(e)
}

func (t *tally) push(e entry) {
	if t.es.len() == 0 {
		t.oldest = e.at
	}
	t.es.push(e)
	t.enter(&e, 1)
}

func (t *tally) enter(e *entry, sign int) {
	if e.n > 1 {
		t.joined += sign
	}
	if sign > 0 {
		t.count += uint64(e.n)
	} else {
		t.count -= uint64(e.n)
	}
	x := e.number()
	if x != math.Trunc(x) || math.Abs(x) > 1<<32 {
		t.broken += sign
		return
	}
	t.sum += float64(sign) * x
}

// join joins the older half two by two.
func (t *tally) join() {
	es := t.es.live()
	half := len(es) / 2 &^ 1
	kept := make([]entry, 0, len(es))
	for i := 0; i < half; i += 2 {
		a, b := es[i], es[i+1]
		t.enter(&a, -1)
		t.enter(&b, -1)
		if uint64(a.n)+uint64(b.n) > math.MaxUint32 {
			a.n = math.MaxUint32 // a count that no longer fits is one too low, and an estimate all the same
		} else {
			a.n += b.n
		}
		a.value = math.Float64bits(a.number() + b.number())
		t.enter(&a, 1)
		kept = append(kept, a)
	}
	t.es.reset(append(kept, es[half:]...))
}

func (t *tally) expire(from telemetry.Instant) {
	if t.es.len() == 0 || t.oldest >= from {
		return
	}
	es := t.es.live()
	k := until(es, from)
	for i := range es[:k] {
		t.enter(&es[i], -1)
	}
	t.es.drop(k)
	if t.es.len() > 0 {
		t.oldest = t.es.live()[0].at
	}
}

func (t *tally) number(n *node) float64 {
	switch {
	case t.count == 0:
		return math.NaN()
	case n.spec.Type == rule.ValueSum:
		return t.total()
	case n.spec.Type == rule.ValueAvg:
		return t.total() / float64(t.count)
	}
	return float64(t.count)
}

// total adds up again where a running sum would drift.
func (t *tally) total() float64 {
	if t.broken == 0 {
		return t.sum
	}
	sum := 0.0
	for _, e := range t.es.live() {
		sum += e.number()
	}
	return sum
}

func (t *tally) estimate() bool { return t.joined > 0 }
func (t *tally) held() int      { return t.es.len() }
func (t *tally) last() entry    { return newest(t.es.live()) }

func (t *tally) each(f func(*entry)) {
	es := t.es.live()
	for i := range es {
		f(&es[i])
	}
}
