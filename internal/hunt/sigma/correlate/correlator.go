package correlate

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"slices"
	"sync"
	"time"

	"stormglass/internal/hunt/sigma/rule"
	"stormglass/internal/telemetry"
)

const never = telemetry.Instant(math.MaxInt64)

// ErrNotLive is Advance or Snapshot of a Correlator whose Limits are not Live.
var ErrNotLive = errors.New("the correlator takes all matches at the end: it has no time before that, and no snapshot")

// Correlator counts matches. Its methods may be called from several goroutines.
type Correlator struct {
	mu     sync.Mutex
	limits Limits
	found  func(Found)
	bases  map[*rule.Rule]*base
	order  []*base // by number
	nodes  []*node // those that are referred to first
	whole  []*node // those with complete windows
	digest [32]byte
	salt   [16]byte

	pending pending
	late    pending
	runs    []*run
	mark    telemetry.Instant // watermark: everything up to it was taken
	next    telemetry.Instant // no first window is complete before
	rises   []rise
	groups  int
	bytes   int64
	past    int // entries of all histories
	texts   texts
	key     []byte // room for a key
	values  [mostFields][]byte
	totals  Totals
}

// rise is a match of a correlation on its way to those that refer to it.
type rise struct {
	from  *node
	group *group
	edge  *edge
	at    telemetry.Instant
	e     entry
}

// New plans the correlations of c, whose references are resolved, and the detections with an aggregate. The complaints are about those
// that cannot be computed and are left out. Found is called from within Add, Advance and Finish and must not call back.
func New(c *rule.Collection, l Limits, found func(Found)) (*Correlator, []*rule.Complaint, error) {
	if err := l.Validate(); err != nil {
		return nil, nil, fmt.Errorf("limits of correlations: %w", err)
	}
	p := &planner{limits: l, bases: map[*rule.Rule]*base{}, of: map[*rule.Rule]*node{}, state: map[*rule.Rule]int8{}}
	p.all(c.Rules)
	k := &Correlator{limits: l, found: found, bases: p.bases, order: p.order, nodes: p.nodes, next: never, texts: newTexts()}
	for _, n := range p.nodes {
		if n.whole {
			k.whole = append(k.whole, n)
		}
	}
	k.digest = digest(p)
	_, _ = rand.Read(k.salt[:]) // never fails, says its documentation
	return k, p.complaints, nil
}

// digest tells sets of rules apart.
func digest(p *planner) [32]byte {
	h := sha256.New()
	for _, b := range p.order {
		fmt.Fprintf(h, "base %q %x %q\n", b.rule.Key(), b.rule.Digest, b.wanted)
	}
	for _, n := range p.nodes {
		fmt.Fprintf(h, "correlation %q %x %d %d %d\n", n.rule.Key(), n.rule.Digest, n.spec.Type, n.span, n.keep)
	}
	return [32]byte(h.Sum(nil))
}

// Wanted gives the fields of a base rule that correlations look at; nil where none refers to it. Needs says which.
func (c *Correlator) Wanted(r *rule.Rule) []string {
	if b := c.bases[r]; b != nil {
		return slices.Clone(b.wanted)
	}
	return nil
}

// Needs says whether matches of r are counted by a correlation.
func (c *Correlator) Needs(r *rule.Rule) bool {
	b := c.bases[r]
	return b != nil && len(b.edges) > 0
}

// Silent says whether r is not reported on its own: correlations refer to it, and none of them says generate. It counts for detections and
// for correlations in a chain. A correlation that was left out silences nothing.
func (c *Correlator) Silent(r *rule.Rule) bool {
	silent := false
	for _, n := range c.nodes {
		if slices.ContainsFunc(n.spec.Rules, func(ref rule.RuleRef) bool { return ref.Rule == r }) {
			if n.spec.Generate {
				return false
			}
			silent = true
		}
	}
	return silent
}

// Add hands in a match. An error is about the disk.
func (c *Correlator) Add(m Match) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	b := c.bases[m.Rule]
	switch {
	case b == nil || len(b.edges) == 0:
		c.totals.Unasked++
		return nil
	case len(m.Values) != len(b.wanted):
		return fmt.Errorf("correlate a match of %s: %d values where %d are wanted", m.Rule.Key(), len(m.Values), len(b.wanted))
	case m.At <= 0 || m.At > latest:
		c.totals.Undated++
		return nil
	case c.limits.Live && m.At <= c.mark:
		c.late.add(&m, b)
		return nil
	}
	c.pending.add(&m, b)
	if c.pending.size() <= c.limits.Pending {
		return nil
	}
	if c.limits.Live {
		return c.hurry()
	}
	return c.spill()
}

// Advance says that all matches up to a time have come: they are taken. What still comes for that time is late.
func (c *Correlator) Advance(to telemetry.Instant) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.limits.Live {
		return ErrNotLive
	}
	return c.advance(to)
}

func (c *Correlator) advance(to telemetry.Instant) error {
	if to = min(to, latest); to > c.mark {
		err := c.pending.takeUntil(to, c.feed)
		if err != nil {
			return err
		}
		c.mark = to
		c.judge(to + 1)
		for _, n := range c.nodes {
			c.expire(n, to, math.MaxInt)
		}
	}
	err := c.takeLate()
	c.forget()
	c.tidy()
	return err
}

// hurry takes the older half of what waits.
func (c *Correlator) hurry() error {
	to := c.pending.median()
	before := len(c.pending.items)
	err := c.advance(to)
	c.totals.Hurried += uint64(before - len(c.pending.items))
	return err
}

// Finish takes all that waits and ends all episodes. The Correlator is of no use afterwards, but for its figures.
func (c *Correlator) Finish() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	err := c.takeAll()
	if err == nil {
		err = c.takeLate()
	}
	c.judge(never)
	for _, n := range c.nodes {
		for i := range n.tiers {
			for g := n.tiers[i].first; g != nil; g = n.tiers[i].first {
				c.close(n, g)
			}
		}
		n.history, n.closed = history{}, queue[spell]{}
	}
	c.mark = never - 1
	c.past = 0
	return errors.Join(err, c.closeRuns())
}

// Close gives up what waits on disk. It is needed only where Finish is not called.
func (c *Correlator) Close() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.closeRuns()
}

// feed takes a match as pending keeps it.
func (c *Correlator) feed(record []byte) error {
	m, err := c.decode(record)
	if err != nil {
		return err
	}
	c.judge(m.at)
	for i := range m.base.edges {
		ed := &m.base.edges[i]
		if e, ok := c.enter(ed, &m); ok {
			c.take(ed.to, c.key, e, m.doubt)
			c.raise()
		}
	}
	c.tidy()
	return nil
}

// tidy looks for texts that are no longer used.
func (c *Correlator) tidy() {
	if c.texts.full() {
		c.texts.clean(c.entries)
	}
}

// raise takes the matches of correlations that are on their way.
func (c *Correlator) raise() {
	for i := 0; ; i++ { // what is taken may add to them
		if i == len(c.rises) {
			break
		}
		r := c.rises[i]
		m := matchOf(&r)
		if e, ok := c.enter(r.edge, &m); ok {
			c.take(r.edge.to, c.key, e, r.group.doubt)
		}
	}
	clear(c.rises)
	c.rises = c.rises[:0]
}

// holds implements hearer for what is found in time.
func (c *Correlator) holds(n *node, g *group, at telemetry.Instant, e entry, fresh bool) {
	if fresh {
		n.stats.Found++
		c.tell(n, g, false)
	}
	for i := range n.up {
		if ed := &n.up[i]; fresh || ed.to.presence() {
			c.rises = append(c.rises, rise{from: n, group: g, edge: ed, at: at, e: e})
		}
	}
}

// ended implements hearer.
func (c *Correlator) ended(n *node, g *group) { c.tell(n, g, true) }

func (c *Correlator) tell(n *node, g *group, ended bool) {
	if c.found == nil {
		return
	}
	t := g.told
	f := Found{
		Rule: n.rule, Fields: n.fields, Group: values(g.key), First: t.first, Last: g.last, Doubt: g.doubt, Number: t.number,
		Estimate: t.estimate, Since: g.since, Matches: g.matches, Ended: ended, Late: t.late,
	}
	for _, e := range t.members {
		f.Members = append(f.Members, Ref{Source: c.texts.text[e.source], Ordinal: e.ordinal, At: e.at, Kind: e.kind, Subject: c.texts.text[e.subject]})
	}
	c.found(f)
}

// values takes a key apart.
func values(key string) []string {
	var vs []string
	for b := []byte(key); len(b) > 0; {
		n, k := binary.Uvarint(b)
		if k <= 0 || n > uint64(len(b)-k) {
			return vs
		}
		vs = append(vs, string(b[k:k+int(n)]))
		b = b[k+int(n):]
	}
	return vs
}

// Stats gives what happened to the matches of each correlation.
func (c *Correlator) Stats() []Stats {
	c.mu.Lock()
	defer c.mu.Unlock()
	all := make([]Stats, 0, len(c.nodes))
	for _, n := range c.nodes {
		s := n.stats
		s.Groups = len(n.groups)
		all = append(all, s)
	}
	return all
}

// Totals gives what is held now.
func (c *Correlator) Totals() Totals {
	c.mu.Lock()
	defer c.mu.Unlock()
	t := c.totals
	t.Groups, t.Bytes = c.groups, c.bytes+c.pastBytes()
	t.Pending, t.Runs = c.pending.size()+c.late.size(), len(c.runs)
	return t
}

// Watermark is up to when matches were taken.
func (c *Correlator) Watermark() telemetry.Instant {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.mark
}

// pastBytes is what all histories take.
func (c *Correlator) pastBytes() int64 {
	n := int64(0)
	for _, x := range c.nodes {
		n += x.history.bytes
	}
	return n
}

// doubtful is the doubt of a match as it is kept: a length that is not negative.
func doubtful(d time.Duration) time.Duration { return max(d, 0) }
