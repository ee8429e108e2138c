package correlate

import (
	"fmt"
	"math"
	"slices"
	"sort"
	"strings"

	"stormglass/internal/hunt/sigma/rule"
	"stormglass/internal/telemetry"
)

// event is a match as the naive correlation sees it: a value for each field, in clear.
type event struct {
	at     int64
	slot   int
	fields map[string]string
}

// outcome is an episode, comparable.
type outcome struct {
	Group               string
	First, Last         int64
	Number, MaxNumber   float64
	Matches, AllMatches uint64
	End                 int64
}

// naive correlates by the words of doc.go: every window is looked at from scratch. Events are in order. It gives the episodes and every
// match that the correlation is for those that refer to it.
func naive(c *rule.Correlation, slots int, events []event) (episodes []outcome, holds []event, fresh []bool) {
	groups := map[string][]event{}
	var keys []string
	for _, e := range events {
		var parts []string
		ok := true
		for _, f := range c.GroupBy {
			v, has := e.fields[f]
			ok = ok && has
			parts = append(parts, v)
		}
		for _, f := range c.Fields {
			v, has := e.fields[f]
			ok = ok && has
			if c.Type != rule.ValueCount && ok {
				_, err := fmt.Sscanf(v, "%f", new(float64))
				ok = err == nil
			}
		}
		if !ok {
			continue
		}
		k := strings.Join(parts, "|")
		if groups[k] == nil {
			keys = append(keys, k)
		}
		groups[k] = append(groups[k], e)
	}
	for _, k := range keys {
		for _, run := range runsOf(groups[k], int64(c.Timespan)) {
			o, h, f := naiveRun(c, slots, k, run)
			episodes, holds, fresh = append(episodes, o...), append(holds, h...), append(fresh, f...)
		}
	}
	return episodes, holds, fresh
}

func runsOf(es []event, span int64) [][]event {
	var runs [][]event
	from := 0
	for i := 1; i <= len(es); i++ {
		if i == len(es) || es[i].at-es[i-1].at > span {
			runs = append(runs, es[from:i])
			from = i
		}
	}
	return runs
}

func naiveRun(c *rule.Correlation, slots int, key string, run []event) (episodes []outcome, holds []event, fresh []bool) {
	span := int64(c.Timespan)
	whole := naiveWhole(c)
	since, count := 0, uint64(0)
	var cur *outcome
	var toldAt int64
	decide := func(i int, at int64) {
		win := slices.DeleteFunc(slices.Clone(run[:i+1]), func(e event) bool { return e.at < run[i].at-span })
		x := naiveNumber(c, slots, win)
		if !naiveHolds(c, slots, x) {
			return
		}
		h := event{at: at, fields: map[string]string{}}
		for _, f := range c.GroupBy {
			h.fields[f] = run[i].fields[f]
		}
		holds, fresh = append(holds, h), append(fresh, cur == nil)
		if cur == nil {
			cur = &outcome{Group: key, First: naiveFirst(c, slots, win), Last: run[i].at, Number: x, Matches: uint64(i - since + 1), MaxNumber: x}
			toldAt = at
		}
		cur.MaxNumber = math.Max(cur.MaxNumber, x)
	}
	end := func(i int) {
		if cur != nil {
			cur.End, cur.AllMatches = run[i].at, count
			episodes = append(episodes, *cur)
			cur = nil
		}
	}
	judged := false
	for i, e := range run {
		if whole && !judged && e.at > run[0].at+span {
			judged = true
			decide(i-1, run[0].at+span)
		}
		if cur != nil && e.at-toldAt > 24*span {
			end(i - 1)
			since, count = i, 0
		}
		count++
		if !whole || judged && (i+1 == len(run) || run[i+1].at > e.at) {
			decide(i, e.at)
		}
	}
	if whole && !judged {
		decide(len(run)-1, run[0].at+span)
	}
	end(len(run) - 1)
	return episodes, holds, fresh
}

func naiveWhole(c *rule.Correlation) bool {
	for _, b := range c.Conditions {
		if b.Op != rule.Greater && b.Op != rule.GreaterOrEqual {
			return true
		}
	}
	return c.Type == rule.ValueAvg || c.Type == rule.ValuePercentile || c.Type == rule.ValueMedian
}

func naiveHolds(c *rule.Correlation, slots int, x float64) bool {
	if math.IsNaN(x) {
		return false
	}
	if len(c.Conditions) == 0 {
		return int(x) == slots
	}
	for _, b := range c.Conditions {
		ok := map[rule.BoundOp]bool{
			rule.Greater: x > b.Number, rule.GreaterOrEqual: x >= b.Number, rule.Less: x < b.Number,
			rule.LessOrEqual: x <= b.Number, rule.Equal: x == b.Number, rule.NotEqual: x != b.Number,
		}[b.Op]
		if !ok {
			return false
		}
	}
	return true
}

func naiveNumber(c *rule.Correlation, slots int, win []event) float64 {
	var xs []float64
	distinct := map[string]bool{}
	rules := map[int]bool{}
	for _, e := range win {
		rules[e.slot] = true
		var t []string
		for _, f := range c.Fields {
			var x float64
			_, _ = fmt.Sscanf(e.fields[f], "%f", &x)
			xs = append(xs, x)
			t = append(t, fmt.Sprintf("%q", e.fields[f]))
		}
		distinct[strings.Join(t, ",")] = true
	}
	sum := 0.0
	for _, x := range xs {
		sum += x
	}
	sort.Float64s(xs)
	switch c.Type {
	case rule.EventCount:
		return float64(len(win))
	case rule.ValueCount:
		return float64(len(distinct))
	case rule.Temporal:
		return float64(len(rules))
	case rule.TemporalOrdered:
		if n, _ := naivePrefix(slots, win); n > 0 {
			return float64(n)
		}
		return math.NaN()
	case rule.ValueSum:
		return sum
	case rule.ValueAvg:
		return sum / float64(len(xs))
	case rule.ValueMedian:
		n := len(xs)
		return (xs[(n-1)/2] + xs[n/2]) / 2
	case rule.ValuePercentile:
		for i, x := range xs {
			if float64(i+1)*100 >= c.Percentile*float64(len(xs)) {
				return x
			}
		}
	}
	return math.NaN()
}

// naivePrefix is how many rules from the first on come in order: each as early as it may.
func naivePrefix(slots int, win []event) (n int, first int64) {
	at := int64(0)
	for k := range slots {
		i := slices.IndexFunc(win, func(e event) bool { return e.slot == k && e.at >= at })
		if i < 0 {
			return k, first
		}
		at = win[i].at
		if k == 0 {
			first = at
		}
	}
	return slots, first
}

// naiveFirst is the first match that counts: of values the earliest of their latest, of sequences the latest beginning.
func naiveFirst(c *rule.Correlation, slots int, win []event) int64 {
	switch c.Type {
	case rule.ValueCount, rule.Temporal:
		least := win[len(win)-1].at
		for i := range win {
			if naiveNumber(c, slots, win[i:]) == naiveNumber(c, slots, win) {
				least = win[i].at
			}
		}
		return least
	case rule.TemporalOrdered:
		n, first := naivePrefix(slots, win)
		for i := range win {
			if m, f := naivePrefix(slots, win[i:]); m == n {
				first = f
			}
		}
		return first
	case rule.EventCount, rule.ValueSum, rule.ValueAvg, rule.ValuePercentile, rule.ValueMedian:
	}
	return win[0].at
}

func telemetryAt(at int64) telemetry.Instant { return telemetry.Instant(at) }
