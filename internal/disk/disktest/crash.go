package disktest

import (
	"maps"
	"math/rand/v2"
	"slices"
)

// Crash gives the files as they could be after the power failed now; m itself goes on. Of content that
// was not synced there may be all, nothing, a beginning, some sectors or pages with zeros between,
// at any size from that on disk to that written; of changes to names in folders that were not synced
// all, none, the first few, or any.
func (m *Memory) Crash(rng *rand.Rand) *Memory {
	m.mu.Lock()
	defer m.mu.Unlock()
	c := crash{rng: rng, names: map[*node]map[string]settledName{}, nodes: map[*node]*node{}}
	for i, pick := 0, c.picker(len(m.pending)); i < len(m.pending); i++ {
		if pick(i) {
			m.pending[i].apply(c.settled)
		}
	}
	return &Memory{root: c.survivor(m.root)}
}

type crash struct {
	rng   *rand.Rand
	names map[*node]map[string]settledName
	nodes map[*node]*node // what is left of each
}

// settled gives the names of a folder that are on disk, to be changed.
func (c *crash) settled(n *node) map[string]settledName {
	if c.names[n] == nil {
		c.names[n] = maps.Clone(n.settled)
	}
	return c.names[n]
}

// picker decides which of n things come through: none, all, the first few, or any.
func (c *crash) picker(n int) func(int) bool {
	limit := 0
	switch c.rng.IntN(4) {
	case 1:
		limit = n
	case 2:
		limit = c.rng.IntN(n + 1)
	case 3:
		return func(int) bool { return c.rng.IntN(2) == 0 }
	}
	return func(i int) bool { return i < limit }
}

// survivor gives what is left of a file or folder and all below it.
func (c *crash) survivor(n *node) *node {
	if left := c.nodes[n]; left != nil {
		return left
	}
	if !n.folder() {
		content := c.content(n)
		left := &node{data: content, disk: sized(content, len(content)), dirty: map[int]bool{}}
		c.nodes[n] = left
		return left
	}
	left := newFolder()
	c.nodes[n] = left
	for _, name := range slices.Sorted(maps.Keys(c.settled(n))) {
		if to := c.settled(n)[name].to; to != nil {
			left.names[name] = c.survivor(to)
			left.settled[name] = settledName{to: left.names[name]}
		}
	}
	return left
}

// content gives what is left of the content of a file.
func (c *crash) content(n *node) []byte {
	if !n.unsynced() {
		return sized(n.data, len(n.data))
	}
	unit := sectorSize
	if c.rng.IntN(2) == 0 {
		unit = pageSize
	}
	size := c.size(len(n.disk), len(n.data))
	left := sized(n.disk[:min(size, len(n.disk))], size)
	units := (len(n.data) + unit - 1) / unit
	pick := c.picker(units)
	for i := range units {
		from := i * unit
		to := min(from+unit, size, len(n.data))
		if from < to && pick(i) {
			copy(left[from:to], n.data[from:to])
		}
	}
	return left
}

// size picks one from that on disk to that written.
func (c *crash) size(disk, data int) int {
	switch c.rng.IntN(3) {
	case 0:
		return disk
	case 1:
		return data
	}
	return min(disk, data) + c.rng.IntN(max(disk, data)-min(disk, data)+1)
}
