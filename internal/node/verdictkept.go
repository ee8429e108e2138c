package node

import (
	"context"
	"errors"

	"stormglass/internal/depot"
	"stormglass/internal/hunt"
	"stormglass/internal/hunt/coverage"
	"stormglass/internal/hunt/sigma/rule"
	"stormglass/internal/store"
	"stormglass/internal/telemetry"
)

// noteAssessed notes of which days rules were asked of all records that there are, as they were looked up in the past.
func (k *Keeper) noteAssessed(ctx context.Context, e *edition, rules []store.RuleIdentity, l *RulesLooked) error {
	err := k.Store.SetAssessed(ctx, rules, l.whole(), func(id store.RuleIdentity) bool { return e.byID[id] != nil })
	k.rules.arrived.Range(func(id, _ any) bool { // the store forgot these; they may come into force again
		if id, ok := id.(store.RuleIdentity); ok && e.byID[id] == nil {
			k.rules.arrived.Delete(id)
		}
		return true
	})
	return err
}

// whole gives the days of whose records all were there.
func (l *RulesLooked) whole() (out []telemetry.Day) {
	partly := coverage.NewDays(l.Partly...)
	for _, d := range l.Days {
		if !partly.Has(d) {
			out = append(out, d)
		}
	}
	return out
}

// noteArrived notes of which log sources records came, as a set of rules has met them since it was loaded. What came with a commit is noted
// with it (ruleMatching.arrived).
func (k *Keeper) noteArrived(ctx context.Context, e *edition, set *hunt.RuleSet, l *RulesLooked) error {
	var fresh []store.RuleIdentity
	inForce := k.rules.edition() == e
	arrived := set.Program.Stats().Arrived
	for n, c := range set.Program.Rules() {
		if !arrived[n] {
			continue
		}
		if l != nil {
			if l.arrived == nil {
				l.arrived = map[string]bool{}
			}
			l.arrived[c.Rule.Key()] = true
		}
		if _, known := k.rules.arrived.LoadOrStore(e.ids[c.Rule], true); !known && inForce {
			fresh = append(fresh, e.ids[c.Rule])
		}
	}
	if len(fresh) == 0 {
		return nil
	}
	return k.Store.SetArrived(ctx, fresh)
}

// evaluated says what rules that are not in force were asked of just now.
func (l *RulesLooked) evaluated(e *edition) map[string]*hunt.RuleEvaluated {
	out := map[string]*hunt.RuleEvaluated{}
	days := coverage.NewDays(l.whole()...)
	for x := range e.ids {
		out[x.Key()] = &hunt.RuleEvaluated{Days: days, Arrived: l.arrived[x.Key()], Short: l.short[x.Key()]}
	}
	return out
}

// addVerdictsInForce adds to a result what its verdicts rest on, where rules are in force.
func (k *Keeper) addVerdictsInForce(ctx context.Context, r *hunt.Result) error {
	e := k.rules.edition()
	return k.addVerdicts(ctx, r, e, func(c *store.Covered) (map[string]*hunt.RuleEvaluated, error) { return k.evaluated(ctx, e, c) })
}

// addVerdicts adds to a result what its verdicts rest on: who could be heard, what rules were asked of, what is held.
func (k *Keeper) addVerdicts(ctx context.Context, r *hunt.Result, e *edition, evaluated func(*store.Covered) (map[string]*hunt.RuleEvaluated, error)) (err error) {
	if e.set == nil {
		return nil
	}
	covered, err := k.covered(ctx)
	if err != nil {
		return err
	}
	view, err := depot.OpenView(ctx, k.Data, depot.WithFiles)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, view.Close()) }()
	r.Coverage, r.History = surveyOf(view, covered, coverage.Question{Sorts: r.Rules.NeededSorts()}), historyOf(view)
	if err := addCampaigns(r); err != nil {
		return err
	}
	if r.Evaluated, err = evaluated(covered); err != nil {
		return err
	}
	r.Rules.Recall(r.Evaluated)
	return nil
}

// evaluated says what the rules in force were asked of.
func (k *Keeper) evaluated(ctx context.Context, e *edition, covered *store.Covered) (map[string]*hunt.RuleEvaluated, error) {
	behind, err := k.Store.Cursor(ctx, cursorRules)
	if err != nil {
		return nil, err
	}
	known, err := k.Store.RulesAssessed(ctx)
	if err != nil {
		return nil, err
	}
	return evaluatedOf(e.ids, known, behind, broughtBy(covered.Rows)), nil
}

// brought says with which entries of the manifest the first and the last records of a day came.
type brought map[telemetry.Day]struct{ first, last uint64 }

func broughtBy(rows []*coverage.Row) brought {
	out := brought{}
	for _, r := range rows {
		d, ok := out[r.Day]
		if !ok || r.First < d.first {
			d.first = r.First
		}
		d.last = max(d.last, r.Last)
		out[r.Day] = d
	}
	return out
}

// evaluatedOf says of which days rules were asked of all records: of those whose first record came after the rule was looked up in the past,
// since all later ones were held against it as they came, and of those of which it was then asked. Of what came from the entry behind on, if
// that is not 0, no rule is known to have been asked.
func evaluatedOf(ids map[*rule.Rule]store.RuleIdentity, known map[store.RuleIdentity]*store.RuleAssessed, behind uint64, days brought) map[string]*hunt.RuleEvaluated {
	out := map[string]*hunt.RuleEvaluated{}
	for x, id := range ids {
		a := known[id]
		if a == nil {
			a = &store.RuleAssessed{}
		}
		looked := a.Looked
		if looked == 1 && len(a.Days) == 0 { // before there was anything
			looked = 0
		}
		e := &hunt.RuleEvaluated{Days: coverage.NewDays(), Arrived: a.Arrived, Short: a.Short}
		past := coverage.NewDays(a.Days...)
		for day, by := range days {
			if a.Looked != 0 && (by.first > looked || past.Has(day)) && (behind == 0 || by.last < behind) {
				e.Days.Add(day)
			}
		}
		out[x.Key()] = e
	}
	return out
}
