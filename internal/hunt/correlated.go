package hunt

import (
	"errors"
	"strings"
	"time"

	"stormglass/internal/hunt/sigma/correlate"
	"stormglass/internal/intel"
	"stormglass/internal/telemetry"
)

// correlated is an episode that a correlation found.
type correlated struct {
	rule        int
	subject     Subject
	kinds       uint16 // of the records
	records     uint64
	first, last telemetry.Instant
	samples     []Sample // the earliest
	number      float64  // what was counted
	estimate    bool
}

func correlatedOf(s *RuleSet, f *correlate.Found, texts *members) *correlated {
	c := &correlated{
		rule: s.number[f.Rule], subject: subjectOfFields(f.Fields, f.Group), records: f.Matches, first: f.Since, last: f.Last,
		number: f.Number, estimate: f.Estimate,
	}
	for _, m := range f.Members {
		c.kinds |= 1 << m.Kind
		sample, ok := texts.find(m.Source, m.Ordinal)
		if !ok {
			sample = Sample{Source: m.Source, Ordinal: m.Ordinal, Kind: m.Kind, Occurred: m.At}
		}
		c.samples = append(c.samples, sample)
	}
	return c
}

// correlated adds an episode. It comes once the sources it is of were committed.
func (t *Tally) correlated(c *correlated) {
	f := t.matched.of(key{intel.EntryID(c.rule), c.subject}, t.limit)
	if f == nil {
		t.matched.over.records += c.records
		t.matched.over.rules.Add(RuleDay{c.rule, c.first.Day()}, Shortfall{Unkept: c.records})
		return
	}
	f.ours = f.ours || c.subject.Kind != SubjectAddr || t.networks.Own(c.subject.Addr, telemetry.LocalUnknown)
	f.kinds |= c.kinds
	f.counted.add(c.number, c.estimate)
	d := f.days.day(c.first.Day())
	d.Records += c.records
	d.First, d.Last = span(d.First, d.Last, c.first, c.last)
	for i := range c.samples {
		s := &c.samples[i]
		if at, ok := d.place(s.Occurred, s.Source, s.Ordinal); ok {
			d.insert(at, *s)
		}
	}
}

// spooledOf makes a copy of what correlations count of a hit.
func spooledOf(b *telemetry.Batch, h *RuleHit) spooled {
	head := b.Head(h.Record)
	return spooled{
		Rule: h.Rule, At: head.Occurred, Doubt: int64(head.Doubt), Values: h.Values, Absent: h.Absent,
		Ref: correlate.Ref{Source: strings.Clone(b.Source.Name), Ordinal: head.Ordinal, Kind: b.Kind, At: head.Occurred, Subject: h.Subject.String()},
	}
}

// count hands the matches of a source to the correlations.
func (t *Tally) count(s *spool) error {
	return s.each(func(m *spooled) error { return t.counting.Add(t.rules.match(m)) })
}

func (s *RuleSet) match(m *spooled) correlate.Match {
	return correlate.Match{Rule: s.plans[m.Rule].rule, At: m.At, Doubt: time.Duration(m.Doubt), Values: m.Values, Absent: m.Absent, Ref: m.Ref}
}

// Finish has the correlations decide on all that was counted. It comes after the last part, before Outcome.
func (t *Tally) Finish() error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.counting == nil {
		return t.err
	}
	return errors.Join(t.err, t.counting.Finish())
}
