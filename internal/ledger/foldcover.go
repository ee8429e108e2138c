package ledger

import (
	"bytes"
	"slices"
)

// uncovered are the rows of a source that no folded row stands for.
type uncovered struct {
	rows
	space  Space
	folds  rows // the folded rows, in order
	next   Row
	more   bool // next is a row
	opened bool
	active []*foldGroup // those that the row may lie in, each in the one before
}

// Next implements rows.
func (u *uncovered) Next(r *Row) bool {
	for u.rows.Next(r) {
		shared, ok := foldable(u.space, r)
		if !ok || !u.covered(r, shared) {
			return true
		}
	}
	return false
}

// Err implements rows.
func (u *uncovered) Err() error {
	if err := u.rows.Err(); err != nil {
		return err
	}
	return u.folds.Err()
}

// covered reports whether a row that may fold with the values that begin with so much of its own is folded.
func (u *uncovered) covered(r *Row, shared int) bool {
	for n := len(u.active) - 1; n >= 0 && !u.active[n].holds(r.Value); n-- {
		u.active = u.active[:n]
	}
	u.advance(r.Value)
	for _, g := range slices.Backward(u.active) {
		if len(g.prefix) == shared {
			return g.has(r)
		}
	}
	return false
}

// advance reads the folded rows up to a value: that of its group comes before it.
func (u *uncovered) advance(value []byte) {
	if !u.opened {
		u.opened, u.more = true, u.folds.Next(&u.next)
	}
	for ; u.more && bytes.Compare(u.next.Value, value) <= 0; u.more = u.folds.Next(&u.next) {
		if prefix := prefixOfFold(u.space, u.next.Value); bytes.HasPrefix(value, prefix) {
			u.group(prefix).unit(&u.next)
		}
	}
}

// group gives the innermost group, which is that of the prefix or becomes so.
func (u *uncovered) group(prefix []byte) *foldGroup {
	n := len(u.active)
	if n > 0 && len(u.active[n-1].prefix) == len(prefix) {
		return u.active[n-1]
	}
	if n < cap(u.active) {
		u.active = u.active[:n+1]
	} else {
		u.active = append(u.active, &foldGroup{})
	}
	u.active[n].begin(u.space, prefix)
	return u.active[n]
}

// has reports whether the group has the row's unit.
func (g *foldGroup) has(r *Row) bool {
	for i := range g.units {
		if g.units[i].is(r) {
			return true
		}
	}
	return false
}
