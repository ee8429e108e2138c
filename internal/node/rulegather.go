package node

import (
	"context"
	"net/netip"
	"slices"
	"sync"

	"stormglass/internal/hunt"
	"stormglass/internal/hunt/sigma/rule"
	"stormglass/internal/intel"
	"stormglass/internal/store"
	"stormglass/internal/telemetry"
)

// ruleGather holds batches against rules and gathers what they match: findings, and apart from them the matches that correlations count.
type ruleGather struct {
	set    *hunt.RuleSet
	ids    map[*rule.Rule]store.RuleIdentity
	engine *hunt.Engine
	tally  *hunt.Tally
	part   *hunt.Part
	net    hunt.Networks
	told   func(hits []hunt.RuleHit) // when set, is told of hits
	canary netip.Addr                // flows of which no rule is told of; the zero value: there is none

	mu      sync.Mutex
	counted []store.Counted
	bytes   int
	lost    uint64 // matches that were not kept for correlations
	short   hunt.Shortfalls

	unbounded bool // it goes into no manifest entry: a larger bound holds
}

// Bounds of what is gathered of one intake.
const (
	maxCountedBytes  = 16 << 20
	maxGatheredBytes = 16 << 20
)

func newRuleGather(e *edition, set *hunt.RuleSet, n hunt.Networks) (*ruleGather, error) {
	x, err := intel.NewLoader().Index()
	if err != nil {
		return nil, err
	}
	g := &ruleGather{set: set, ids: e.ids, tally: hunt.NewTally(x), net: n, short: hunt.Shortfalls{}}
	if err := g.tally.Rules(set, n); err != nil {
		return nil, err
	}
	g.part = g.tally.Part(&telemetry.Source{Name: "an intake", ID: telemetry.SourceID{1}})
	g.engine = &hunt.Engine{Index: x, Networks: n, Sink: g.part, Rules: set, RuleSink: g, Short: g}
	return g, nil
}

// Batch holds a batch against the rules.
func (g *ruleGather) Batch(ctx context.Context, b *telemetry.Batch) error {
	return g.engine.Batch(ctx, b)
}

// RuleHits implements hunt.RuleSink: what correlations count goes its own way.
func (g *ruleGather) RuleHits(b *telemetry.Batch, hits []hunt.RuleHit) {
	hits = withoutCanary(g.canary, b, hits)
	if g.told != nil {
		g.told(hits)
	}
	for i := range hits {
		if hits[i].Counted {
			g.count(b, &hits[i])
			hits[i].Counted = false // not by the tally, which knows of this intake alone
		}
	}
	g.part.RuleHits(b, hits)
}

// count keeps a match for correlations. One without a time is in no window.
func (g *ruleGather) count(b *telemetry.Batch, h *hunt.RuleHit) {
	if !b.Head(h.Record).Occurred.Known() {
		return
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.bytes > g.bound() {
		g.lost++
		g.short.Add(hunt.RuleDay{Rule: h.Rule, Day: b.Head(h.Record).Occurred.Day()}, hunt.Shortfall{Uncounted: 1})
		return
	}
	m := g.set.MatchOf(b, h)
	g.bytes += 130 + len(m.Ref.Source) + len(m.Ref.Subject)
	for _, v := range m.Values {
		g.bytes += 4 + len(v)
	}
	g.counted = append(g.counted, store.Counted{
		Rule: g.ids[m.Rule], At: m.At, Doubt: m.Doubt, Values: m.Values, Absent: m.Absent,
		Source: m.Ref.Source, Ordinal: m.Ref.Ordinal, Kind: m.Ref.Kind, Subject: m.Ref.Subject,
	})
}

// RulesShort implements hunt.ShortSink.
func (g *ruleGather) RulesShort(s hunt.Shortfalls) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.short.Take(s)
}

// shorts gives what rules were not asked of, and what of their matches was not kept. It comes after findings.
func (g *ruleGather) shorts() (out []store.Short) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.short.Take(g.tally.Unkept())
	rules := g.set.Program.Rules()
	for at, x := range g.short {
		if at.Rule < len(rules) {
			out = append(out, store.Short{Rule: g.ids[rules[at.Rule].Rule], Day: at.Day, Shortfall: x})
		}
	}
	slices.SortFunc(out, store.CompareShort)
	return out
}

// givenUp gives what correlations gave up, of each. It comes after findings.
func (g *ruleGather) givenUp() map[store.RuleIdentity]hunt.Shortfall {
	out := map[store.RuleIdentity]hunt.Shortfall{}
	account := g.tally.Account()
	for _, r := range g.set.Collection.Rules {
		if x := account.Of(r.Key()); x != nil && (x.Correlation || x.Aggregates) {
			lost := hunt.Shortfall{Unkept: x.Unkept}
			if x.Matches != nil {
				lost.Evicted = x.Matches.Evicted
			}
			out[g.ids[r]] = lost
		}
	}
	return out
}

// bound is how many bytes of matches are gathered.
func (g *ruleGather) bound() int {
	if g.unbounded {
		return 16 * maxCountedBytes
	}
	return maxCountedBytes
}

// findings gives what was gathered, which ends it.
func (g *ruleGather) findings() ([]*hunt.Finding, error) {
	g.part.Commit()
	if err := g.tally.Finish(); err != nil {
		return nil, err
	}
	return g.tally.Outcome(&intel.Library{}, intel.CompileWarnings(nil), g.net).Findings, nil
}
