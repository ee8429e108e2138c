package hunt

import (
	"cmp"
	"encoding/binary"
	"slices"
	"strings"

	"github.com/axiomhq/hyperloglog"

	"stormglass/internal/intel"
	"stormglass/internal/telemetry"
)

// key is what makes a finding: an indicator, or the number of a rule, and a subject.
type key struct {
	entry   intel.EntryID
	subject Subject
}

// gathering is a set of findings being built. When it holds more than a limit, the findings of the
// values that have the most subjects become one each; when no value has many, further findings are
// counted and no longer kept.
type gathering struct {
	single map[key]*gathered
	merged map[intel.EntryID]*gathered
	byID   map[intel.EntryID][]Subject // subjects of single
	over   overflow
}

func newGathering() gathering {
	return gathering{single: map[key]*gathered{}, merged: map[intel.EntryID]*gathered{}, byID: map[intel.EntryID][]Subject{}}
}

// ofRules is a gathering of what rules match: an entry is a rule's number.
func ofRules() gathering {
	g := newGathering()
	g.over.rules = Shortfalls{}
	return g
}

// overflow is what was met and not kept, because a hunt met more than it can hold.
type overflow struct {
	records  uint64
	findings *hyperloglog.Sketch
	rules    Shortfalls // of the records, those that rules matched; nil of values
}

func (o *overflow) sketch() *hyperloglog.Sketch {
	if o.findings == nil {
		o.findings = hyperloglog.New14()
	}
	return o.findings
}

func (o *overflow) absorb(p *overflow) {
	o.records += p.records
	if o.rules != nil {
		o.rules.Take(p.rules)
	}
	if p.findings != nil {
		_ = o.sketch().Merge(p.findings) // only sketches of different precision cannot be merged
	}
}

// count gives the records, and an estimate of the findings they would have been.
func (o *overflow) count() Overflow {
	if o.findings == nil {
		return Overflow{}
	}
	return Overflow{Records: o.records, Findings: o.findings.Estimate()}
}

// gathered is one finding being built.
type gathered struct {
	fields   []telemetry.FieldID
	kinds    uint16
	roles    Roles
	part     intel.Part
	ours     bool                // one hit at least knows that the subject is the operator's
	days     dayList             // of records met
	ledger   dayList             // of what a ledger holds
	subjects *hyperloglog.Sketch // only of a merged one
	counted  Counted             // of a correlation
}

// dayList holds days in order: most findings have one or two, for which a map is large.
type dayList []*dayTally

// dayTally is a day being built.
type dayTally struct {
	Day
	sensors []SensorBytes
}

// done gives the day, its bytes being those of the sensor that saw most.
func (d *dayTally) done() Day {
	for _, s := range d.sensors {
		d.Bytes = max(d.Bytes, s.Bytes)
	}
	return d.Day
}

func (d *dayTally) bytes(sensor string, n uint64) {
	if n == 0 {
		return
	}
	for i := range d.sensors {
		if d.sensors[i].Sensor == sensor {
			d.sensors[i].Bytes += n
			return
		}
	}
	d.sensors = append(d.sensors, SensorBytes{sensor, n})
}

// find gives the place of a day in the list, and whether it is there.
func (l dayList) find(n telemetry.Day) (int, bool) {
	return slices.BinarySearchFunc(l, n, func(d *dayTally, n telemetry.Day) int { return cmp.Compare(d.Day.Day, n) })
}

// day gives a day of the list, made when it is new.
func (l *dayList) day(n telemetry.Day) *dayTally {
	at, ok := l.find(n)
	if !ok {
		*l = slices.Insert(*l, at, &dayTally{Day: Day{Day: n}})
	}
	return (*l)[at]
}

// absorb takes the days of another list in.
func (l *dayList) absorb(o dayList) {
	for _, d := range o {
		if at, ok := l.find(d.Day.Day); ok {
			(*l)[at].absorb(d)
		} else {
			*l = slices.Insert(*l, at, d)
		}
	}
}

// absorb adds what another tally of the same day holds.
func (d *dayTally) absorb(o *dayTally) {
	d.Records += o.Records
	for _, s := range o.sensors {
		d.bytes(s.Sensor, s.Bytes)
	}
	d.Historical += o.Historical
	d.OtherPort += o.OtherPort
	d.First, d.Last = span(d.First, d.Last, o.First, o.Last)
	d.FromLedger = d.FromLedger || o.FromLedger
	d.Subjects = max(d.Subjects, o.Subjects)
	for i := range o.Samples {
		s := &o.Samples[i]
		if at, ok := d.place(s.Occurred, s.Source, s.Ordinal); ok {
			d.insert(at, *s)
		}
	}
}

// of gives the finding of a key, making it when there is room or room can be made; nil when not.
func (g *gathering) of(k key, limit int) *gathered {
	if m, ok := g.merged[k.entry]; ok {
		m.subjects.Insert([]byte(k.subject.String()))
		return m
	}
	if f, ok := g.single[k]; ok {
		return f
	}
	if len(g.single) >= limit {
		if g.makeRoom(limit); g.merged[k.entry] != nil {
			return g.of(k, limit)
		}
		if len(g.single) >= limit {
			g.over.sketch().Insert(binary.BigEndian.AppendUint32([]byte(k.subject.String()), uint32(k.entry)))
			return nil
		}
	}
	k.subject.Name = strings.Clone(k.subject.Name)
	f := newGathered()
	g.single[k] = f
	g.byID[k.entry] = append(g.byID[k.entry], k.subject)
	return f
}

func newGathered() *gathered {
	return &gathered{part: intel.HostOfURL}
}

// takeAll brings another gathering in.
func (g *gathering) takeAll(o *gathering, limit int) {
	for k, f := range o.single {
		g.take(k, f, limit)
	}
	for id, f := range o.merged {
		g.mergeValue(id).absorb(f)
	}
	g.over.absorb(&o.over)
}

// take brings in a finding of another gathering.
func (g *gathering) take(k key, f *gathered, limit int) {
	if mine := g.of(k, limit); mine != nil {
		mine.absorb(f)
		return
	}
	for _, d := range f.days {
		g.over.records += d.Records
		if g.over.rules != nil {
			g.over.rules.Add(RuleDay{int(k.entry), d.Day.Day}, Shortfall{Unkept: d.Records})
		}
	}
	for _, d := range f.ledger {
		g.over.records += d.Records
	}
}

// What a merge is worth, and how many there may be: each costs 16 KB of sketch.
const (
	minMerged = 100
	maxMerged = 5000
)

// makeRoom merges the findings of the values with the most subjects until a tenth is free.
func (g *gathering) makeRoom(limit int) {
	if g.over.findings != nil {
		return // there was nothing worth merging before, and single does not grow
	}
	var large []intel.EntryID
	for id, subjects := range g.byID {
		if len(subjects) >= min(minMerged, limit/2) {
			large = append(large, id)
		}
	}
	slices.SortFunc(large, func(a, b intel.EntryID) int {
		return cmp.Or(cmp.Compare(len(g.byID[b]), len(g.byID[a])), cmp.Compare(a, b))
	})
	for _, id := range large {
		if len(g.single) <= limit*9/10 || len(g.merged) >= maxMerged {
			return
		}
		g.mergeValue(id)
	}
}

// mergeValue turns all findings of a value into one.
func (g *gathering) mergeValue(id intel.EntryID) *gathered {
	if m, ok := g.merged[id]; ok {
		return m
	}
	m := newGathered()
	m.subjects = hyperloglog.New14()
	g.merged[id] = m
	for _, subject := range g.byID[id] {
		k := key{id, subject}
		m.subjects.Insert([]byte(subject.String()))
		m.absorb(g.single[k])
		delete(g.single, k)
	}
	delete(g.byID, id)
	return m
}

// absorb adds what another gathered of the same value holds.
func (f *gathered) absorb(o *gathered) {
	for _, id := range o.fields {
		f.field(id)
	}
	f.kinds |= o.kinds
	f.roles |= o.roles
	f.part = min(f.part, o.part)
	f.ours = f.ours || o.ours
	f.counted.absorb(o.counted)
	f.days.absorb(o.days)
	f.ledger.absorb(o.ledger)
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
