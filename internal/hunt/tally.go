package hunt

import (
	"cmp"
	"slices"
	"strings"
	"sync"

	"github.com/axiomhq/hyperloglog"

	"stormglass/internal/intel"
	"stormglass/internal/telemetry"
)

// Bounds of what one hunt keeps in memory.
const (
	MaxFindings    = 200_000 // beyond it the findings of one value are merged
	maxKeptSamples = 100_000 // beyond it findings go on without further samples
)

// Tally gathers the hits of a hunt into findings. Hits come through a Part for each source, which
// counts only when the source was read to its end and was not read before under another name.
type Tally struct {
	index *intel.Index
	limit int

	mu      sync.Mutex
	sources map[telemetry.SourceID]string
	all     gathering
	samples int
	starved bool // findings went without samples
}

// NewTally makes an empty tally over an index.
func NewTally(x *intel.Index) *Tally {
	return &Tally{index: x, limit: MaxFindings, sources: map[telemetry.SourceID]string{}, all: newGathering()}
}

// Part gathers the hits of one source. It is a Sink.
type Part struct {
	tally  *Tally
	source *telemetry.Source
	mu     sync.Mutex
	got    gathering
}

// Part begins a source.
func (t *Tally) Part(s *telemetry.Source) *Part {
	return &Part{tally: t, source: s, got: newGathering()}
}

// Commit brings the part's findings in, once its source has its id. When a source of the same
// content was committed before, nothing is added and its name is returned.
func (p *Part) Commit() (sameAs string) {
	t := p.tally
	t.mu.Lock()
	defer t.mu.Unlock()
	if name, ok := t.sources[p.source.ID]; ok {
		return name
	}
	t.sources[p.source.ID] = p.source.Name
	for k, g := range p.got.single {
		t.all.take(k, g, t.limit)
	}
	for id, g := range p.got.merged {
		t.all.mergeValue(id)
		t.all.merged[id].absorb(g)
	}
	return ""
}

// key is what makes a finding: an indicator and a subject.
type key struct {
	entry   intel.EntryID
	subject Subject
}

// gathering is a set of findings being built. When it holds more than a limit, all findings of the
// value that has the most subjects become one.
type gathering struct {
	single map[key]*gathered
	merged map[intel.EntryID]*gathered
	counts map[intel.EntryID]int // of single, by value
}

func newGathering() gathering {
	return gathering{single: map[key]*gathered{}, merged: map[intel.EntryID]*gathered{}, counts: map[intel.EntryID]int{}}
}

// gathered is one finding being built.
type gathered struct {
	fields   []telemetry.FieldID
	kinds    uint16
	roles    Roles
	part     intel.Part
	days     map[telemetry.Day]*dayTally
	subjects *hyperloglog.Sketch // only of a merged one
}

// dayTally is a day being built.
type dayTally struct {
	Day
	sensors map[string]uint64 // bytes by sensor
}

// done gives the day, its bytes being those of the sensor that saw most.
func (d *dayTally) done() Day {
	for _, n := range d.sensors {
		d.Bytes = max(d.Bytes, n)
	}
	return d.Day
}

func (d *dayTally) bytes(sensor string, n uint64) {
	if n == 0 {
		return
	}
	if d.sensors == nil {
		d.sensors = map[string]uint64{}
	}
	d.sensors[sensor] += n
}

// of gives the finding of a key, making it when there is room or room can be made.
func (g *gathering) of(k key, limit int) *gathered {
	if m, ok := g.merged[k.entry]; ok {
		m.subjects.Insert([]byte(k.subject.String()))
		return m
	}
	f, ok := g.single[k]
	if ok {
		return f
	}
	if len(g.single) >= limit {
		g.mergeLargest()
		return g.of(k, limit)
	}
	k.subject.Name = strings.Clone(k.subject.Name)
	f = &gathered{part: intel.HostOfURL, days: map[telemetry.Day]*dayTally{}}
	g.single[k] = f
	g.counts[k.entry]++
	return f
}

func (g *gathering) take(k key, f *gathered, limit int) { g.of(k, limit).absorb(f) }

func (g *gathering) mergeLargest() {
	var largest intel.EntryID
	n := -1
	for id, c := range g.counts {
		if c > n || c == n && id < largest {
			largest, n = id, c
		}
	}
	g.mergeValue(largest)
}

// mergeValue turns all findings of a value into one.
func (g *gathering) mergeValue(id intel.EntryID) {
	if _, ok := g.merged[id]; ok {
		return
	}
	m := &gathered{part: intel.HostOfURL, days: map[telemetry.Day]*dayTally{}, subjects: hyperloglog.New14()}
	g.merged[id] = m
	for k, f := range g.single {
		if k.entry == id {
			m.subjects.Insert([]byte(k.subject.String()))
			m.absorb(f)
			delete(g.single, k)
		}
	}
	delete(g.counts, id)
}

// absorb adds what another gathered of the same value holds.
func (f *gathered) absorb(o *gathered) {
	for _, id := range o.fields {
		f.field(id)
	}
	f.kinds |= o.kinds
	f.roles |= o.roles
	f.part = min(f.part, o.part)
	for n, d := range o.days {
		have, ok := f.days[n]
		if !ok {
			f.days[n] = d
			continue
		}
		have.Records += d.Records
		for sensor, b := range d.sensors {
			have.bytes(sensor, b)
		}
		have.Historical += d.Historical
		have.OtherPort += d.OtherPort
		have.First, have.Last = span(have.First, have.Last, d.First, d.Last)
		for i := range d.Samples {
			s := &d.Samples[i]
			if at, ok := have.place(s.Occurred, s.Source, s.Ordinal); ok {
				have.insert(at, *s)
			}
		}
	}
	if f.subjects != nil && o.subjects != nil {
		_ = f.subjects.Merge(o.subjects) // only sketches of different precision cannot be merged
	}
}

func (f *gathered) field(id telemetry.FieldID) {
	if !slices.Contains(f.fields, id) {
		f.fields = append(f.fields, id)
	}
}

// place says where among the day's samples a record belongs, not ok when five are earlier.
func (d *Day) place(at telemetry.Instant, source string, ordinal uint64) (int, bool) {
	n := len(d.Samples)
	for n > 0 && !d.Samples[n-1].before(at, source, ordinal) {
		n--
	}
	return n, n < MaxSamples
}

func (d *Day) insert(at int, s Sample) {
	d.Samples = slices.Insert(d.Samples, at, s)
	if len(d.Samples) > MaxSamples {
		d.Samples = d.Samples[:MaxSamples]
	}
}

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
	f.field(h.Field)
	f.kinds |= 1 << b.Kind
	f.roles |= Roles(h.Role)
	f.part = min(f.part, h.Match.Part)

	head := b.Head(h.Record)
	n := telemetry.Day(0)
	if head.Occurred.Known() {
		n = head.Occurred.Day()
	}
	d, ok := f.days[n]
	if !ok {
		d = &dayTally{Day: Day{Day: n}}
		f.days[n] = d
	}
	d.Records++
	d.bytes(b.Source.Sensor, bytesIn(b, h.Record))
	if !p.tally.index.ValidAt(h.Match.Entry, int64(head.Occurred)/1e9) {
		d.Historical++
	}
	if h.Port != 0 && !p.tally.index.PortAgrees(h.Match.Entry, h.Port) {
		d.OtherPort++
	}
	d.First, d.Last = span(d.First, d.Last, head.Occurred, head.Occurred)
	if at, ok := d.place(head.Occurred, p.source.Name, head.Ordinal); ok && p.tally.maySample(len(d.Samples) < MaxSamples) {
		d.insert(at, sampleOf(p.source.Name, b, h))
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
	SamplesStopped bool       // so many findings that not all have samples
}

// Outcome turns what was gathered into findings.
func (t *Tally) Outcome(lib *intel.Library, w *intel.Warnings, n Networks) Outcome {
	t.mu.Lock()
	defer t.mu.Unlock()
	j := judge{index: t.index, lib: lib, warnings: w, networks: n, names: aliasesOf(lib)}
	out := Outcome{Merged: len(t.all.merged), SamplesStopped: t.starved}
	for k, g := range t.all.single {
		out.Findings = append(out.Findings, j.finding(k, g))
	}
	for id, g := range t.all.merged {
		out.Findings = append(out.Findings, j.finding(key{entry: id, subject: Subject{Kind: SubjectSource, Name: "many"}}, g))
	}
	slices.SortFunc(out.Findings, byWeight)
	return out
}

// byWeight orders findings by level, then valid before historical, then latest first.
func byWeight(a, b *Finding) int {
	return cmp.Or(
		cmp.Compare(b.Level, a.Level),
		cmp.Compare(a.Historical*b.Records, b.Historical*a.Records),
		cmp.Compare(b.Last, a.Last),
		cmp.Compare(a.Value.String(), b.Value.String()),
		cmp.Compare(a.Value.Kind(), b.Value.Kind()),
		cmp.Compare(a.Subject.String(), b.Subject.String()),
	)
}
