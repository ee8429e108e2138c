package hunt

import (
	"stormglass/internal/hunt/sigma/correlate"
	"stormglass/internal/hunt/sigma/rule"
	"stormglass/internal/telemetry"
)

// MatchOf gives what correlations count of a hit, with memory of its own.
func (s *RuleSet) MatchOf(b *telemetry.Batch, h *RuleHit) correlate.Match {
	m := spooledOf(b, h)
	return s.match(&m)
}

// Wanted gives the detections whose matches correlations count, each with the fields that they look at, in the order of a match's Values.
func (s *RuleSet) Wanted() map[*rule.Rule][]string {
	out := map[*rule.Rule][]string{}
	for i := range s.plans {
		if p := &s.plans[i]; p.counted {
			out[p.rule] = p.wanted
		}
	}
	return out
}

// Count hands correlations a match of a record whose source was committed elsewhere. It comes before Finish.
func (t *Tally) Count(m *correlate.Match) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.counting == nil {
		return nil
	}
	return t.counting.Add(*m)
}
