package node

import (
	"context"
	"fmt"

	"stormglass/internal/hunt"
	"stormglass/internal/store"
)

// cursorNew is the number of the last change of a finding that hunt --new has told.
const cursorNew = "hunt.new"

// HuntAll holds all intelligence in force against all that is held, and gives everything that is found.
func (k *Keeper) HuntAll(ctx context.Context) (*hunt.Result, error) {
	l, err := k.LookBackAll(ctx)
	if err != nil {
		return nil, err
	}
	return l.Result, k.withoutDismissed(ctx, l.Result)
}

// HuntNew looks up what was not looked up yet, and gives the findings that are new or say something
// else since it was last asked. Those that were dismissed are left out. Told marks them as told.
func (k *Keeper) HuntNew(ctx context.Context) (r *hunt.Result, told func(context.Context) error, err error) {
	if _, err := k.LookBackNew(ctx); err != nil {
		return nil, nil, err
	}
	if _, err := k.LookBackAdded(ctx); err != nil {
		return nil, nil, err
	}
	since, err := k.Store.Cursor(ctx, cursorNew)
	if err != nil {
		return nil, nil, err
	}
	last, err := k.Store.LastChange(ctx)
	if err != nil {
		return nil, nil, err
	}
	found, err := k.Store.Findings(ctx, store.Filter{Since: since, Status: []store.Status{store.StatusOpen, store.StatusAcknowledged}})
	if err != nil {
		return nil, nil, fmt.Errorf("read findings: %w", err)
	}
	if r, err = k.empty(ctx); err != nil {
		return nil, nil, err
	}
	all, err := k.Store.Findings(ctx, store.Filter{NoSamples: true})
	if err != nil {
		return nil, nil, fmt.Errorf("read findings: %w", err)
	}
	r.OnlyNew, r.Known = true, len(all)-len(found)
	for _, f := range found {
		r.Findings = append(r.Findings, f.Finding)
	}
	return r, func(ctx context.Context) error { return k.Store.SetCursor(ctx, cursorNew, last) }, nil
}
