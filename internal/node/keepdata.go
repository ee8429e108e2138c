package node

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"stormglass/internal/collect"
	"stormglass/internal/depot"
	"stormglass/internal/fault"
	"stormglass/internal/observable"
	"stormglass/internal/store"
)

// Kept says what an ingest into a data folder did, with what followed.
type Kept struct {
	*Ingested
	Upkeep *depot.Maintained
	Looked *Looked
	Rules  *RulesLooked // nil when it did not come to that
	Found  *IngestFound // nil when it did not come to that
}

// Ingest takes telemetry in, looks for the intelligence in force in what is new, and does the upkeep.
// Beside an error, what was committed before it is told.
func (k *Keeper) Ingest(ctx context.Context, g *Ingest) (*Kept, error) {
	out := &Kept{}
	before, err := k.markIngest(ctx)
	if err != nil {
		return out, err
	}
	out.Ingested, err = k.take(ctx, g)
	if err == nil {
		out.Looked, err = k.LookBackAdded(ctx)
	}
	if err == nil {
		out.Rules, err = k.LookUpRules(ctx)
	}
	if err == nil {
		if out.Upkeep, err = k.Depot.Maintain(ctx); err != nil {
			err = fmt.Errorf("upkeep: %w", err)
		}
	}
	if err == nil {
		out.Found, err = k.foundSince(ctx, before)
	}
	return out, err
}

// take takes telemetry in, and has the store know of it.
func (k *Keeper) take(ctx context.Context, g *Ingest) (*Ingested, error) {
	g.caughtUp = k.catchUp
	out, err := g.Run(ctx, k.Depot)
	if k.took != nil && out != nil {
		k.took(out)
	}
	if err == nil {
		err = k.catchUp(ctx)
	}
	return out, err
}

// Purged says what a purge removed, and from where it must still be removed by hand.
type Purged struct {
	depot.Purged
	Store store.Purged
	Intel []string // names of files of intelligence in which the value stands
}

// Purge removes a value from everything that is kept. While a case holds it, that is a conflict.
func (k *Keeper) Purge(ctx context.Context, v observable.Value, reason string) (*Purged, error) {
	who := whoIs(ctx)
	digest := k.Depot.Key.Token(v.Kind(), v.String())
	if err := k.Purgeable(ctx, v); err != nil {
		return nil, err
	}
	if err := k.catchUp(ctx); err != nil { // a purge takes the edits away: what they brought is to be in the database by then
		return nil, err
	}
	n, err := k.Store.BeginPurge(ctx, store.Purge{Kind: v.Kind(), Digest: digest[:], Who: who, Why: reason})
	if err != nil {
		return nil, err
	}
	out := &Purged{}
	if out.Store, err = k.Store.PurgeValue(ctx, v); err != nil {
		return nil, err
	}
	p, err := k.Depot.Purge(ctx, v, who, reason)
	if p != nil {
		out.Purged = *p
	}
	if err != nil {
		return out, err
	}
	if err := k.extracts.removeAll(); err != nil { // they are made again from what is left
		return out, err
	}
	if out.Intel, err = k.intelWith(ctx, v); err != nil {
		return out, err
	}
	return out, k.Store.FinishPurge(ctx, n)
}

// intelWith names the files of intelligence that state a value: they are what somebody gave, and are
// removed whole.
func (k *Keeper) intelWith(ctx context.Context, v observable.Value) ([]string, error) {
	files, err := k.Store.Intel(ctx, false)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, f := range files {
		in := false
		err := (&collect.Files{}).Each(ctx, []string{k.intelPath(f.ID)}, func(m *collect.Member) error {
			var err error
			in, err = holds(m, v.String())
			return err
		})
		if err != nil {
			return nil, fmt.Errorf("look through %s: %w", f.Name, err)
		}
		if in {
			names = append(names, f.Name)
		}
	}
	return names, nil
}

// Hold exempts a case from retention and purge: the days on which its values were met, or the days
// stated.
func (k *Keeper) Hold(ctx context.Context, h store.Hold) error {
	h.Who = whoIs(ctx)
	if len(h.Values) == 0 && h.First == 0 && h.Last == 0 {
		return fault.Hint(fault.Invalid, errors.New("a hold of everything is no hold"), "name values, or --since and --until")
	}
	if strings.TrimSpace(h.Reason) == "" {
		return fault.Wrap(fault.Invalid, errors.New("a hold needs a --reason"))
	}
	return k.Store.AddHold(ctx, h)
}
