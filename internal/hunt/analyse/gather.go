package analyse

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"sync/atomic"

	"stormglass/internal/hunt"
	"stormglass/internal/telemetry"
)

// Gather takes the notes of several analysers, of any number of sources and days, in one pass.
type Gather struct {
	env   Env
	list  []Analyser
	kinds [telemetry.NumKinds][]int // which analysers look at a kind
	table *table
	notes sync.Pool
	put   []atomic.Uint64

	mu      sync.Mutex
	sources uint32
	void    map[uint32]bool
	spans   spans
}

// New begins to gather. Close gives up what was not asked for.
func New(env Env, l Limits, list ...Analyser) *Gather {
	bounds := make([]Bounds, len(list))
	g := &Gather{env: env, list: list, put: make([]atomic.Uint64, len(list)), void: map[uint32]bool{}}
	for i, a := range list {
		bounds[i] = a.Bounds()
		for _, k := range a.Kinds() {
			g.kinds[k] = append(g.kinds[k], i)
		}
	}
	g.table = newTable(bounds, l)
	return g
}

// Close gives up what is held on disk.
func (g *Gather) Close() error { return g.table.close() }

// Wants reports whether any analyser looks at a kind of record.
func (g *Gather) Wants(k telemetry.Kind) bool { return len(g.kinds[k]) > 0 }

// Source is a source being read. It counts unless Void says otherwise.
type Source struct {
	gather *Gather
	number uint32
	spans  spans
}

// Source begins a source.
func (g *Gather) Source() *Source {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.sources++
	return &Source{gather: g, number: g.sources}
}

// Commit ends a source that counts.
func (s *Source) Commit() { s.gather.spans.take(&s.spans) }

// Void ends a source that does not count: it could not be read, or was read before under another name.
func (s *Source) Void() {
	s.gather.mu.Lock()
	defer s.gather.mu.Unlock()
	s.gather.void[s.number] = true
}

// Batch has analysers look at the records of a batch. It may be called from any number of goroutines.
func (s *Source) Batch(ctx context.Context, b *telemetry.Batch) error {
	g := s.gather
	if len(g.kinds[b.Kind]) == 0 {
		return nil
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	s.spans.add(b)
	n, _ := g.notes.Get().(*Notes)
	if n == nil {
		n = &Notes{Networks: g.env.Networks, Registers: g.env.registers(), table: g.table}
	}
	for _, i := range g.kinds[b.Kind] {
		n.analyser, n.source, n.put = uint8(i), s.number, 0
		g.list[i].Note(n, b)
		g.put[i].Add(n.put)
	}
	g.notes.Put(n)
	return nil
}

// Extracts gives the extract of each analyser and day of which anything was read, analysers in the order in which they were given, and
// their days in order. It ends the gathering. Whoever is given an extract closes it.
func (g *Gather) Extracts(do func(analyser int, x *Extract) error) error {
	e := &extracting{gather: g, do: do, analyser: -1}
	err := g.table.each(e.group)
	if err == nil {
		err = e.finish()
	}
	return errors.Join(err, e.abandon())
}

// extracting makes extracts of groups as they come.
type extracting struct {
	gather   *Gather
	do       func(int, *Extract) error
	analyser int                    // that is at work; -1 before the first
	spans    map[telemetry.Day]Span // its days
	left     []telemetry.Day        // those of them that have no extract yet, in order
	day      *Day                   // being filled, nil when none is
}

func (e *extracting) group(key []byte, g *group) error {
	analyser, at := placeOf(key)
	lost := e.gather.table.lost.notes[[placeLen]byte(key)]
	group := &Group{
		Day: at, Key: key[placeLen:], More: g.more, Hours: g.hours, data: g.data, void: e.gather.void,
		Partial: lost.known || lost.notes > 0 && !e.gather.table.bounds[analyser].known(key),
	}
	if group.empty() {
		return nil
	}
	if err := e.turnTo(analyser); err != nil {
		return err
	}
	if _, ok := e.spans[at]; !ok { // of days that are not told apart
		return nil
	}
	if err := e.reach(at); err != nil {
		return err
	}
	e.day.level = e.gather.table.bounds[analyser].rowLevel(key, g)
	e.gather.list[analyser].Extract(e.day, group)
	return e.day.err
}

// reach has a day ready to be filled.
func (e *extracting) reach(at telemetry.Day) error {
	if e.day != nil && e.day.Day == at {
		return nil
	}
	if err := e.end(); err != nil {
		return err
	}
	if err := e.before(at); err != nil {
		return err
	}
	return e.begin(at)
}

// turnTo goes on to an analyser: those before it give the days of which they have no notes.
func (e *extracting) turnTo(analyser int) error {
	for e.analyser < analyser {
		if err := e.rest(); err != nil {
			return err
		}
		e.analyser++
		e.spans = nil
		if e.analyser < len(e.gather.list) {
			e.spans, _, _ = e.gather.spans.of(e.gather.list[e.analyser].Kinds())
		}
		e.left = slices.Sorted(maps.Keys(e.spans))
	}
	return nil
}

// before gives the days before one of which there are no notes.
func (e *extracting) before(at telemetry.Day) error {
	for len(e.left) > 0 && e.left[0] < at {
		if err := e.begin(e.left[0]); err != nil {
			return err
		}
		if err := e.end(); err != nil {
			return err
		}
	}
	return nil
}

// rest gives the days after the last of which there are notes.
func (e *extracting) rest() error {
	if err := e.end(); err != nil || len(e.left) == 0 {
		return err
	}
	return e.before(e.left[len(e.left)-1] + 1)
}

func (e *extracting) finish() error { return e.turnTo(len(e.gather.list)) }

func (e *extracting) begin(at telemetry.Day) error {
	a := e.gather.list[e.analyser]
	lost := e.gather.table.lost.notes[[placeLen]byte(appendPlace(nil, uint8(e.analyser), at))]
	e.day = newDay(a, at, e.spans[at], lost.notes)
	e.left = e.left[1:]
	return e.day.err
}

func (e *extracting) end() error {
	if e.day == nil {
		return nil
	}
	x, err := e.day.finish()
	e.day = nil
	if err != nil {
		return err
	}
	return e.do(e.analyser, x)
}

func (e *extracting) abandon() error {
	if e.day == nil {
		return nil
	}
	x, err := e.day.finish()
	if x != nil {
		err = errors.Join(err, x.Close())
	}
	return err
}

// Account adds what was gathered to the account of an analyser. What had no room is added by those who judge the days.
func (g *Gather) Account(analyser int, a *hunt.AnalyserAccount) {
	g.mu.Lock()
	defer g.mu.Unlock()
	_, undated, beyond := g.spans.of(g.list[analyser].Kinds())
	if beyond > 0 {
		a.Lacks(fmt.Sprintf("%d records are of further days than the %d that are told apart", beyond, maxSpanDays), 0)
	}
	a.Undated += undated
	a.Records += undated
	a.Notes += g.put[analyser].Load()
	g.table.mu.Lock()
	defer g.table.mu.Unlock()
	a.Dropped += g.table.lost.beyond[analyser]
}
