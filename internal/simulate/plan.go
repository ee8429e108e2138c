package simulate

import (
	"slices"
	"time"
)

// plan is a part that is a list of acts, each played at its moment.
type plan struct {
	*cast
	acts []act
}

type act struct {
	at time.Time
	do func(s *slot, at time.Time)
}

func newPlan(c *cast) *plan { return &plan{cast: c} }

// at adds an act.
func (p *plan) at(t time.Time, do func(s *slot, at time.Time)) {
	n, _ := slices.BinarySearchFunc(p.acts, t, func(a act, t time.Time) int {
		if a.at.After(t) { // those of one moment in the order in which they were added
			return 1
		}
		return -1
	})
	p.acts = slices.Insert(p.acts, n, act{t.Truncate(time.Microsecond), do})
}

// every adds an act n times, step apart, each by up to late later.
func (p *plan) every(first time.Time, n int, step, late time.Duration, do func(s *slot, at time.Time)) {
	for i := range n {
		p.at(first.Add(time.Duration(i)*step+p.upTo(late)), do)
	}
}

// daily adds an act on each day of the run that a test takes.
func (p *plan) daily(of time.Duration, takes func(time.Time) bool, do func(s *slot, at time.Time)) {
	for n := 0; p.midnight(n).Before(p.cfg.end()); n++ {
		if t := p.midnight(n); takes == nil || takes(t) {
			p.at(t.Add(of), do)
		}
	}
}

func (p *plan) play(s *slot) {
	n := 0
	for ; n < len(p.acts) && p.acts[n].at.Before(s.to); n++ {
		if a := p.acts[n]; !a.at.Before(s.from) {
			a.do(s, a.at)
		}
	}
	p.acts = p.acts[n:]
}
