package correlate

import (
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"stormglass/internal/hunt/sigma/rule"
	"stormglass/internal/telemetry"
)

// However late matches come within the lateness, whatever the naive correlation finds over all of them is found for its group, and what
// is found holds. The rules are those whose condition stays once it holds.
func TestLateMatchesAreFound(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := draw(t)
		d.high = nil
		d.low.Correlation.Conditions = []rule.Bound{{Op: rule.GreaterOrEqual, Number: float64(rapid.IntRange(1, 4).Draw(t, "least"))}}
		if temporal(d.low.Correlation.Type) {
			d.low.Correlation.Conditions = nil
		}
		if !rising(d.low.Correlation) || d.low.Correlation.Type == rule.ValueSum {
			d.low.Correlation.Type = rule.EventCount
			d.low.Correlation.Fields = nil
		}
		l := testLimits()
		l.Live, l.Lateness = true, 1000
		var found []Found
		c, _, err := New(d.rules(), l, func(f Found) { found = append(found, f) })
		if err != nil {
			t.Fatal(err)
		}
		for _, i := range rapid.Permutation(numbers(len(d.events))).Draw(t, "order") {
			if err := c.Add(d.match(c, i)); err != nil {
				t.Fatal(err)
			}
			if rapid.Bool().Draw(t, "advance") {
				if err := c.Advance(telemetry.Instant(d.events[i].at)); err != nil {
					t.Fatal(err)
				}
				c = restart2(t, &d, c, l, &found)
			}
		}
		if err := c.Finish(); err != nil {
			t.Fatal(err)
		}
		low, _ := d.want()
		for _, o := range low {
			if !slices.ContainsFunc(found, func(f Found) bool { return meetsOutcome(f, o, c.nodes[0].span) }) {
				t.Fatalf("%+v\nnot found: %+v\nin %+v", d.low.Correlation, o, found)
			}
		}
		for _, f := range found {
			if !slices.ContainsFunc(low, func(o outcome) bool { return meetsOutcome(f, o, c.nodes[0].span) }) {
				t.Fatalf("%+v\nfound, and is not: %+v\nin %+v", d.low.Correlation, f, low)
			}
		}
	})
}

func meetsOutcome(f Found, o outcome, span telemetry.Instant) bool {
	return strings.Join(f.Group, "|") == o.Group && int64(f.First) <= o.End+int64(span) && int64(f.Last) >= o.First-int64(span)
}

func restart2(t *rapid.T, d *drawn, c *Correlator, l Limits, found *[]Found) *Correlator {
	if len(c.nodes) == 0 || rapid.IntRange(0, 3).Draw(t, "restart") > 0 {
		return c
	}
	next := restart(t, d, c, l, newGather())
	next.found = func(f Found) { *found = append(*found, f) }
	return next
}

// A match that is later than what is kept is counted as such, and one that makes an episode is marked.
func TestLateIsSaid(t *testing.T) {
	base, all := counted(rule.EventCount, 3)
	all.Rules[1].Correlation.Fields = nil
	l := testLimits()
	l.Live, l.Lateness = true, time.Minute
	var found []Found
	c, _, err := New(all, l, func(f Found) { found = append(found, f) })
	must(t, err)
	add := func(at telemetry.Instant, group string) {
		must(t, c.Add(Match{Rule: base, At: at, Values: []string{group}, Ref: Ref{Source: "s", Ordinal: uint64(at)}}))
	}
	add(1000*second1, "a")
	add(1001*second1, "a")
	must(t, c.Advance(1030*second1))
	add(990*second1, "a")
	add(900*second1, "a")
	must(t, c.Advance(1031*second1))
	if len(found) != 1 || !found[0].Late || found[0].First != 990*second1 || found[0].Number != 3 || len(found[0].Members) != 3 {
		t.Fatalf("%+v", found)
	}
	add(1040*second1, "a")
	must(t, c.Finish())
	if s := c.Stats()[0]; s.TooLate != 1 || s.Late != 1 || s.Found != 1 {
		t.Errorf("%+v", s)
	}
	if len(found) != 2 || !found[1].Ended || found[1].Matches != 4 || found[1].Number != 4 {
		t.Errorf("%+v", found)
	}
}
