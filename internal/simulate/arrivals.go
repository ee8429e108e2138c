package simulate

import (
	"iter"
	"math"
	"time"
)

// arrivals is a random stream of moments whose rate follows the time of day (a Poisson process,
// thinned).
type arrivals struct {
	c     *cast
	daily float64 // mean number per day
	curve func(time.Time) float64
	next  time.Time
}

// peak bounds the curves.
const peak = 2.2

// arrive makes a stream of so many moments a day on average.
func (c *cast) arrive(daily float64, curve func(time.Time) float64) *arrivals {
	a := &arrivals{c: c, daily: daily, curve: curve, next: c.cfg.Start}
	a.step()
	return a
}

func (a *arrivals) step() {
	mean := float64(day) / (a.daily * peak)
	a.next = a.next.Add(time.Duration(a.c.rng.ExpFloat64()*mean) + time.Microsecond).Truncate(time.Microsecond)
}

// in yields the moments in a slot.
func (a *arrivals) in(s *slot) iter.Seq[time.Time] {
	return func(yield func(time.Time) bool) {
		for a.next.Before(s.to) {
			t := a.next
			a.step()
			if a.c.rng.Float64()*peak < a.curve(t) && !yield(t) {
				return
			}
		}
	}
}

// ticker yields regular moments, each a little late.
type ticker struct {
	c        *cast
	every    time.Duration
	next     time.Time
	lateness time.Duration
}

// tick makes a ticker that begins at a random place of its period.
func (c *cast) tick(every, lateness time.Duration) *ticker {
	return &ticker{c: c, every: every, next: c.cfg.Start.Add(c.upTo(every)), lateness: lateness}
}

// in yields the moments in a slot. Lateness may carry one past the slot's end.
func (k *ticker) in(s *slot) iter.Seq[time.Time] {
	return func(yield func(time.Time) bool) {
		for k.next.Before(s.to) {
			t := k.next
			k.next = k.next.Add(k.every)
			if !yield(t.Add(k.c.upTo(k.lateness))) {
				return
			}
		}
	}
}

// evening is the curve of homes: quiet before dawn, most at 20:00.
func evening(t time.Time) float64 {
	return 1 + 0.75*math.Cos(2*math.Pi*(hours(t)-20)/24)
}

// office is the curve of working hours: little outside them and on weekends.
func office(t time.Time) float64 {
	if w := t.Weekday(); w == time.Saturday || w == time.Sunday {
		return 0.15
	}
	return 0.1 + 2*math.Exp(-math.Pow((hours(t)-13)/3.6, 2))
}

// flat is the curve of machines.
func flat(time.Time) float64 { return 1 }

func hours(t time.Time) float64 {
	return float64(t.Hour()) + float64(t.Minute())/60
}
