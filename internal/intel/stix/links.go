package stix

import "slices"

// links keeps what objects say of others that may come later: for an id any number of short
// notes, such as the number of a report that names it. A record is the id, how many the id has so
// far, the place of the one before, and the note.
type links struct {
	tape tape
	last table
	enc  encoder
}

func newLinks(dict *dictionary) *links {
	l := &links{enc: encoder{dict: dict}}
	l.last = newTable(&l.tape, dict)
	return l
}

// add keeps a note on an id, as it is written, unless the id has most of them already; 0 is no limit.
func (l *links) add(id, note []byte, most uint64) {
	slot := l.last.slot(id)
	before := uint64(0)
	if *slot != 0 {
		c := cursor{l.tape.at(*slot), l.enc.dict}
		c.written()
		before = c.uvarint()
	}
	if most > 0 && before >= most {
		return
	}
	l.enc.buf = append(l.enc.buf[:0], id...)
	l.enc.uvarint(before + 1)
	l.enc.uvarint(uint64(*slot))
	l.enc.count(len(note))
	l.enc.buf = append(l.enc.buf, note...)
	*slot = l.tape.add(l.enc.buf)
}

// of gives the notes on an id in the order in which they were added.
func (l *links) of(id []byte) []cursor {
	var notes []cursor
	for p := l.last.find(id); p != 0; {
		c := cursor{l.tape.at(p), l.enc.dict}
		c.written()
		c.uvarint()
		p = place(c.uvarint())
		notes = append(notes, cursor{c.next(c.count()), l.enc.dict})
	}
	slices.Reverse(notes)
	return notes
}
