package correlate

import (
	"math"
	"slices"

	"stormglass/internal/telemetry"
)

// sequence looks for matches in the order of the rules. Of the runs through the first k rules it keeps the one that began last, which
// stays in the window for longest: so no other need be kept.
type sequence struct {
	runs [][]entry // runs[k] has k+1 entries, or none
	same []entry   // those of the latest instant, which are in any order
}

func (s *sequence) add(n *node, e entry) {
	if s.runs == nil {
		s.runs = make([][]entry, n.slots)
	}
	if len(s.same) > 0 && s.same[0].at != e.at {
		s.same = s.same[:0]
	}
	if !slices.ContainsFunc(s.same, func(o entry) bool { return o.slot == e.slot }) {
		s.same = append(s.same, e)
	}
	for k := int(e.slot); s.extend(k, e); {
		k++
		i := slices.IndexFunc(s.same, func(o entry) bool { return int(o.slot) == k })
		if i < 0 {
			return
		}
		e = s.same[i]
	}
}

// extend puts e, of rule k, behind the run through the rules before it.
func (s *sequence) extend(k int, e entry) bool {
	switch {
	case k >= len(s.runs):
		return false
	case k == 0:
		s.runs[0] = append(s.runs[0][:0], e)
	case len(s.runs[k-1]) == 0:
		return false
	default:
		s.runs[k] = append(append(s.runs[k][:0], s.runs[k-1]...), e)
	}
	return true
}

func (s *sequence) expire(from telemetry.Instant) {
	for i, r := range s.runs {
		if len(r) > 0 && r[0].at < from {
			s.runs[i] = nil
		}
	}
	if len(s.same) > 0 && s.same[0].at < from {
		s.same = nil
	}
}

// longest is the run through most rules.
func (s *sequence) longest() []entry {
	for _, r := range slices.Backward(s.runs) {
		if len(r) > 0 {
			return r
		}
	}
	return nil
}

// number is how many rules the longest run goes through. Where not even the first rule has a match there is no run.
func (s *sequence) number(*node) float64 {
	if r := s.longest(); r != nil {
		return float64(len(r))
	}
	return math.NaN()
}

func (s *sequence) estimate() bool { return false }
func (s *sequence) last() entry    { return newest(s.longest()) }

func (s *sequence) held() int {
	n := len(s.same)
	for _, r := range s.runs {
		n += len(r)
	}
	return n
}

func (s *sequence) each(f func(*entry)) {
	r := s.longest()
	for i := range r {
		f(&r[i])
	}
}
