package node

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"stormglass/internal/hunt"
	"stormglass/internal/store"
)

// cursorNew is the number of the last change of a finding that hunt --new has told.
const cursorNew = "hunt.new"

// HuntAll holds all intelligence in force against all that is held, and gives everything that is found.
func (k *Keeper) HuntAll(ctx context.Context) (*hunt.Result, error) {
	if _, err := k.LookUpRules(ctx); err != nil {
		return nil, err
	}
	l, err := k.LookBackAll(ctx)
	if k.rulesAlone(err) {
		l = &Looked{}
		l.Result, err = k.empty(ctx)
	}
	if err != nil {
		return nil, err
	}
	if err := k.addRules(ctx, l.Result); err != nil {
		return nil, err
	}
	if err := k.addVerdictsInForce(ctx, l.Result); err != nil {
		return nil, err
	}
	if err := k.withoutDismissed(ctx, l.Result); err != nil {
		return nil, err
	}
	registers := k.Depot.Registers()
	return l.Result, addTogether(l.Result, worldOf(registers, hunt.NewNetworks(registers.Networks.Prefixes())))
}

// addRules adds what the rules in force have found, and their account.
func (k *Keeper) addRules(ctx context.Context, r *hunt.Result) error {
	return k.addFound(ctx, r, k.rules.edition())
}

func (k *Keeper) addFound(ctx context.Context, r *hunt.Result, e *edition) error {
	if e.set == nil {
		return nil
	}
	r.Rules = e.set.Account()
	stored, err := k.Store.Findings(ctx, store.Filter{})
	if err != nil {
		return fmt.Errorf("read findings: %w", err)
	}
	for _, f := range stored {
		if f.Rule != nil && e.keys[f.Rule.Key] != nil {
			r.Findings = append(r.Findings, f.Finding)
		}
	}
	slices.SortFunc(r.Findings, hunt.ByWeight)
	return nil
}

// HuntNew looks up what was not looked up yet, and gives the findings that are new or say something
// else since it was last asked. Those that were dismissed are left out. Told marks them as told.
func (k *Keeper) HuntNew(ctx context.Context) (r *hunt.Result, told func(context.Context) error, err error) {
	if _, err := k.LookUpRules(ctx); err != nil {
		return nil, nil, err
	}
	if _, err := k.LookBackNew(ctx); err != nil && !k.rulesAlone(err) {
		return nil, nil, err
	}
	if _, err := k.LookBackAdded(ctx); err != nil && !k.rulesAlone(err) {
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
	if e := k.rules.edition(); e.set != nil {
		r.Rules = e.set.Account()
	}
	r.OnlyNew, r.Known = true, len(all)-len(found)
	for _, f := range found {
		r.Findings = append(r.Findings, f.Finding)
	}
	if err := k.addVerdictsInForce(ctx, r); err != nil {
		return nil, nil, err
	}
	return r, func(ctx context.Context) error { return k.Store.SetCursor(ctx, cursorNew, last) }, nil
}

// rulesAlone reports whether an error only says that there is no intelligence, where there are rules.
func (k *Keeper) rulesAlone(err error) bool {
	return errors.Is(err, ErrNothingToHunt) && k.rules.edition().set != nil
}
