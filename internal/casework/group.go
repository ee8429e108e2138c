package casework

import (
	"maps"
	"slices"
	"time"

	"stormglass/internal/hunt"
	"stormglass/internal/telemetry"
)

// Bounds within which findings belong together (docs/incidents.md).
const (
	// Gap is the longest pause between findings about one thing.
	Gap = 14 * 24 * time.Hour
	// A thing that more subjects share than this is a crowd's: a scanner, a resolver, a collector, an address that many stand behind.
	crowdMost = 32
	// Up to this many subjects may share a thing however few there are.
	crowdFew = 8
	// A subject that met more indicators than this stands for many (a translator of addresses, a resolver): they do not join by it.
	crowdIndicators = 32
)

// sharing is who shares a thing.
type sharing struct {
	about  []*node // findings that are about it
	others []*node // findings that name it besides
}

// node is an item of the union-find.
type node struct {
	*Item
	parent *node // of a tree; itself at the root
	loose  bool  // it joins by no subject, since too many stand behind that
}

// root finds the tree's root, and shortens the way to it.
func (n *node) root() *node {
	for n.parent != n {
		n.parent = n.parent.parent
		n = n.parent
	}
	return n
}

// join puts two trees together; the older root stays.
func join(a, b *node) {
	if a, b = a.root(), b.root(); a != b {
		if compareItems(a.Item, b.Item) > 0 {
			a, b = b, a
		}
		b.parent = a
	}
}

// grouping is one computation.
type grouping struct {
	nodes    []*node // in the order of compareItems
	things   map[Thing]*sharing
	subjects int // distinct ones of what connects
	joined   map[Thing][]*node
}

// Group gives the incidents that items make, what matters most first. It does not depend on the order of the items.
func Group(items []*Item) []*Incident {
	g := &grouping{things: map[Thing]*sharing{}, joined: map[Thing][]*node{}}
	for _, i := range items {
		n := &node{Item: i}
		n.parent = n
		g.nodes = append(g.nodes, n)
	}
	slices.SortFunc(g.nodes, func(a, b *node) int { return compareItems(a.Item, b.Item) })
	g.index()
	things := slices.SortedFunc(maps.Keys(g.things), compareThings)
	for _, t := range things {
		g.connect(t, g.things[t])
	}
	g.attach()
	return g.incidents()
}

func (g *grouping) index() {
	at := func(t Thing) *sharing {
		s := g.things[t]
		if s == nil {
			s = &sharing{}
			g.things[t] = s
		}
		return s
	}
	subjects := map[Thing]bool{}
	for _, n := range g.nodes {
		if n.About.Name != "" {
			s := at(n.About)
			s.about = append(s.about, n)
			subjects[n.About] = subjects[n.About] || n.connects()
		}
		for _, t := range n.Others {
			s := at(t)
			s.others = append(s.others, n)
		}
	}
	for _, connects := range subjects {
		if connects {
			g.subjects++
		}
	}
	for _, s := range g.things {
		s.loosen()
	}
}

// loosen marks findings of indicators about a subject that met too many of them.
func (s *sharing) loosen() {
	var met []*node
	for _, n := range s.about {
		if n.Rule == nil && n.connects() {
			met = append(met, n)
		}
	}
	if len(met) > crowdIndicators { // one finding each: about one subject no two are of the same value
		for _, n := range met {
			n.loose = true
		}
	}
}

// members gives the findings that a thing makes belong together, of which each connects; in their order.
func (g *grouping) members(t Thing, s *sharing) (out []*node) {
	for _, n := range s.about {
		if n.connects() && !n.loose {
			out = append(out, n)
		}
	}
	least := hunt.Low
	if t.Kind != Peer { // accounts and machines of ours are used in everyday work too
		least = hunt.Medium
	}
	anchored := slices.ContainsFunc(out, func(n *node) bool { return n.Level >= least })
	if t.Kind == Device && !anchored || g.crowd(t, s, false) { // the other end of ours matters where something was found of it
		return out
	}
	for _, n := range s.others {
		if n.connects() && n.Level >= least {
			out = append(out, n)
		}
	}
	slices.SortFunc(out, func(a, b *node) int { return compareItems(a.Item, b.Item) })
	return out
}

// crowd reports whether too many subjects share a thing for it to say anything: among the findings that connect, or among all.
func (g *grouping) crowd(t Thing, s *sharing, all bool) bool {
	n := subjectsOf(s.others, all)
	if t.Kind == Device && n > crowdFew { // a jump host, a server that all machines use
		return true
	}
	return n > crowdMost || n > crowdFew && n*2 > g.subjects
}

// subjectsOf counts the subjects of findings, of those that connect or of all; those without one count each by itself.
func subjectsOf(nodes []*node, all bool) int {
	known, without := map[Thing]bool{}, 0
	for _, n := range nodes {
		switch {
		case !all && !n.connects():
		case n.About.Name == "":
			without++
		default:
			known[n.About] = true
		}
	}
	return len(known) + without
}

// connect joins the findings that share a thing, those that no pause longer than Gap parts.
func (g *grouping) connect(t Thing, s *sharing) {
	var until telemetry.Instant
	var before *node
	for _, n := range g.members(t, s) {
		if before != nil && n.First.Time().Sub(until.Time()) <= Gap {
			join(before, n)
		}
		g.joined[t] = append(g.joined[t], n)
		before, until = n, max(until, n.Last, n.First)
	}
}

// attach lets findings that do not connect join: each one incident, the nearest in time that shares with it what it is about, else anything
// that no crowd shares.
func (g *grouping) attach() {
	for _, n := range g.nodes {
		if n.connects() {
			continue
		}
		best := n.nearest(g.joined[n.About])
		for _, t := range n.Others {
			if best == nil && !g.crowd(t, g.things[t], true) {
				best = n.nearest(g.joined[t])
			}
		}
		if best != nil {
			n.parent = best.root()
		}
	}
}

// nearest gives the finding that is nearest in time, within Gap; of one without a time the last.
func (n *node) nearest(among []*node) (best *node) {
	least := Gap + 1
	for _, x := range among {
		if !n.First.Known() {
			best = x
			continue
		}
		if away := apart(n.Finding, x.Finding); away < least {
			best, least = x, away
		}
	}
	return best
}

// apart gives the pause between two findings, 0 when they overlap.
func apart(a, b *hunt.Finding) time.Duration {
	return max(0, a.First.Time().Sub(max(b.Last, b.First).Time()), b.First.Time().Sub(max(a.Last, a.First).Time()))
}
