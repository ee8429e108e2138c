package node

import (
	"context"
	"maps"
	"slices"

	"stormglass/internal/hunt/sigma/rule"
	"stormglass/internal/ledger"
	"stormglass/internal/telemetry"
)

// cursorAnalysed is the entry of the manifest up to which analysers told of the days that were added to.
const cursorAnalysed = "analysed"

// derived gives the rules that judge what analysers emit.
func (e *edition) derived() map[*rule.Rule]bool {
	out := map[*rule.Rule]bool{}
	if e.set == nil {
		return out
	}
	for _, c := range e.set.Program.Rules() {
		if slices.Contains(c.Kinds, telemetry.KindDerived) {
			out[c.Rule] = true
		}
	}
	return out
}

// lookUpDerived has analysers tell of the days that were added to since they last did, and of the later days whose windows hold those: each
// of the days of its own window, where records of a kind came that it looks at. asked are rules that were just asked of all that was held at
// some entry.
func (k *Keeper) lookUpDerived(ctx context.Context, e *edition, asked map[*rule.Rule]bool, at uint64, turn turnTaker, out *RulesLooked) error {
	since, err := k.Store.Cursor(ctx, cursorAnalysed)
	if err != nil {
		return err
	}
	entry := k.Depot.Entry()
	want := map[*rule.Rule]bool{}
	for r := range e.derived() {
		if asked[r] {
			entry = min(entry, at) // what came meanwhile is told of by the next run
		} else {
			want[r] = true
		}
	}
	told, err := k.loadTold()
	if err != nil {
		return err
	}
	added := k.addedSince(since)
	for _, s := range stepsOf(want, added) {
		again := &RulesLooked{} // these rules are not looked up for the first time
		seen, err := k.askAgain(ctx, e, s.rules, func(d telemetry.Day) bool { return s.days[d] }, lateFor(s, added, told.latest()), turn, again)
		if err != nil {
			return err
		}
		entry = min(entry, seen)
		out.Saved.New, out.Saved.Changed = out.Saved.New+again.Saved.New, out.Saved.Changed+again.Saved.Changed
	}
	if entry <= since {
		return nil
	}
	return k.Store.SetCursor(ctx, cursorAnalysed, entry)
}

// addedSince gives the kinds of record that came since an edit, by day.
func (k *Keeper) addedSince(entry uint64) map[telemetry.Day][]telemetry.Kind {
	out := map[telemetry.Day][]telemetry.Kind{}
	k.Depot.AddedTo(entry, func(kind telemetry.Kind, day telemetry.Day) {
		if !slices.Contains(out[day], kind) {
			out[day] = append(out[day], kind)
		}
	})
	return out
}

// step is rules to be asked of what analysers tell of some days.
type step struct {
	rules map[*rule.Rule]bool
	days  map[telemetry.Day]bool
}

// stepsOf says which rules to ask of which days when records came: days of which the same analysers must tell are one step.
func stepsOf(rules map[*rule.Rule]bool, added map[telemetry.Day][]telemetry.Kind) (out []step) {
	list := analysers()
	tell := map[telemetry.Day]uint64{} // a bit for each analyser
	for day, kinds := range added {
		for n, a := range list {
			if !slices.ContainsFunc(a.Kinds(), func(k telemetry.Kind) bool { return slices.Contains(kinds, k) }) {
				continue
			}
			for i := range a.Bounds().Days {
				tell[day+telemetry.Day(i)] |= 1 << n
			}
		}
	}
	byWhom := map[uint64]map[telemetry.Day]bool{}
	for day, mask := range tell {
		if byWhom[mask] == nil {
			byWhom[mask] = map[telemetry.Day]bool{}
		}
		byWhom[mask][day] = true
	}
	for _, mask := range slices.Sorted(maps.Keys(byWhom)) {
		s := step{map[*rule.Rule]bool{}, byWhom[mask]}
		for r := range rules {
			if restsOn(r, list)&mask != 0 {
				s.rules[r] = true
			}
		}
		if len(s.rules) > 0 {
			out = append(out, s)
		}
	}
	return out
}

// stretchesOf gives days in stretches, of which none is a month and more from the next.
func stretchesOf(days []telemetry.Day) (out []ledger.Days) {
	const month = 31
	for _, d := range days {
		if n := len(out) - 1; n >= 0 && d < out[n].To+month {
			out[n].To = d
			continue
		}
		out = append(out, ledger.Days{From: d, To: d})
	}
	return out
}

// derived ends what analysers told of days.
func (p *past) derived(latest telemetry.Day) error {
	if err := p.keeper.extracts.removeOld(latest); err != nil {
		return err
	}
	return p.keeper.saveTold(p.derive)
}

// goOn takes over what a deriver told that looked at an earlier state of the folder; nil: there was none.
func (d *deriver) goOn(before *deriver) {
	if before != nil {
		d.told = before.told
	}
}
