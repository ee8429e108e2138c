package casework

import (
	"slices"
	"time"

	"stormglass/internal/hunt"
)

// place is what was found of one device.
type place struct {
	narrow []*node // of whom nothing is found on other devices
	few    []*node // of whoever was on a few devices
	many   []*node // of whoever was on many
}

// places joins what is about one device. Who was on other devices too is joined by one device to nobody else who was, but to what else
// began there within an hour, and, who was on a few devices only, to what names no account within some days: each to the nearest.
func (g *grouping) places() {
	g.measure()
	for _, t := range g.sorted {
		own := g.things[t].own()
		if t.Kind != Device || len(own) == 0 {
			continue
		}
		p := g.placeOf(own)
		p.meet()
		p.narrow = joinEach(p.narrow, trackOf(slices.Concat(p.few, p.many)), session)
		free, named := p.free(g)
		p.narrow = append(joinEach(free, trackOf(p.few), visit), named...)
		slices.SortFunc(p.narrow, func(a, b *node) int { return compareItems(a.Item, b.Item) })
		trackOf(p.narrow).chain(Gap)
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
	g.accounts = map[*node]bool{}
	for _, n := range g.nodes {
		if n.About.Kind == Account && n.About.Name != "" || n.Level >= hunt.Medium && n.named(Account) > 0 {
			g.accounts[n.root()] = true
		}
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

// free parts what stands alone: findings of trees that name no account, and the others.
func (p *place) free(g *grouping) (free, named []*node) {
	for _, n := range p.narrow {
		if g.accounts[n.root()] {
			named = append(named, n)
		} else {
			free = append(free, n)
		}
	}
	return free, named
}

// joinEach joins each tree of nodes to what began nearest to any of it, and gives those that nobody is near to.
func joinEach(nodes []*node, who *track, most time.Duration) (rest []*node) {
	for _, tree := range trees(nodes) {
		var best *node
		least := most + 1
		for _, n := range tree {
			if x, away := who.begins(n, most); x != nil && away < least {
				best, least = x, away
			}
		}
		if best == nil {
			rest = append(rest, tree...)
			continue
		}
		join(best, tree[0])
	}
	return rest
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
