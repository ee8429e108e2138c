package correlate

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"time"

	"stormglass/internal/hunt/sigma/rule"
	"stormglass/internal/telemetry"
)

// ErrOtherRules is Restore of a snapshot that was made with other rules. The way out is to begin anew, with what the lake still holds.
var ErrOtherRules = errors.New("the snapshot of correlations was made with other rules")

// ErrSnapshot is Restore of something that is no snapshot of this version, or a damaged one.
var ErrSnapshot = errors.New("no snapshot of correlations, or a damaged one")

// Restore reads what Snapshot wrote, into a Correlator that New made of the same rules and that has taken nothing yet, and gives the
// position that Snapshot was given. After an error c is as New made it.
func (c *Correlator) Restore(from io.Reader) (position uint64, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	r := &reader{in: bufio.NewReaderSize(from, 1<<16), c: c}
	c.reset()
	c.get(r)
	if r.err == nil {
		c.verify(r)
	}
	if r.err != nil {
		c.reset()
		return 0, fmt.Errorf("restore correlations: %w", r.err)
	}
	return c.totals.Position, nil
}

// reset forgets everything but the rules.
func (c *Correlator) reset() {
	for _, n := range c.nodes {
		n.groups, n.tiers, n.late = map[string]*group{}, [tiers]list{}, nil
		n.due, n.history, n.closed = queue[due]{}, history{}, queue[spell]{}
		n.stats = Stats{Rule: n.rule}
	}
	c.pending, c.late, c.mark, c.next = pending{}, pending{}, 0, never
	c.groups, c.bytes, c.past, c.totals, c.texts = 0, 0, 0, Totals{}, newTexts()
}

// verify reads the checksum. It is compared with that of a snapshot of what was read, so that there is one way to write a state.
func (c *Correlator) verify(r *reader) {
	var sum [sha256.Size]byte
	r.raw(sum[:])
	if r.err != nil {
		return
	}
	w := &writer{out: io.Discard, sum: sha256.New(), texts: map[uint32]uint64{}, of: &c.texts}
	c.put(w)
	_, err := r.in.ReadByte()
	if !bytes.Equal(w.sum.Sum(nil), sum[:]) || !errors.Is(err, io.EOF) {
		r.fail()
	}
}

func (c *Correlator) get(r *reader) {
	var head [8]byte
	var digest [32]byte
	var position [8]byte
	r.raw(head[:])
	if head != magic {
		r.fail()
	}
	r.raw(digest[:])
	if r.err == nil && digest != c.digest {
		r.err = ErrOtherRules
	}
	r.raw(c.salt[:])
	r.raw(position[:])
	c.totals.Position = binary.BigEndian.Uint64(position[:])
	c.mark = r.instant(0)
	c.totals.Undated, c.totals.Unasked, c.totals.Hurried = r.number(), r.number(), r.number()
	for _, n := range c.nodes {
		if r.err != nil {
			return
		}
		c.getNode(r, n)
	}
	c.getPending(r, &c.pending, c.mark+1)
	c.getPending(r, &c.late, 1)
}

func (c *Correlator) getNode(r *reader, n *node) {
	for _, x := range n.stats.figures() {
		*x = r.number()
	}
	var waiting []*group
	for i := range n.tiers {
		for range r.count(uint64(c.limits.Groups - c.groups)) {
			g := getGroup(r, n)
			if r.err != nil || tierOf(g.win.held()) != uint8(i) || n.groups[g.key] != nil {
				r.fail()
				return
			}
			if n.whole && !g.judged {
				waiting = append(waiting, g)
			}
			c.adopt(n, g, uint8(i))
		}
	}
	c.getDue(r, n, waiting)
	c.getHistory(r, n)
	for range r.count(math.MaxInt32) {
		n.closed.push(spell{r.key(n), r.instant(1), r.instant(1)})
		if r.err != nil {
			return
		}
	}
}

func (c *Correlator) adopt(n *node, g *group, tier uint8) {
	g.tier, g.bytes = tier, int32(g.size())
	n.groups[g.key] = g
	n.tiers[tier].push(g)
	c.groups++
	c.bytes += int64(g.bytes)
}

func (c *Correlator) getDue(r *reader, n *node, waiting []*group) {
	last := telemetry.Instant(0)
	used := make([]bool, len(waiting))
	for range waiting {
		k, at := r.number(), r.instant(1)
		if r.err != nil || k >= uint64(len(waiting)) || used[k] || at < last {
			r.fail()
			return
		}
		used[k], last = true, at
		n.due.push(due{at, waiting[k]})
		c.next = min(c.next, at)
	}
}

func (c *Correlator) getHistory(r *reader, n *node) {
	last := telemetry.Instant(0)
	most := c.limits.History + c.limits.History/8 + 1 - c.past
	for range r.count(uint64(max(most, 0))) {
		p := past{key: r.key(n), e: r.entry(n)}
		p.doubt = r.length()
		if r.err != nil || p.e.at < last {
			r.fail()
			return
		}
		last = p.e.at
		n.history.push(p.key, p.e, p.doubt)
		c.past++
	}
}

func getGroup(r *reader, n *node) *group {
	g := &group{key: r.key(n), since: r.instant(1), last: r.instant(1), matches: r.number(), doubt: r.length(), win: newWindow(n.spec.Type)}
	var found bool
	g.judged, found = r.flags()
	if r.err != nil {
		return g
	}
	g.win.get(r, n)
	if found && r.err == nil {
		t := &told{at: r.instant(1), first: r.instant(1), number: r.float()}
		t.estimate, t.late = r.flags()
		t.members = r.entries(n, Members)
		g.told = t
	}
	return g
}

func (t *tally) get(r *reader, n *node) {
	for _, e := range r.ordered(n, n.keep) {
		t.push(e)
	}
}

func (d *distinct) get(r *reader, n *node) {
	level := r.number()
	if level > 40 {
		r.fail()
		return
	}
	d.level = uint8(level)
	for _, e := range r.ordered(n, n.keep) {
		d.add(n, e)
	}
}

func (k *ranks) get(r *reader, n *node) {
	level, passed := r.number(), r.number()
	if level > 30 || passed > math.MaxUint32 {
		r.fail()
		return
	}
	k.level, k.passed = uint8(level), uint32(passed)
	for _, e := range r.ordered(n, n.keep) {
		k.es.push(e)
		k.sorted = append(k.sorted, e.number())
	}
	slices.Sort(k.sorted)
}

func (s *sequence) get(r *reader, n *node) {
	begun, _ := r.flags()
	if begun {
		s.runs = make([][]entry, n.slots)
	}
	for i := range s.runs {
		s.runs[i] = r.entries(n, i+1)
		if l := len(s.runs[i]); l != 0 && l != i+1 {
			r.fail()
			return
		}
	}
	s.same = r.entries(n, n.slots)
}

func (c *Correlator) getPending(r *reader, p *pending, from telemetry.Instant) {
	for range r.count(math.MaxInt32) {
		record := make([]byte, r.count(mostRecord))
		r.raw(record)
		if r.err != nil {
			return
		}
		m, err := c.decode(record)
		if err != nil || m.at < from || len(m.base.edges) == 0 {
			r.fail()
			return
		}
		p.addRecord(record)
	}
}

// reader reads the parts of a snapshot. After the first error it gives zeros.
type reader struct {
	in    *bufio.Reader
	c     *Correlator
	texts []uint32
	err   error
}

func (r *reader) fail() {
	if r.err == nil {
		r.err = ErrSnapshot
	}
}

func (r *reader) raw(b []byte) {
	if r.err != nil {
		return
	}
	if _, err := io.ReadFull(r.in, b); err != nil {
		r.err = errors.Join(ErrSnapshot, err)
	}
}

func (r *reader) number() uint64 {
	if r.err != nil {
		return 0
	}
	x, err := binary.ReadUvarint(r.in)
	if err != nil {
		r.err = errors.Join(ErrSnapshot, err)
		return 0
	}
	return x
}

// count reads a number of things to come, at most most.
func (r *reader) count(most uint64) int {
	x := r.number()
	if x > most {
		r.fail()
		return 0
	}
	return int(x)
}

func (r *reader) instant(least telemetry.Instant) telemetry.Instant {
	x := r.number()
	if x > uint64(latest) || telemetry.Instant(x) < least {
		r.fail()
		return least
	}
	return telemetry.Instant(x)
}

func (r *reader) length() time.Duration {
	x := r.number()
	if x > math.MaxInt64 {
		r.fail()
		return 0
	}
	return time.Duration(x)
}

func (r *reader) float() float64 {
	var b [8]byte
	r.raw(b[:])
	return math.Float64frombits(binary.BigEndian.Uint64(b[:]))
}

func (r *reader) flags() (a, b bool) {
	x := r.count(3)
	return x&1 != 0, x&2 != 0
}

func (r *reader) text(most int) string {
	b := make([]byte, r.count(uint64(most)))
	r.raw(b)
	return string(b)
}

// key reads the values of a group of n, as many as it groups by.
func (r *reader) key(n *node) string {
	k := r.text(len(n.fields) * (mostText + 2))
	if r.err == nil && len(values(k)) != len(n.fields) {
		r.fail()
	}
	return k
}

func (r *reader) known() uint32 {
	k := r.count(uint64(len(r.texts)))
	if k < len(r.texts) {
		return r.texts[k]
	}
	text := r.c.texts.of([]byte(r.text(mostText)))
	r.texts = append(r.texts, text)
	return text
}

func (r *reader) entry(n *node) entry {
	e := entry{at: r.instant(1), ordinal: r.number()}
	e.value = math.Float64bits(r.float())
	e.source, e.subject = r.known(), r.known()
	e.n = uint32(r.count(math.MaxUint32))
	e.kind = telemetry.Kind(r.count(uint64(telemetry.NumKinds - 1)))
	e.slot = uint8(r.count(uint64(n.slots - 1)))
	if !n.fits(&e) {
		r.fail()
	}
	return e
}

// fits says whether e has a value of the sort that n keeps.
func (n *node) fits(e *entry) bool {
	switch n.spec.Type {
	case rule.EventCount:
		return e.value == 0 && e.n > 0
	case rule.Temporal, rule.TemporalOrdered:
		return e.value == uint64(e.slot)
	case rule.ValueSum, rule.ValueAvg, rule.ValuePercentile, rule.ValueMedian:
		x := e.number()
		return !math.IsNaN(x) && !math.IsInf(x, 0) && e.n > 0
	case rule.ValueCount:
	}
	return true
}

func (r *reader) entries(n *node, most int) []entry {
	var es []entry
	for range r.count(uint64(most)) {
		es = append(es, r.entry(n))
		if r.err != nil {
			return nil
		}
	}
	return es
}

// ordered reads entries in order of time.
func (r *reader) ordered(n *node, most int) []entry {
	es := r.entries(n, most)
	for i := 1; i < len(es); i++ {
		if es[i].at < es[i-1].at {
			r.fail()
			return nil
		}
	}
	return es
}
