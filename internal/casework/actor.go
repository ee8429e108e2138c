package casework

import (
	"slices"

	"stormglass/internal/hunt"
)

// Who is named in a finding together with more accounts, peers or machines than this did not do it alone: they do not join by it.
const (
	maxAccounts = 3
	maxPeers    = 8
	maxMachines = 2
)

// actors joins what names the same account, the same peer, or a machine of ours that reaches others.
func (g *grouping) actors() {
	for _, t := range g.sorted {
		s := g.things[t]
		switch t.Kind {
		case Account:
			g.account(t, s)
		case Peer:
			g.peer(t, s)
		case Device:
		}
	}
	for _, t := range g.sorted { // when it is known what is claimed: a machine that was only reached reaches nobody
		if t.Kind == Device {
			g.machine(t, g.things[t])
		}
	}
	g.daily()
}

// together joins what follows each other without a long pause, and notes by what.
func (g *grouping) together(t Thing, nodes []*node) {
	slices.SortFunc(nodes, func(a, b *node) int { return compareItems(a.Item, b.Item) })
	trackOf(nodes).chain(Gap)
	g.note(t, nodes...)
}

func (g *grouping) note(t Thing, nodes ...*node) {
	all := append(g.joined[t], nodes...)
	slices.SortFunc(all, func(a, b *node) int { return compareItems(a.Item, b.Item) })
	g.joined[t] = slices.Compact(all)
}

// account joins what is found about an account, and what it did on others that is medium and above: accounts are used in everyday work.
func (g *grouping) account(t Thing, s *sharing) {
	var did []*node
	for _, n := range s.others {
		if n.connects() && n.Level >= hunt.Medium && n.named(Account) <= maxAccounts {
			did = append(did, n)
		}
	}
	if subjectsOf(did, false) <= crowdMost {
		g.together(t, append(s.own(), did...))
		return
	}
	g.together(t, s.own())
	g.mass(t, did)
}

// peer joins who met one peer. Where many did, that is a thing of its own: they are together, and claimed.
func (g *grouping) peer(t Thing, s *sharing) {
	var met []*node
	for _, n := range s.others {
		if n.connects() && n.named(Peer) <= maxPeers {
			met = append(met, n)
		}
	}
	switch {
	case subjectsOf(met, false) <= crowdFew:
		g.together(t, append(s.own(), met...))
	case !g.crowd(s, false):
		claim(met)
		g.together(t, append(s.own(), met...))
	default:
		g.together(t, s.own())
		g.mass(t, met)
	}
}

// mass joins what a crowd shares by rule or indicator: one thing that was found of many is one thing to look at.
func (g *grouping) mass(t Thing, nodes []*node) {
	for _, same := range byWhat(nodes) {
		if subjectsOf(same, false) > crowdFew {
			claim(same)
			g.together(t, same)
		}
	}
}

// machine joins to a machine of ours, of which something medium was found, what it did to others within a day: an intruded machine, not
// the jump host of all. Where it did one thing to many, those are claimed.
func (g *grouping) machine(t Thing, s *sharing) {
	var own, reached []*node
	rules := map[string]bool{}
	for _, n := range s.own() {
		if n.Level >= hunt.Medium && !n.claimed {
			own = append(own, n)
			rules[n.What()] = true
		}
	}
	if len(own) == 0 {
		return
	}
	at := trackOf(own)
	for _, n := range s.others {
		if n.connects() && n.Level >= hunt.Medium && n.named(Device) <= maxMachines && at.within(n, reach) {
			reached = append(reached, n)
		}
	}
	if subjectsOf(reached, false) > crowdFew {
		var mass []*node
		for _, same := range byWhat(reached) {
			if rules[same[0].What()] || subjectsOf(same, false) > crowdFew {
				mass = append(mass, same...)
			}
		}
		claim(mass)
		reached = mass
	}
	for _, n := range reached {
		x, _ := at.nearest(n, reach)
		join(x, n)
	}
	g.note(t, append(own, reached...)...)
}

// deeds are the times of what accounts did on devices that is medium and above.
type deeds struct {
	g  *grouping
	at map[[2]Thing]*track
}

// daily joins what accounts did that is below medium to what the same account did on the same device that is more: each to one.
func (g *grouping) daily() {
	d := deeds{g: g, at: map[[2]Thing]*track{}}
	for _, n := range g.nodes {
		if !n.connects() || n.Level >= hunt.Medium || n.size > 1 || n.About.Name == "" || n.parent != n {
			continue
		}
		var best *node
		var by Thing
		least := Gap + 1
		for _, t := range n.Others {
			if t.Kind != Account {
				continue
			}
			if x, away := d.of(t, n.About).nearest(n, Gap); x != nil && away < least {
				best, least, by = x, away, t
			}
		}
		if best != nil {
			join(best, n)
			g.note(by, n)
		}
	}
}

func (d *deeds) of(account, place Thing) *track {
	k := [2]Thing{account, place}
	if d.at[k] == nil {
		var did []*node
		for _, n := range d.g.joined[account] {
			if n.Level >= hunt.Medium && n.About == place {
				did = append(did, n)
			}
		}
		d.at[k] = trackOf(did)
	}
	return d.at[k]
}

// named says how many things of a kind a finding names besides what it is about.
func (i *Item) named(k ThingKind) (n int) {
	for _, t := range i.Others {
		if t.Kind == k {
			n++
		}
	}
	return n
}

func claim(nodes []*node) {
	for _, n := range nodes {
		n.claimed = true
	}
}

// byWhat parts findings by rule or indicator, in the order of their first ones.
func byWhat(nodes []*node) (out [][]*node) {
	at := map[string]int{}
	for _, n := range nodes {
		k, ok := at[n.What()]
		if !ok {
			k = len(out)
			at[n.What()] = k
			out = append(out, nil)
		}
		out[k] = append(out[k], n)
	}
	return out
}
