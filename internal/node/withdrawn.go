package node

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"stormglass/internal/hunt"
	"stormglass/internal/store"
	"stormglass/internal/telemetry"
)

// late says of days that are told of again which records came late: of days before them in the window of an analyser that rules ask for,
// or of the day itself when it was over. It is for each day the text that says so, none where nothing came late.
type late map[telemetry.Day]string

// lateFor gives what came late for the days of a step; latest is the latest day that analysers told of before.
func lateFor(s step, added map[telemetry.Day][]telemetry.Kind, latest telemetry.Day) late {
	list, mask := analysers(), uint64(0)
	for r := range s.rules {
		mask |= restsOn(r, list)
	}
	out := late{}
	for day := range s.days {
		if day > latest { // nothing was told of it
			continue
		}
		var came []telemetry.Day
		for d, kinds := range added {
			if d > day || d == day && day == latest {
				continue
			}
			for n, a := range list {
				if mask>>n&1 != 0 && d > day-telemetry.Day(a.Bounds().Days) && slices.ContainsFunc(kinds, func(k telemetry.Kind) bool { return slices.Contains(a.Kinds(), k) }) {
					came = append(came, d)
					break
				}
			}
		}
		if len(came) > 0 {
			out[day] = lateText(came)
		}
	}
	return out
}

// lateText names some of the days of which records came.
func lateText(days []telemetry.Day) string {
	const named = 3
	slices.Sort(days)
	var names []string
	for _, d := range days[:min(named, len(days))] {
		names = append(names, d.String())
	}
	text := strings.Join(names, ", ")
	if more := len(days) - len(names); more > 0 {
		text += fmt.Sprintf(" and %d further days", more)
	}
	return "records of " + text + " came after this was found"
}

// withdrawn adds to what was found on a day what had been found there before and is not any more: with why, where records came late, and
// else what was withdrawn before by the same form of its rule.
func (p *past) withdrawn(ctx context.Context, day telemetry.Day, found []*hunt.Finding) ([]*hunt.Finding, error) {
	if p.derive == nil {
		return found, nil
	}
	stored, err := p.keeper.Store.Findings(ctx, store.Filter{FirstDay: day, LastDay: day})
	if err != nil {
		return nil, fmt.Errorf("read what was found before: %w", err)
	}
	again := map[hunt.FindingID]bool{}
	for _, f := range found {
		again[f.ID] = true
	}
	derived := p.rules.derived()
	for _, s := range stored {
		if s.Rule == nil || again[s.ID] {
			continue
		}
		x := p.rules.keys[s.Rule.Key]
		if x == nil || !p.want[x] || !derived[x] || hunt.RuleInfoOf(x).Digest != s.Rule.Digest {
			continue
		}
		d := s.Days[slices.IndexFunc(s.Days, func(d hunt.Day) bool { return d.Day == day })]
		if d.Withdrawn() == "" {
			if p.late[day] == "" {
				continue
			}
			d.Withdraw(p.late[day])
		}
		part, now := *s.Finding, *s.Finding
		part.Days, now.Days = nil, []hunt.Day{d}
		part.Merge(&now)
		found = append(found, &part)
	}
	return found, nil
}
