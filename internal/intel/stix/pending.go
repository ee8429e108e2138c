package stix

import (
	"time"

	"stormglass/internal/observable"
)

// pending is an object that is accounted for at the end: an indicator, an actor, or an observable
// when those are hunted. It waits on a tape.
type pending struct {
	id      string
	written []byte // the id as it is written on the tape
	head
	createdBy        string
	role             string // of an actor, as intel.Actor.Kind; empty for what has values
	name             string
	markings, labels []string
	from, until      time.Time // to the second
	terms            []Term
	open             []string
	aliases          []string
}

// head is what follows the id, and what another version is compared with.
type head struct {
	version          version // the first byte
	revoked, badTime bool
	modified         time.Time
}

// version says which of several objects with one id counts.
type version byte

const (
	counts version = iota
	older
	again
)

// superseded gives the reason why another version of the object counts.
func (v version) superseded() string {
	return [...]string{
		"", "superseded by a newer version of the object", "the same version of the object stands twice",
	}[v]
}

// write writes all but the id, which stands at the beginning of the record.
func (p *pending) write(e *encoder) {
	e.buf = append(e.buf, byte(p.version), flag(p.revoked)|flag(p.badTime)<<1)
	e.varint(p.modified.Unix())
	e.count(p.modified.Nanosecond())
	e.word(p.createdBy)
	e.word(p.role)
	e.text(p.name)
	e.words(p.markings)
	e.words(p.labels)
	e.varint(seconds(p.from))
	e.varint(seconds(p.until))
	e.count(len(p.terms))
	for _, t := range p.terms {
		e.buf = append(e.buf, byte(t.Kind))
		e.text(t.Text)
	}
	e.words(p.open)
	e.words(p.aliases)
}

// read reads a whole record into p, whose lists it uses again, but for the aliases.
func (p *pending) read(c *cursor) {
	start := *c
	p.written = c.written()
	p.id = start.id()
	p.head = c.head()
	p.createdBy, p.role, p.name = c.word(), c.word(), c.text()
	p.markings, p.labels = c.words(p.markings[:0]), c.words(p.labels[:0])
	p.from, p.until = moment(c.varint()), moment(c.varint())
	p.terms = p.terms[:0]
	for range c.count() {
		kind := observable.Kind(c.next(1)[0])
		p.terms = append(p.terms, Term{kind, c.text()})
	}
	p.open, p.aliases = c.words(p.open[:0]), c.words(nil)
}

func (c *cursor) head() head {
	b := c.next(2)
	return head{
		version: version(b[0]), revoked: b[1]&1 != 0, badTime: b[1]&2 != 0,
		modified: time.Unix(c.varint(), int64(c.count())),
	}
}

func flag(b bool) byte {
	if b {
		return 1
	}
	return 0
}

// seconds gives a time as Unix seconds; 0 is an open end, as in the index.
func seconds(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.Unix()
}

func moment(seconds int64) time.Time {
	if seconds == 0 {
		return time.Time{}
	}
	return time.Unix(seconds, 0).UTC()
}
