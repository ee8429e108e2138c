package stix

// waiting keeps what is accounted for at the end of the file, in the order of the file, and says
// which version of each object counts.
type waiting struct {
	tape   tape
	latest table
	actors []place
	enc    encoder
}

func newWaiting(dict *dictionary) *waiting {
	w := &waiting{enc: encoder{dict: dict}}
	w.latest = newTable(&w.tape, dict)
	return w
}

// hold keeps an object until the end; of several versions the newest counts.
func (w *waiting) hold(p *pending) {
	w.enc.buf = w.enc.buf[:0]
	w.enc.id(p.id)
	slot := w.latest.slot(w.enc.buf)
	if *slot != 0 {
		p.version = w.compare(*slot, p)
	}
	p.write(&w.enc)
	at := w.tape.add(w.enc.buf)
	if p.version == counts {
		*slot = at
	}
	if p.role != "" {
		w.actors = append(w.actors, at)
	}
}

// compare says what a version is beside the one that counted so far, which it may supersede.
func (w *waiting) compare(at place, p *pending) version {
	old := w.tape.at(at)
	c := cursor{old, w.enc.dict}
	head := len(c.written())
	switch modified := c.head().modified; {
	case p.modified.Equal(modified):
		return again
	case p.modified.Before(modified):
		return older
	}
	old[head] = byte(older)
	return counts
}

// actor is what an object is to those that refer to it.
type actor struct{ role, name string }

// names ends the gathering. It gives the actors that count and are not revoked, by their ids as
// they are written.
func (w *waiting) names() map[string]actor {
	w.latest = table{}
	names := make(map[string]actor, len(w.actors))
	var p pending
	for _, at := range w.actors {
		p.read(&cursor{w.tape.at(at), w.enc.dict})
		if p.version == counts && !p.revoked {
			names[string(p.written)] = actor{p.role, p.name}
		}
	}
	w.actors = nil
	return names
}

// drain yields every object in order and gives up what it has yielded. The object is valid until
// the next.
func (w *waiting) drain(yield func(*pending) bool) {
	var p pending
	for piece := range w.tape.drain {
		for c := (cursor{piece, w.enc.dict}); len(c.rest) > 0; {
			if p.read(&c); !yield(&p) {
				return
			}
		}
	}
}
