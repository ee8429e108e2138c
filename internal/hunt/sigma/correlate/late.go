package correlate

import (
	"cmp"
	"math"
	"slices"

	"stormglass/internal/telemetry"
)

// takeLate correlates again the groups of matches that came late.
func (c *Correlator) takeLate() error {
	if len(c.late.items) == 0 {
		return nil
	}
	err := c.late.takeUntil(never, func(record []byte) error {
		m, err := c.decode(record)
		if err != nil {
			return err
		}
		for i := range m.base.edges {
			c.enterLate(&m.base.edges[i], &m)
		}
		return nil
	})
	for _, n := range c.nodes {
		c.again(n)
	}
	return err
}

func (c *Correlator) enterLate(ed *edge, m *given) {
	n := ed.to
	if c.mark-m.at > telemetry.Instant(c.limits.Lateness) {
		n.stats.TooLate++
		return
	}
	if e, ok := c.enter(ed, m); ok {
		n.late = append(n.late, past{string(c.key), e, m.doubt})
		n.stats.Late++
		n.stats.Counted++
	}
}

// again takes all that is kept of the groups of late matches once more, in the order of time.
func (c *Correlator) again(n *node) {
	if len(n.late) == 0 {
		return
	}
	late := map[string][]past{}
	for _, p := range n.late {
		late[p.key] = append(late[p.key], p)
	}
	c.past += len(n.late)
	kept := n.merge(late)
	keys := make([]string, 0, len(late))
	for k := range late {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	for _, k := range keys {
		s := second{c: c, late: late[k]}
		s.run(n, kept[k])
		c.replace(n, &s)
	}
}

// merge puts the late matches into the history, and gives all that it holds of their groups.
func (n *node) merge(late map[string][]past) map[string][]past {
	come := n.late
	n.late = nil
	slices.SortStableFunc(come, func(a, b past) int { return cmp.Compare(a.e.at, b.e.at) })
	var merged history
	all := map[string][]past{}
	add := func(until telemetry.Instant) {
		for len(come) > 0 && come[0].e.at < until {
			p := come[0]
			merged.push(p.key, p.e, p.doubt)
			all[p.key] = append(all[p.key], p)
			come = come[1:]
		}
	}
	n.history.each(func(key []byte, k *kept) bool {
		add(k.e.at)
		if of, ok := late[string(key)]; ok {
			text := of[0].key
			all[text] = append(all[text], past{text, k.e, k.doubt})
		}
		merged.pushBytes(key, k.e, k.doubt)
		return true
	})
	add(never)
	n.history = merged
	return all
}

// second is a group that is gone through for a second time.
type second struct {
	c    *Correlator
	late []past
	g    *group
}

func (s *second) run(n *node, kept []past) {
	for i, p := range kept {
		s.judge(n, p.e.at)
		if s.g != nil && p.e.at-s.g.last > n.span {
			s.end(n)
		}
		if s.g == nil {
			s.g = &group{key: p.key, win: newWindow(n.spec.Type), since: p.e.at, last: p.e.at}
		}
		s.g.take(n, p.e, p.doubt, s)
		if n.whole && s.g.judged && (i+1 == len(kept) || kept[i+1].e.at > p.e.at) {
			s.g.judge(n, p.e.at, s)
		}
	}
	s.judge(n, s.c.mark+1)
	if s.g != nil && s.c.mark-s.g.last > n.span {
		s.end(n)
	}
}

func (s *second) judge(n *node, to telemetry.Instant) {
	if g := s.g; g != nil && n.whole && !g.judged && g.since+n.span < to {
		g.judge(n, g.since+n.span, s)
	}
}

func (s *second) end(n *node) {
	if s.g.told != nil {
		s.ended(n, s.g)
	}
	s.g = nil
}

// holds implements hearer: what holds with a late match, and was not found before, is found now.
func (s *second) holds(n *node, g *group, at telemetry.Instant, e entry, fresh bool) {
	if fresh && s.brought(g.told.first, at) && !s.known(n, g, at) {
		g.told.late = true
		n.stats.Found++
		s.c.tell(n, g, false)
	}
	if !g.told.late {
		return
	}
	for i := range n.up {
		if ed := &n.up[i]; fresh || ed.to.presence() {
			m := matchOf(&rise{from: n, group: g, edge: ed, at: at, e: e})
			s.c.enterAgain(ed, &m)
		}
	}
}

// enterAgain leads what was found late into the correlation of ed, in its time or as late.
func (c *Correlator) enterAgain(ed *edge, m *given) {
	if m.at <= c.mark {
		c.enterLate(ed, m)
		return
	}
	if e, ok := c.enter(ed, m); ok { // only of Finish: the mark is behind what was taken
		ed.to.late = append(ed.to.late, past{string(c.key), e, m.doubt})
	}
}

// brought says whether one of the late matches lies between two times.
func (s *second) brought(first, last telemetry.Instant) bool {
	return slices.ContainsFunc(s.late, func(p past) bool { return first <= p.e.at && p.e.at <= last })
}

// known says whether an episode was found that touches the one that begins.
func (s *second) known(n *node, g *group, at telemetry.Instant) bool {
	touches := func(first, last telemetry.Instant) bool { return g.told.first <= last+n.span && at >= first-n.span }
	if live := n.groups[g.key]; live != nil && live.told != nil && touches(live.told.first, live.last) {
		return true
	}
	return slices.ContainsFunc(n.closed.live(), func(sp spell) bool { return sp.key == g.key && touches(sp.first, sp.last) })
}

// ended implements hearer.
func (s *second) ended(n *node, g *group) {
	if g.told.late {
		s.c.tell(n, g, true)
		n.closed.push(spell{g.key, g.told.first, g.last})
	}
}

// replace puts what a second run ended with in the place of what the group held.
func (c *Correlator) replace(n *node, s *second) {
	g := s.g
	if g == nil {
		return
	}
	if g.told != nil && !g.told.late {
		g.told = nil
	}
	live := n.groups[g.key]
	if live == nil {
		live = c.open(n, g.key, g.since)
		live.matches, live.last = g.matches, g.last
	} else {
		live.matches += uint64(len(s.late))
		live.last, live.since = max(live.last, g.last), min(live.since, g.since)
	}
	if g.win.held() >= live.win.held() {
		live.win = g.win
	}
	if live.told == nil {
		live.told = g.told
	}
	live.doubt = max(live.doubt, g.doubt)
	live.judged = live.judged || g.judged
	c.settle(n, live)
}

// forget gives up what is kept for late matches and too old to be of use.
func (c *Correlator) forget() {
	for _, n := range c.nodes {
		from := c.mark - n.span - telemetry.Instant(c.limits.Lateness)
		k := 0
		n.history.each(func(_ []byte, p *kept) bool {
			if p.e.at < from {
				k++
				return true
			}
			return false
		})
		n.history.drop(k)
		c.past -= k
		s := n.closed.live()
		for k = 0; k < len(s) && s[k].last < from-n.span; {
			k++
		}
		n.closed.drop(k)
	}
	if c.past > c.limits.History || c.pastBytes() > int64(c.limits.History)*mostPast {
		c.trim()
	}
}

// trim keeps to Limits.History: the rule that keeps most gives up the oldest.
func (c *Correlator) trim() {
	for {
		over := c.past - c.limits.History
		if c.pastBytes() > int64(c.limits.History)*mostPast {
			over = max(over, c.past/8+1)
		}
		if over <= 0 {
			break
		}
		n := c.nodes[0]
		for _, m := range c.nodes {
			if m.history.len() > n.history.len() {
				n = m
			}
		}
		k := min(over, int(math.Ceil(float64(n.history.len())/2)))
		n.history.drop(k)
		n.stats.Forgotten += uint64(k)
		c.past -= k
	}
	for _, n := range c.nodes {
		if k := n.closed.len() - c.limits.History; k > 0 {
			n.closed.drop(k)
		}
	}
}
