package correlate

import (
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"runtime"
	"strconv"
	"testing"
	"time"

	"stormglass/internal/hunt/sigma/rule"
	"stormglass/internal/telemetry"
)

const second1 = telemetry.Instant(time.Second)

// counted is a correlation over a detection, which groups by "g" and looks at "v".
func counted(kind rule.CorrelationType, atLeast float64) (base *rule.Rule, all *rule.Collection) {
	base = detection("base")
	c := &rule.Correlation{
		Type: kind, Rules: refs(base), GroupBy: []string{"g"}, Timespan: 5 * time.Minute, Fields: []string{"v"},
		Conditions: []rule.Bound{{Op: rule.GreaterOrEqual, Number: atLeast}}, Percentile: 90,
	}
	return base, &rule.Collection{Rules: []*rule.Rule{base, {Name: "counted", Title: "counted", Correlation: c}}}
}

func must(tb testing.TB, err error) {
	tb.Helper()
	if err != nil {
		tb.Fatal(err)
	}
}

// BenchmarkEvents counts matches of 10,000 groups, 100,000 a second in event time, a watermark each second.
func BenchmarkEvents(b *testing.B) {
	for _, kind := range []rule.CorrelationType{rule.EventCount, rule.ValueCount} {
		for _, groups := range []int{10_000, 1_000_000} {
			b.Run(fmt.Sprintf("%s/%d", kind, groups), func(b *testing.B) { benchmark(b, kind, groups) })
		}
	}
}

func benchmark(b *testing.B, kind rule.CorrelationType, groups int) {
	base, all := counted(kind, 20)
	l := DefaultLimits()
	l.Live = true
	c, _, err := New(all, l, func(Found) {})
	must(b, err)
	r := rand.New(rand.NewPCG(1, 2))
	keys := make([]string, groups)
	for i := range keys {
		keys[i] = fmt.Sprintf("192.0.%d.%d", i>>8, i&255)
	}
	b.ReportAllocs()
	b.ResetTimer()
	m := Match{Rule: base, Values: make([]string, 2), Ref: Ref{Source: "0123456789abcdef0123456789abcdef", Subject: "router-7"}}
	for i := range b.N {
		k := r.IntN(groups)
		m.At = second1 + telemetry.Instant(i)*10_000
		m.Ref.Ordinal, m.Values[0], m.Values[1] = uint64(i), keys[k], "17"
		if err := c.Add(m); err != nil {
			b.Fatal(err)
		}
		if i%100_000 == 99_999 {
			must(b, c.Advance(m.At))
		}
	}
	must(b, c.Advance(latest))
}

// BenchmarkMap is the least that counting by key takes: the same keys, a Go map of numbers, no time, no bound.
func BenchmarkMap(b *testing.B) {
	for _, groups := range []int{10_000, 1_000_000} {
		b.Run(strconv.Itoa(groups), func(b *testing.B) {
			r := rand.New(rand.NewPCG(1, 2))
			keys := make([]string, groups)
			for i := range keys {
				keys[i] = fmt.Sprintf("192.0.%d.%d", i>>8, i&255)
			}
			counts := map[string]int{}
			b.ResetTimer()
			for range b.N {
				counts[keys[r.IntN(groups)]]++
			}
		})
	}
}

// BenchmarkSnapshot writes the state of 100,000 groups with a match each.
func BenchmarkSnapshot(b *testing.B) {
	base, all := counted(rule.EventCount, 10)
	c := manyGroups(b, base, all, 100_000)
	b.ReportAllocs()
	for b.Loop() {
		must(b, c.Snapshot(io.Discard, 0))
	}
}

func manyGroups(tb testing.TB, base *rule.Rule, all *rule.Collection, groups int) *Correlator {
	l := DefaultLimits()
	l.Live, l.History = true, 0
	c, _, err := New(all, l, func(Found) {})
	must(tb, err)
	for i := range groups {
		key := fmt.Sprintf("192.0.%d.%d", i>>8, i&255)
		must(tb, c.Add(Match{
			Rule: base, At: second1 + telemetry.Instant(i), Values: []string{key, "1"}[:len(c.Wanted(base))],
			Ref: Ref{Source: "source", Ordinal: uint64(i), Subject: key},
		}))
		if i%50_000 == 49_999 {
			must(tb, c.Advance(second1+telemetry.Instant(i)))
		}
	}
	must(tb, c.Advance(second1+telemetry.Instant(groups)))
	return c
}

// A million groups (STORMGLASS_SOAK=1; else a tenth of it), each about a host of its own, stay within the bytes that are accounted for them.
func TestMillionGroupsWithinTheirBound(t *testing.T) {
	groups := 100_000
	if os.Getenv("STORMGLASS_SOAK") != "" {
		groups = 1_000_000
	}
	base, all := counted(rule.EventCount, 10)
	all.Rules[1].Correlation.Fields = nil
	before := heapNow()
	c := manyGroups(t, base, all, groups)
	took := heapNow() - before
	got := c.Totals()
	t.Logf("%d groups, %d MiB accounted, %d MiB measured", got.Groups, got.Bytes>>20, took>>20)
	if got.Groups != groups || got.Bytes > c.limits.Bytes {
		t.Errorf("%+v", got)
	}
	if int64(took) > got.Bytes {
		t.Errorf("%d bytes are held, %d accounted", took, got.Bytes)
	}
	runtime.KeepAlive(c)
}

func heapNow() uint64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}
