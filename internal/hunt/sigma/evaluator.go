package sigma

import (
	"math/bits"
	"time"

	"stormglass/internal/telemetry"
)

// Evaluator asks a program's rules of records. It is scratch of one goroutine.
type Evaluator struct {
	program *Program
	views   [telemetry.NumKinds]*view
	sets    [telemetry.NumKinds][]uint64 // candidates among the plans of the kind
	arrived [telemetry.NumKinds]*arrivals
	records uint64
	asked   uint64
	counts  []count
	touched []int32

	missed func(rule, record int, cut bool) // when set, is told of what a rule was not asked of
	places map[placeKey][]source            // where the fields that Values was asked for may stand
}

// Evaluator makes an Evaluator.
func (p *Program) Evaluator() *Evaluator {
	return &Evaluator{program: p, counts: make([]count, len(p.rules))}
}

// Missed has somebody told, while a batch is asked, of each record that a rule was not asked of because it had used up its budget (cut), or of
// which it cannot be said because registers do not speak of its time.
func (e *Evaluator) Missed(tell func(rule, record int, cut bool)) { e.missed = tell }

// Batch asks all rules of the batch's kind, and calls found for each match: records ascending, of each record rules ascending by number,
// each at most once.
func (e *Evaluator) Batch(b *telemetry.Batch, found func(rule, record int)) {
	k := e.program.kinds[b.Kind]
	if k == nil || len(k.plans) == 0 {
		return
	}
	v := e.view(k)
	if b.Len() > 0 {
		e.arrived[k.kind].begin(k)
	}
	for i := range b.Len() {
		e.records++
		v.look(b, i)
		e.record(v, i, found)
	}
	e.flush(v)
}

func (e *Evaluator) view(k *kindProgram) *view {
	v := e.views[k.kind]
	if v == nil {
		v = newView(k, e.program.budget.Text)
		e.views[k.kind] = v
		e.sets[k.kind] = make([]uint64, k.index.words)
		e.arrived[k.kind] = newArrivals(k)
	}
	return v
}

func (e *Evaluator) record(v *view, i int, found func(rule, record int)) {
	set := e.sets[v.kind.kind]
	v.kind.index.candidates(v, set)
	e.arrived[v.kind.kind].record(v, set[v.kind.planWords:], e.records, e.program.budget)
	last := int32(-1)
	for w, word := range set[:v.kind.planWords] {
		for ; word != 0; word &= word - 1 {
			p := &v.kind.plans[w*64+bits.TrailingZeros64(word)]
			if p.rule != last && e.plan(v, p) {
				last = p.rule
				found(int(p.rule), i)
			}
		}
	}
}

// plan reports whether a candidate matches.
func (e *Evaluator) plan(v *view, p *plan) bool {
	c := &e.counts[p.rule]
	if !c.touched {
		c.touched = true
		e.touched = append(e.touched, p.rule)
	}
	c.Candidates++
	if !c.afford(e.records, e.program.budget) {
		c.Cut++
		if e.missed != nil {
			e.missed(int(p.rule), v.i, true)
		}
		return false
	}
	before, unknown := v.steps, c.Unknown
	held := e.ask(c, v, p)
	c.spend(v.steps - before)
	if c.Unknown > unknown && e.missed != nil {
		e.missed(int(p.rule), v.i, false)
	}
	return held
}

// ask has a rule asked, and the time taken now and then.
func (e *Evaluator) ask(c *count, v *view, p *plan) bool {
	if e.asked++; e.asked%timedEvery != 0 {
		return c.ask(v, p)
	}
	begun := time.Now()
	held := c.ask(v, p)
	c.Time += time.Since(begun) * timedEvery
	return held
}

// timedEvery says of how many evaluations one is timed.
const timedEvery = 64

func (c *count) ask(v *view, p *plan) bool {
	if v.before(p.since) {
		return c.judge(v, p)
	}
	if !v.eval(&p.where) {
		return false
	}
	c.Evaluated++
	if !v.eval(&p.root) {
		return false
	}
	c.Matched++
	return true
}

func (c *count) spend(steps int64) {
	c.purse -= steps
	c.Steps += uint64(steps)
}

// flush makes what was counted visible.
func (e *Evaluator) flush(v *view) {
	for _, n := range e.touched {
		e.counts[n].flush(&e.program.stats[n])
	}
	e.touched = e.touched[:0]
	if v.shortened > 0 {
		e.program.texts.shortened.Add(uint64(v.shortened))
		v.shortened = 0
	}
}
