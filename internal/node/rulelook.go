package node

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"stormglass/internal/depot"
	"stormglass/internal/fault"
	"stormglass/internal/hunt"
	"stormglass/internal/hunt/sigma/rule"
	"stormglass/internal/observable"
	"stormglass/internal/store"
	"stormglass/internal/telemetry"
)

// turnTaker does something while nobody else changes the folder.
type turnTaker func(func() error) error

// alone is for who has the folder alone.
func alone(do func() error) error { return do() }

// RulesLooked says what looking rules up in the past did.
type RulesLooked struct {
	Rules  int             // how many were looked up
	Days   []telemetry.Day // whose records they were asked of
	Partly []telemetry.Day // of these, some of whose records are gone or damaged
	Saved  store.Saved

	arrived map[string]bool                             // rules of whose log source records are held, by key
	short   map[string]map[telemetry.Day]hunt.Shortfall // by key: what they were not asked of, and what of their matches was not kept
}

// LookUpRules asks rules that were never asked of all that is held of it, and all rules of what came in while others were in force.
func (k *Keeper) LookUpRules(ctx context.Context) (*RulesLooked, error) {
	return k.lookUpRules(ctx, alone)
}

func (k *Keeper) lookUpRules(ctx context.Context, turn turnTaker) (*RulesLooked, error) {
	e := k.rules.edition()
	out := &RulesLooked{}
	if e.set == nil {
		return out, nil
	}
	if err := k.lookUpBehind(ctx, e, turn, out); err != nil {
		return out, err
	}
	fresh, err := k.freshRules(ctx, e)
	if err != nil {
		return out, err
	}
	if len(fresh) == 0 {
		return out, k.lookUpDerived(ctx, e, nil, 0, turn, out)
	}
	want := map[*rule.Rule]bool{}
	for _, id := range fresh {
		want[e.byID[id]] = true
	}
	entry, err := k.askPast(ctx, e, want, anyDay, turn, out)
	if err != nil {
		return out, err
	}
	if err := k.noteAssessed(ctx, e, fresh, out); err != nil {
		return out, err
	}
	err = k.Store.SetLookedRules(ctx, fresh, max(1, entry), func(id store.RuleIdentity) bool { return e.byID[id] != nil })
	if err != nil {
		return out, err
	}
	return out, k.lookUpDerived(ctx, e, want, entry, turn, out)
}

// lookUpBehind asks all rules of what came in while others were in force.
func (k *Keeper) lookUpBehind(ctx context.Context, e *edition, turn turnTaker, out *RulesLooked) error {
	behind, err := k.Store.Cursor(ctx, cursorRules)
	if err != nil || behind == 0 {
		return err
	}
	added := k.addedSince(behind - 1)
	if len(added) > 0 {
		if _, err := k.askPast(ctx, e, e.all(), func(d telemetry.Day) bool { return len(added[d]) > 0 }, turn, out); err != nil {
			return err
		}
	}
	return turn(func() error {
		now, err := k.Store.Cursor(ctx, cursorRules)
		if err != nil || now != behind { // more came meanwhile
			return err
		}
		return k.Store.SetCursor(ctx, cursorRules, 0)
	})
}

// HuntRules asks rules, all of them when none is named by its key, of what is held from a day on, and saves what it finds.
func (k *Keeper) HuntRules(ctx context.Context, keys []string, since telemetry.Day) (*RulesLooked, error) {
	e := k.rules.edition()
	out := &RulesLooked{}
	if e.set == nil {
		return out, fault.Hint(fault.Invalid, errors.New("there are no rules"), "put Sigma rules into "+k.Data+"/"+depot.RulesDir)
	}
	want := e.all()
	if len(keys) > 0 {
		want = map[*rule.Rule]bool{}
		for _, key := range keys {
			x := e.keys[key]
			if x == nil {
				return out, fault.Wrap(fault.NotFound, fmt.Errorf("no rule in force has the id or name %q", key))
			}
			want[x] = true
		}
	}
	_, err := k.askPast(ctx, e, want, func(d telemetry.Day) bool { return d >= since }, alone, out)
	return out, err
}

// HuntRulePaths asks rules that need not be in force of what is held from a day on, saves what they find there, and gives all that is kept of
// what these rules found. Later records are not held against them.
func (k *Keeper) HuntRulePaths(ctx context.Context, paths RulePaths, since telemetry.Day) (*hunt.Result, error) {
	started := time.Now()
	e, err := newRuleBook("", k.Depot.Registers).load(paths, k.Depot.Registers())
	if e == nil {
		return nil, err
	}
	if e.set == nil {
		return nil, fault.Wrap(fault.Invalid, errors.New("no rules are named"))
	}
	out := &RulesLooked{}
	if _, err := k.askPast(ctx, e, e.all(), func(d telemetry.Day) bool { return d >= since }, alone, out); err != nil {
		return nil, err
	}
	r, err := k.empty(ctx)
	if err != nil {
		return nil, err
	}
	if err := k.addFound(ctx, r, e); err != nil {
		return nil, err
	}
	r.Values, r.Hunted, r.Took = 0, map[observable.Kind]int{}, time.Since(started)
	if err := k.addVerdicts(ctx, r, e, func(*store.Covered) (map[string]*hunt.RuleEvaluated, error) { return out.evaluated(e), nil }); err != nil {
		return nil, err
	}
	return r, k.withoutDismissed(ctx, r)
}

// all gives all rules but filters.
func (e *edition) all() map[*rule.Rule]bool {
	out := make(map[*rule.Rule]bool, len(e.ids))
	for x := range e.ids {
		out[x] = true
	}
	return out
}

// past is rules being asked of what is held.
type past struct {
	keeper *Keeper
	rules  *edition
	want   map[*rule.Rule]bool
	need   map[*rule.Rule]bool // want, and what correlations want of others
	set    *hunt.RuleSet
	turn   turnTaker
	view   *depot.View
	out    *RulesLooked
	derive *deriver // nil: no rule judges what analysers emit
	late   late     // what came late, where days are told of again since records came
}

// askPast asks rules of the records of some days, the latest day first, saves what it finds, and gives the entry of the manifest up to
// which it did. Each day is asked by itself: while that is done others may take records in.
func (k *Keeper) askPast(ctx context.Context, e *edition, want map[*rule.Rule]bool, days func(telemetry.Day) bool, turn turnTaker, out *RulesLooked) (entry uint64, err error) {
	return k.askAgain(ctx, e, want, days, nil, turn, out)
}

// askAgain is askPast for days of which was told before, with what came late since then.
func (k *Keeper) askAgain(ctx context.Context, e *edition, want map[*rule.Rule]bool, days func(telemetry.Day) bool, came late, turn turnTaker, out *RulesLooked) (entry uint64, err error) {
	p := &past{keeper: k, rules: e, want: want, need: e.with(want), turn: turn, out: out, late: came}
	if p.set, err = e.only(p.need); err != nil {
		return 0, err
	}
	if err := p.look(ctx); err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, p.derive.close(), p.view.Close()) }()
	entry = p.view.State.Entry
	list := daysWithRows(p.view, days)
	out.Rules += len(want)
	for _, day := range slices.Backward(list) {
		if err := p.day(ctx, day); err != nil {
			return 0, fmt.Errorf("ask rules of the records of %s: %w", day, err)
		}
		out.Days = append(out.Days, day)
	}
	if p.derive != nil && len(list) > 0 {
		if err := p.derived(list[len(list)-1]); err != nil {
			return 0, err
		}
	}
	if err := k.noteArrived(ctx, e, p.set, out); err != nil {
		return 0, err
	}
	for _, days := range stretchesOf(list) {
		err := turn(func() error {
			saved, err := k.correlateDays(ctx, e, days.From, days.To)
			out.Saved.New, out.Saved.Changed = out.Saved.New+saved.New, out.Saved.Changed+saved.Changed
			return err
		})
		if err != nil {
			return 0, err
		}
	}
	return entry, nil
}

// anyDay is for who asks of all days.
func anyDay(telemetry.Day) bool { return true }

// daysWithRows gives the days, in order, of which rows are held.
func daysWithRows(v *depot.View, days func(telemetry.Day) bool) (out []telemetry.Day) {
	for _, f := range v.State.Files {
		if days(f.Day) {
			out = append(out, f.Day)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// look opens the folder as it is now.
func (p *past) look(ctx context.Context) (err error) {
	if p.view != nil {
		if err := errors.Join(p.derive.close(), p.view.Close()); err != nil {
			return err
		}
	}
	view, err := depot.OpenView(ctx, p.keeper.Data, depot.WithFiles)
	if err != nil { // the one before stays, to be closed once more
		return err
	}
	p.view = view
	if kindsOf(p.set)[telemetry.KindDerived] {
		before := p.derive
		p.derive = newDeriver(p.view, p.keeper.extracts, p.rules.registers, analysersFor(p.set), p.keeper.workers())
		p.derive.goOn(before)
	}
	return nil
}

// day asks the rules of the records of one day. When records of that day come meanwhile, it does so again, in the end while none can.
func (p *past) day(ctx context.Context, day telemetry.Day) error {
	const tries = 3
	for range tries {
		done, err := p.tryDay(ctx, day, p.turn)
		if done || err != nil && !errors.Is(err, depot.ErrChanged) {
			return err
		}
		if err := p.look(ctx); err != nil {
			return err
		}
	}
	return p.turn(func() error {
		if err := p.look(ctx); err != nil {
			return err
		}
		_, err := p.tryDay(ctx, day, alone)
		return err
	})
}

func (p *past) tryDay(ctx context.Context, day telemetry.Day, turn turnTaker) (done bool, err error) {
	g, err := newRuleGather(p.rules, p.set, p.view.Networks())
	if err != nil {
		return false, err
	}
	g.unbounded, g.canary = true, p.keeper.rules.canary
	kinds := kindsOf(p.set)
	wanted := depot.Wanted{Workers: p.keeper.workers(), Hour: func(kind telemetry.Kind, d telemetry.Day, _ int) bool { return d == day && kinds[kind] }}
	if err := p.view.Rows(ctx, wanted, func(b *telemetry.Batch) error { return g.Batch(ctx, b) }); err != nil {
		return false, err
	}
	if p.derive != nil {
		if err := p.derive.tell(ctx, day, g.Batch); err != nil {
			return false, err
		}
	}
	found, err := g.findings()
	if err != nil {
		return false, err
	}
	err = turn(func() error {
		if p.changed(day, kinds) {
			return nil
		}
		done = true
		return p.save(ctx, day, found, g.counted, g.shorts())
	})
	return done, err
}

// changed reports whether records that the rules are asked of themselves came since the folder was looked at: what was found in these
// meanwhile must not be replaced. What analysers tell of is found by nobody else, and told of again when the next ones are looked at.
func (p *past) changed(day telemetry.Day, kinds [telemetry.NumKinds]bool) bool {
	return slices.ContainsFunc(p.keeper.addedSince(p.view.State.Entry)[day], func(k telemetry.Kind) bool { return kinds[k] })
}

// save brings in what was found in the records of a day.
func (p *past) save(ctx context.Context, day telemetry.Day, found []*hunt.Finding, counted []store.Counted, short []store.Short) error {
	found = slices.DeleteFunc(found, func(f *hunt.Finding) bool { return !p.want[p.rules.keys[f.Rule.Key]] })
	var sc store.Scope
	if p.complete(day) {
		sc.Days = []telemetry.Day{day}
		var err error
		if found, err = p.withdrawn(ctx, day, found); err != nil {
			return err
		}
	} else {
		p.out.Partly = append(p.out.Partly, day)
		told, err := p.keeper.toldBefore(ctx, []telemetry.Day{day})
		if err != nil {
			return err
		}
		for _, f := range found {
			if before := told.findings[f.ID]; before != nil {
				told.keepDays(f, before, []telemetry.Day{day})
			}
		}
	}
	sc.Values = func(observable.Value) bool { return false }
	sc.Rules = func(key string) bool {
		x := p.rules.keys[key]
		return x != nil && p.want[x] && x.Detection != nil && x.Detection.Aggregate == nil
	}
	saved, err := p.keeper.Store.SaveFindings(ctx, found, sc)
	if err != nil {
		return fmt.Errorf("save findings: %w", err)
	}
	p.out.Saved.New, p.out.Saved.Changed = p.out.Saved.New+saved.New, p.out.Saved.Changed+saved.Changed
	var ids []store.RuleIdentity
	for x := range p.need {
		if p.rules.counted[x] {
			ids = append(ids, p.rules.ids[x])
		}
	}
	if len(ids) > 0 {
		if err := p.keeper.Store.ReplaceCounted(ctx, day, ids, counted, p.view.State.Entry); err != nil {
			return err
		}
	}
	return p.saveShort(ctx, day, short, len(sc.Days) == 0)
}

// saveShort brings in what rules were not asked of on a day, and what of their matches was not kept.
func (p *past) saveShort(ctx context.Context, day telemetry.Day, short []store.Short, partly bool) error {
	var asked []store.RuleIdentity
	for x := range p.need {
		if x.Detection != nil && (p.want[x] || p.rules.counted[x]) {
			asked = append(asked, p.rules.ids[x])
		}
	}
	for i := range short {
		p.out.fell(p.rules.byID[short[i].Rule], &short[i])
	}
	return p.keeper.Store.ReplaceShort(ctx, day, asked, short, partly)
}

// fell notes what a rule was not asked of.
func (l *RulesLooked) fell(x *rule.Rule, s *store.Short) {
	if x == nil {
		return
	}
	if l.short == nil {
		l.short = map[string]map[telemetry.Day]hunt.Shortfall{}
	}
	if l.short[x.Key()] == nil {
		l.short[x.Key()] = map[telemetry.Day]hunt.Shortfall{}
	}
	sum := l.short[x.Key()][s.Day]
	sum.Add(s.Shortfall)
	l.short[x.Key()][s.Day] = sum
}

// complete reports whether all records of a day that the rules are asked of are still held.
func (p *past) complete(day telemetry.Day) bool {
	for kind, asked := range kindsRead(p.set) {
		if h := p.view.Held(telemetry.Kind(kind), day); asked && (len(h.Expired) > 0 || h.Damaged > 0) {
			return false
		}
	}
	return !slices.ContainsFunc(p.view.Damaged, func(h depot.Hole) bool { return h.From <= day && day <= h.To })
}

// Correlate computes what correlations find anew on the days of which matches came since it was done last.
func (k *Keeper) Correlate(ctx context.Context) (saved store.Saved, err error) {
	since, err := k.Store.Cursor(ctx, cursorCorrelated)
	if err != nil {
		return saved, err
	}
	first, last, to, some, err := k.Store.CountedSince(ctx, since)
	if err != nil || !some {
		return saved, err
	}
	if e := k.rules.edition(); e.set != nil {
		if saved, err = k.correlateDays(ctx, e, first, last); err != nil {
			return saved, err
		}
	}
	return saved, k.Store.SetCursor(ctx, cursorCorrelated, to)
}

// reach is how far around a match an episode that it belongs to may go: one is told for each 24 timespans.
const reach = 25

// correlateDays computes correlations over the matches that are kept of some days and as far around them as these may reach. What was found
// before is not taken back: of a day that is there the larger figures stay.
func (k *Keeper) correlateDays(ctx context.Context, e *edition, first, last telemetry.Day) (saved store.Saved, err error) {
	if !e.set.Correlations() {
		return saved, nil
	}
	around := telemetry.Day((reach*e.longest() + 24*time.Hour - 1) / (24 * time.Hour))
	g, err := newRuleGather(e, e.set, k.Depot.Networks())
	if err != nil {
		return saved, err
	}
	known := func(id store.RuleIdentity) bool { return e.byID[id] != nil }
	err = k.Store.CountedOf(ctx, first-2*around, last+around, known, func(m store.Counted) error { return g.tally.Count(matchOf(e, &m)) })
	if err != nil {
		return saved, err
	}
	found, err := g.findings()
	if err != nil {
		return saved, fmt.Errorf("correlate what rules matched: %w", err)
	}
	if err := k.Store.ReplaceEvicted(ctx, g.givenUp(), first, last); err != nil {
		return saved, err
	}
	return k.saveCorrelated(ctx, found, first-around, last+around)
}

// saveCorrelated saves the days of findings that are to be told anew.
func (k *Keeper) saveCorrelated(ctx context.Context, found []*hunt.Finding, from, to telemetry.Day) (saved store.Saved, err error) {
	var changed []*hunt.Finding
	for _, f := range found {
		before, err := k.stored(ctx, f.ID)
		if err != nil {
			return saved, err
		}
		days := slices.DeleteFunc(slices.Clone(f.Days), func(d hunt.Day) bool {
			more := func(x hunt.Day) bool { return x.Day == d.Day && x.Records > d.Records }
			return d.Day < from || d.Day > to || before != nil && slices.ContainsFunc(before.Days, more)
		})
		if len(days) == 0 {
			continue
		}
		part, now := *f, *f
		part.Days, now.Days = nil, days
		part.Merge(&now)
		changed = append(changed, &part)
	}
	return k.Store.SaveFindings(ctx, changed, store.Scope{Values: func(observable.Value) bool { return false }})
}
