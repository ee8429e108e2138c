package outbox

import (
	"strings"
	"time"

	"stormglass/internal/store"
)

// Bounds of one message.
const (
	maxListed = 50     // findings in it
	maxNamed  = 20     // findings that a summary names
	maxMerged = 20_000 // groups that one summary takes
)

// plan says which of a route's groups become messages now, and when to look again; the zero time is: not before
// something comes. A group is due when its time is over, an alarm at once. No more messages are made than the rate
// allows, whatever span of its length one looks at. When more findings wait for the rate than the route lets wait, a message is a
// summary of all that is due.
func (r *route) plan(w store.OutboxWaiting, now time.Time) (picks []store.OutboxPick, next time.Time) {
	due, items, next := r.due(w.Groups, now)
	sent := w.Sent
	for len(sent) > 0 && !sent[0].After(now.Add(-r.rate.Per)) {
		sent = sent[1:]
	}
	room := r.rate.Count - len(sent)
	if len(due) > room && items > r.waiting {
		due, picks = r.summaries(due, max(room, 0))
	}
	for room -= len(picks); room > 0 && len(due) > 0; room-- {
		picks = append(picks, store.OutboxPick{Groups: due[:1:1], Load: maxListed})
		due = due[1:]
	}
	if len(due) > 0 {
		next = now.Add(r.rate.Per) // what is made now leaves the span then
		if len(sent) > 0 {
			next = sent[0].Add(r.rate.Per)
		}
	}
	return picks, next
}

// due gives the groups whose time is over, alarms first, how many findings they hold, and when the next one is due.
func (r *route) due(groups []store.OutboxGroup, now time.Time) (due []store.OutboxGroup, items int, next time.Time) {
	var alarms []store.OutboxGroup
	for _, g := range groups {
		at := g.First.Add(r.group)
		switch {
		case strings.HasPrefix(g.Key, keyAlarm):
			alarms = append(alarms, g)
		case !at.After(now):
			due = append(due, g)
			items += g.Items
		case next.IsZero() || at.Before(next):
			next = at
		}
	}
	return append(alarms, due...), items, next
}

// summaries gives at most so many messages: alarms first, then one summary of all findings that go to the same sinks. What is
// left is given back.
func (r *route) summaries(due []store.OutboxGroup, room int) (left []store.OutboxGroup, picks []store.OutboxPick) {
	at := map[string]int{}
	for _, g := range due {
		if strings.HasPrefix(g.Key, keyAlarm) {
			if len(picks) < room {
				picks = append(picks, store.OutboxPick{Groups: []store.OutboxGroup{g}})
			} else {
				left = append(left, g)
			}
			continue
		}
		i, ok := at[g.Sinks]
		switch {
		case ok && len(picks[i].Groups) < maxMerged:
			picks[i].Groups = append(picks[i].Groups, g)
		case !ok && len(picks) < room:
			at[g.Sinks] = len(picks)
			picks = append(picks, store.OutboxPick{Groups: []store.OutboxGroup{g}, Load: maxNamed, Summary: true})
		default:
			left = append(left, g)
		}
	}
	return left, picks
}
