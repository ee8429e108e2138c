package correlate

import (
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"stormglass/internal/hunt/sigma/rule"
	"stormglass/internal/telemetry"
)

func names(t *testing.T, folder string) []string {
	t.Helper()
	entries, err := os.ReadDir(folder)
	must(t, err)
	var all []string
	for _, e := range entries {
		all = append(all, e.Name())
	}
	return all
}

func parsed(t *testing.T, text string) *rule.Collection {
	t.Helper()
	rules, complaints := rule.Parse("test.yml", []byte(text))
	if len(complaints) > 0 {
		t.Fatal(*complaints[0])
	}
	c := &rule.Collection{Rules: rules}
	c.Resolve()
	return c
}

const logins = `title: Login failed
name: failed
logsource: {product: cisco}
detection:
    sel: {action: failed}
    condition: sel
---
title: Login
name: success
logsource: {product: cisco}
detection:
    sel: {action: login}
    condition: sel
---
title: Guessing
name: guessing
correlation:
    type: event_count
    rules: [failed]
    group-by: [user.name]
    timespan: 10m
    condition: {gte: 3}
---
title: Guessed
name: guessed
correlation:
    type: temporal_ordered
    rules: [guessing, success]
    group-by: [who]
    timespan: 10m
    aliases:
        who:
            guessing: user.name
            success: login.name
`

// A login that follows on hours of guessing is found, since guessing holds to its end; the guessing is found once.
func TestLoginAfterALongNightOfGuessing(t *testing.T) {
	all := parsed(t, logins)
	failed, success := all.Rules[0], all.Rules[1]
	var got []string
	c, complaints, err := New(all, DefaultLimits(), func(f Found) {
		if !f.Ended {
			got = append(got, f.Rule.Name+" of "+strings.Join(f.Group, ",")+" at "+f.Last.Time().Format("15:04:05"))
		}
	})
	must(t, err)
	if len(complaints) > 0 {
		t.Fatal(*complaints[0])
	}
	if w := c.Wanted(success); !slices.Equal(w, []string{"login.name"}) {
		t.Errorf("wanted %q", w)
	}
	if !c.Silent(failed) || !c.Silent(all.Rules[2]) || c.Silent(all.Rules[3]) {
		t.Error("what a correlation refers to is not reported on its own, the last of a chain is")
	}
	all.Rules[2].Correlation.Generate = true
	if c.Silent(failed) {
		t.Error("generate does not count")
	}
	start := telemetry.InstantOf(time.Date(2024, 11, 4, 0, 0, 0, 0, time.UTC))
	for i := range 180 {
		must(t, c.Add(Match{Rule: failed, At: start + telemetry.Instant(i)*60*second1, Values: []string{"noc"}}))
	}
	must(t, c.Add(Match{Rule: success, At: start + 180*60*second1, Values: []string{"noc"}}))
	must(t, c.Add(Match{Rule: success, At: start + 180*60*second1, Values: []string{"other"}}))
	must(t, c.Finish())
	want := []string{"guessing of noc at 00:02:00", "guessed of noc at 03:00:00"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// The count of an old condition is a correlation over its own rule.
func TestAggregateOfADetection(t *testing.T) {
	all := parsed(t, `title: Old
name: old
logsource: {product: linux}
detection:
    sel: {a: b}
    timeframe: 1m
    condition: sel | count(user) by host > 1
`)
	old := all.Rules[0]
	var got []Found
	c, _, err := New(all, DefaultLimits(), func(f Found) { got = append(got, f) })
	must(t, err)
	if w := c.Wanted(old); !slices.Equal(w, []string{"host", "user"}) {
		t.Fatalf("wanted %q", w)
	}
	for i, user := range []string{"ann", "ann", "bob"} {
		must(t, c.Add(Match{Rule: old, At: telemetry.Instant(i+1) * second1, Values: []string{"h", user}}))
	}
	must(t, c.Finish())
	if len(got) != 2 || got[0].Rule != old || got[0].Number != 2 {
		t.Errorf("%+v", got)
	}
}

// What cannot be computed is left out with a reason; so is what refers to it.
func TestComplaints(t *testing.T) {
	base := detection("base")
	count := func(c rule.Correlation) *rule.Rule {
		if c.Timespan == 0 {
			c.Timespan = time.Minute
		}
		if c.Rules == nil {
			c.Rules = refs(base)
		}
		return &rule.Rule{Name: "x", Title: "x", File: "x.yml", Correlation: &c}
	}
	bound := func(op rule.BoundOp, x float64) []rule.Bound { return []rule.Bound{{Op: op, Number: x}} }
	for want, r := range map[string]*rule.Rule{
		"no condition":      count(rule.Correlation{}),
		"no field":          count(rule.Correlation{Type: rule.ValueCount, Conditions: bound(rule.Greater, 1)}),
		"several fields":    count(rule.Correlation{Type: rule.ValueSum, Fields: []string{"a", "b"}, Conditions: bound(rule.Greater, 1)}),
		"the timespan":      count(rule.Correlation{Timespan: -1, Conditions: bound(rule.Greater, 1)}),
		"can never hold":    count(rule.Correlation{Conditions: bound(rule.Equal, 0)}),
		"can never hold: ":  count(rule.Correlation{Conditions: bound(rule.Less, 1)}),
		"no more rules":     count(rule.Correlation{Type: rule.Temporal, Conditions: bound(rule.Greater, 1)}),
		"the percentile":    count(rule.Correlation{Type: rule.ValuePercentile, Percentile: 101, Fields: []string{"a"}, Conditions: bound(rule.Greater, 1)}),
		"is not there":      count(rule.Correlation{Rules: []rule.RuleRef{{Written: "gone"}}, Conditions: bound(rule.Greater, 1)}),
		"no field \"host\"": count(rule.Correlation{Rules: refs(count(rule.Correlation{Conditions: bound(rule.Greater, 1)})), GroupBy: []string{"host"}, Conditions: bound(rule.Greater, 1)}),
		"cannot be used":    count(rule.Correlation{Rules: refs(count(rule.Correlation{})), Conditions: bound(rule.Greater, 1)}),
		"is a filter":       count(rule.Correlation{Rules: refs(&rule.Rule{Name: "f", Filter: &rule.Filter{}}), Conditions: bound(rule.Greater, 1)}),
	} {
		c, complaints, err := New(&rule.Collection{Rules: []*rule.Rule{base, r}}, DefaultLimits(), nil)
		must(t, err)
		last := complaints[len(complaints)-1]
		if !strings.Contains(last.Text, want) || last.File != "x.yml" {
			t.Errorf("want %q, got %q", want, last.Text)
		}
		if c.of(r) != nil || c.Needs(base) && !strings.Contains(want, "host") {
			t.Errorf("%q: it is computed all the same", want)
		}
	}
	loop := count(rule.Correlation{Conditions: bound(rule.Greater, 1)})
	loop.Correlation.Rules = refs(loop)
	if _, complaints, _ := New(&rule.Collection{Rules: []*rule.Rule{loop}}, DefaultLimits(), nil); len(complaints) != 1 {
		t.Errorf("a rule that refers to itself: %v", complaints)
	}
}

// What a match lacks is counted, not guessed.
func TestWhatAMatchLacks(t *testing.T) {
	base, all := counted(rule.ValueSum, 10)
	c, _, err := New(all, DefaultLimits(), nil)
	must(t, err)
	for _, m := range []Match{
		{At: 1, Values: []string{"", "1"}, Absent: 1},
		{At: 1, Values: []string{"a", ""}, Absent: 2},
		{At: 1, Values: []string{"a", "many"}},
		{At: 1, Values: []string{"a", "NaN"}},
		{At: 1, Values: []string{"a", "5"}, Doubt: time.Hour},
		{At: 0, Values: []string{"a", "5"}},
		{At: 1, Rule: detection("unknown")},
	} {
		if m.Rule == nil {
			m.Rule = base
		}
		must(t, c.Add(m))
	}
	if err := c.Add(Match{Rule: base, At: 1}); err == nil {
		t.Error("a match without its values is taken")
	}
	must(t, c.Finish())
	if s := c.Stats()[0]; s.Ungrouped != 1 || s.Valueless != 3 || s.Counted != 1 || s.Vague != 1 {
		t.Errorf("%+v", s)
	}
	if got := c.Totals(); got.Undated != 1 || got.Unasked != 1 {
		t.Errorf("%+v", got)
	}
}
