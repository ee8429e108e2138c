package node

import (
	"context"
	"errors"
	"fmt"

	"stormglass/internal/depot"
	"stormglass/internal/hunt"
	"stormglass/internal/intel"
	"stormglass/internal/ledger"
	"stormglass/internal/telemetry"
)

// rulePass asks rules of the records that a data folder holds of some days.
type rulePass struct {
	view    *depot.View
	rules   *hunt.RuleSet
	days    ledger.Days
	workers int
	// sink, when set, sees what rules matched before it is gathered. It is called from several goroutines.
	sink func(b *telemetry.Batch, hits []hunt.RuleHit)
}

// gather runs the pass, and gives what was found, correlations too, as a hunt over the same records gives it. An error that is
// depot.ErrChanged asks for another view.
func (p *rulePass) gather(ctx context.Context) (_ *hunt.Outcome, err error) {
	x, err := intel.NewLoader().Index()
	if err != nil {
		return nil, err
	}
	tally := hunt.NewTally(x)
	if err := tally.Rules(p.rules, p.view.Networks()); err != nil {
		return nil, err
	}
	part := tally.Part(&telemetry.Source{Name: "the data folder", ID: telemetry.SourceID{1}})
	defer func() { err = errors.Join(err, part.Discard()) }()
	if err := p.run(ctx, x, part); err != nil {
		return nil, err
	}
	part.Commit()
	if err := tally.Finish(); err != nil {
		return nil, fmt.Errorf("correlate what rules matched: %w", err)
	}
	out := tally.Outcome(&intel.Library{}, intel.CompileWarnings(nil), p.view.Networks())
	return &out, nil
}

// run hands all rows of the days to the rules.
func (p *rulePass) run(ctx context.Context, x *intel.Index, part *hunt.Part) error {
	engine := &hunt.Engine{Index: x, Networks: p.view.Networks(), Sink: part, Rules: p.rules, RuleSink: passSink{p, part}}
	kinds := kindsOf(p.rules)
	wanted := depot.Wanted{Workers: p.workers, Hour: func(kind telemetry.Kind, day telemetry.Day, _ int) bool {
		return kinds[kind] && p.days.From <= day && day <= p.days.To
	}}
	if err := p.view.Rows(ctx, wanted, func(b *telemetry.Batch) error { return engine.Batch(ctx, b) }); err != nil || !kinds[telemetry.KindDerived] {
		return err
	}
	return p.derived(ctx, engine)
}

// derived hands what analysers emit of the days to the rules. Nothing is kept for the next time: who writes to the folder may be another.
func (p *rulePass) derived(ctx context.Context, engine *hunt.Engine) (err error) {
	d := newDeriver(p.view, extractFiles{}, p.view.Registers, analysersFor(p.rules), p.workers)
	defer func() { err = errors.Join(err, d.close()) }()
	for _, day := range daysWithRows(p.view, func(d telemetry.Day) bool { return p.days.From <= d && d <= p.days.To }) {
		if err := d.tell(ctx, day, engine.Batch); err != nil {
			return err
		}
	}
	return nil
}

// kindsOf says which kinds of record any of the rules is asked of.
func kindsOf(s *hunt.RuleSet) (kinds [telemetry.NumKinds]bool) {
	for _, r := range s.Program.Rules() {
		for _, k := range r.Kinds {
			kinds[k] = true
		}
	}
	return kinds
}

// kindsRead says which kinds of record the answers of rules rest on: of those that judge what analysers emit, what these look at.
func kindsRead(s *hunt.RuleSet) [telemetry.NumKinds]bool {
	kinds := kindsOf(s)
	if !kinds[telemetry.KindDerived] {
		return kinds
	}
	for _, a := range analysers() {
		for _, k := range a.Kinds() {
			kinds[k] = true
		}
	}
	return kinds
}

// passSink shows what rules matched to somebody, and has it gathered.
type passSink struct {
	pass *rulePass
	next hunt.RuleSink
}

// RuleHits implements hunt.RuleSink.
func (s passSink) RuleHits(b *telemetry.Batch, hits []hunt.RuleHit) {
	if s.pass.sink != nil {
		s.pass.sink(b, hits)
	}
	s.next.RuleHits(b, hits)
}
