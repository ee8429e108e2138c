package correlate

import (
	"math"
	"slices"

	"stormglass/internal/hunt/sigma/rule"
	"stormglass/internal/telemetry"
)

// ranks keeps numbers in order of time and of size. Beyond what may be kept it keeps every second of them, and from then on of the further
// ones every 2^level-th.
type ranks struct {
	es     queue[entry]
	sorted []float64
	level  uint8
	passed uint32
}

func (k *ranks) add(n *node, e entry) {
	if k.es.len() == 0 {
		k.level, k.passed = 0, 0
	}
	k.passed++
	if k.passed&(1<<k.level-1) != 0 {
		return
	}
	if k.es.len() >= n.keep && k.level < 30 {
		k.halve()
	}
	k.es.push(e)
	i, _ := slices.BinarySearch(k.sorted, e.number())
	k.sorted = slices.Insert(k.sorted, i, e.number())
}

func (k *ranks) halve() {
	es := k.es.live()
	kept := make([]entry, 0, len(es)/2+1)
	k.sorted = k.sorted[:0]
	for i := 1; i < len(es); i += 2 {
		kept = append(kept, es[i])
		k.sorted = append(k.sorted, es[i].number())
	}
	slices.Sort(k.sorted)
	k.es.reset(kept)
	k.level++
}

func (k *ranks) expire(from telemetry.Instant) {
	es := k.es.live()
	c := until(es, from)
	for i := range es[:c] {
		at, _ := slices.BinarySearch(k.sorted, es[i].number())
		k.sorted = slices.Delete(k.sorted, at, at+1)
	}
	k.es.drop(c)
}

func (k *ranks) number(n *node) float64 {
	if n.spec.Type == rule.ValueMedian {
		return median(k.sorted)
	}
	return percentile(k.sorted, n.spec.Percentile)
}

// percentile is by nearest rank.
func percentile(sorted []float64, p float64) float64 {
	if len(sorted) == 0 {
		return math.NaN()
	}
	at := int(math.Ceil(p*float64(len(sorted))/100)) - 1
	return sorted[min(max(at, 0), len(sorted)-1)]
}

func median(sorted []float64) float64 {
	n := len(sorted)
	if n == 0 {
		return math.NaN()
	}
	if n%2 == 1 {
		return sorted[n/2]
	}
	return sorted[n/2-1]/2 + sorted[n/2]/2
}

func (k *ranks) estimate() bool { return k.level > 0 }
func (k *ranks) held() int      { return k.es.len() }
func (k *ranks) last() entry    { return newest(k.es.live()) }

func (k *ranks) each(f func(*entry)) {
	es := k.es.live()
	for i := range es {
		f(&es[i])
	}
}
