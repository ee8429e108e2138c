package hops

import (
	"cmp"
	"slices"
)

// arrivals are the sessions that lead to one machine, in the order in which they began, with a tree of when they end: of hundreds of
// thousands that are over the one that lasts is found in a few steps.
type arrivals struct {
	list []session
	half int     // leaves of the tree
	ends []int64 // of node n, which is over 2n and 2n+1, the latest end; leaves are the list's
}

func (a *arrivals) index() {
	slices.SortFunc(a.list, func(a, b session) int {
		return cmp.Or(cmp.Compare(a.begin, b.begin), a.from.Compare(b.from), cmp.Compare(a.end, b.end), cmp.Compare(a.port, b.port))
	})
	a.half = 1
	for a.half < len(a.list) {
		a.half *= 2
	}
	a.ends = make([]int64, 2*a.half)
	for i := range a.ends {
		a.ends[i] = -1 << 63
	}
	for i := range a.list {
		a.ends[a.half+i] = a.list[i].end
	}
	for n := a.half - 1; n > 0; n-- {
		a.ends[n] = max(a.ends[2*n], a.ends[2*n+1])
	}
}

// latest gives the latest session that lasted when another began, and is not from where that one leads; nil when there is none. Of one pair
// no more than one a port lasts at any time, so that few are passed over.
func (a *arrivals) latest(s *session) *session {
	before, _ := slices.BinarySearchFunc(a.list, s.begin, func(b session, at int64) int { return cmp.Or(cmp.Compare(b.begin, at), -1) })
	for i := a.lasting(1, a.half, before, s.begin-patience); i >= 0; i = a.lasting(1, a.half, i, s.begin-patience) {
		if a.list[i].from != s.to {
			return &a.list[i]
		}
	}
	return nil
}

// lasting gives the last place before one, below a node that has so many leaves, whose session ends at some time or later; -1: none does.
func (a *arrivals) lasting(node, leaves, before int, at int64) int {
	if before <= 0 || a.ends[node] < at {
		return -1
	}
	if leaves == 1 {
		return node - a.half
	}
	leaves /= 2
	if i := a.lasting(2*node+1, leaves, before-leaves, at); i >= 0 {
		return i
	}
	return a.lasting(2*node, leaves, min(before, leaves), at)
}
