package report

import (
	"strconv"
	"strings"
	"time"

	"stormglass/internal/hunt"
	"stormglass/internal/hunt/sigma/rule"
)

// maxCountedRules bounds the rules that are named of those that a correlation counts.
const maxCountedRules = 6

// countedText says what a correlation counted and how much of it was asked for: "8 matches of Login failed within 5m, at least 5 asked".
// It is empty of other findings, and of those whose figures are not kept.
func countedText(f *hunt.Finding) string {
	if f.Rule == nil || f.Rule.Counting == nil || f.Counted.Episodes == 0 {
		return ""
	}
	c := f.Rule.Counting
	s := countedWhat(c, numberText(f.Counted)) + " within " + asWritten(c.Timespan)
	if b := boundsText(c.Bounds); b != "" {
		s += ", " + b + " asked"
	}
	if n := f.Counted.Episodes; n > 1 {
		s += "; the most of " + number(n) + " episodes"
	}
	return s
}

// countedWhat names what was counted, with how many there were.
func countedWhat(c *hunt.Counting, n string) string {
	rules := " of " + listed(names(c.Rules), maxCountedRules)
	field := name(strings.Join(c.Fields, ", "))
	switch c.Type {
	case "event_count":
		return n + " " + either(n, "match", "matches") + rules
	case "value_count":
		return n + " different " + either(n, "value", "values") + " of " + field + " in matches" + rules
	case "value_sum":
		return "sum " + n + " of " + field + " in matches" + rules
	case "value_avg":
		return "average " + n + " of " + field + " in matches" + rules
	case "value_median":
		return "median " + n + " of " + field + " in matches" + rules
	case "value_percentile":
		return "percentile " + plainNumber(c.Percentile) + ", " + n + ", of " + field + " in matches" + rules
	}
	s := n + " of " + count(len(c.Rules), "rule") + " matched"
	if c.Type == rule.TemporalOrdered.String() {
		s += " in this order"
	}
	return s + ": " + listed(names(c.Rules), maxCountedRules) + ","
}

// numberText gives what was counted: "8", "about 12000".
func numberText(c hunt.Counted) string {
	if c.Estimate {
		return "about " + plainNumber(c.Number)
	}
	return plainNumber(c.Number)
}

func plainNumber(x float64) string { return strconv.FormatFloat(x, 'f', -1, 64) }

func either(n, one, many string) string {
	if n == "1" {
		return one
	}
	return many
}

// asWritten writes a length of time as rules do: "5m", "1d".
func asWritten(d time.Duration) string {
	for _, u := range []struct {
		of   time.Duration
		name string
	}{{24 * time.Hour, "d"}, {time.Hour, "h"}, {time.Minute, "m"}} {
		if d >= u.of && d%u.of == 0 {
			return strconv.FormatInt(int64(d/u.of), 10) + u.name
		}
	}
	return plainNumber(d.Seconds()) + "s"
}

var boundWords = map[rule.BoundOp]string{
	rule.Greater: "more than", rule.GreaterOrEqual: "at least", rule.Less: "less than", rule.LessOrEqual: "at most", rule.Equal: "exactly",
	rule.NotEqual: "other than",
}

// boundsText says how much was asked for: "at least 5", "more than 5 and at most 9".
func boundsText(bounds []rule.Bound) string {
	var parts []string
	for _, b := range bounds {
		parts = append(parts, boundWords[b.Op]+" "+plainNumber(b.Number))
	}
	return strings.Join(parts, " and ")
}

// matches counts what a correlation's finding counts: matches of other rules, and no records.
func matches(n uint64) string {
	if n == 1 {
		return "1 match"
	}
	return number(n) + " matches"
}

// recordsOf counts what a finding rests on.
func recordsOf(f *hunt.Finding) string {
	if f.Rule != nil && f.Rule.Correlation {
		return matches(f.Records)
	}
	return count(f.Records, "record")
}

// uncountedTexts say what of a rule's matches was not counted or not kept.
func uncountedTexts(x *hunt.RuleAccount) []string {
	var out []string
	if x.Uncounted > 0 {
		out = append(out, matches(x.Uncounted)+" "+were(x.Uncounted)+" not counted by any correlation, because there were more than are kept")
	}
	if x.Unkept > 0 {
		out = append(out, count(x.Unkept, "record")+" that it matched "+were(x.Unkept)+" not kept in any finding, because there were more than are kept")
	}
	if n := x.GivenUp(); n > 0 {
		out = append(out, count(n, "group")+" "+were(n)+" given up, because there were more than can be held")
	}
	m := x.Matches
	if m == nil {
		return out
	}
	if m.Ungrouped > 0 {
		out = append(out, matches(m.Ungrouped)+" without the "+name(hunt.FieldsWords("group-by field", m.GroupBy))+" "+were(m.Ungrouped)+" not counted")
	}
	if m.Valueless > 0 {
		out = append(out, matches(m.Valueless)+" without the "+name(hunt.FieldsWords("counted field", m.Fields))+" "+were(m.Valueless)+" not counted")
	}
	return out
}

func were(n uint64) string {
	if n == 1 {
		return "was"
	}
	return "were"
}
