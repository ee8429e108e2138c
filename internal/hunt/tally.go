package hunt

import (
	"cmp"
	"errors"
	"slices"
	"sync"
	"sync/atomic"

	"stormglass/internal/hunt/sigma/correlate"
	"stormglass/internal/intel"
	"stormglass/internal/telemetry"
)

// Bounds of what one hunt keeps in memory.
const (
	MaxFindings    = 200_000 // beyond it the findings of one value are merged
	maxKeptSamples = 50_000  // beyond it findings go on without further samples
	maxKeptDays    = 300_000 // beyond it further days of a finding become one
)

// Tally gathers the hits of a hunt into findings. Hits come through a Part for each source, which
// counts once the source was read, as far as it goes, and was not read before under another name.
type Tally struct {
	index *intel.Index
	limit int

	mu      sync.Mutex
	sources map[telemetry.SourceID]string
	all     gathering
	matched gathering // of rules: an entry is a rule's number

	rules    *RuleSet
	counting *correlate.Correlator // nil: no rule counts the matches of others
	members  members               // of what counting counts
	networks Networks
	err      error
	samples  int
	starved  bool // findings went without samples
	days     atomic.Int64
}

// NewTally makes an empty tally over an index.
func NewTally(x *intel.Index) *Tally {
	return &Tally{index: x, limit: MaxFindings, sources: map[telemetry.SourceID]string{}, all: newGathering(), matched: ofRules()}
}

// Part gathers the hits of one source. It is a Sink.
type Part struct {
	tally  *Tally
	source *telemetry.Source
	mu     sync.Mutex
	got    gathering
	rules  gathering

	counted spool // matches that correlations count
}

// Part begins a source.
func (t *Tally) Part(s *telemetry.Source) *Part {
	return &Part{tally: t, source: s, got: newGathering(), rules: ofRules()}
}

// Commit brings the part's findings in, once its source has its id. When a source of the same
// content was committed before, nothing is added and its name is returned. What goes wrong with matches that were kept aside on disk,
// Finish tells.
func (p *Part) Commit() (sameAs string) {
	t := p.tally
	t.mu.Lock()
	defer t.mu.Unlock()
	if name, ok := t.sources[p.source.ID]; ok {
		t.err = errors.Join(t.err, p.counted.discard())
		return name
	}
	t.sources[p.source.ID] = p.source.Name
	t.all.takeAll(&p.got, t.limit)
	t.matched.takeAll(&p.rules, t.limit)
	t.err = errors.Join(t.err, t.count(&p.counted))
	return ""
}

// Discard gives up what of the part was not committed.
func (p *Part) Discard() error { return p.counted.discard() }

// Hits adds the hits of a batch.
func (p *Part) Hits(b *telemetry.Batch, hits []Hit) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for i := range hits {
		p.hit(b, &hits[i])
	}
}

func (p *Part) hit(b *telemetry.Batch, h *Hit) {
	f := p.got.of(key{h.Match.Entry, h.Subject}, p.tally.limit)
	if f == nil {
		p.got.over.records++
		return
	}
	f.field(h.Field)
	f.roles |= Roles(h.Role)
	f.part = min(f.part, h.Match.Part)
	d := p.count(f, b, h.Record, h.Ours)
	head := b.Head(h.Record)
	if !p.tally.index.ValidAt(h.Match.Entry, int64(head.Occurred)/1e9) {
		d.Historical++
	}
	if h.Port != 0 && !p.tally.index.PortAgrees(h.Match.Entry, h.Port) {
		d.OtherPort++
	}
	p.sample(d, b, h.Record, func() Sample { return SampleOf(b, h) })
}

// count counts a record in and gives its day.
func (p *Part) count(f *gathered, b *telemetry.Batch, record int, ours bool) *dayTally {
	f.kinds |= 1 << b.Kind
	f.ours = f.ours || ours
	head := b.Head(record)
	n := telemetry.Day(0)
	if head.Occurred.Known() {
		n = head.Occurred.Day()
	}
	if _, known := f.days.find(n); !known && len(f.days) > 0 && p.tally.days.Add(1) > maxKeptDays {
		n = telemetry.DayFolded
	}
	d := f.days.day(n)
	d.Records++
	d.bytes(b.Source.Sensor, bytesIn(b, record))
	first, last := spanOf(b, record)
	d.First, d.Last = span(d.First, d.Last, first, last)
	return d
}

// sample keeps a record as a sample of a day, when it is among the earliest.
func (p *Part) sample(d *dayTally, b *telemetry.Batch, record int, of func() Sample) {
	head := b.Head(record)
	if at, ok := d.place(head.Occurred, b.Source.Name, head.Ordinal); ok && p.tally.maySample(len(d.Samples) < MaxSamples) {
		d.insert(at, of())
	}
}

// maySample accounts for a sample; one that takes another's place needs no room.
func (t *Tally) maySample(needsRoom bool) bool {
	if !needsRoom {
		return true
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.samples >= maxKeptSamples {
		t.starved = true
		return false
	}
	t.samples++
	return true
}

func bytesIn(b *telemetry.Batch, i int) uint64 {
	if b.Kind != telemetry.KindFlow {
		return 0
	}
	var n uint64
	for _, c := range [...]uint64{b.Flow[i].SrcBytes, b.Flow[i].DstBytes} {
		if c != telemetry.NoCount {
			n += c
		}
	}
	return n
}

// Outcome is what a hunt found.
type Outcome struct {
	Findings       []*Finding // what matters most comes first
	Merged         int        // findings that stand for many subjects of one value
	Overflow       Overflow   // what was met and not kept
	SamplesStopped bool       // so many findings that not all have samples
}

// Overflow counts what was met and not kept, because a hunt met more than it can hold.
type Overflow struct {
	Records  uint64
	Findings uint64 // an estimate
}

// Outcome turns what was gathered into findings, which ends the tally: they take the place of what
// they were made of.
func (t *Tally) Outcome(lib *intel.Library, w *intel.Warnings, n Networks) Outcome {
	t.mu.Lock()
	defer t.mu.Unlock()
	j := judge{index: t.index, lib: lib, warnings: w, networks: n, names: aliasesOf(lib), refs: map[intel.EntryID][]Ref{}}
	out := Outcome{Merged: len(t.all.merged) + len(t.matched.merged), SamplesStopped: t.starved}
	t.all.over.absorb(&t.matched.over)
	out.Overflow = t.all.over.count()
	for k, g := range t.all.single {
		out.Findings = append(out.Findings, j.finding(k, g))
		delete(t.all.single, k) // a finding takes the place of what it was made of
	}
	for id, g := range t.all.merged {
		out.Findings = append(out.Findings, j.finding(key{entry: id, subject: Subject{Kind: SubjectSource, Name: "many"}}, g))
	}
	out.Findings = append(out.Findings, t.ofRules()...)
	slices.SortFunc(out.Findings, ByWeight)
	return out
}

// ByWeight orders findings by level, then valid before historical, then latest first.
func ByWeight(a, b *Finding) int {
	return cmp.Or(
		cmp.Compare(b.Level, a.Level),
		cmp.Compare(a.Historical*b.Records, b.Historical*a.Records),
		cmp.Compare(b.Last, a.Last),
		cmp.Compare(a.What(), b.What()),
		cmp.Compare(a.Value.Kind(), b.Value.Kind()),
		cmp.Compare(a.Subject.String(), b.Subject.String()),
	)
}
