package receive

import (
	"crypto/sha256"
	"maps"
	"slices"
	"strings"

	"stormglass/internal/depot"
	"stormglass/internal/telemetry"
)

// Counts says what came of what a listener received.
type Counts struct {
	Datagrams, Bytes uint64
	Records          uint64
	Kinds            [telemetry.NumKinds]uint64
	Undated          uint64
	Problems         telemetry.Problems
	First, Last      telemetry.Instant // of the records
	LastReceived     telemetry.Instant // when the last datagram arrived
}

// add counts some datagrams of one sender and what was read of them.
func (c *Counts) add(datagrams []telemetry.Datagram, s *telemetry.Set) {
	c.Datagrams += uint64(len(datagrams))
	for i := range datagrams {
		d := &datagrams[i]
		c.Bytes += uint64(len(d.Data))
		c.LastReceived = max(c.LastReceived, d.At)
	}
	c.Undated += s.Undated
	c.Problems.Merge(&s.Problems)
	for b := range s.Batches {
		c.Kinds[b.Kind] += uint64(b.Len())
		c.Records += uint64(b.Len())
		for i := range b.Len() {
			c.span(b.Head(i).Occurred)
		}
	}
}

// span widens the time that the records tell of.
func (c *Counts) span(t telemetry.Instant) {
	if !t.Known() {
		return
	}
	if c.First == 0 || t < c.First {
		c.First = t
	}
	c.Last = max(c.Last, t)
}

func (c *Counts) merge(o *Counts) {
	c.Datagrams += o.Datagrams
	c.Bytes += o.Bytes
	c.Records += o.Records
	for k, n := range o.Kinds {
		c.Kinds[k] += n
	}
	c.Undated += o.Undated
	c.Problems.Merge(&o.Problems)
	c.span(o.First)
	c.span(o.Last)
	c.LastReceived = max(c.LastReceived, o.LastReceived)
}

// count adds to what is counted of a listener.
func (p *Pipeline) count(listener string, n *Counts) {
	p.mu.Lock()
	defer p.mu.Unlock()
	c := p.counts[listener]
	if c == nil {
		c = &Counts{}
		p.counts[listener] = c
	}
	c.merge(n)
}

// Counts gives what came of what each listener received since the pipeline was opened, what was taken in from the
// log included.
func (p *Pipeline) Counts() map[string]Counts {
	p.mu.Lock()
	defer p.mu.Unlock()
	out := make(map[string]Counts, len(p.counts))
	for name, c := range p.counts {
		copied := *c
		copied.Problems = telemetry.Problems{}
		copied.Problems.Merge(&c.Problems)
		out[name] = copied
	}
	return out
}

// sources gives what a commit says of each listener of this run: a source of its own, which the next commit of the
// run tells again, with what was received since. Nobody takes in.
func (p *Pipeline) sources() []depot.Source {
	counts := p.Counts()
	out := make([]depot.Source, 0, len(counts))
	for _, listener := range slices.Sorted(maps.Keys(counts)) {
		c := counts[listener]
		id := p.sourceID(listener)
		a := &depot.Account{
			Name: listener, Format: formatOf(listener), Records: c.Records, Lost: c.Problems.Losses(), Undated: c.Undated,
			First: c.First, Last: c.Last, Problems: c.Problems.List, Kinds: map[string]uint64{},
		}
		for k, n := range c.Kinds {
			if n > 0 {
				a.Kinds[telemetry.Kind(k).String()] = n
			}
		}
		out = append(out, depot.Source{ID: id, Head: depot.Fingerprint(id[:len(depot.Fingerprint{})]), Bytes: c.Bytes, Lines: c.Datagrams, Rows: id, Account: a})
	}
	return out
}

// formatOf gives the first word of a listener's name.
func formatOf(listener string) string {
	name, _, _ := strings.Cut(listener, " ")
	return name
}

// sourceID names what one listener received in this run.
func (p *Pipeline) sourceID(listener string) telemetry.SourceID {
	return sha256.Sum256(append(slices.Clone(p.id[:]), listener...))
}
