package sigma

import (
	"sync/atomic"
	"time"
)

// RuleStats is what a rule did, over all Evaluators of a program.
type RuleStats struct {
	Candidates uint64        // records that the index could not rule out
	Evaluated  uint64        // of these, records of the rule's log source whose conditions were asked
	Matched    uint64        // of these, records that matched
	Cut        uint64        // candidates that were not asked because the rule had used up its budget: not assessed
	Unknown    uint64        // of Evaluated, records older than what registers speak of, that might have matched: not assessed
	Steps      uint64        // the work that was done; about what a rule costs beside others
	Time       time.Duration // an estimate from every 64th evaluation
}

// Stats is what a program did.
type Stats struct {
	Rules     []RuleStats // by rule number
	Arrived   []bool      // by rule number: a record of the rule's log source was seen
	Sources   []SourceStats
	Shortened uint64 // texts that were longer than the budget lets rules look at
}

// Stats gives what the program's Evaluators did in the batches they finished. It may be called at any time.
func (p *Program) Stats() Stats {
	s := Stats{Rules: make([]RuleStats, len(p.stats)), Shortened: p.texts.shortened.Load()}
	for i := range p.stats {
		c := &p.stats[i]
		s.Rules[i] = RuleStats{
			Candidates: c.candidates.Load(), Evaluated: c.evaluated.Load(), Matched: c.matched.Load(), Cut: c.cut.Load(), Unknown: c.unknown.Load(),
			Steps: c.steps.Load(), Time: time.Duration(c.nanos.Load()),
		}
	}
	s.Sources, s.Arrived = p.sources()
	return s
}

type counters struct{ candidates, evaluated, matched, cut, unknown, steps, nanos, shortened atomic.Uint64 }

// count is what one Evaluator counts of a rule in a batch, and its purse of steps.
type count struct {
	RuleStats
	touched bool
	purse   int64  // steps that the rule may still take; not set before the first record
	paid    uint64 // records that the purse was filled for, by the Evaluator's count; 0 none
}

// purseRecords is how many records' steps a rule may save up: what is dear now and then does no harm.
const purseRecords = 4096

// afford reports whether a rule has steps left at the n-th record of a kind.
func (c *count) afford(n uint64, b Budget) bool {
	most := b.Steps * purseRecords
	if c.paid == 0 {
		c.purse = most
	} else if more := n - c.paid; more > 0 {
		c.purse = min(most, c.purse+int64(min(more, purseRecords))*b.Steps)
	}
	c.paid = n
	return c.purse > 0
}

// flush adds what was counted to the program's counters.
func (c *count) flush(to *counters) {
	to.candidates.Add(c.Candidates)
	to.evaluated.Add(c.Evaluated)
	to.matched.Add(c.Matched)
	to.cut.Add(c.Cut)
	to.unknown.Add(c.Unknown)
	to.steps.Add(c.Steps)
	to.nanos.Add(uint64(c.Time))
	c.RuleStats, c.touched = RuleStats{}, false
}
