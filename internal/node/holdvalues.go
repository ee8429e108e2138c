package node

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"stormglass/internal/depot"
	"stormglass/internal/fault"
	"stormglass/internal/observable"
	"stormglass/internal/seen"
	"stormglass/internal/store"
	"stormglass/internal/telemetry"
)

// endOf gives the end of a day, which a hold includes.
func endOf(d telemetry.Day) telemetry.Instant { return (d + 1).Start() - 1 }

// HoldDays gives the hold of a case: of the days from since to until, or, when values are named, of those
// among them from the first to the last on which one of the values was seen. Values that were not seen are
// named in the second result.
func HoldDays(ctx context.Context, data, name string, values []seen.Question, since, until telemetry.Day) (h store.Hold, unseen []observable.Value, err error) {
	h = store.Hold{Name: name}
	if len(values) == 0 {
		if since != 0 {
			h.First = since.Start()
		}
		if until != 0 {
			h.Last = endOf(until)
		}
		return h, nil, nil
	}
	r, err := Seen(ctx, data, values, seen.Options{Since: since, Until: until})
	if err != nil {
		return h, nil, err
	}
	for i := range r.Answers {
		a := &r.Answers[i]
		h.Values = append(h.Values, a.Value)
		first, last := datedSpan(a.Days)
		if last == 0 {
			unseen = append(unseen, a.Value)
			continue
		}
		if h.First == 0 || first.Start() < h.First {
			h.First = first.Start()
		}
		h.Last = max(h.Last, endOf(last))
	}
	if h.Last == 0 {
		return h, unseen, fault.Hint(fault.NotFound, errors.New("none of the values was seen on a day that is held: there is nothing to hold by them"),
			"--since and --until without a value hold days whatever was seen on them")
	}
	return h, unseen, nil
}

// datedSpan gives the first and the last of days in order that are days; zero when there is none.
func datedSpan(days []seen.Day) (first, last telemetry.Day) {
	for _, d := range days {
		if d.Day <= 0 {
			continue
		}
		if first == 0 {
			first = d.Day
		}
		last = d.Day
	}
	return first, last
}

// ReleaseHold ends the hold of a case.
func (k *Keeper) ReleaseHold(ctx context.Context, name string) error {
	return k.Store.ReleaseHold(ctx, name, whoIs(ctx))
}

// Holds lists the holds of a data folder, beside whoever writes.
func Holds(ctx context.Context, data string, withReleased bool) (holds []store.Hold, err error) {
	err = Reading(ctx, data, func(ctx context.Context, s *store.Store) error {
		holds, err = s.Holds(ctx, withReleased)
		return err
	})
	return holds, err
}

// Purgeable says which cases hold a value, as an error of kind Conflict, or what else is in the way, before a purge
// has begun.
func (k *Keeper) Purgeable(ctx context.Context, v observable.Value) error {
	if err := k.Depot.Purgeable(v); err != nil {
		return err
	}
	holds, err := k.Store.Holds(ctx, false)
	if err != nil {
		return err
	}
	var cases []string
	for i := range holds {
		if holds[i].Covers(v) {
			cases = append(cases, holds[i].Name)
		}
	}
	if len(cases) == 0 {
		if cases, err = k.casesOfDays(ctx, v, holds); err != nil {
			return err
		}
	}
	return heldFor(cases)
}

// heldFor is why a purge cannot be, nil when no case is in its way.
func heldFor(cases []string) error {
	if len(cases) == 0 {
		return nil
	}
	return fault.Hint(fault.Conflict, fmt.Errorf("the value is held for %s", strings.Join(cases, ", ")), "stormglass hold release "+cases[0]+", when the case no longer needs it")
}

// InQuarantine gives how many damaged files lie aside in a data folder, and their bytes: a purge does not
// look into them.
func InQuarantine(data string) (files int, bytes uint64, err error) {
	return filesBelow(data, quarantineDir)
}

// StatedBy names the files of intelligence in force that state a value, something below it, or a URL in which
// it stands. They bring it back as long as they are in force.
func (k *Keeper) StatedBy(ctx context.Context, v observable.Value) ([]string, error) {
	files, err := k.Store.Intel(ctx, false)
	if err != nil {
		return nil, err
	}
	about := store.Hold{Values: []observable.Value{v}}
	var names []string
	for _, f := range files {
		values, err := k.Store.IntelValues(ctx, f.ID)
		if err != nil {
			return nil, err
		}
		if slices.ContainsFunc(values, func(w observable.Value) bool {
			return about.Covers(w) || w.Kind() == observable.URL && strings.Contains(w.String(), v.String())
		}) {
			names = append(names, f.Name)
		}
	}
	return names, nil
}

// casesOfDays names the cases that hold days on which a value was met: records of those days would go
// with it.
func (k *Keeper) casesOfDays(ctx context.Context, v observable.Value, holds []store.Hold) ([]string, error) {
	if len(holds) == 0 {
		return nil, nil
	}
	r, err := Seen(ctx, k.Data, []seen.Question{{Given: "purge", Value: v}}, seen.Options{})
	if err != nil {
		return nil, err
	}
	days := make([]telemetry.Day, 0, len(r.Answers[0].Days))
	for _, d := range r.Answers[0].Days {
		days = append(days, d.Day)
	}
	leased, err := k.leaseDays(ctx, func(ctx context.Context, view *depot.View) ([]telemetry.Day, error) {
		return k.Depot.LeaseDays(ctx, view, v)
	})
	return holding(holds, append(days, leased...)), err
}

// leaseDays asks for days of leases.
func (k *Keeper) leaseDays(ctx context.Context, ask func(context.Context, *depot.View) ([]telemetry.Day, error)) (days []telemetry.Day, err error) {
	view, err := depot.OpenView(ctx, k.Data, depot.WithFiles)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, view.Close()) }()
	return ask(ctx, view)
}

// holding names the cases that hold one of the days.
func holding(holds []store.Hold, days []telemetry.Day) (cases []string) {
	for i := range holds {
		if slices.ContainsFunc(days, func(d telemetry.Day) bool { return covered(&holds[i], d) }) {
			cases = append(cases, holds[i].Name)
		}
	}
	return cases
}
