package correlate

import (
	"time"

	"stormglass/internal/telemetry"
)

// take gives a match to a group of n, whose time has come.
func (c *Correlator) take(n *node, key []byte, e entry, doubt time.Duration) {
	n.stats.Counted++
	if doubt > n.spec.Timespan {
		n.stats.Vague++
	}
	c.expire(n, e.at, 4)
	g := n.groups[string(key)]
	if g != nil && e.at-g.last > n.span {
		c.close(n, g)
		g = nil
	}
	if g == nil {
		g = c.open(n, string(key), e.at)
	}
	if c.limits.Live {
		n.history.push(g.key, e, doubt)
		if c.past++; c.past > c.limits.History+c.limits.History/8 || c.past&1023 == 0 && c.pastBytes() > int64(c.limits.History)*mostPast {
			c.trim()
		}
	}
	g.take(n, e, doubt, c)
	c.settle(n, g)
	if n.whole && g.judged {
		c.ripen(n, g)
	}
}

// settle accounts for what g has become, and makes room.
func (c *Correlator) settle(n *node, g *group) {
	n.tiers[g.tier].remove(g)
	g.tier = tierOf(g.win.held())
	n.tiers[g.tier].push(g)
	size := g.size()
	c.bytes += size - int64(g.bytes)
	g.bytes = int32(size)
	if c.groups > c.limits.Groups || c.bytes > c.limits.Bytes {
		c.makeRoom(g)
	}
}

func (c *Correlator) open(n *node, key string, at telemetry.Instant) *group {
	g := &group{key: key, win: newWindow(n.spec.Type), since: at, last: at}
	n.groups[key] = g
	n.tiers[0].push(g)
	c.groups++
	if n.whole {
		c.await(n, due{at + n.span, g})
	}
	return g
}

// close ends a group that was quiet for longer than a timespan.
func (c *Correlator) close(n *node, g *group) {
	if g.told != nil {
		c.ended(n, g)
		if c.limits.Live {
			n.closed.push(spell{g.key, g.told.first, g.last})
		}
	}
	delete(n.groups, g.key)
	n.tiers[g.tier].remove(g)
	g.gone = true
	c.groups--
	c.bytes -= int64(g.bytes)
}

// expire closes up to most groups of n that have been quiet for longer than a timespan at the time to.
func (c *Correlator) expire(n *node, to telemetry.Instant, most int) {
	for i := range n.tiers {
		for g := n.tiers[i].first; g != nil && to-g.last > n.span && most > 0; g = n.tiers[i].first {
			c.close(n, g)
			most--
		}
	}
}

// makeRoom gives up groups as doc.go states, but never g, which was just active.
func (c *Correlator) makeRoom(g *group) {
	n := c.crowded()
	for range max(len(n.groups)/128, 1) {
		t := n.largestTier()
		old := n.tiers[t].first
		if old == nil || old == g {
			break
		}
		n.stats.Evicted++
		n.stats.EvictedOf[t]++
		c.close(n, old)
	}
}

// crowded is the rule with most groups.
func (c *Correlator) crowded() *node {
	most := c.nodes[0]
	for _, n := range c.nodes {
		if len(n.groups) > len(most.groups) {
			most = n
		}
	}
	return most
}

// await keeps the order of n.due. New ones come in it but for those that late matches make.
func (c *Correlator) await(n *node, d due) {
	n.due.push(d)
	q := n.due.live()
	for i := len(q) - 1; i > 0 && q[i-1].at > q[i].at; i-- {
		q[i-1], q[i] = q[i], q[i-1]
	}
	c.next = min(c.next, q[0].at)
}

// ripen has a complete window of g decided when the instant is over.
func (c *Correlator) ripen(n *node, g *group) {
	if q := n.ripe.live(); len(q) > 0 && newestDue(q) == (due{g.last, g}) {
		return
	}
	n.ripe.push(due{g.last, g})
	c.next = min(c.next, g.last)
}

func newestDue(q []due) due { return q[len(q)-1] }

// judge decides all complete windows that end before to, in the order of their ends and, of one instant, those of rules that are
// referred to first.
func (c *Correlator) judge(to telemetry.Instant) {
	for c.next < to {
		n, q := c.soonest()
		if n == nil || c.next >= to {
			return
		}
		d := q.live()[0]
		q.drop(1)
		d.g.judge(n, d.at, c)
		size := d.g.size()
		c.bytes += size - int64(d.g.bytes)
		d.g.bytes = int32(size)
		c.raise()
	}
}

// soonest gives where the next decision stands, and sets c.next to its time. Decisions about groups that were closed are dropped.
func (c *Correlator) soonest() (of *node, at *queue[due]) {
	c.next = never
	for _, n := range c.whole {
		for n.due.len() > 0 && (n.due.live()[0].g.gone || n.due.live()[0].g.judged) {
			n.due.drop(1)
		}
		for n.ripe.len() > 0 && n.ripe.live()[0].g.gone {
			n.ripe.drop(1)
		}
		for _, q := range []*queue[due]{&n.due, &n.ripe} {
			if q.len() > 0 && q.live()[0].at < c.next {
				c.next, of, at = q.live()[0].at, n, q
			}
		}
	}
	return of, at
}
