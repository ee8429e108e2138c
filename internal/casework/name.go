package casework

import (
	"cmp"
	"crypto/sha256"
	"maps"
	"slices"
	"strconv"
	"time"

	"stormglass/internal/hunt"
)

// Kept is what is kept of an incident: its id, and which findings it had last. One without findings is over.
type Kept struct {
	ID       ID
	Made     time.Time        // when it was named
	Into     ID               // the incident that it became part of; zero: none
	Findings []hunt.FindingID // sorted
}

// Equal reports whether the same is kept. Both are in the order of ids.
func Equal(a, b []Kept) bool {
	return slices.EqualFunc(a, b, func(a, b Kept) bool {
		return a.ID == b.ID && a.Made.Equal(b.Made) && a.Into == b.Into && slices.Equal(a.Findings, b.Findings)
	})
}

// naming gives ids to incidents.
type naming struct {
	was    map[ID]*Kept
	holder map[hunt.FindingID]ID // which incident had it last
	now    time.Time
}

// Name gives incidents their ids, by what was kept before, and what is to be kept now, in the order of ids. An incident keeps its id as
// long as findings of it are found; when two become one the id that was made earlier stays, and the other names it (Was). When one falls
// apart, its id stays with the finding that it is named for, else with most of its findings.
func Name(incidents []*Incident, was []Kept, now time.Time) []Kept {
	n := naming{was: map[ID]*Kept{}, holder: map[hunt.FindingID]ID{}, now: now}
	for i := range was {
		k := was[i]
		n.was[k.ID] = &k
		for _, f := range k.Findings {
			n.holder[f] = k.ID
		}
	}
	oldest := slices.Clone(incidents)
	slices.SortFunc(oldest, func(a, b *Incident) int { return compareItems(a.Items[0], b.Items[0]) })
	claims := n.claims(oldest)
	for _, x := range oldest { // all that keep an id first, so that no new one takes theirs
		x.ID, x.Was = n.keep(claims[x])
	}
	for _, x := range oldest {
		if x.ID == (ID{}) {
			x.ID = n.fresh(x)
		}
	}
	n.settle(oldest)
	return n.kept()
}

// claims gives for each incident the ids that are its to keep.
func (n *naming) claims(incidents []*Incident) map[*Incident][]ID {
	type stake struct {
		x        *Incident
		findings int
	}
	best := map[ID]stake{}
	for _, x := range incidents {
		had := map[ID]int{}
		for _, i := range x.Items {
			if id, ok := n.holder[i.ID]; ok {
				had[id]++
				if hunt.FindingID(id) == i.ID {
					had[id] += len(n.holder) // named for it
				}
			}
		}
		for id, findings := range had {
			if findings > best[id].findings {
				best[id] = stake{x, findings}
			}
		}
	}
	out := map[*Incident][]ID{}
	for id, s := range best {
		out[s.x] = append(out[s.x], id)
	}
	return out
}

// keep chooses among the ids of an incident the one that was made first; the others become part of it.
func (n *naming) keep(ids []ID) (id ID, others []ID) {
	if len(ids) == 0 {
		return ID{}, nil
	}
	slices.SortFunc(ids, func(a, b ID) int { return cmp.Or(n.was[a].Made.Compare(n.was[b].Made), slices.Compare(a[:], b[:])) })
	for _, o := range ids[1:] {
		n.was[o].Into = ids[0]
	}
	return ids[0], ids[1:]
}

// fresh makes an id: that of the oldest finding whose id no incident has.
func (n *naming) fresh(x *Incident) ID {
	id := ID{}
	for _, i := range x.Items {
		if n.was[ID(i.ID)] == nil {
			id = ID(i.ID)
			break
		}
	}
	for try := 0; id == (ID{}) || n.was[id] != nil; try++ {
		sum := sha256.Sum256(append([]byte("v1\x00incident\x00"+strconv.Itoa(try)+"\x00"), x.Items[0].ID[:]...))
		id = ID(sum[:])
	}
	n.was[id] = &Kept{ID: id, Made: n.now}
	return id
}

// settle notes which findings each incident has now, and says of each which others became part of it. What is in no incident any more keeps
// the one that it had, so that it comes back to it when it is found again.
func (n *naming) settle(incidents []*Incident) {
	for _, x := range incidents {
		for _, i := range x.Items {
			n.holder[i.ID] = x.ID
		}
	}
	for f, id := range n.holder {
		n.holder[f] = n.last(id)
	}
	parts := map[ID][]ID{}
	for id, k := range n.was {
		k.Findings = nil
		if into := n.last(id); into != id {
			k.Into = into
			parts[into] = append(parts[into], id)
		}
	}
	for f, id := range n.holder {
		n.was[id].Findings = append(n.was[id].Findings, f)
	}
	for _, x := range incidents {
		x.Was = parts[x.ID]
		slices.SortFunc(x.Was, func(a, b ID) int { return slices.Compare(a[:], b[:]) })
	}
}

// last follows an id to the incident that it became part of in the end.
func (n *naming) last(id ID) ID {
	for range len(n.was) {
		k := n.was[id]
		if k == nil || k.Into == (ID{}) || n.was[k.Into] == nil {
			break
		}
		id = k.Into
	}
	return id
}

func (n *naming) kept() []Kept {
	out := make([]Kept, 0, len(n.was))
	for _, id := range slices.SortedFunc(maps.Keys(n.was), func(a, b ID) int { return slices.Compare(a[:], b[:]) }) {
		k := *n.was[id]
		slices.SortFunc(k.Findings, func(a, b hunt.FindingID) int { return slices.Compare(a[:], b[:]) })
		out = append(out, k)
	}
	return out
}
