package correlate

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"errors"
	"slices"
	"time"

	"stormglass/internal/telemetry"
)

// pending are matches that wait for their time, as bytes: at, source, ordinal and rule first, so that their order as bytes is that in
// which they are taken.
type pending struct {
	buf   []byte
	items []waiting
	dead  int       // bytes of buf that no item uses
	ripe  []waiting // room for those that are taken
}

type waiting struct {
	at  telemetry.Instant
	off int
	n   int
}

const bytesWaiting = 24

func (p *pending) size() int64 { return int64(len(p.buf)) + int64(len(p.items))*bytesWaiting }

func (p *pending) add(m *Match, b *base) {
	off := len(p.buf)
	p.buf = appendMatch(p.buf, m, b)
	p.items = append(p.items, waiting{m.At, off, len(p.buf) - off})
}

func (p *pending) addRecord(record []byte) {
	off := len(p.buf)
	p.buf = append(p.buf, record...)
	p.items = append(p.items, waiting{telemetry.Instant(binary.BigEndian.Uint64(record)), off, len(record)})
}

func (p *pending) record(w waiting) []byte { return p.buf[w.off : w.off+w.n] }

func (p *pending) sort(items []waiting) {
	slices.SortFunc(items, func(a, b waiting) int {
		if a.at != b.at {
			return cmp.Compare(a.at, b.at)
		}
		return bytes.Compare(p.record(a), p.record(b))
	})
}

// takeUntil hands the records up to a time to f, in their order.
func (p *pending) takeUntil(to telemetry.Instant, f func([]byte) error) error {
	ripe := p.ripe[:0]
	p.items = slices.DeleteFunc(p.items, func(w waiting) bool {
		if w.at <= to {
			ripe = append(ripe, w)
			return true
		}
		return false
	})
	p.sort(ripe)
	var err error
	for _, w := range ripe {
		if err == nil {
			err = f(p.record(w))
		}
		p.dead += w.n
	}
	p.ripe = ripe[:0]
	p.compact()
	return err
}

func (p *pending) compact() {
	if p.dead*2 < len(p.buf) {
		return
	}
	if len(p.items) == 0 {
		p.buf, p.dead = p.buf[:0], 0
		return
	}
	live := make([]byte, 0, 2*(len(p.buf)-p.dead))
	for i, w := range p.items {
		p.items[i].off = len(live)
		live = append(live, p.record(w)...)
	}
	p.buf, p.dead = live, 0
}

// median is a time with half of the items up to it.
func (p *pending) median() telemetry.Instant {
	at := make([]telemetry.Instant, len(p.items))
	for i, w := range p.items {
		at[i] = w.at
	}
	slices.Sort(at)
	return at[len(at)/2]
}

func appendMatch(b []byte, m *Match, of *base) []byte {
	b = binary.BigEndian.AppendUint64(b, uint64(m.At))
	b = appendText(b, short(m.Ref.Source))
	b = binary.BigEndian.AppendUint64(b, m.Ref.Ordinal)
	b = binary.BigEndian.AppendUint32(b, uint32(of.number))
	b = append(b, byte(m.Ref.Kind))
	b = binary.AppendUvarint(b, uint64(doubtful(m.Doubt)))
	b = appendText(b, short(m.Ref.Subject))
	absent := m.Absent & (1<<len(m.Values) - 1)
	b = binary.AppendUvarint(b, absent)
	for i, v := range m.Values {
		if absent>>i&1 == 0 {
			b = appendText(b, short(v))
		}
	}
	return b
}

var errRecord = errors.New("a match that waits is damaged")

// decode reads what appendMatch wrote. Its values are good until the next call.
func (c *Correlator) decode(record []byte) (given, error) {
	r := fields{b: record}
	m := given{at: telemetry.Instant(r.fixed(8))}
	source := r.text()
	m.ordinal = r.fixed(8)
	number := r.fixed(4)
	m.kind = telemetry.Kind(r.fixed(1))
	m.doubt = time.Duration(r.uvarint())
	subject := r.text()
	m.absent = r.uvarint()
	if r.bad || number >= uint64(len(c.order)) || m.at <= 0 || m.doubt < 0 || m.kind >= telemetry.NumKinds {
		return m, errRecord
	}
	m.base = c.order[number]
	wanted := len(m.base.wanted)
	if m.absent>>wanted != 0 {
		return m, errRecord
	}
	m.values = c.values[:wanted]
	for i := range m.values {
		m.values[i] = nil
		if m.absent>>i&1 == 0 {
			m.values[i] = r.text()
		}
	}
	if r.bad || len(r.b) > 0 {
		return m, errRecord
	}
	m.source, m.subject = c.texts.of(source), c.texts.of(subject)
	return m, nil
}

// fields reads a record from its front. What is not there, or longer than is kept, makes it bad.
type fields struct {
	b   []byte
	bad bool
}

func (f *fields) cut(n int) []byte {
	if n < 0 || n > len(f.b) {
		f.bad = true
		return nil
	}
	b := f.b[:n:n]
	f.b = f.b[n:]
	return b
}

func (f *fields) fixed(n int) uint64 {
	var x uint64
	for _, c := range f.cut(n) {
		x = x<<8 | uint64(c)
	}
	return x
}

func (f *fields) uvarint() uint64 {
	x, k := binary.Uvarint(f.b)
	if k <= 0 || k > 1 && f.b[k-1] == 0 { // longer than needed: there is one way to write a number
		f.bad = true
		return 0
	}
	f.b = f.b[k:]
	return x
}

func (f *fields) text() []byte {
	n := f.uvarint()
	if n > mostText {
		f.bad = true
		return nil
	}
	return f.cut(int(n))
}
