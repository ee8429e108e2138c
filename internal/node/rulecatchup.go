package node

import (
	"context"
	"fmt"

	"stormglass/internal/depot"
	"stormglass/internal/store"
)

// cursorRules is the entry of the manifest from which on records may have come that not all rules in force were asked of; 0: none did.
const cursorRules = "rules.behind"

// cursorCorrelated is the entry of the manifest up to which what rules matched was correlated.
const cursorCorrelated = "rules.correlated"

// Rules gives the rules of the folder.
func (k *Keeper) Rules() *RuleBook { return k.rules }

// UseRules has further paths of rules in force beside those that lie in the folder. It comes before records are taken in.
func (k *Keeper) UseRules(p RulePaths) {
	k.rules.more = p
	if k.rules.now.Load() != nil { // what an earlier run had left to do was held against those in the folder
		k.rules.look()
	}
}

func (k *Keeper) openRules() {
	k.rules = newRuleBook(k.Data, k.Depot.Registers)
	k.rules.canary = CanaryAddress(k.Depot)
	k.Depot.SetMatching(func() depot.Matching { return k.rules.matching(k.Depot.Networks()) })
}

// heldAgainst notes whether the records of an edit were held against the rules in force: an intake that began before these were loaded, or
// that an older build took in, was not.
func (k *Keeper) heldAgainst(ctx context.Context, b *depot.Brought) error {
	if !b.Rows {
		return nil
	}
	e := k.rules.edition()
	if e.version == b.Rules || e.set == nil {
		return nil
	}
	behind, err := k.Store.Cursor(ctx, cursorRules)
	if err != nil || behind != 0 && behind <= b.Entry {
		return err
	}
	if k.behind != nil {
		defer k.behind()
	}
	return k.Store.SetCursor(ctx, cursorRules, b.Entry)
}

// forgetRules forgets that rules were looked up that are not in force: they were not asked of what came now.
func (k *Keeper) forgetRules(ctx context.Context) error {
	looked, err := k.Store.LookedRules(ctx)
	if err != nil || len(looked) == 0 {
		return err
	}
	e := k.rules.edition()
	inForce := func(id store.RuleIdentity) bool { return e.byID[id] != nil }
	for id := range looked {
		if !inForce(id) {
			return k.Store.SetLookedRules(ctx, nil, 1, inForce)
		}
	}
	return nil
}

// caughtUp correlates what came with the manifest, and tells of the findings that it brought, with what correlations add to them.
func (k *Keeper) caughtUp(ctx context.Context, brought store.Saved) error {
	saved, err := k.Correlate(ctx)
	if err != nil {
		return fmt.Errorf("correlate what rules matched: %w", err)
	}
	if e := k.rules.edition(); e.set != nil {
		if err := k.noteArrived(ctx, e, e.set, nil); err != nil {
			return err
		}
	}
	brought.New, brought.Changed = brought.New+saved.New, brought.Changed+saved.Changed
	if brought.New+brought.Changed > 0 && k.changed != nil {
		k.changed(ctx, brought)
	}
	return nil
}

// freshRules are the rules in force that are to be looked up in all that is held.
func (k *Keeper) freshRules(ctx context.Context, e *edition) ([]store.RuleIdentity, error) {
	if e.set == nil {
		return nil, nil
	}
	looked, err := k.Store.LookedRules(ctx)
	if err != nil {
		return nil, err
	}
	var out []store.RuleIdentity
	for _, x := range e.set.Collection.Rules {
		if id, ok := e.ids[x]; ok {
			if _, known := looked[id]; !known {
				out = append(out, id)
			}
		}
	}
	return out, nil
}
