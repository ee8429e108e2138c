package outbox

import (
	"encoding/hex"
	"net/netip"
	"slices"
	"strings"
	"time"

	"stormglass/internal/hunt"
	"stormglass/internal/observable"
	"stormglass/internal/outbox/message"
	"stormglass/internal/store"
	"stormglass/internal/telemetry"
)

// Reasons to tell a finding, as bits of an item.
const (
	reasonNew uint8 = 1 << iota
	reasonRaised
	reasonEarlier
	reasonDay
)

var reasonNames = []string{"new", "level_raised", "seen_earlier", "new_day"}

// reasonsOf names the reasons in a set.
func reasonsOf(set uint8) []string {
	out := []string{}
	for i, name := range reasonNames {
		if set&(1<<i) != 0 {
			out = append(out, name)
		}
	}
	return out
}

// judge says what is to be told of changed findings, and to whom.
type judge struct {
	routes []*route
	name   func(netip.Addr) string
	skip   func(observable.Value) bool // values whose findings are told to nobody; nil: none
	now    func() time.Time
}

// judge decides on one finding that changed. What was dismissed is not told, nor what is no longer found, nor what is to be skipped.
func (j *judge) judge(f *store.Stored, told *store.OutboxTold) (store.OutboxNews, error) {
	if f.Gone || f.Triage.Status == store.StatusDismissed {
		return store.OutboxNews{}, nil
	}
	if j.skip != nil && f.Rule == nil && j.skip(f.Value) {
		return store.OutboxNews{}, nil
	}
	now := j.now().UTC()
	first, last := activeDays(f.Finding, now)
	told = believed(told)
	why := reasonsFor(f.Finding, told, first, last, now)
	if why == 0 {
		return store.OutboxNews{}, nil
	}
	items := j.items(f.Finding, why, now)
	if len(items) == 0 {
		return store.OutboxNews{}, nil // told to nobody: it is new to who comes later
	}
	next := &store.OutboxTold{Level: f.Level, First: first, Last: last, At: now}
	if told != nil { // what was told stays told
		next.Level, next.Last = max(next.Level, told.Level), max(next.Last, told.Last)
		if told.First != 0 && (first == 0 || told.First < first) {
			next.First = told.First
		}
		if why&reasonDay == 0 {
			next.Last, next.At = told.Last, told.At // a new day is told in its own time
		}
	}
	return store.OutboxNews{Items: items, Told: next}, nil
}

// believed takes back that a day was told which had not come then.
func believed(told *store.OutboxTold) *store.OutboxTold {
	if told == nil || told.Last <= latestDay(told.At) {
		return told
	}
	b := *told
	b.Last = telemetry.InstantOf(told.At).Day()
	return &b
}

// latestDay is the last day that a right clock can state, wherever it is.
func latestDay(now time.Time) telemetry.Day { return telemetry.InstantOf(now).Day() + 1 }

// reasonsFor gives why a finding is to be told again, or at all.
func reasonsFor(f *hunt.Finding, told *store.OutboxTold, first, last telemetry.Day, now time.Time) (why uint8) {
	if told == nil {
		return reasonNew
	}
	if f.Level > told.Level {
		why |= reasonRaised
	}
	if first != 0 && (told.First == 0 || first < told.First) {
		why |= reasonEarlier
	}
	if last > told.Last && !sameDay(now, told.At) {
		why |= reasonDay
	}
	return why
}

func sameDay(a, b time.Time) bool {
	return a.UTC().Truncate(24 * time.Hour).Equal(b.UTC().Truncate(24 * time.Hour))
}

// activeDays gives the first and the last day of a finding, 0 when none is dated. A day after tomorrow is that of a clock
// that is wrong: no real one would ever be newer.
func activeDays(f *hunt.Finding, now time.Time) (first, last telemetry.Day) {
	latest := latestDay(now)
	for i := range f.Days {
		if d := f.Days[i].Day; d > 0 && d <= latest {
			if first == 0 {
				first = d
			}
			last = max(last, d)
		}
	}
	return first, last
}

// items gives an item for each route that wants a finding, so that each sink is told once: by the first route that
// may carry it, or else by the first that may carry a pointer to it.
func (j *judge) items(f *hunt.Finding, why uint8, now time.Time) (out []store.OutboxItem) {
	marking := message.Marking(f)
	reached := map[string]bool{}
	for _, carried := range []bool{true, false} {
		for _, r := range j.routes {
			if r.carries(marking) != carried || !r.wants(f, j.name) {
				continue
			}
			sinks := slices.DeleteFunc(slices.Clone(r.to), func(s string) bool { return reached[s] })
			if len(sinks) == 0 {
				continue
			}
			for _, s := range sinks {
				reached[s] = true
			}
			out = append(out, store.OutboxItem{
				Route: r.name, Sinks: strings.Join(sinks, ","), Key: keyOf(r, f, carried), Finding: f.ID, Reasons: why, Level: f.Level, At: now,
			})
		}
	}
	return out
}

// keyAlarm begins the keys of alarms.
const keyAlarm = "alarm "

// keyOf gives what findings have in common that become one message: their value or their rule. A pointer shares its message with none.
func keyOf(r *route, f *hunt.Finding, carried bool) string {
	switch {
	case r.group == 0:
		return "finding " + hex.EncodeToString(f.ID[:])
	case !carried:
		return "pointer"
	}
	if f.Rule != nil {
		return message.Rule(f)
	}
	return "value " + f.Value.Kind().String() + " " + f.Value.String()
}
