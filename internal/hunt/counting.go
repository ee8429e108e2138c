package hunt

import (
	"cmp"
	"slices"
	"time"

	"stormglass/internal/hunt/sigma/rule"
)

// Counting is what a correlation counts and how much of it is a finding.
type Counting struct {
	Type       string   // as Sigma names it: "event_count", "value_count", "temporal", …
	Rules      []string // whose matches are counted, by title
	GroupBy    []string // fields by which they are told apart
	Fields     []string // whose values are counted or added up
	Timespan   time.Duration
	Percentile float64 // of value_percentile, 0 to 100
	Bounds     []rule.Bound
}

// countingOf gives what a rule counts, nil of a rule that counts nothing.
func countingOf(r *rule.Rule) *Counting {
	c := r.Correlation
	if r.Detection != nil {
		c = r.Detection.Aggregate
	}
	if c == nil {
		return nil
	}
	out := &Counting{
		Type: c.Type.String(), GroupBy: slices.Clone(c.GroupBy), Fields: slices.Clone(c.Fields), Timespan: c.Timespan, Percentile: c.Percentile,
		Bounds: slices.Clone(c.Conditions),
	}
	if r.Correlation == nil {
		out.Rules = []string{r.Title}
	}
	for _, ref := range c.Rules {
		title := ref.Written
		if ref.Rule != nil {
			title = cmp.Or(ref.Rule.Title, title)
		}
		out.Rules = append(out.Rules, title)
	}
	return out
}

// Counted is what a correlation counted when its condition held.
type Counted struct {
	Number   float64 // over all episodes the largest
	Estimate bool    // Number is one
	Episodes int
}

// add counts an episode in.
func (c *Counted) add(number float64, estimate bool) {
	if c.Episodes == 0 || number > c.Number {
		c.Number, c.Estimate = number, estimate
	}
	c.Episodes++
}

// absorb counts the episodes of another in.
func (c *Counted) absorb(o Counted) {
	if o.Episodes == 0 {
		return
	}
	n := c.Episodes
	c.add(o.Number, o.Estimate)
	c.Episodes = n + o.Episodes
}
