package disktest

import "slices"

// renames is a change of names that happens whole or not at all: a new file, a removed one, or a
// rename, which takes one name away and gives another.
type renames struct {
	seq     int
	changes []nameChange
}

type nameChange struct {
	folder *node
	name   string
	to     *node // nil when the name goes
}

// settledName is what a name stands for on disk, nil for nothing, and since which change.
type settledName struct {
	to  *node
	seq int
}

// change makes a change of names, which is not on disk yet.
func (m *Memory) change(changes ...nameChange) {
	for _, c := range changes {
		if c.to == nil {
			delete(c.folder.names, c.name)
		} else {
			c.folder.names[c.name] = c.to
		}
	}
	m.seq++
	m.pending = append(m.pending, renames{m.seq, changes})
}

// settle puts on disk the changes that touch a folder.
func (m *Memory) settle(folder *node) {
	m.pending = slices.DeleteFunc(m.pending, func(r renames) bool {
		touches := slices.ContainsFunc(r.changes, func(c nameChange) bool { return c.folder == folder })
		if touches {
			r.apply(func(n *node) map[string]settledName { return n.settled })
		}
		return touches
	})
}

// apply makes a change in the names that of gives for a folder, unless a later change is there.
func (r renames) apply(of func(*node) map[string]settledName) {
	for _, c := range r.changes {
		if names := of(c.folder); names[c.name].seq < r.seq {
			names[c.name] = settledName{c.to, r.seq}
		}
	}
}
