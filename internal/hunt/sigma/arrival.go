package sigma

import (
	"cmp"
	"math/bits"
	"slices"
	"sync/atomic"

	"stormglass/internal/hunt/sigma/pipeline"
	"stormglass/internal/telemetry"
)

// SourceStats tells whether records of a log source arrived: a rule that nothing was asked of says nothing of what happened.
type SourceStats struct {
	LogSource string // as rule.LogSource writes it
	Kind      telemetry.Kind
	Rules     int    // that look there
	Arrived   bool   // a record of it was seen
	Cut       uint64 // records of which it was not asked, because asking took too long: with them Arrived may be wrongly false
}

// arrival is one way in which records belong to a log source, until the first did.
type arrival struct {
	where expression
	any   bool // every record of the kind belongs to it
	seen  atomic.Bool
	cut   atomic.Uint64
}

// arrivalKey: rules on one route ask the same of where a record comes from, but for what only the source's own records have.
type arrivalKey struct {
	route *pipeline.Route
	own   bool
}

// arrivalOf gives the number of a plan's arrival.
func (k *kindProgram) arrivalOf(key arrivalKey, where *expression) int32 {
	n, ok := k.byRoute[key]
	if !ok {
		n = int32(len(k.arrivals))
		k.byRoute[key] = n
		k.arrivals = append(k.arrivals, &arrival{where: copied(where), any: where.op == opAnd && len(where.terms) == 0})
	}
	return n
}

// copied gives an expression that arrange may put in another order.
func copied(e *expression) expression {
	out := *e
	out.terms = make([]expression, len(e.terms))
	for i := range e.terms {
		out.terms[i] = copied(&e.terms[i])
	}
	return out
}

// arrivalNeeds adds what a record must have to belong to a log source, behind the needs of plans, from a whole word of sets on.
func (k *kindProgram) arrivalNeeds(needs []*need) []*need {
	k.planWords = (len(needs) + 63) / 64
	for len(needs) < k.planWords*64 {
		needs = append(needs, &need{})
	}
	for _, a := range k.arrivals {
		k.arrange(&a.where)
		n := &need{}
		if cost := k.costOf(&a.where); a.any {
			needs = append(needs, n)
			continue
		} else if n = nil; cost < costMost {
			n = &need{k.anchors(nil, &a.where), cost}
		}
		needs = append(needs, n)
	}
	return needs
}

// arrivals is what one Evaluator knows of the log sources of a kind.
type arrivals struct {
	seen   []uint64 // by number
	purses []count
}

func newArrivals(k *kindProgram) *arrivals {
	return &arrivals{seen: make([]uint64, (len(k.arrivals)+63)/64), purses: make([]count, len(k.arrivals))}
}

// begin takes over what other Evaluators saw, at the beginning of a batch of at least one record.
func (a *arrivals) begin(k *kindProgram) {
	for n, x := range k.arrivals {
		if x.any {
			x.seen.Store(true)
		}
		if x.seen.Load() {
			a.seen[n/64] |= 1 << (n % 64)
		}
	}
}

// record asks the log sources that did not arrive yet and that the index could not rule out.
func (a *arrivals) record(v *view, candidates []uint64, records uint64, budget Budget) {
	for w, word := range candidates {
		for word &^= a.seen[w]; word != 0; word &= word - 1 {
			n := w*64 + bits.TrailingZeros64(word)
			a.ask(v, n, records, budget)
		}
	}
}

func (a *arrivals) ask(v *view, n int, records uint64, budget Budget) {
	x, purse := v.kind.arrivals[n], &a.purses[n]
	if !purse.afford(records, budget) {
		x.cut.Add(1)
		return
	}
	before := v.steps
	if v.eval(&x.where) {
		a.seen[n/64] |= 1 << (n % 64)
		x.seen.Store(true)
	}
	purse.spend(v.steps - before)
}

// sources tells of the log sources of rules that can be asked, in the order of their names, and of each rule whether its own arrived.
func (p *Program) sources() (all []SourceStats, arrived []bool) {
	type key struct {
		name string
		kind telemetry.Kind
	}
	type once struct {
		key
		rule int32
	}
	numbers, counted := map[key]int{}, map[once]bool{}
	arrived = make([]bool, len(p.rules))
	for _, k := range p.kinds {
		if k == nil {
			continue
		}
		for i := range k.plans {
			plan := &k.plans[i]
			at := key{p.rules[plan.rule].Rule.LogSource.String(), k.kind}
			n, ok := numbers[at]
			if !ok {
				n = len(all)
				numbers[at], all = n, append(all, SourceStats{LogSource: at.name, Kind: k.kind})
			}
			a := k.arrivals[plan.arrival]
			s := &all[n]
			s.Arrived, s.Cut = s.Arrived || a.seen.Load(), max(s.Cut, a.cut.Load())
			arrived[plan.rule] = arrived[plan.rule] || a.seen.Load()
			if x := (once{at, plan.rule}); !counted[x] {
				counted[x] = true
				s.Rules++
			}
		}
	}
	slices.SortFunc(all, func(a, b SourceStats) int {
		return cmp.Or(cmp.Compare(a.LogSource, b.LogSource), cmp.Compare(a.Kind, b.Kind))
	})
	return all, arrived
}
