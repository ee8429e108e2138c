package stix

import (
	"bytes"
	"hash/maphash"
)

// table finds one record for each id on a tape whose records begin with their id. It holds
// nothing but places, by open addressing; the ids are compared on the tape.
type table struct {
	on    *tape
	dict  *dictionary
	slots []place
	used  int
	seed  maphash.Seed
}

func newTable(on *tape, dict *dictionary) table {
	return table{on: on, dict: dict, seed: maphash.MakeSeed()}
}

// slot gives the slot of an id, as it is written. It is 0 for a new id; the caller must then put
// the place of its record there before the next call.
func (t *table) slot(id []byte) *place {
	if 4*(t.used+1) > 3*len(t.slots) {
		t.grow()
	}
	s := t.probe(id)
	if *s == 0 {
		t.used++
	}
	return s
}

// find gives the place of an id, 0 when it has none.
func (t *table) find(id []byte) place {
	if t.used == 0 {
		return 0
	}
	return *t.probe(id)
}

func (t *table) probe(id []byte) *place {
	mask := uint64(len(t.slots) - 1)
	for i := maphash.Bytes(t.seed, id) & mask; ; i = (i + 1) & mask {
		if s := &t.slots[i]; *s == 0 || bytes.HasPrefix(t.on.at(*s), id) {
			return s
		}
	}
}

func (t *table) grow() {
	old := t.slots
	t.slots = make([]place, max(64, 2*len(old)))
	mask := uint64(len(t.slots) - 1)
	for _, p := range old {
		if p == 0 {
			continue
		}
		c := cursor{t.on.at(p), t.dict}
		i := maphash.Bytes(t.seed, c.written()) & mask
		for t.slots[i] != 0 {
			i = (i + 1) & mask
		}
		t.slots[i] = p
	}
}
