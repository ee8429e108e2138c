package node

import (
	"context"
	"fmt"
	"slices"

	"stormglass/internal/hunt"
	"stormglass/internal/observable"
	"stormglass/internal/store"
	"stormglass/internal/telemetry"
)

// told is what was found in records of days of which some records are gone by now. It stands: what is
// left of such a day tells less, and a ledger does not tell subjects apart.
type told struct {
	findings map[hunt.FindingID]*hunt.Finding
	values   map[valueDay]bool
}

type valueDay struct {
	value observable.Value
	day   telemetry.Day
}

// toldBefore gives what was found on some days.
func (k *Keeper) toldBefore(ctx context.Context, days []telemetry.Day) (told, error) {
	t := told{map[hunt.FindingID]*hunt.Finding{}, map[valueDay]bool{}}
	if len(days) == 0 {
		return t, nil
	}
	stored, err := k.Store.Findings(ctx, store.Filter{})
	if err != nil {
		return t, fmt.Errorf("read what was found before: %w", err)
	}
	slices.Sort(days)
	for _, s := range stored {
		if s.Rule != nil { // no look-up of values tells of it
			continue
		}
		for i := range s.Days {
			d := &s.Days[i]
			if _, gone := slices.BinarySearch(days, d.Day); gone && !d.FromLedger {
				t.findings[s.ID] = s.Finding
				t.values[valueDay{s.Value, d.Day}] = true
			}
		}
	}
	return t, nil
}

// has reports whether records of a day told a finding.
func (t *told) has(v observable.Value, s hunt.Subject, day telemetry.Day) bool {
	f := t.findings[hunt.IndicatorFindingID(v, s)]
	return f != nil && slices.ContainsFunc(f.Days, func(d hunt.Day) bool { return d.Day == day && !d.FromLedger })
}

// keep puts what was told before in its place among findings: days of which less is left, and findings of
// values that were looked up and of which nothing is left.
func (t *told) keep(findings []*hunt.Finding, days []telemetry.Day, lookedUp func(observable.Value) bool) []*hunt.Finding {
	found := map[hunt.FindingID]bool{}
	for _, f := range findings {
		found[f.ID] = true
		if before := t.findings[f.ID]; before != nil {
			t.keepDays(f, before, days)
		}
	}
	for id, f := range t.findings {
		if !found[id] && lookedUp(f.Value) {
			findings = append(findings, f)
		}
	}
	slices.SortFunc(findings, hunt.ByWeight)
	return findings
}

// keepDays puts those days into a finding of which it was told more before.
func (told) keepDays(f, before *hunt.Finding, days []telemetry.Day) {
	kept, now := *before, *f
	kept.Days = slices.DeleteFunc(slices.Clone(before.Days), func(d hunt.Day) bool {
		_, gone := slices.BinarySearch(days, d.Day)
		asMuch := func(x hunt.Day) bool { return x.Day == d.Day && !x.FromLedger && x.Records >= d.Records }
		return !gone || d.FromLedger || slices.ContainsFunc(f.Days, asMuch)
	})
	if len(kept.Days) == 0 {
		return
	}
	now.Days = slices.DeleteFunc(slices.Clone(f.Days), func(d hunt.Day) bool {
		return slices.ContainsFunc(kept.Days, func(x hunt.Day) bool { return x.Day == d.Day })
	})
	kept.Merge(&now)
	*f = kept
}
