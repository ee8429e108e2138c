package casework

import (
	"cmp"
	"slices"
)

// maxNear is how many incidents near one are named.
const maxNear = 8

// near notes for each incident which others are about the same devices, no further than Gap apart. A device of which more than crowdMost
// incidents tell (an address that many stand behind) says nothing.
func near(all []*Incident) {
	on := map[string][]*Incident{}
	for _, x := range all {
		for _, d := range x.Devices {
			on[d] = append(on[d], x)
		}
	}
	for _, x := range all {
		shared := map[*Incident]int{}
		for _, d := range x.Devices {
			if len(on[d]) > crowdMost {
				continue
			}
			for _, y := range on[d] {
				if y != x && (span{x.First, x.Last}).pause(span{y.First, y.Last}) <= Gap {
					shared[y]++
				}
			}
		}
		for y := range shared {
			x.Near = append(x.Near, y)
		}
		slices.SortFunc(x.Near, func(a, b *Incident) int {
			return cmp.Or(cmp.Compare(shared[b], shared[a]), cmp.Compare(b.Level, a.Level), compareItems(a.Items[0], b.Items[0]))
		})
		x.Near = x.Near[:min(len(x.Near), maxNear)]
	}
}
