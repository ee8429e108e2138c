package casework

import (
	"cmp"
	"slices"
	"sort"
	"time"

	"stormglass/internal/hunt"
	"stormglass/internal/telemetry"
)

// goesOn is the longest pause between records of a finding that does not end what they are of: a night's work, a beacon each hour.
const goesOn = 6 * time.Hour

// span is a time in which records of a finding are.
type span struct{ first, last telemetry.Instant }

// spansOf gives the times of a finding, in order: its days, those together that no long pause parts. None without a time.
func spansOf(f *hunt.Finding) (out []span) {
	for i := range f.Days {
		if d := &f.Days[i]; d.First.Known() {
			out = append(out, span{d.First, max(d.First, d.Last)})
		}
	}
	if len(out) == 0 && f.First.Known() {
		return []span{{f.First, max(f.First, f.Last)}}
	}
	slices.SortFunc(out, func(a, b span) int { return cmp.Or(cmp.Compare(a.first, b.first), cmp.Compare(a.last, b.last)) })
	n := 0
	for _, s := range out {
		if n > 0 && after(out[n-1].last, s.first) <= goesOn {
			out[n-1].last = max(out[n-1].last, s.last)
			continue
		}
		out[n] = s
		n++
	}
	return out[:n]
}

// after gives how long a time is after another, 0 when it is not.
func after(a, b telemetry.Instant) time.Duration { return max(0, b.Time().Sub(a.Time())) }

// pause gives how far apart two times are, 0 when they overlap.
func (s span) pause(o span) time.Duration { return max(after(s.last, o.first), after(o.last, s.first)) }

// stretch is a span of a node.
type stretch struct {
	span
	*node
}

// track is the times of some nodes, in order.
type track struct {
	at  []stretch
	far []int // of the stretches up to each, the one that ends last
}

// trackOf lays nodes, which are in the order of compareItems, along the time.
func trackOf(nodes []*node) *track {
	t := &track{}
	for _, n := range nodes {
		for _, s := range n.spans {
			t.at = append(t.at, stretch{s, n})
		}
	}
	slices.SortStableFunc(t.at, func(a, b stretch) int { return cmp.Compare(a.first, b.first) })
	t.far = make([]int, len(t.at))
	for i := 1; i < len(t.at); i++ {
		if t.far[i] = t.far[i-1]; t.at[i].last > t.at[t.far[i]].last {
			t.far[i] = i
		}
	}
	return t
}

// chain joins the nodes of a track that follow each other without a pause longer than most.
func (t *track) chain(most time.Duration) {
	for i := 1; i < len(t.at); i++ {
		if before := t.at[t.far[i-1]]; after(before.last, t.at[i].first) <= most {
			join(before.node, t.at[i].node)
		}
	}
}

// nearest gives the node that is nearest to one in time, no further than most away, and how far that is; nil when there is none.
func (t *track) nearest(n *node, most time.Duration) (best *node, least time.Duration) {
	least = most + 1
	for _, s := range n.spans {
		i := sort.Search(len(t.at), func(i int) bool { return t.at[i].first > s.last })
		if i > 0 {
			if x := t.at[t.far[i-1]]; s.pause(x.span) < least {
				best, least = x.node, s.pause(x.span)
			}
		}
		if i < len(t.at) && s.pause(t.at[i].span) < least {
			best, least = t.at[i].node, s.pause(t.at[i].span)
		}
	}
	return best, least
}

// within reports whether any node is no further than most away from one.
func (t *track) within(n *node, most time.Duration) bool {
	x, _ := t.nearest(n, most)
	return x != nil
}

// begins gives the node of which a time begins nearest to the begin of one of n's, no further than most away, and how far that is; nil
// when there is none.
func (t *track) begins(n *node, most time.Duration) (best *node, least time.Duration) {
	least = most + 1
	for _, s := range n.spans {
		i := sort.Search(len(t.at), func(i int) bool { return t.at[i].first >= s.first })
		for _, k := range []int{i - 1, i} {
			if k < 0 || k >= len(t.at) {
				continue
			}
			away := max(after(s.first, t.at[k].first), after(t.at[k].first, s.first))
			if away < least {
				best, least = t.at[k].node, away
			}
		}
	}
	return best, least
}
