package correlate

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"
	"time"

	"stormglass/internal/hunt/sigma/rule"
	"stormglass/internal/telemetry"
)

// feeder adds matches of one rule to a live correlator, a nanosecond apart at least.
type feeder struct {
	testing.TB
	c    *Correlator
	base *rule.Rule
	n    uint64
}

func feed(tb testing.TB, base *rule.Rule, all *rule.Collection, l Limits, found func(Found)) *feeder {
	l.Live = true
	c, complaints, err := New(all, l, found)
	must(tb, err)
	if len(complaints) > 0 {
		tb.Fatal(*complaints[0])
	}
	return &feeder{tb, c, base, 0}
}

func (f *feeder) add(values ...string) {
	f.n++
	must(f, f.c.Add(Match{Rule: f.base, At: second1 + telemetry.Instant(f.n), Values: values, Ref: Ref{Source: "s", Ordinal: f.n}}))
	if f.n%64 == 0 {
		f.take()
	}
}

func (f *feeder) take() { must(f, f.c.Advance(second1+telemetry.Instant(f.n))) }

// A flood of random keys with a match each gives up itself, not what has gathered matches.
func TestFloodOfKeysSparesWhatHasGathered(t *testing.T) {
	base, all := counted(rule.EventCount, 10)
	all.Rules[1].Correlation.Fields = nil
	l := testLimits()
	l.Groups = 600
	fired := map[string]bool{}
	f := feed(t, base, all, l, func(f Found) { fired[f.Group[0]] = true })
	for range 5 {
		for k := range 20 {
			f.add(fmt.Sprint("victim ", k))
		}
	}
	for k := range 20_000 {
		f.add(fmt.Sprint("random ", k))
	}
	for range 5 {
		for k := range 20 {
			f.add(fmt.Sprint("victim ", k))
		}
	}
	f.take()
	if len(fired) != 20 {
		t.Errorf("%d of 20 victims are found", len(fired))
	}
	s := f.c.Stats()[0]
	if s.Evicted == 0 || s.EvictedOf[0] != s.Evicted || s.Groups > l.Groups {
		t.Errorf("%+v", s)
	}
}

// A rule's flood gives up its own groups, not those of another rule.
func TestFloodOfOneRuleSparesAnother(t *testing.T) {
	base, all := counted(rule.EventCount, 2)
	all.Rules[1].Correlation.Fields = nil
	quiet := detection("quiet")
	other := *all.Rules[1].Correlation
	other.Rules = refs(quiet)
	all.Rules = append(all.Rules, quiet, &rule.Rule{Name: "other", Correlation: &other})
	l := testLimits()
	l.Groups = 300
	found := 0
	f := feed(t, base, all, l, func(Found) { found++ })
	f.base = quiet
	for k := range 50 {
		f.add(strconv.Itoa(k))
	}
	f.base = base
	for k := range 10_000 {
		f.add(fmt.Sprint("random ", k))
	}
	f.base = quiet
	for k := range 50 {
		f.add(strconv.Itoa(k))
	}
	f.take()
	if found != 50 {
		t.Errorf("%d of 50 are found", found)
	}
}

// Bytes are a bound too: groups with long names and many matches go before it is passed.
func TestBytesAreBounded(t *testing.T) {
	base, all := counted(rule.ValueSum, 1e9)
	l := testLimits()
	l.Bytes, l.Groups = 1<<20, 1_000_000
	f := feed(t, base, all, l, nil)
	for k := range 20_000 {
		f.add(fmt.Sprint(strings.Repeat("x", 200), k%5000), "1")
		if got := f.c.bytes; got > l.Bytes {
			t.Fatalf("%d bytes", got)
		}
	}
	if f.c.Stats()[0].Evicted == 0 {
		t.Error("nothing was given up")
	}
}

// Beyond what a group may keep, totals stay exact, and different values are estimated and marked as such.
func TestBeyondWhatAGroupKeeps(t *testing.T) {
	for _, c := range []struct {
		kind   rule.CorrelationType
		least  float64
		want   float64
		within float64
	}{
		{rule.EventCount, 4096, 20_000, 0},
		{rule.ValueSum, 100_000, 140_000, 0},
		{rule.ValueCount, 2048, 20_000, 0.15},
	} {
		base, all := counted(c.kind, c.least)
		l := testLimits()
		l.Kept = 4096
		var last Found
		f := feed(t, base, all, l, func(f Found) { last = f })
		if c.kind == rule.EventCount {
			all.Rules[1].Correlation.Fields = nil
		}
		for k := range 20_000 {
			v := "7"
			if c.kind == rule.ValueCount {
				v = fmt.Sprint("user ", k)
			}
			f.add("g", v)
		}
		f.take()
		must(t, f.c.Finish())
		if !last.Ended || !last.Estimate || math.Abs(last.Number-c.want) > c.within*c.want || last.Matches != 20_000 {
			t.Errorf("%s: %+v", c.kind, last)
		}
		if len(last.Members) != Members {
			t.Errorf("%s: %d members", c.kind, len(last.Members))
		}
	}
}

// The percentile of many numbers is that of a sample of them.
func TestPercentileOfMany(t *testing.T) {
	base, all := counted(rule.ValuePercentile, 800)
	all.Rules[1].Correlation.Timespan = time.Millisecond
	l := testLimits()
	l.Kept = 1024
	var last Found
	f := feed(t, base, all, l, func(f Found) { last = f })
	r := rand.New(rand.NewPCG(3, 4))
	for range 20_000 {
		f.add("g", strconv.Itoa(r.IntN(1000)))
	}
	f.take()
	must(t, f.c.Finish())
	if !last.Estimate || math.Abs(last.Number-900) > 30 {
		t.Errorf("%+v", last)
	}
}

// When more waits than there is room for, a live correlator takes the older half early; what follows for that time is late.
func TestHurriedWhenTooMuchWaits(t *testing.T) {
	base, all := counted(rule.EventCount, 1e6)
	all.Rules[1].Correlation.Fields = nil
	l := testLimits()
	l.Live, l.Pending, l.Lateness = true, 1<<14, time.Minute
	c, _, err := New(all, l, nil)
	must(t, err)
	for i := range 5000 {
		must(t, c.Add(Match{Rule: base, At: second1 + telemetry.Instant(i), Values: []string{"g"}}))
	}
	got := c.Totals()
	if got.Hurried == 0 || got.Pending > l.Pending || c.Watermark() == 0 {
		t.Errorf("%+v", got)
	}
	must(t, c.Add(Match{Rule: base, At: second1, Values: []string{"g"}}))
	must(t, c.Finish())
	if s := c.Stats()[0]; s.Late != 1 || s.Counted != 5001 {
		t.Errorf("%+v", s)
	}
}

// Runs on disk are gone after Finish, and after Close without it; many are joined.
func TestRunsAreRemoved(t *testing.T) {
	base, all := counted(rule.EventCount, 3)
	all.Rules[1].Correlation.Fields = nil
	for _, finish := range []bool{true, false} {
		l := testLimits()
		l.Pending, l.Folder = 1<<12, t.TempDir()
		found := 0
		c, _, err := New(all, l, func(Found) { found++ })
		must(t, err)
		for i := range 10_000 {
			must(t, c.Add(Match{Rule: base, At: second1 + telemetry.Instant(i*7919%10_000), Values: []string{strconv.Itoa(i % 100)}}))
		}
		if got := c.Totals(); got.Runs == 0 || got.Runs > mostRuns || got.Spilled == 0 {
			t.Errorf("%+v", got)
		}
		if finish {
			must(t, c.Finish())
			if found != 200 {
				t.Errorf("found %d times", found)
			}
		} else {
			must(t, c.Close())
		}
		if left := names(t, l.Folder); len(left) > 0 {
			t.Errorf("left: %v", left)
		}
	}
}
