package node

import (
	"context"
	"errors"
	"fmt"
	"math"
	"runtime"
	"slices"
	"time"

	"stormglass/internal/depot"
	"stormglass/internal/fault"
	"stormglass/internal/hunt"
	"stormglass/internal/intel"
	"stormglass/internal/ledger"
	"stormglass/internal/observable"
	"stormglass/internal/store"
	"stormglass/internal/telemetry"
)

// Looked says what looking back did.
type Looked struct {
	Result *hunt.Result // nil when there was nothing to look up
	Saved  store.Saved
	Values int // how many were looked up
}

// everyDay is all days that a record may state, and those without.
var everyDay = ledger.Days{From: math.MinInt32, To: math.MaxInt32}

// cursorLooked is the entry of the manifest up to which what was taken in was held against the
// intelligence in force.
const cursorLooked = "looked"

// LookBackNew looks the values that were never looked up in all that is held.
func (k *Keeper) LookBackNew(ctx context.Context) (*Looked, error) {
	fresh, err := k.Store.NewIndicators(ctx)
	if err != nil || len(fresh.Values) == 0 {
		return &Looked{}, err
	}
	is := make(map[observable.Value]bool, len(fresh.Values))
	for _, v := range fresh.Values {
		is[v] = true
	}
	return k.lookBack(ctx, func(v observable.Value) bool { return is[v] }, everyDay, &fresh)
}

// LookBackAll holds all intelligence in force against all that is held.
func (k *Keeper) LookBackAll(ctx context.Context) (*Looked, error) {
	fresh, err := k.Store.NewIndicators(ctx)
	if err != nil {
		return nil, err
	}
	l, err := k.lookBack(ctx, nil, everyDay, &fresh)
	if err != nil {
		return nil, err
	}
	return l, k.Store.SetCursor(ctx, cursorLooked, k.Depot.Entry())
}

// LookBackAdded holds all intelligence in force against the days that were added to since that was done
// last.
func (k *Keeper) LookBackAdded(ctx context.Context) (*Looked, error) {
	counts, err := k.Store.CountIndicators(ctx)
	if err != nil {
		return nil, err
	}
	return k.lookBackAdded(ctx, len(counts) > 0, nil)
}

// LookBackHit looks values that were met in what was added since that was done last up on the days added to.
// Who calls it matched everything that was added against the intelligence in force.
func (k *Keeper) LookBackHit(ctx context.Context, hit map[observable.Value]struct{}) (*Looked, error) {
	return k.lookBackAdded(ctx, len(hit) > 0, func(v observable.Value) bool {
		_, ok := hit[v]
		return ok
	})
}

// lookBackAdded looks the values that want chooses (nil: all) up on the days that were added to since it was
// done last, if there are any.
func (k *Keeper) lookBackAdded(ctx context.Context, some bool, want func(observable.Value) bool) (*Looked, error) {
	since, err := k.Store.Cursor(ctx, cursorLooked)
	if err != nil {
		return nil, err
	}
	entry := k.Depot.Entry()
	l := &Looked{}
	if first, last, ok := k.Depot.AddedSince(since); ok && some {
		if l, err = k.lookBack(ctx, want, ledger.Days{From: first, To: last}, nil); err != nil {
			return nil, err
		}
	}
	return l, k.Store.SetCursor(ctx, cursorLooked, entry)
}

// lookBack looks the values that want chooses (nil: all) up on some days, and saves what it finds. fresh
// are values that were thereby looked up for the first time.
func (k *Keeper) lookBack(ctx context.Context, want func(observable.Value) bool, days ledger.Days, fresh *store.Fresh) (*Looked, error) {
	const tries = 3
	for range tries {
		l, err := k.lookBackOnce(ctx, want, days)
		if errors.Is(err, depot.ErrChanged) {
			continue
		}
		if err == nil && fresh != nil && len(fresh.Values) > 0 {
			err = k.Store.SetLooked(ctx, *fresh, max(1, k.Depot.Entry()))
		}
		return l, err
	}
	return nil, fault.Wrap(fault.Busy, depot.ErrChanged)
}

func (k *Keeper) lookBackOnce(ctx context.Context, want func(observable.Value) bool, days ledger.Days) (_ *Looked, err error) {
	started := time.Now()
	inForce, err := k.inForce(ctx)
	if err != nil {
		return nil, err
	}
	l, x := inForce.loader, inForce.index
	if x.Len() == 0 {
		return nil, fault.Hint(fault.Invalid, nothingToHunt(l.Reports()), "stormglass intel add --data "+k.Data+" PATH… adds intelligence")
	}
	view, err := depot.OpenView(ctx, k.Data, depot.WithFiles)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, view.Close()) }()
	pick, n := picked(x, want)
	b := lookBack{view: view, index: x, tally: hunt.NewTally(x), days: days, workers: k.workers()}
	lookedUp := func(v observable.Value) bool { return isInForce(x, v) && (want == nil || want(v)) }
	scope := store.Scope{Values: lookedUp}
	scope.Days, scope.LedgerDays = b.complete()
	if b.told, err = k.toldBefore(ctx, scope.LedgerDays); err != nil {
		return nil, err
	}
	if err := b.run(ctx, pick); err != nil {
		return nil, err
	}
	r, err := k.result(ctx, l, x, started)
	if err != nil {
		return nil, err
	}
	r.Outcome = b.tally.Outcome(&l.Library, intel.CompileWarnings(l.Library.WarningLists), view.Networks())
	r.Unread = unreadOf(view, b.days)
	r.Findings = b.told.keep(r.Findings, scope.LedgerDays, lookedUp)
	out := &Looked{Result: r, Values: n}
	if out.Saved, err = k.Store.SaveFindings(ctx, r.Findings, scope); err != nil {
		return nil, fmt.Errorf("save findings: %w", err)
	}
	r.Took = time.Since(started)
	return out, nil
}

// result is what any hunt of the data folder says besides its findings.
func (k *Keeper) result(ctx context.Context, l *intel.Loader, x *intel.Index, started time.Time) (*hunt.Result, error) {
	r := &hunt.Result{
		Started: started, Version: k.Version, Intel: l.Reports(), Library: &l.Library, Values: x.Len(), Hunted: map[observable.Kind]int{},
		Warnings: intel.CompileWarnings(l.Library.WarningLists).Skipped, Kept: true,
	}
	for _, kind := range observable.Kinds() {
		if n := x.Count(kind); n > 0 {
			r.Hunted[kind] = n
		}
	}
	var err error
	if r.Analysers, err = k.analysersRan(); err != nil {
		return nil, err
	}
	r.Accounts, err = k.accounts(ctx)
	return r, err
}

// empty is the result of a hunt with the intelligence in force that has found nothing yet.
func (k *Keeper) empty(ctx context.Context) (*hunt.Result, error) {
	started := time.Now()
	inForce, err := k.inForce(ctx)
	if err != nil {
		return nil, err
	}
	return k.result(ctx, inForce.loader, inForce.index, started)
}

// isInForce reports whether a value is one of the index: findings of intelligence that was removed stay.
func isInForce(x *intel.Index, v observable.Value) bool {
	var found []intel.Match
	switch v.Kind() {
	case observable.Addr:
		found = x.Addr(v.Addr(), nil)
	case observable.Prefix:
		found = x.Prefix(v.Prefix(), nil)
	case observable.Domain:
		found = x.Domain(v.String(), nil)
	case observable.URL:
		found = x.URL(observable.URLKey(v.String()), nil)
	default:
		found = x.Text(v.Kind(), v.String(), nil)
	}
	return slices.ContainsFunc(found, func(m intel.Match) bool { return x.Value(m.Entry) == v })
}

// picked gives the entries whose values are wanted, and how many they are.
func picked(x *intel.Index, want func(observable.Value) bool) (func(intel.EntryID) bool, int) {
	if want == nil {
		return func(intel.EntryID) bool { return true }, x.Len()
	}
	chosen, n := make([]bool, x.Len()), 0
	for id, v := range x.Values {
		if chosen[id] = want(v); chosen[id] {
			n++
		}
	}
	return func(id intel.EntryID) bool { return chosen[id] }, n
}

func (k *Keeper) workers() int {
	if k.Workers > 0 {
		return k.Workers
	}
	return runtime.GOMAXPROCS(0)
}

// accounts gives what was read of every source that is kept.
func (k *Keeper) accounts(ctx context.Context) ([]*telemetry.Account, error) {
	sources, err := k.Store.Sources(ctx, store.SourceFilter{})
	if err != nil {
		return nil, err
	}
	out := make([]*telemetry.Account, 0, len(sources))
	for i := range sources {
		s := &sources[i]
		if s.Part {
			continue
		}
		a := &telemetry.Account{
			Source: telemetry.Source{Name: s.Name, ID: s.ID, Sensor: s.Sensor}, Format: s.Format, Bytes: s.Bytes, Lines: s.Lines, Undated: s.Undated,
			Kinds: s.Records, First: s.First, Last: s.Last, Failed: s.Failed, Problems: telemetry.Problems{List: s.Problems},
		}
		for _, n := range s.Records {
			a.Read += n
		}
		out = append(out, a)
	}
	slices.Reverse(out) // in the order in which they were taken in
	return out, nil
}

// unreadOf says what of a data folder cannot be read, of some days.
func unreadOf(v *depot.View, days ledger.Days) []string {
	const most = 10
	var out []string
	for _, h := range append(slices.Clone(v.State.Holes), v.Damaged...) {
		if h.To < days.From || h.From > days.To {
			continue
		}
		if len(out) == most {
			return append(out, "and further parts; stormglass check names them")
		}
		out = append(out, fmt.Sprintf("%s of %s to %s, %d rows, cannot be read (%s)", h.Kind, h.From, h.To, h.Rows, h.What))
	}
	return out
}

// withoutDismissed leaves out what was dismissed and counts it.
func (k *Keeper) withoutDismissed(ctx context.Context, r *hunt.Result) error {
	dismissed, err := k.Store.Findings(ctx, store.Filter{Status: []store.Status{store.StatusDismissed}, NoSamples: true})
	if err != nil {
		return fmt.Errorf("read findings: %w", err)
	}
	gone := make(map[hunt.FindingID]store.Stored, len(dismissed))
	for _, f := range dismissed {
		gone[f.ID] = f
	}
	var left []store.Stored
	r.DismissedBy = map[string]int{}
	r.Findings = slices.DeleteFunc(r.Findings, func(f *hunt.Finding) bool {
		was, ok := gone[f.ID]
		if ok {
			left = append(left, was)
			if f.Rule != nil {
				r.DismissedBy[f.Rule.Key]++
			}
		}
		return ok
	})
	r.Dismissed = byPeople(left)
	return nil
}
