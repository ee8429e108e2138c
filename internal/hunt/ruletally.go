package hunt

import (
	"slices"

	"stormglass/internal/hunt/sigma/correlate"
	"stormglass/internal/intel"
	"stormglass/internal/telemetry"
)

// Rules says which rules are hunted with, and which addresses are the operator's. It comes before the first part.
func (t *Tally) Rules(s *RuleSet, n Networks) error {
	t.rules, t.networks = s, n
	if !s.Correlations() {
		return nil
	}
	reported := s.Collection.Reported()
	var err error
	t.counting, _, err = correlate.New(s.Collection, correlate.DefaultLimits(), func(f correlate.Found) {
		if f.Ended && reported[f.Rule] { // the figures are final
			t.correlated(correlatedOf(s, &f, &t.members))
		}
	})
	return err
}

// RuleHits adds what rules matched in a batch. It implements RuleSink.
func (p *Part) RuleHits(b *telemetry.Batch, hits []RuleHit) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for i := range hits {
		h := &hits[i]
		if h.Counted {
			p.counted.add(spooledOf(b, h))
			p.tally.members.add(b, h)
		}
		if !h.Reported {
			continue
		}
		f := p.rules.of(key{intel.EntryID(h.Rule), h.Subject}, p.tally.limit)
		if f == nil {
			p.rules.over.records++
			p.rules.over.rules.Add(RuleDay{h.Rule, b.Head(h.Record).Occurred.Day()}, Shortfall{Unkept: 1})
			continue
		}
		d := p.count(f, b, h.Record, h.Ours)
		p.sample(d, b, h.Record, func() Sample { return ruleSample(b, h) })
	}
}

// ofRules gives the findings of rules.
func (t *Tally) ofRules() []*Finding {
	var out []*Finding
	for k, g := range t.matched.single {
		out = append(out, t.rules.Infos[k.entry].finding(k.subject, g))
		delete(t.matched.single, k)
	}
	for id, g := range t.matched.merged {
		out = append(out, t.rules.Infos[id].finding(Subject{Kind: SubjectSource, Name: "many"}, g))
	}
	return out
}

// ruleSample makes a sample of a record that a rule matched: of what the rule looks at, where the record has that in fields.
func ruleSample(b *telemetry.Batch, h *RuleHit) Sample {
	s := recordSample(b, h.Record)
	if looked := h.Looked(); s.Line == "" && len(looked) > 0 {
		if h.Keywords { // what they met may stand in any field
			looked = append(looked, s.Fields...)
		}
		s.Fields = looked
	}
	return s
}

// finding makes what was gathered for a subject a finding of the rule.
func (r *RuleInfo) finding(s Subject, g *gathered) *Finding {
	f := &Finding{ID: RuleFindingID(r.Key, s), Rule: r, Subject: s, Level: r.Level}
	for _, d := range g.days {
		d.Sensors = d.sensors
	}
	g.into(f)
	f.Part = intel.Exact
	f.Because = r.Because()
	return f
}

// Because says why the level is what it is, where the rule does not say it.
func (r *RuleInfo) Because() []string {
	if r.LevelStated {
		return nil
	}
	return []string{"the rule states no level"}
}

// into says what was gathered in a finding.
func (g *gathered) into(f *Finding) {
	f.Counted = g.counted
	f.Subjects, f.Roles, f.Part, f.Foreign = 1, g.roles, g.part, !g.ours
	if g.subjects != nil {
		f.Subjects = max(g.subjects.Estimate(), 2)
	}
	for kind := range telemetry.NumKinds {
		if g.kinds&(1<<kind) != 0 {
			f.Kinds = append(f.Kinds, kind)
		}
	}
	for _, id := range g.fields {
		f.Fields = append(f.Fields, id.String())
	}
	slices.Sort(f.Fields)
	f.sum(g.allDays())
}

// Add counts in what a rule matched of the same subject in records that f does not know of yet.
func (f *Finding) Add(more *Finding) {
	days := make(dayList, 0, len(f.Days)+len(more.Days))
	for _, list := range [][]Day{f.Days, more.Days} {
		for i := range list {
			days.absorb(dayList{&dayTally{Day: list[i], sensors: list[i].Sensors}})
		}
	}
	f.Rule, f.Level, f.Because = more.Rule, more.Level, more.Because
	f.Foreign = f.Foreign && more.Foreign
	f.Kinds = union(f.Kinds, more.Kinds)
	f.Subjects = max(f.Subjects, more.Subjects)
	sum := make([]Day, len(days))
	for i, d := range days {
		d.Sensors = d.sensors
		sum[i] = d.done()
	}
	f.sum(sum)
}
