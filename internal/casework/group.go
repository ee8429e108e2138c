package casework

import (
	"maps"
	"slices"
	"time"
)

// Bounds within which findings belong together (docs/incidents.md).
const (
	// Gap is the longest pause between findings about one thing.
	Gap = 14 * 24 * time.Hour
	// reach is the longest pause between what is found of a machine of ours, and what it did to others.
	reach = 24 * time.Hour
	// session is how far apart things begin on a device that are of one session there.
	session = time.Hour
	// visit is how far apart things begin on a device that may be of who was on a few devices.
	visit = 3 * 24 * time.Hour
	// A thing that more subjects share than this is a crowd's: a resolver, a collector, an address that many stand behind.
	crowdMost = 32
	// Up to this many subjects may share a thing however few there are; and what is on more devices is of none of them.
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
	spans   []span
	parent  *node // of a tree; itself at the root
	size    int   // of a root: how many are in its tree
	loose   bool  // it joins by no subject, since too many stand behind that
	claimed bool  // it is one of many that somebody met: what else is found of its subject is not of them
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
		b.parent, a.size = a, a.size+b.size
	}
}

// grouping is one computation.
type grouping struct {
	nodes    []*node // in the order of compareItems
	things   map[Thing]*sharing
	sorted   []Thing
	subjects int               // distinct ones of what connects
	joined   map[Thing][]*node // what belongs together by a thing, in the order of compareItems
	devices  map[*node]int     // how many devices the tree of a node is about, before what devices join is looked at
	accounts map[*node]bool    // roots of trees that name an account, then
}

// Group gives the incidents that items make, what matters most first. It does not depend on the order of the items.
//
// First whoever did it joins: accounts, peers, machines of ours that reach others. Then places: of what is found of a device, all is one
// that nobody is named for on other devices too; it belongs to one of those at most. So two accounts that were on one device stay apart,
// and a chain of accounts and devices does not make one incident of everything.
func Group(items []*Item) []*Incident {
	g := &grouping{things: map[Thing]*sharing{}, joined: map[Thing][]*node{}}
	for _, i := range items {
		n := &node{Item: i, spans: spansOf(i.Finding)}
		n.parent, n.size = n, 1
		g.nodes = append(g.nodes, n)
	}
	slices.SortFunc(g.nodes, func(a, b *node) int { return compareItems(a.Item, b.Item) })
	g.index()
	g.actors()
	g.places()
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
	g.sorted = slices.SortedFunc(maps.Keys(g.things), compareThings)
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

// own gives the findings about a thing that connect, in their order.
func (s *sharing) own() (out []*node) {
	for _, n := range s.about {
		if n.connects() && !n.loose {
			out = append(out, n)
		}
	}
	return out
}

// crowd reports whether too many subjects share a thing for it to say anything: among the findings that connect, or among all.
func (g *grouping) crowd(s *sharing, all bool) bool {
	n := subjectsOf(s.others, all)
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

// attach lets findings that do not connect join: each one incident, the nearest in time that shares with it what it is about, else anything
// that no crowd shares.
func (g *grouping) attach() {
	tracks := map[Thing]*track{}
	nearest := func(n *node, t Thing) *node {
		all := g.joined[t]
		if len(all) == 0 {
			return nil
		}
		if len(n.spans) == 0 {
			return all[len(all)-1]
		}
		if tracks[t] == nil {
			tracks[t] = trackOf(all)
		}
		x, _ := tracks[t].nearest(n, Gap)
		return x
	}
	for _, n := range g.nodes {
		if n.connects() {
			continue
		}
		best := nearest(n, n.About)
		for _, t := range n.Others {
			if best == nil && !g.crowd(g.things[t], true) {
				best = nearest(n, t)
			}
		}
		if best != nil {
			n.parent = best.root()
		}
	}
}
