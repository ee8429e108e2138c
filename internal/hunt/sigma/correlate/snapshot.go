package correlate

import (
	"bufio"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"hash"
	"io"
	"math"
	"slices"
)

// The first bytes of a snapshot; the last of them is the version (docs/format/correlation.md).
var magic = [8]byte{'S', 'G', 'C', 'O', 'R', 'R', 0, 1}

// Snapshot writes all that c holds, which is Live. Position is how far the caller had read its log; Restore gives it back.
func (c *Correlator) Snapshot(to io.Writer, position uint64) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.limits.Live {
		return ErrNotLive
	}
	c.totals.Position = position
	out := bufio.NewWriterSize(to, 1<<16)
	w := &writer{out: out, sum: sha256.New(), texts: map[uint32]uint64{}, of: &c.texts}
	c.put(w)
	_, _ = out.Write(w.sum.Sum(nil)) // the writer keeps its first error
	if err := out.Flush(); err != nil {
		return fmt.Errorf("write a snapshot of correlations: %w", err)
	}
	return nil
}

// put writes everything before the checksum.
func (c *Correlator) put(w *writer) {
	w.raw(magic[:])
	w.raw(c.digest[:])
	w.raw(c.salt[:])
	w.raw(binary.BigEndian.AppendUint64(nil, c.totals.Position))
	w.number(uint64(c.mark))
	for _, x := range []uint64{c.totals.Undated, c.totals.Unasked, c.totals.Hurried} {
		w.number(x)
	}
	for _, n := range c.nodes {
		n.put(w)
	}
	c.pending.put(w)
	c.late.put(w)
	w.flush()
}

func (n *node) put(w *writer) {
	for _, x := range n.stats.figures() {
		w.number(*x)
	}
	numbers := map[*group]uint64{}
	for i := range n.tiers {
		w.number(uint64(n.tiers[i].n))
		for g := n.tiers[i].first; g != nil; g = g.next {
			if n.whole && !g.judged {
				numbers[g] = uint64(len(numbers))
			}
			g.put(w)
		}
	}
	n.putDue(w, numbers)
	w.number(uint64(n.history.len()))
	n.history.each(func(key []byte, k *kept) bool {
		w.number(uint64(len(key)))
		w.raw(key)
		w.entry(&k.e)
		w.number(uint64(k.doubt))
		return true
	})
	w.number(uint64(n.closed.len()))
	for _, s := range n.closed.live() {
		w.text(s.key)
		w.number(uint64(s.first))
		w.number(uint64(s.last))
	}
}

// putDue writes which groups wait for their first complete window, by their place among those that do.
func (n *node) putDue(w *writer, numbers map[*group]uint64) {
	if len(numbers) == 0 {
		return
	}
	for _, d := range n.due.live() {
		if k, ok := numbers[d.g]; ok && !d.g.gone {
			w.number(k)
			w.number(uint64(d.at))
		}
	}
}

func (s *Stats) figures() []*uint64 {
	all := []*uint64{&s.Counted, &s.Ungrouped, &s.Valueless, &s.Vague, &s.Found, &s.Late, &s.TooLate, &s.Forgotten, &s.Evicted}
	for i := range s.EvictedOf {
		all = append(all, &s.EvictedOf[i])
	}
	return all
}

func (g *group) put(w *writer) {
	w.text(g.key)
	w.number(uint64(g.since))
	w.number(uint64(g.last))
	w.number(g.matches)
	w.number(uint64(g.doubt))
	w.flags(g.judged, g.told != nil)
	g.win.put(w)
	if t := g.told; t != nil {
		w.number(uint64(t.at))
		w.number(uint64(t.first))
		w.float(t.number)
		w.flags(t.estimate, t.late)
		w.entries(t.members)
	}
}

func (t *tally) put(w *writer) { w.entries(t.es.live()) }

func (d *distinct) put(w *writer) {
	w.number(uint64(d.level))
	w.number(uint64(d.held()))
	d.each(func(e *entry) {
		o := *e
		o.n = 1
		w.entry(&o)
	})
}

func (k *ranks) put(w *writer) {
	w.number(uint64(k.level))
	w.number(uint64(k.passed))
	w.entries(k.es.live())
}

func (s *sequence) put(w *writer) {
	w.flags(s.runs != nil, false)
	for _, r := range s.runs {
		w.entries(r)
	}
	w.entries(s.same)
}

func (p *pending) put(w *writer) {
	items := slices.Clone(p.items)
	p.sort(items)
	w.number(uint64(len(items)))
	for _, i := range items {
		w.number(uint64(i.n))
		w.raw(p.record(i))
	}
}

// writer writes the parts of a snapshot and their checksum. A text is written where it first comes up, and by its number from then on.
type writer struct {
	out   io.Writer
	sum   hash.Hash
	buf   []byte
	texts map[uint32]uint64
	of    *texts
}

func (w *writer) flush() {
	_, _ = w.sum.Write(w.buf) // never fails
	_, _ = w.out.Write(w.buf) // a bufio.Writer that keeps its error, or io.Discard
	w.buf = w.buf[:0]
}

func (w *writer) raw(b []byte) {
	if w.buf = append(w.buf, b...); len(w.buf) > 1<<15 {
		w.flush()
	}
}

func (w *writer) number(x uint64) {
	w.buf = binary.AppendUvarint(w.buf, x)
	if len(w.buf) > 1<<15 {
		w.flush()
	}
}

func (w *writer) text(s string) {
	w.number(uint64(len(s)))
	w.raw([]byte(s))
}

func (w *writer) flags(a, b bool) {
	var x uint64
	if a {
		x |= 1
	}
	if b {
		x |= 2
	}
	w.number(x)
}

func (w *writer) entries(es []entry) {
	w.number(uint64(len(es)))
	for i := range es {
		w.entry(&es[i])
	}
}

func (w *writer) entry(e *entry) {
	w.number(uint64(e.at))
	w.number(e.ordinal)
	w.fixed(e.value)
	w.known(e.source)
	w.known(e.subject)
	w.number(uint64(e.n))
	w.number(uint64(e.kind))
	w.number(uint64(e.slot))
}

func (w *writer) fixed(x uint64) {
	w.buf = binary.BigEndian.AppendUint64(w.buf, x)
}

func (w *writer) known(text uint32) {
	k, ok := w.texts[text]
	if !ok {
		k = uint64(len(w.texts))
		w.texts[text] = k
	}
	w.number(k)
	if !ok {
		w.text(w.of.text[text])
	}
}

func (w *writer) float(x float64) { w.fixed(math.Float64bits(x)) }
