package analyse

import (
	"encoding/binary"

	"stormglass/internal/telemetry"
)

// Group is the notes of one key on one day, in no order. It holds until Extract returns.
type Group struct {
	Day  telemetry.Day
	Key  []byte
	More uint64 // notes that were only counted

	Hours   uint32 // of the day in which there are notes, those that were only counted too: a bit for each
	Partial bool   // some notes of the key may have had no room at all

	data []byte
	void map[uint32]bool
}

// Values gives the notes: those of sources that turned out not to count are left out.
func (g *Group) Values(do func(value []byte) bool) {
	for data := g.data; len(data) > 0; {
		source, n := binary.Uvarint(data)
		size, m := binary.Uvarint(data[n:])
		value := data[n+m : n+m+int(size)]
		data = data[n+m+int(size):]
		if !g.void[uint32(source)] && !do(value) {
			return
		}
	}
}

// empty reports whether no note counts.
func (g *Group) empty() bool {
	for range g.Values {
		return false
	}
	return true
}

// thin leaves about so many notes, half of them the first and half the last that came, and counts the others.
func (g *group) thin(keep uint32) {
	if g.count <= keep {
		return
	}
	at, n, head := 0, uint32(0), 0
	for n < g.count-keep/2 {
		if n == keep/2 {
			head = at
		}
		at += noteLen(g.data[at:])
		n++
	}
	g.data = append(g.data[:head], g.data[at:]...)
	gone := g.count - keep/2*2
	g.count -= gone
	g.more += uint64(gone)
}

// noteLen is how many bytes the first note of some has, with its source and length.
func noteLen(data []byte) int {
	_, n := binary.Uvarint(data)
	size, m := binary.Uvarint(data[n:])
	return n + m + int(size)
}
