package sigmatest

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"go.yaml.in/yaml/v4"
)

// correlation is one as written.
type correlation struct {
	kind       string
	rules      []string
	groupBy    []string
	aliases    map[string]map[string]string // alias, rule, field
	timespan   time.Duration
	fields     []string
	percentile float64
	bounds     map[string]float64
}

func (n *Naive) correlation(body map[string]*yaml.Node) (*correlation, error) {
	c := &correlation{kind: text(body["type"]), aliases: map[string]map[string]string{}, bounds: map[string]float64{}}
	for _, rule := range list(body["rules"]) {
		c.rules = append(c.rules, rule.Value)
	}
	for _, field := range list(body["group-by"]) {
		c.groupBy = append(c.groupBy, field.Value)
	}
	for alias, fields := range mapping(body["aliases"]) {
		c.aliases[alias] = map[string]string{}
		for rule, field := range mapping(fields) {
			c.aliases[alias][rule] = field.Value
		}
	}
	var err error
	if c.timespan, err = timespan(text(body["timespan"])); err != nil {
		return nil, err
	}
	for key, value := range mapping(body["condition"]) {
		if key == "field" {
			for _, field := range list(value) {
				c.fields = append(c.fields, field.Value)
			}
			continue
		}
		number, err := strconv.ParseFloat(value.Value, 64)
		if err != nil {
			return nil, fmt.Errorf("condition %s: %w", key, err)
		}
		if key == "percentile" {
			c.percentile = number
		} else {
			c.bounds[key] = number
		}
	}
	return c, nil
}

// timespan reads "number + letter (in lowercase)".
func timespan(written string) (time.Duration, error) {
	unit := map[string]time.Duration{"s": time.Second, "m": time.Minute, "h": time.Hour, "d": 24 * time.Hour}
	if written == "" {
		return 0, errors.New("no timespan")
	}
	number, letter := written[:len(written)-1], written[len(written)-1:]
	count, err := strconv.Atoi(number)
	if err != nil || unit[letter] == 0 {
		return 0, fmt.Errorf("timespan %q: a number and s, m, h or d", written)
	}
	return time.Duration(count) * unit[letter], nil
}

// lasting: see Windows.
func (c *correlation) lasting() bool {
	for op := range c.bounds {
		if op != "gt" && op != "gte" {
			return false
		}
	}
	return slices.Contains([]string{"event_count", "value_count", "value_sum", "temporal", "temporal_ordered"}, c.kind)
}

// field gives a field of an event, through the aliases.
func (c *correlation) field(e Event, name string) (string, bool) {
	if fields, ok := c.aliases[name]; ok {
		name = fields[e.Rule]
	}
	values := e.Fields[name]
	if len(values) == 0 {
		return "", false
	}
	return values[0], true
}

// group gives the values of group-by, which must all be there, of an event of one of the rules.
func (c *correlation) group(e Event) ([]string, bool) {
	group := []string{}
	for _, name := range c.groupBy {
		value, ok := c.field(e, name)
		if !ok {
			return nil, false
		}
		group = append(group, value)
	}
	return group, slices.Contains(c.rules, e.Rule)
}

// try evaluates the condition over a window.
func (c *correlation) try(group []string, events []Event, window []int) Window {
	w := Window{Group: group, Events: window}
	in := make([]Event, 0, len(window))
	for _, i := range window {
		in = append(in, events[i])
	}
	w.First, w.Last = in[0].At, in[len(in)-1].At
	var counted bool
	w.Number, counted = c.number(in)
	bounds := c.bounds
	if len(bounds) == 0 { // of temporal types: all of the rules
		bounds = map[string]float64{"gte": float64(len(c.rules))}
	}
	w.Holds = counted
	for op, bound := range bounds {
		w.Holds = w.Holds && compares(op, w.Number, bound)
	}
	return w
}

func compares(op string, number, bound float64) bool {
	switch op {
	case "gt":
		return number > bound
	case "gte":
		return number >= bound
	case "lt":
		return number < bound
	case "lte":
		return number <= bound
	case "eq":
		return number == bound
	case "neq":
		return number != bound
	}
	return false
}
