package correlate

import (
	"time"

	"stormglass/internal/telemetry"
)

// group is what is kept of the matches with the same values of group-by.
type group struct {
	key        string
	prev, next *group
	win        window
	told       *told
	since      telemetry.Instant // first match after a pause, or after an episode was cut
	last       telemetry.Instant
	matches    uint64 // from since to last
	doubt      time.Duration
	bytes      int32
	tier       uint8
	judged     bool // the first complete window was decided
	gone       bool
}

// told is an episode that was found.
type told struct {
	at, first telemetry.Instant // when it began to hold; the first match of that window
	number    float64
	estimate  bool
	late      bool
	members   []entry
}

// bytes that a group and an entry of it take, with their share of maps, texts and room that is not used.
const (
	bytesGroup = 352
	bytesEntry = 64
)

func (g *group) size() int64 {
	n := bytesGroup + int64(len(g.key)) + int64(g.win.held())*bytesEntry
	if g.told != nil {
		n += 64 + int64(len(g.told.members))*bytesEntry
	}
	return n
}

// hearer is told what happens to a group while it takes matches.
type hearer interface {
	// holds: the condition holds at a time, with e the match that brought it; fresh: an episode begins.
	holds(n *node, g *group, at telemetry.Instant, e entry, fresh bool)
	// ended: the episode of g is over. g.told is still there.
	ended(n *node, g *group)
}

// take adds e, which is not before anything that g has, and not after a pause. Where complete windows are decided that is left to the
// caller, since more may come for the same instant.
func (g *group) take(n *node, e entry, doubt time.Duration, h hearer) {
	if g.told != nil && e.at-g.told.at > 24*n.span {
		h.ended(n, g)
		g.told = nil
		g.since, g.matches = e.at, 0
	}
	g.win.expire(before(e.at, n.span))
	g.win.add(n, e)
	g.last = e.at
	g.matches += uint64(max(e.n, 1))
	g.doubt = max(g.doubt, doubt)
	if g.told != nil && len(g.told.members) < Members {
		g.told.members = append(g.told.members, e)
	}
	if !n.whole {
		g.decide(n, e.at, e, h)
	}
}

// decide looks whether the condition holds at a time, with e the match that brought it.
func (g *group) decide(n *node, at telemetry.Instant, e entry, h hearer) {
	x := g.win.number(n)
	if !n.holds(x) {
		return
	}
	fresh := g.told == nil
	if fresh {
		g.told = &told{at: at, first: e.at, number: x, estimate: g.win.estimate()}
		g.win.each(func(m *entry) {
			g.told.first = min(g.told.first, m.at)
			if len(g.told.members) < Members {
				g.told.members = append(g.told.members, *m)
			}
		})
	} else if x > g.told.number {
		g.told.number, g.told.estimate = x, g.win.estimate()
	}
	h.holds(n, g, at, e, fresh)
}

// judge decides a complete window that ends at a time.
func (g *group) judge(n *node, at telemetry.Instant, h hearer) {
	g.judged = true
	g.decide(n, at, g.win.last(), h)
}
