package ledger

import (
	"bytes"

	"stormglass/internal/telemetry"
)

// Growth is in the attacker's hand: random names below one domain, spoofed sources. So where a day
// has more rows than its budget, rows that say little one by one are folded into one that stands for
// them: names below one registrable domain, when there are very many, and outside addresses that
// sent or got one packet without an answer, by network. The groups with most rows are folded first,
// and no more than needed. What a merge folds is a function of the rows alone, in whatever segments
// they lie. A builder folds runs before it makes a segment of them; what it has folded of a group once, it
// folds whole.
const (
	maxSiblings = 10_000 // names below one domain, in one kind of record on one day, that are never folded
	minFolded   = 2      // addresses of a network that can be folded
)

// Bits of hunt.Roles: nobody answered.
const (
	rolesUnanswered = 1<<1 | 1<<3 // called without an answer, scanned by
)

// foldable gives how much of a row's value the values that it may be folded with begin with. A
// registrable domain itself is never folded, nor is a name without one, nor are texts.
func foldable(space Space, r *Row) (shared int, ok bool) {
	switch {
	case r.Folded:
		return 0, false
	case space == Addrs:
		return foldableAddr(r)
	}
	key, ok := FoldOf(space, r.Value)
	return len(key), ok && len(key) < len(r.Value)
}

// foldableAddr is foldable for addresses. The block ::/48 is never folded: the v4-mapped addresses
// lie in the middle of it.
func foldableAddr(r *Row) (shared int, ok bool) {
	if r.Roles == 0 || r.Roles&^rolesUnanswered != 0 {
		return 0, false
	}
	for i := range r.Sensors {
		if r.Sensors[i].Records > 1 || r.Sensors[i].Packets > 1 {
			return 0, false
		}
	}
	if [12]byte(r.Value[:12]) == mapped {
		return foldIPv4, true
	}
	return foldIPv6, [foldIPv6]byte(r.Value[:foldIPv6]) != [foldIPv6]byte{}
}

// prefixOfFold gives what the values begin with that a folded row stands for.
func prefixOfFold(space Space, value []byte) []byte {
	switch {
	case space != Addrs:
		return value
	case [12]byte(value[:12]) == mapped:
		return value[:foldIPv4]
	}
	return value[:foldIPv6]
}

// unit is what folds into one row: the group's rows of one day and kind of record. The row's Values counts them.
type unit struct {
	day     telemetry.Day
	kind    telemetry.Kind
	row     Row
	decided bool // it is folded however few rows it has
}

// is reports whether a row belongs to the unit, if it belongs to its group.
func (u *unit) is(r *Row) bool { return u.day == r.Day && u.kind == r.Kind }

// foldGroup is a group while its rows pass by. Groups of names can lie in one another: those below
// s3.amazonaws.com, say, in those below amazonaws.com.
type foldGroup struct {
	prefix []byte // of all its values
	value  []byte // of the folded row
	units  []unit
}

// begin makes it the group of values that begin with prefix.
func (g *foldGroup) begin(space Space, prefix []byte) {
	g.prefix = append(g.prefix[:0], prefix...)
	g.value = append(g.value[:0], prefix...)
	if space == Addrs {
		g.value = append(g.value, make([]byte, addrLen-len(prefix))...)
	}
	g.units = g.units[:0]
}

// holds reports whether a value lies in the group, or in one that lies in it.
func (g *foldGroup) holds(value []byte) bool { return bytes.HasPrefix(value, g.prefix) }

// unit gives the unit that a row belongs to, an empty one when it is the first.
func (g *foldGroup) unit(r *Row) *unit {
	for i := len(g.units) - 1; i >= 0; i-- { // often the one of the row before
		if g.units[i].is(r) {
			return &g.units[i]
		}
	}
	n := len(g.units)
	if n < cap(g.units) {
		g.units = g.units[:n+1]
	} else {
		g.units = append(g.units, unit{})
	}
	u := &g.units[n]
	u.day, u.kind, u.decided = r.Day, r.Kind, false
	u.row = Row{
		Value: append(u.row.Value[:0], g.value...), Folded: true, Day: r.Day, Kind: r.Kind,
		Sensors: u.row.Sensors[:0], Peers: u.row.Peers[:0],
	}
	return u
}

// fold adds a row to the unit.
func (u *unit) fold(r *Row) {
	u.row.Combine(r)
	u.row.Values++
}
