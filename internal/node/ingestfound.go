package node

import (
	"context"
	"fmt"

	"stormglass/internal/hunt"
	"stormglass/internal/report"
	"stormglass/internal/store"
)

// IngestFound says what an ingest led to: findings that are new or changed, and what rules were not asked of.
type IngestFound struct {
	Findings  [hunt.Critical + 1]int // by level; without those that were dismissed
	Cut       []report.CutRule       // rules that had used up their budget
	Uncounted uint64                 // matches that correlations were not told of, because one commit held too many
	Unkept    uint64                 // findings of rules that were left out, because one commit held too many
}

// ingestMark is how things stood before an ingest.
type ingestMark struct {
	change            uint64
	uncounted, unkept uint64
	cut               map[string]uint64
}

func (k *Keeper) markIngest(ctx context.Context) (m ingestMark, err error) {
	if m.change, err = k.Store.LastChange(ctx); err != nil {
		return m, err
	}
	m.uncounted, m.unkept = k.rules.uncounted.Load(), k.rules.unkept.Load()
	m.cut = map[string]uint64{}
	if a := k.rules.edition().set.Account(); a != nil {
		for i := range a.Rules {
			m.cut[a.Rules[i].Key] = a.Rules[i].Cut
		}
	}
	return m, nil
}

// foundSince gives what came of it since.
func (k *Keeper) foundSince(ctx context.Context, m ingestMark) (*IngestFound, error) {
	out := &IngestFound{Uncounted: k.rules.uncounted.Load() - m.uncounted, Unkept: k.rules.unkept.Load() - m.unkept}
	changed, err := k.Store.Findings(ctx, store.Filter{Since: m.change, NoSamples: true, Status: []store.Status{store.StatusOpen, store.StatusAcknowledged}})
	if err != nil {
		return nil, fmt.Errorf("read findings: %w", err)
	}
	for i := range changed {
		out.Findings[min(changed[i].Level, hunt.Critical)]++
	}
	if a := k.rules.edition().set.Account(); a != nil {
		for i := range a.Rules {
			if r := &a.Rules[i]; r.Cut > m.cut[r.Key] {
				out.Cut = append(out.Cut, report.CutRule{Rule: r.RuleInfo, Records: r.Cut - m.cut[r.Key]})
			}
		}
	}
	return out, nil
}
