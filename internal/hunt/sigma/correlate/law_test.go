package correlate

import (
	"bytes"
	"cmp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"stormglass/internal/hunt/sigma/rule"
	"stormglass/internal/telemetry"
)

var fieldNames = []string{"a", "b", "v", "w"}

// drawn is a set of rules: two or three detections, one correlation, and perhaps one that refers to it.
type drawn struct {
	bases  []*rule.Rule
	low    *rule.Rule
	high   *rule.Rule
	events []event
}

func detection(name string) *rule.Rule {
	return &rule.Rule{Name: name, Title: name, Detection: &rule.Detection{}}
}

func refs(rules ...*rule.Rule) []rule.RuleRef {
	var rs []rule.RuleRef
	for _, r := range rules {
		rs = append(rs, rule.RuleRef{Written: r.Name, Rule: r})
	}
	return rs
}

func drawCorrelation(t *rapid.T, name string, groupBy, fields []string, of ...*rule.Rule) *rule.Rule {
	types := []rule.CorrelationType{rule.EventCount, rule.ValueCount, rule.Temporal, rule.TemporalOrdered, rule.ValueSum, rule.ValueAvg, rule.ValuePercentile, rule.ValueMedian}
	c := &rule.Correlation{
		Type: rapid.SampledFrom(types).Draw(t, "type"), GroupBy: groupBy,
		Timespan: time.Duration(rapid.IntRange(1, 12).Draw(t, "span")), Rules: refs(of...),
	}
	switch c.Type {
	case rule.ValueCount:
		c.Fields = fields[:rapid.IntRange(1, len(fields)).Draw(t, "fields")]
	case rule.ValueSum, rule.ValueAvg, rule.ValuePercentile, rule.ValueMedian:
		c.Fields = fields[:1]
	case rule.EventCount, rule.Temporal, rule.TemporalOrdered:
	}
	c.Percentile = float64(rapid.IntRange(0, 20).Draw(t, "percentile") * 5)
	if !temporal(c.Type) || rapid.Bool().Draw(t, "conditioned") {
		most := 6
		if c.Type == rule.ValueSum {
			most = 20
		}
		for range rapid.IntRange(1, 2).Draw(t, "bounds") {
			op := rapid.SampledFrom([]rule.BoundOp{rule.Greater, rule.GreaterOrEqual, rule.GreaterOrEqual, rule.GreaterOrEqual, rule.Less, rule.LessOrEqual, rule.Equal, rule.NotEqual}).Draw(t, "op")
			c.Conditions = append(c.Conditions, rule.Bound{Op: op, Number: float64(rapid.IntRange(0, most).Draw(t, "bound"))})
		}
	}
	return &rule.Rule{Name: name, Title: name, Correlation: c}
}

func draw(t *rapid.T) drawn {
	d := drawn{bases: []*rule.Rule{detection("r0"), detection("r1"), detection("r2")}}
	d.low = drawCorrelation(t, "low", fieldNames[:rapid.IntRange(0, 2).Draw(t, "groups")], fieldNames[2:], d.bases[:rapid.IntRange(1, 3).Draw(t, "rules")]...)
	if g := d.low.Correlation.GroupBy; len(g) == 2 && rapid.Bool().Draw(t, "chained") {
		d.high = drawCorrelation(t, "high", g[:1], g[1:], d.low, d.bases[0])
	}
	at := int64(0)
	for range rapid.IntRange(0, 70).Draw(t, "events") {
		at += int64(rapid.SampledFrom([]int{0, 0, 1, 1, 1, 2, 3, 5, 14}).Draw(t, "pause"))
		e := event{at: at + 1, slot: rapid.IntRange(0, 2).Draw(t, "rule"), fields: map[string]string{}}
		for _, f := range fieldNames {
			if x := rapid.IntRange(0, 12).Draw(t, f); x > 0 {
				e.fields[f] = strconv.Itoa(x % 3)
			}
		}
		if e.fields["v"] != "" {
			e.fields["v"] = strconv.Itoa(rapid.IntRange(-2, 9).Draw(t, "number"))
		}
		d.events = append(d.events, e)
	}
	return d
}

func (d *drawn) rules() *rule.Collection {
	c := &rule.Collection{Rules: append(slices.Clone(d.bases), d.low)}
	if d.high != nil {
		c.Rules = append([]*rule.Rule{d.high}, c.Rules...) // before what it refers to
	}
	return c
}

// match makes of the i-th event what the engine would hand in.
func (d *drawn) match(c *Correlator, i int) Match {
	e := d.events[i]
	m := Match{Rule: d.bases[e.slot], At: telemetryAt(e.at), Ref: Ref{Source: "s", Ordinal: uint64(i), Subject: strconv.Itoa(i % 3)}}
	for k, f := range c.Wanted(m.Rule) {
		v, ok := e.fields[f]
		if !ok {
			m.Absent |= 1 << k
		}
		m.Values = append(m.Values, v)
	}
	return m
}

// want gives what the naive correlation finds, of both rules.
func (d *drawn) want() (low, high []outcome) {
	slots := len(d.low.Correlation.Rules)
	mine := slices.DeleteFunc(slices.Clone(d.events), func(e event) bool { return e.slot >= slots })
	low, holds, fresh := naive(d.low.Correlation, slots, mine)
	if d.high == nil {
		return low, nil
	}
	c := d.high.Correlation
	presence := temporal(c.Type) || c.Type == rule.ValueCount
	var up []event
	for i, h := range holds {
		if fresh[i] || presence {
			up = append(up, h)
		}
	}
	for _, e := range d.events {
		if e.slot == 0 {
			e.slot = 1
			up = append(up, e)
		}
	}
	slices.SortStableFunc(up, func(a, b event) int { return cmp.Compare(a.at, b.at) })
	high, _, _ = naive(c, 2, up)
	return low, high
}

// gather turns what is found into outcomes.
type gather struct {
	open map[string]outcome
	done map[string][]outcome
}

func newGather() *gather { return &gather{open: map[string]outcome{}, done: map[string][]outcome{}} }

func (g *gather) found(f Found) {
	group := strings.Join(f.Group, "|")
	key := f.Rule.Name + " " + group
	if !f.Ended {
		g.open[key] = outcome{Group: group, First: int64(f.First), Last: int64(f.Last), Number: f.Number, Matches: f.Matches}
		return
	}
	o := g.open[key]
	delete(g.open, key)
	o.End, o.MaxNumber, o.AllMatches = int64(f.Last), f.Number, f.Matches
	g.done[f.Rule.Name] = append(g.done[f.Rule.Name], o)
}

func sorted(os []outcome) []outcome {
	os = slices.Clone(os)
	slices.SortFunc(os, func(a, b outcome) int { return cmp.Or(cmp.Compare(a.Group, b.Group), cmp.Compare(a.End, b.End)) })
	return os
}

func testLimits() Limits {
	l := DefaultLimits()
	l.Groups, l.History, l.Lateness = 1000, 1000, 40
	return l
}

func start(t *rapid.T, d *drawn, l Limits, g *gather) *Correlator {
	c, _, err := New(d.rules(), l, g.found)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func (d *drawn) compare(t *rapid.T, c *Correlator, g *gather) {
	t.Helper()
	low, high := d.want()
	if c.of(d.low) == nil {
		low, high = nil, nil
	}
	if d.high != nil && c.of(d.high) == nil {
		high = nil
	}
	if diff := gocmp.Diff(sorted(low), sorted(g.done["low"])); diff != "" {
		t.Fatalf("%+v\n-want +got:\n%s", d.low.Correlation, diff)
	}
	got := sorted(g.done["high"])
	high = sorted(high)
	if diff := gocmp.Diff(bare(high), bare(got)); diff != "" {
		t.Fatalf("low %+v\nhigh %+v\n-want +got:\n%s", d.low.Correlation, d.high.Correlation, diff)
	}
}

// bare leaves out what depends on the order of matches of one instant, which a chain does not promise.
func bare(os []outcome) []outcome {
	for i := range os {
		os[i].Matches, os[i].Number, os[i].First, os[i].Last = 0, 0, 0, 0
	}
	return os
}

func (c *Correlator) of(r *rule.Rule) *node {
	for _, n := range c.nodes {
		if n.rule == r {
			return n
		}
	}
	return nil
}

// Whatever the order in which matches come, one-shot finds what the naive correlation finds; so does it when all goes over the disk.
func TestOneShotIsNaive(t *testing.T) {
	dir := t.TempDir()
	rapid.Check(t, func(t *rapid.T) {
		d := draw(t)
		l := testLimits()
		l.Folder, l.Pending = dir, 1<<12
		g := newGather()
		c := start(t, &d, l, g)
		for _, i := range rapid.Permutation(numbers(len(d.events))).Draw(t, "order") {
			if err := c.Add(d.match(c, i)); err != nil {
				t.Fatal(err)
			}
		}
		if err := c.Finish(); err != nil {
			t.Fatal(err)
		}
		d.compare(t, c, g)
	})
}

// A watermark that nothing is behind changes nothing, and no restart does, at whatever point.
func TestLiveAndRestoredIsNaive(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := draw(t)
		l := testLimits()
		l.Live = true
		g := newGather()
		c := start(t, &d, l, g)
		for i := range d.events {
			if err := c.Add(d.match(c, i)); err != nil {
				t.Fatal(err)
			}
			if rapid.IntRange(0, 3).Draw(t, "advance") == 0 {
				to := telemetry.Instant(d.events[i].at) - telemetry.Instant(rapid.IntRange(1, 9).Draw(t, "behind"))
				if err := c.Advance(to); err != nil {
					t.Fatal(err)
				}
			}
			if rapid.IntRange(0, 6).Draw(t, "restart") == 0 {
				c = restart(t, &d, c, l, g)
			}
		}
		if err := c.Finish(); err != nil {
			t.Fatal(err)
		}
		d.compare(t, c, g)
	})
}

func restart(t *rapid.T, d *drawn, c *Correlator, l Limits, g *gather) *Correlator {
	var b, again bytes.Buffer
	if err := c.Snapshot(&b, 77); err != nil {
		t.Fatal(err)
	}
	c = start(t, d, l, g)
	at, err := c.Restore(bytes.NewReader(b.Bytes()))
	if err != nil || at != 77 {
		t.Fatal(at, err)
	}
	if err := c.Snapshot(&again, 77); err != nil || !bytes.Equal(b.Bytes(), again.Bytes()) {
		t.Fatal("a snapshot of what was restored differs", err)
	}
	return c
}

func numbers(n int) []int {
	var is []int
	for i := range n {
		is = append(is, i)
	}
	return is
}
