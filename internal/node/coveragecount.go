package node

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"stormglass/internal/depot"
	"stormglass/internal/hunt"
	"stormglass/internal/hunt/coverage"
	"stormglass/internal/store"
	"stormglass/internal/telemetry"
)

// cutOff notes that a source ended before its end: what came after its last record is lost, in that hour at least.
func cutOff(c *coverage.Counter, a *telemetry.Account) {
	if a.Failed == "" {
		return
	}
	for k, n := range a.Kinds {
		if n > 0 {
			c.Lost(telemetry.Kind(k), coverage.Speaker{Sensor: a.Source.Sensor}, a.Last, a.Last, 0)
		}
	}
}

// covered gives what is counted of who sent what. What an older build took in, or a snapshot of the manifest stands for, is counted
// first, from the rows that are held of it.
func (k *Keeper) covered(ctx context.Context) (*store.Covered, error) {
	got, err := k.Store.Coverage(ctx)
	if err != nil || got.Until == 0 {
		return &got, err
	}
	counter, err := k.countAgain(ctx, got.After, got.Until)
	if err != nil {
		return nil, fmt.Errorf("count who sent what: %w", err)
	}
	if err := k.Store.CoverAgain(ctx, got.After, got.Until, counter); err != nil {
		return nil, err
	}
	got, err = k.Store.Coverage(ctx)
	return &got, err
}

// countAgain counts the rows that came after one entry of the manifest up to another.
func (k *Keeper) countAgain(ctx context.Context, after, until uint64) (c *coverage.Counter, err error) {
	const tries = 3
	for range tries {
		if c, err = k.countOnce(ctx, after, until); !errors.Is(err, depot.ErrChanged) {
			return c, err
		}
	}
	return nil, err
}

func (k *Keeper) countOnce(ctx context.Context, after, until uint64) (_ *coverage.Counter, err error) {
	view, err := depot.OpenView(ctx, k.Data, depot.WithFiles)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, view.Close()) }()
	c := &coverage.Counter{}
	wanted := depot.Wanted{Taken: func(entry uint64) bool { return after < entry && entry <= until }} // one worker: the counter is for one
	err = view.Rows(ctx, wanted, func(b *telemetry.Batch) error {
		c.Batch(b)
		return nil
	})
	return c, err
}

// surveyOf tells what could be seen, of what is counted and held.
func surveyOf(v *depot.View, c *store.Covered, q coverage.Question) *coverage.Survey {
	q.Rows, q.Cut, q.Registers, q.Now = c.Rows, c.Cut, v.Registers, v.Now
	for _, h := range append(slices.Clip(v.State.Holes), v.Damaged...) {
		if s, ok := coverage.ParseSort(h.Kind); ok { // holes of the ledger are none of rows
			q.Holes = append(q.Holes, coverage.Hole{Kind: s.Kind, From: h.From, To: h.To})
		}
	}
	return coverage.Take(&q)
}

// historyOf tells since when records of each kind are held, and what of before is gone.
func historyOf(v *depot.View) (out []hunt.History) {
	of := map[telemetry.Kind]*hunt.History{}
	at := func(k telemetry.Kind) *hunt.History {
		if of[k] == nil {
			of[k] = &hunt.History{Kind: k}
		}
		return of[k]
	}
	for _, f := range v.State.Files {
		h := at(f.Kind)
		if f.Day == 0 || !f.First.Known() {
			continue
		}
		h.Days = append(h.Days, f.Day)
		if h.From == 0 || f.First < h.From {
			h.From = f.First
		}
	}
	for _, x := range v.State.Expired {
		if s, ok := coverage.ParseSort(x.Kind); ok {
			h := at(s.Kind)
			h.Expired = max(h.Expired, x.Day)
		}
	}
	for k := range telemetry.NumKinds {
		if h := of[k]; h != nil {
			out = append(out, *h)
		}
	}
	return out
}
