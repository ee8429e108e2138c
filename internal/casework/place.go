package casework

import (
	"slices"

	"stormglass/internal/hunt"
)

// place is what was found of one device.
type place struct {
	narrow []*node // of whom nothing is found on other devices
	few    []*node // of whoever was on a few devices
	many   []*node // of whoever was on many
}

// places joins what is about one device. Who was on other devices too is joined by one device to nobody else who was, but to what else
// began there within an hour, and, who was on a few devices only, to what else is found there and is nearest to nobody else of them.
func (g *grouping) places() {
	g.measure()
	for _, t := range g.sorted {
		own := g.things[t].own()
		if t.Kind != Device || len(own) == 0 {
			continue
		}
		p := g.placeOf(own)
		p.meet()
		p.narrow = p.sessions(slices.Concat(p.few, p.many))
		trackOf(p.narrow).chain(Gap)
		p.nearest()
		g.note(t, own...)
	}
}

// measure counts the devices that trees are about, before any is joined by one.
func (g *grouping) measure() {
	about := map[*node]map[Thing]bool{}
	for _, n := range g.nodes {
		if n.About.Kind != Device || n.About.Name == "" || !n.connects() {
			continue
		}
		r := n.root()
		if about[r] == nil {
			about[r] = map[Thing]bool{}
		}
		about[r][n.About] = true
	}
	g.devices = map[*node]int{}
	for _, n := range g.nodes {
		g.devices[n] = len(about[n.root()])
	}
}

// placeOf parts what was found of a device. What is claimed stands for nothing here.
func (g *grouping) placeOf(own []*node) (p place) {
	for _, n := range own {
		switch devices := g.devices[n]; {
		case devices < 2:
			p.narrow = append(p.narrow, n)
		case n.claimed:
		case devices <= crowdFew:
			p.few = append(p.few, n)
		default:
			p.many = append(p.many, n)
		}
	}
	return p
}

// meet joins those who were on a few devices, where something medium and above of both began on this one within an hour.
func (p *place) meet() {
	var all []*node
	for _, n := range p.few {
		if n.Level >= hunt.Medium {
			all = append(all, n)
		}
	}
	t := trackOf(all)
	for i := 1; i < len(t.at); i++ {
		if after(t.at[i-1].first, t.at[i].first) <= session {
			join(t.at[i-1].node, t.at[i].node)
		}
	}
}

// sessions joins what began within an hour of what somebody did here, and gives the rest.
func (p *place) sessions(who []*node) (rest []*node) {
	t := trackOf(who)
	for _, tree := range trees(p.narrow) {
		var best *node
		least := session + 1
		for _, n := range tree {
			if x, away := t.begins(n, session); x != nil && away < least {
				best, least = x, away
			}
		}
		if best == nil {
			rest = append(rest, tree...)
			continue
		}
		join(best, tree[0])
	}
	slices.SortFunc(rest, func(a, b *node) int { return compareItems(a.Item, b.Item) })
	return rest
}

// nearest joins what is of nobody else to whoever on a few devices was here nearest in time.
func (p *place) nearest() {
	t := trackOf(p.few)
	for _, tree := range trees(p.narrow) {
		var best *node
		least := Gap + 1
		for _, n := range tree {
			if x, away := t.nearest(n, Gap); x != nil && away < least {
				best, least = x, away
			}
		}
		if best != nil {
			join(best, tree[0])
		}
	}
}

// trees parts nodes by the tree that they are of, as they are now, in the order of the first ones.
func trees(nodes []*node) (out [][]*node) {
	at := map[*node]int{}
	for _, n := range nodes {
		r := n.root()
		k, ok := at[r]
		if !ok {
			k = len(out)
			at[r] = k
			out = append(out, nil)
		}
		out[k] = append(out[k], n)
	}
	return out
}
