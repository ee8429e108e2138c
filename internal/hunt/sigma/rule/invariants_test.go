package rule

import (
	"testing"
)

// check fails the test where a rule breaks what the model promises.
func check(t testing.TB, r *Rule) {
	t.Helper()
	set := 0
	if r.Detection != nil {
		set++
		checkDetection(t, r, r.Detection)
	}
	if r.Filter != nil {
		set++
		checkDetection(t, r, &r.Filter.Detection)
		if r.Filter.Any == (len(r.Filter.Rules) > 0) {
			t.Errorf("%s: a filter names any rule, or some", r.Key())
		}
	}
	if r.Correlation != nil {
		set++
		checkCorrelation(t, r, r.Correlation)
	}
	if set != 1 || r.Title == "" || r.Line < 1 {
		t.Errorf("%s: %d bodies, title %q, line %d", r.Key(), set, r.Title, r.Line)
	}
}

func checkCorrelation(t testing.TB, r *Rule, c *Correlation) {
	t.Helper()
	if c.Timespan <= 0 || len(c.GroupBy) > maxGroupBy || len(c.Rules) > maxRefs {
		t.Errorf("%s: correlation %+v", r.Key(), c)
	}
	if temporal := c.Type == Temporal || c.Type == TemporalOrdered; !temporal && len(c.Conditions) == 0 {
		t.Errorf("%s: %s without a condition", r.Key(), c.Type)
	}
	if looks := c.Type != EventCount && c.Type != Temporal && c.Type != TemporalOrdered; looks != (len(c.Fields) > 0) {
		t.Errorf("%s: %s with fields %q", r.Key(), c.Type, c.Fields)
	}
	if c.Percentile < 0 || c.Percentile > 100 {
		t.Errorf("%s: percentile %v", r.Key(), c.Percentile)
	}
}

func checkDetection(t testing.TB, r *Rule, det *Detection) {
	t.Helper()
	if len(det.Conditions) == 0 || len(det.Conditions) != len(det.Written) || len(det.Selections) > maxSelections {
		t.Errorf("%s: %d conditions, %d written, %d selections", r.Key(), len(det.Conditions), len(det.Written), len(det.Selections))
	}
	if det.Aggregate != nil {
		checkCorrelation(t, r, det.Aggregate)
	}
	for _, e := range det.Conditions {
		checkExpr(t, r, e, len(det.Selections))
	}
	values, patterns := 0, 0
	for _, s := range det.Selections {
		if len(s.Groups) == 0 {
			t.Errorf("%s: selection %s has no group", r.Key(), s.Name)
		}
		for _, g := range s.Groups {
			if len(g.Items) == 0 {
				t.Errorf("%s: a group of selection %s has no item", r.Key(), s.Name)
			}
			for _, it := range g.Items {
				values += len(it.Values)
				patterns += checkItem(t, r, it)
			}
		}
	}
	if values > maxValues || patterns > maxPatterns {
		t.Errorf("%s: %d values, %d patterns", r.Key(), values, patterns)
	}
}

func checkExpr(t testing.TB, r *Rule, e Expr, selections int) {
	t.Helper()
	terms := []Expr(nil)
	switch e := e.(type) {
	case Ref:
		if e < 0 || int(e) >= selections {
			t.Errorf("%s: selection %d of %d", r.Key(), e, selections)
		}
		return
	case Not:
		terms = []Expr{e.Expr}
	case And:
		if terms = e; len(e) < 2 {
			t.Errorf("%s: an And of %d terms", r.Key(), len(e))
		}
	case Or:
		if terms = e; len(e) < 2 {
			t.Errorf("%s: an Or of %d terms", r.Key(), len(e))
		}
	default:
		t.Errorf("%s: an expression of type %T", r.Key(), e)
	}
	for _, term := range terms {
		checkExpr(t, r, term, selections)
	}
}

func checkItem(t testing.TB, r *Rule, it Item) (patterns int) {
	t.Helper()
	if len(it.Values) == 0 || it.Line < 1 || it.Column < 1 {
		t.Errorf("%s: item %q at %d:%d with %d values", r.Key(), it.Written, it.Line, it.Column, len(it.Values))
	}
	for _, v := range it.Values {
		patterns += len(v.Patterns)
		checkValue(t, r, it, v)
	}
	return patterns
}

func checkValue(t testing.TB, r *Rule, it Item, v Value) {
	t.Helper()
	set := false
	switch it.Op {
	case OpMatch:
		set = v.Null || v.Patterns != nil || v.Placeholder != "" || v.Part != PartNone
	case OpRegexp:
		set = v.Regexp != nil && len(v.Regexp.Source) <= maxRegexp+32
	case OpCIDR:
		set = v.Placeholder != "" || v.Prefix.IsValid() && v.Prefix == v.Prefix.Masked()
	case OpFieldRef:
		set = v.Ref.Field != ""
	case OpExists, OpLess, OpLessOrEqual, OpGreater, OpGreaterOrEqual:
		set = it.Field != ""
	}
	if !set || v.Null && it.Field == "" {
		t.Errorf("%s: %q has a value %q of which nothing is set: %+v", r.Key(), it.Written, v.Written, v)
	}
	for _, p := range v.Patterns {
		checkPattern(t, r, p)
	}
}

func checkPattern(t testing.TB, r *Rule, p Pattern) {
	t.Helper()
	for i, part := range p.Parts {
		wild := part.Wild == '*' || part.Wild == '?' || part.Wild == '%' && part.Placeholder != "" && part.Literal == ""
		if !wild && (part.Wild != 0 || part.Literal == "" || part.Placeholder != "") {
			t.Errorf("%s: part %+v of pattern %s", r.Key(), part, p)
		}
		if i > 0 && part.Wild == p.Parts[i-1].Wild && (part.Wild == 0 || part.Wild == '*') {
			t.Errorf("%s: pattern %s has two neighbours of one sort", r.Key(), p)
		}
	}
}
