package analyse

// lost counts notes that had no room, by analyser and day: who judges that day must know of them.
type lost struct {
	notes  map[[placeLen]byte]missing
	beyond []uint64 // by analyser: of further days
}

// missing is how many notes of a day had no room, and whether keys that the registers know were among them.
type missing struct {
	notes uint64
	known bool
}

func newLost(analysers int) lost {
	return lost{notes: map[[placeLen]byte]missing{}, beyond: make([]uint64, analysers)}
}

func (l *lost) drop(key []byte, g *group, bounds []Bounds) {
	n := uint64(g.count) + g.more
	m, ok := l.notes[[placeLen]byte(key)]
	if !ok && len(l.notes) >= maxSpanDays*len(l.beyond) {
		l.beyond[key[0]] += n
		return
	}
	l.notes[[placeLen]byte(key)] = missing{m.notes + n, m.known || bounds[key[0]].known(key)}
}
