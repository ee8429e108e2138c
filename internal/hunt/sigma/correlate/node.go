package correlate

import (
	"math"
	"math/bits"
	"time"

	"stormglass/internal/hunt/sigma/rule"
	"stormglass/internal/telemetry"
)

// tiers divide the groups of a rule by what they have gathered: 1 entry, 2 or 3, 4 to 7, and so on.
const tiers = 6

func tierOf(held int) uint8 { return uint8(min(max(bits.Len(uint(held))-1, 0), tiers-1)) }

// node is one correlation and its groups.
type node struct {
	number int
	rule   *rule.Rule
	spec   *rule.Correlation
	span   telemetry.Instant
	fields []string
	slots  int
	keep   int  // entries of a group
	whole  bool // it is decided on complete windows
	up     []edge

	groups  map[string]*group
	tiers   [tiers]list
	due     queue[due] // first windows that are not complete yet, in order of their end
	ripe    queue[due] // groups to decide when no more can come for the instant; none between calls
	history history
	closed  queue[spell]
	late    []past

	stats Stats
}

// due is when the first window of a group is complete.
type due struct {
	at telemetry.Instant
	g  *group
}

// past is a match that is kept for late ones.
type past struct {
	key   string
	e     entry
	doubt time.Duration
}

// spell is an episode that was found and is over.
type spell struct {
	key         string
	first, last telemetry.Instant
}

func newNode(r *rule.Rule, c *rule.Correlation, l Limits) *node {
	return &node{
		rule: r, spec: c, span: telemetry.Instant(c.Timespan), fields: c.GroupBy,
		groups: map[string]*group{}, stats: Stats{Rule: r}, keep: l.Kept,
	}
}

// tune sets what follows from the type and the condition.
func (n *node) tune(l Limits) {
	n.whole = !rising(n.spec)
	if n.whole {
		return
	}
	switch n.spec.Type {
	case rule.EventCount:
		n.keep = clamp(4*n.need(), 64, l.Kept)
	case rule.ValueCount:
		n.keep = clamp(4*n.need(), 256, l.Kept)
	case rule.Temporal:
		n.keep = mostRules
	case rule.TemporalOrdered, rule.ValueSum, rule.ValueAvg, rule.ValuePercentile, rule.ValueMedian:
	}
}

// rising says whether more matches can only bring the condition nearer.
func rising(c *rule.Correlation) bool {
	switch c.Type {
	case rule.ValueAvg, rule.ValuePercentile, rule.ValueMedian:
		return false
	case rule.EventCount, rule.ValueCount, rule.Temporal, rule.TemporalOrdered, rule.ValueSum:
	}
	for _, b := range c.Conditions {
		if b.Op != rule.Greater && b.Op != rule.GreaterOrEqual {
			return false
		}
	}
	return true
}

// need is the least count with which a rising condition holds, as far as it can be kept.
func (n *node) need() int {
	least := 1.0
	for _, b := range n.spec.Conditions {
		if b.Op == rule.Greater {
			least = math.Max(least, math.Floor(b.Number)+1)
		} else {
			least = math.Max(least, math.Ceil(b.Number))
		}
	}
	return int(math.Min(least, 1<<24))
}

func clamp(x, least, most int) int { return min(max(x, least), most) }

// holds says whether x meets the condition.
func (n *node) holds(x float64) bool {
	if math.IsNaN(x) {
		return false
	}
	if len(n.spec.Conditions) == 0 {
		return x >= float64(n.slots)
	}
	for _, b := range n.spec.Conditions {
		if !meets(x, b) {
			return false
		}
	}
	return true
}

func meets(x float64, b rule.Bound) bool {
	switch b.Op {
	case rule.Greater:
		return x > b.Number
	case rule.GreaterOrEqual:
		return x >= b.Number
	case rule.Less:
		return x < b.Number
	case rule.LessOrEqual:
		return x <= b.Number
	case rule.Equal:
		return x == b.Number
	case rule.NotEqual:
		return x != b.Number
	}
	return false
}

// presence says whether it is enough for n to see that something is there, rather than how often.
func (n *node) presence() bool { return temporal(n.spec.Type) || n.spec.Type == rule.ValueCount }

// largestTier is the tier with most groups; of equal ones that of the fewest entries.
func (n *node) largestTier() int {
	at := 0
	for i := range n.tiers {
		if n.tiers[i].n > n.tiers[at].n {
			at = i
		}
	}
	return at
}

// list is a list of groups, the one that was active last at the end.
type list struct {
	first, last *group
	n           int
}

func (l *list) push(g *group) {
	g.prev, g.next = l.last, nil
	if l.last != nil {
		l.last.next = g
	} else {
		l.first = g
	}
	l.last = g
	l.n++
}

func (l *list) remove(g *group) {
	if g.prev != nil {
		g.prev.next = g.next
	} else {
		l.first = g.next
	}
	if g.next != nil {
		g.next.prev = g.prev
	} else {
		l.last = g.prev
	}
	g.prev, g.next = nil, nil
	l.n--
}
