package rule

import (
	"errors"
	"fmt"
	"strconv"

	"go.yaml.in/yaml/v4"
)

var oldBounds = map[string]BoundOp{
	">": Greater, ">=": GreaterOrEqual, "<": Less, "<=": LessOrEqual, "=": Equal, "==": Equal, "!=": NotEqual, "<>": NotEqual,
}

// aggregate reads what old rules have after a pipe: "count() by a, b > 5", which is an event_count, and "count(c) by a > 5", which is a
// value_count. The rest of what old rules could say is refused by name.
func aggregate(tokens []token) (*Correlation, error) {
	p := parser{tokens: tokens}
	function := p.take()
	switch {
	case function.is("near"):
		return nil, p.failf(function, "near is not read, since its meaning was never settled: write a correlation of type temporal")
	case function.is("sum"), function.is("avg"):
		return nil, p.failf(function, "%s is not read in a condition: write a correlation of type value_%s", function.text, function.text)
	case !function.is("count"):
		return nil, p.failf(function, "%s after a pipe is not read: write a correlation", function)
	}
	c := &Correlation{Type: EventCount}
	if t := p.take(); t.kind != tokenOpen {
		return nil, p.failf(t, "count is followed by parentheses: count() or count(field)")
	}
	if p.tokens[0].kind == tokenWord {
		c.Type, c.Fields = ValueCount, []string{p.take().text}
	}
	if t := p.take(); t.kind != tokenClose {
		return nil, p.failf(t, "the parenthesis after count is not closed: count() or count(field)")
	}
	if p.tokens[0].is("by") {
		p.take()
		if err := p.groupBy(c); err != nil {
			return nil, err
		}
	}
	return c, p.bound(c)
}

func (p *parser) groupBy(c *Correlation) error {
	for {
		t := p.take()
		if t.kind != tokenWord {
			return p.failf(t, "%s stands where a field is due", t)
		}
		if c.GroupBy = append(c.GroupBy, t.text); len(c.GroupBy) > maxGroupBy {
			return p.failf(t, "over %d fields to group by: leave some out", maxGroupBy)
		}
		if p.tokens[0].kind != tokenComma {
			return nil
		}
		p.take()
	}
}

func (p *parser) bound(c *Correlation) error {
	compare, number, end := p.take(), p.take(), p.take()
	op, known := oldBounds[compare.text]
	limit, err := strconv.ParseUint(number.text, 10, 53)
	switch {
	case !known:
		return p.failf(compare, "%s stands where a comparison is due, such as > 5", compare)
	case err != nil:
		return p.failf(number, "%s stands where a whole number is due", number)
	case end.kind != tokenEnd:
		return p.failf(end, "%s stands where the condition ends", end)
	}
	c.Conditions = []Bound{{op, float64(limit)}}
	return nil
}

// conditions reads the conditions of a detection or filter, and an old aggregation with its timeframe.
// Only detections may count.
func (d *document) conditions(det *Detection, n, timeframe *yaml.Node, counts bool) {
	used := make([]bool, len(det.Selections))
	list := []*yaml.Node{n}
	if n.Kind != yaml.ScalarNode {
		list = d.entries("condition", n, maxConditions)
	}
	for _, e := range list {
		written := d.scalar("condition", e)
		if written == "" {
			d.complain(d.at(e), "the condition is empty: name selections, joined with and, or, not")
			continue
		}
		terms := d.terms
		expr, rest, err := parseCondition(e.Value, det.Selections, used, &d.terms)
		d.weigh(d.at(e), (d.terms-terms)*weightTerm)
		if err == nil && rest[0].kind == tokenPipe {
			err = d.count(det, e, timeframe, rest, counts)
		}
		if err != nil {
			d.conditionError(e, err)
			continue
		}
		det.Conditions = append(det.Conditions, expr)
		det.Written = append(det.Written, written)
	}
	d.afterConditions(det, n, timeframe, used)
}

// count reads what stands after the pipe of a condition.
func (d *document) count(det *Detection, n, timeframe *yaml.Node, rest []token, counts bool) error {
	if !counts {
		return &conditionError{rest[0].offset, "the condition of a filter looks at one record: it cannot count"}
	}
	c, err := aggregate(rest[1:])
	if err != nil {
		return err
	}
	d.span(c, n, timeframe)
	det.Aggregate = c
	return nil
}

func (d *document) conditionError(n *yaml.Node, err error) {
	offset := 0
	if e, ok := errors.AsType[*conditionError](err); ok {
		offset = e.offset
	}
	d.complain(d.within(n, offset), "%v", err)
}

// afterConditions says what the conditions together leave open.
func (d *document) afterConditions(det *Detection, n, timeframe *yaml.Node, used []bool) {
	if det.Aggregate != nil && len(det.Conditions) > 1 {
		d.complain(d.at(n), "a condition that counts stands alone: write the others as rules of their own, and a correlation")
	}
	if timeframe != nil && det.Aggregate == nil {
		d.note(d.at(timeframe), "timeframe is of an old form and not used: no condition counts")
	}
	for i, s := range det.Selections {
		if !used[i] {
			d.note(place{s.Line, s.Column}, "no condition uses selection %s", shown(s.Name))
		}
	}
}

// span reads the timeframe of an old aggregation.
func (d *document) span(c *Correlation, n, timeframe *yaml.Node) {
	c.Line, c.Column = d.before+n.Line, n.Column
	if timeframe == nil {
		d.complain(d.at(n), "the condition counts, and no timeframe says over how long: write timeframe below detection, as in 10m")
		return
	}
	if written := d.scalar("timeframe", timeframe); written != "" {
		span, err := parseSpan(written)
		if err != nil {
			d.complain(d.at(timeframe), "timeframe: %v", err)
		}
		c.Timespan = span
	} else {
		d.complain(d.at(timeframe), "timeframe is empty: write a length of time, as in 10m")
	}
}

var errNoSpan = fmt.Errorf("a length of time is a number with s, m, h or d, up to %dd", maxSpan)
