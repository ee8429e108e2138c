package node

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"net/netip"
	"slices"
	"sync"

	"stormglass/internal/hunt"
	"stormglass/internal/intel"
	"stormglass/internal/register"
	"stormglass/internal/telemetry"
)

// RuleTrial asks rules of telemetry and keeps nothing: to test, measure and replay them.
type RuleTrial struct {
	Rules     *hunt.RuleSet
	Registers *register.Registers // nil: none
	Own       []netip.Prefix      // the operator's, empty when not stated
	Telemetry []string
	Stdin     io.Reader
	Workers   int // goroutines that decode and match; 0 is one a core
	Most      int // matches of each rule that are kept; 0: none
	Progress  func(done int64)
}

// RuleTrialled is what a trial gave.
type RuleTrialled struct {
	hunt.Outcome
	Accounts []*telemetry.Account
	Matches  [][]RuleMatched // by number of the rule, at most Most of each: the first ones, by source and ordinal
}

// RuleMatched is one record that a rule matched.
type RuleMatched struct {
	hunt.Sample
	Whom hunt.Subject

	source int // its place among the sources
}

// Run reads the telemetry.
func (t *RuleTrial) Run(ctx context.Context) (*RuleTrialled, error) {
	l := intel.NewLoader()
	x, err := l.Index()
	if err != nil {
		return nil, err
	}
	h := Hunt{Own: t.Own}
	networks := h.networks(t.Registers)
	tally := hunt.NewTally(x)
	if err := tally.Rules(t.Rules, networks); err != nil {
		return nil, err
	}
	out := &RuleTrialled{Matches: make([][]RuleMatched, len(t.Rules.Infos))}
	if err := t.read(ctx, &hunt.Engine{Index: x, Networks: networks, Rules: t.Rules}, tally, out); err != nil {
		return nil, fmt.Errorf("read telemetry: %w", err)
	}
	if err := tally.Finish(); err != nil {
		return nil, fmt.Errorf("correlate what rules matched: %w", err)
	}
	out.Outcome = tally.Outcome(&l.Library, intel.CompileWarnings(nil), networks)
	return out, nil
}

func (t *RuleTrial) read(ctx context.Context, like *hunt.Engine, tally *hunt.Tally, out *RuleTrialled) (err error) {
	p := pass{Paths: t.Telemetry, Stdin: t.Stdin, Workers: t.Workers, Progress: t.Progress, Like: like, Tally: tally}
	sources := 0
	p.Watch = func(part *hunt.Part) hunt.RuleSink {
		sources++
		return &matchWatch{next: part, most: t.Most, source: sources - 1, found: map[int][]RuleMatched{}}
	}
	p.Counted = func(sink hunt.RuleSink) {
		if w, ok := sink.(*matchWatch); ok {
			w.into(out.Matches)
		}
	}
	out.Accounts, err = p.run(ctx)
	return err
}

// matchWatch keeps the first matches of each rule in a source, and hands all on.
type matchWatch struct {
	next         hunt.RuleSink
	most, source int
	mu           sync.Mutex
	found        map[int][]RuleMatched
}

// RuleHits implements hunt.RuleSink.
func (w *matchWatch) RuleHits(b *telemetry.Batch, hits []hunt.RuleHit) {
	w.next.RuleHits(b, hits)
	if w.most == 0 {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	for i := range hits {
		h := &hits[i]
		some := w.found[h.Rule]
		if len(some) >= 2*w.most {
			some = earliest(some, w.most)
		}
		w.found[h.Rule] = append(some, RuleMatched{hunt.SampleOfRule(b, h), h.Subject, w.source})
	}
}

// into adds what was found to the matches of earlier sources.
func (w *matchWatch) into(all [][]RuleMatched) {
	for n, some := range w.found {
		all[n] = earliest(append(all[n], some...), w.most)
	}
}

func earliest(some []RuleMatched, most int) []RuleMatched {
	slices.SortFunc(some, func(a, b RuleMatched) int {
		return cmp.Or(cmp.Compare(a.source, b.source), cmp.Compare(a.Ordinal, b.Ordinal), cmp.Compare(a.Kind, b.Kind))
	})
	return some[:min(len(some), most)]
}
