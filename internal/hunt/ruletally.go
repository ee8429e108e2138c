package hunt

import (
	"slices"

	"stormglass/internal/intel"
	"stormglass/internal/telemetry"
)

// RuleHit is one rule matched by one record.
type RuleHit struct {
	Record  int // in the batch
	Rule    int // its number, as Tally.Rules has it
	Subject Subject
	Ours    bool // the subject is known to be the operator's
}

// RuleSink takes what rules matched in a batch. It is called from several goroutines; the batch is gone after the call.
type RuleSink interface {
	RuleHits(b *telemetry.Batch, hits []RuleHit)
}

// Rules says which rules the numbers of hits stand for. It comes before the first hit.
func (t *Tally) Rules(rules []*RuleInfo) { t.rules = rules }

// RuleHits adds what rules matched in a batch. It implements RuleSink.
func (p *Part) RuleHits(b *telemetry.Batch, hits []RuleHit) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for i := range hits {
		h := &hits[i]
		f := p.rules.of(key{intel.EntryID(h.Rule), h.Subject}, p.tally.limit)
		if f == nil {
			p.rules.over.records++
			continue
		}
		d := p.count(f, b, h.Record, h.Ours)
		p.sample(d, b, h.Record, func() Sample { return recordSample(b, h.Record) })
	}
}

// Correlated is what a correlation found for one subject: of so many records, between two times.
type Correlated struct {
	Rule        int
	Subject     Subject
	Ours        bool
	Kinds       []telemetry.Kind // of the records
	Records     uint64
	First, Last telemetry.Instant
	Samples     []Sample // the earliest
}

// Correlated adds what a correlation found. It comes once the sources it is of were committed.
func (t *Tally) Correlated(c *Correlated) {
	t.mu.Lock()
	defer t.mu.Unlock()
	f := t.matched.of(key{intel.EntryID(c.Rule), c.Subject}, t.limit)
	if f == nil {
		t.matched.over.records += c.Records
		return
	}
	f.ours = f.ours || c.Ours
	for _, k := range c.Kinds {
		f.kinds |= 1 << k
	}
	n := telemetry.Day(0)
	if c.First.Known() {
		n = c.First.Day()
	}
	d := f.days.day(n)
	d.Records += c.Records
	d.First, d.Last = span(d.First, d.Last, c.First, c.Last)
	for i := range c.Samples {
		s := &c.Samples[i]
		if at, ok := d.place(s.Occurred, s.Source, s.Ordinal); ok {
			d.insert(at, *s)
		}
	}
}

// ofRules gives the findings of rules.
func (t *Tally) ofRules() []*Finding {
	var out []*Finding
	for k, g := range t.matched.single {
		out = append(out, t.rules[k.entry].finding(k.subject, g))
		delete(t.matched.single, k)
	}
	for id, g := range t.matched.merged {
		out = append(out, t.rules[id].finding(Subject{Kind: SubjectSource, Name: "many"}, g))
	}
	return out
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
