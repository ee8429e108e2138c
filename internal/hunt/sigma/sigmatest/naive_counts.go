package sigmatest

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"strings"
)

// number is what the type counts; not ok: there is nothing to compute it from.
func (c *correlation) number(in []Event) (number float64, ok bool) {
	switch c.kind {
	case "event_count":
		return float64(len(in)), true
	case "value_count":
		return float64(c.distinct(in)), true
	case "temporal":
		seen := map[string]bool{}
		for _, e := range in {
			seen[e.Rule] = true
		}
		return float64(len(seen)), true
	case "temporal_ordered":
		return float64(c.ordered(c.rules, in)), true
	}
	return c.computed(c.numbers(in))
}

// counts reports whether an event has what the type counts.
func (c *correlation) counts(e Event) bool {
	switch c.kind {
	case "event_count", "temporal", "temporal_ordered":
		return true
	case "value_count":
		return c.distinct([]Event{e}) == 1
	}
	return len(c.numbers([]Event{e})) == 1
}

// distinct counts the distinct values of a field, or tuples of several.
func (c *correlation) distinct(in []Event) int {
	seen := map[string]bool{}
	for _, e := range in {
		var tuple []string
		for _, name := range c.fields {
			if value, ok := c.field(e, name); ok {
				tuple = append(tuple, strconv.Quote(value))
			}
		}
		if len(tuple) == len(c.fields) {
			seen[strings.Join(tuple, ",")] = true
		}
	}
	return len(seen)
}

// ordered is how many of the rules, from the first, occur one after the other: each no earlier than the one before it.
func (c *correlation) ordered(rules []string, in []Event) int {
	if len(rules) == 0 {
		return 0
	}
	most := 0
	for _, e := range in {
		if e.Rule != rules[0] {
			continue
		}
		var later []Event
		for _, l := range in {
			if !l.At.Before(e.At) {
				later = append(later, l)
			}
		}
		most = max(most, 1+c.ordered(rules[1:], later))
	}
	return most
}

// numbers gives the values of the field that are numbers.
func (c *correlation) numbers(in []Event) []float64 {
	var numbers []float64
	for _, e := range in {
		value, ok := c.field(e, cmp.Or(strings.Join(c.fields, ""), "?"))
		number, err := strconv.ParseFloat(value, 64)
		if ok && err == nil {
			numbers = append(numbers, number)
		}
	}
	slices.Sort(numbers)
	return numbers
}

// computed gives sum, average, or percentile: the smallest value that at least so many percent are not above (nearest rank); the
// median of an even number is the mean of the two in the middle.
func (c *correlation) computed(numbers []float64) (number float64, ok bool) {
	n := len(numbers)
	if n == 0 {
		return 0, false
	}
	sum := 0.0
	for _, number := range numbers {
		sum += number
	}
	switch c.kind {
	case "value_sum":
		return sum, true
	case "value_avg":
		return sum / float64(n), true
	case "value_median":
		return (numbers[(n-1)/2] + numbers[n/2]) / 2, true
	case "value_percentile":
		rank := int(math.Ceil(c.percentile / 100 * float64(n)))
		return numbers[max(rank, 1)-1], true
	}
	return 0, false
}
