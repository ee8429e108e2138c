package sigmatest

import (
	"net/netip"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// ask compares with what the record holds, twice: as if nothing were in sets that say nothing of its time, and as if all were.
func (n *Naive) ask(q *question, r Record) (Truth, error) {
	sure, err := n.holds(q, r, false)
	if err != nil || sure {
		return truth(sure), err
	}
	perhaps, err := n.holds(q, r, true)
	if perhaps {
		return Unknown, err
	}
	return No, err
}

func (n *Naive) holds(q *question, r Record, open bool) (bool, error) {
	texts, present := r.Fields[q.field]
	if q.field == "" { // a keyword is looked for in the whole message and in every value
		texts, present = []string{r.Raw}, true
		for name, values := range r.Fields {
			if !slices.Contains(r.Ours, name) {
				texts = append(texts, values...)
			}
		}
	}
	compare, err := n.comparison(q, r, open)
	switch {
	case err != nil:
		return false, err
	case q.kind == "exists":
		wanted, err := strconv.ParseBool(strings.ToLower(q.node.Value))
		return present == wanted, err
	case q.node.ShortTag() == "!!null":
		return !present || slices.Contains(texts, ""), nil
	}
	return slices.ContainsFunc(texts, compare), nil
}

// comparison gives what a text must do to satisfy the question.
func (n *Naive) comparison(q *question, r Record, open bool) (func(text string) bool, error) {
	switch {
	case q.kind == "re":
		flags := ""
		if q.flags != "" {
			flags = "(?" + q.flags + ")"
		}
		expression, err := regexp.Compile(flags + q.node.Value)
		if err != nil {
			return nil, err
		}
		return expression.MatchString, nil
	case q.kind == "cidr":
		return n.inside(q, r, open)
	case q.kind == "fieldref":
		return func(text string) bool { return n.like(q, text, r.Fields[q.node.Value]) }, nil
	case q.kind == "exists":
		return nil, nil
	case q.time != "" || q.kind != "":
		return q.measured()
	}
	m := matcher{cased: q.cased, sets: n.sets, silent: r.Silent, open: open}
	return func(text string) bool {
		return slices.ContainsFunc(q.forms, func(form []part) bool {
			if q.field == "" {
				form = append(append([]part{{wild: '*'}}, form...), part{wild: '*'})
			}
			return m.match(form, text)
		})
	}, nil
}

// inside: the address lies in the prefix, or in one of those that a placeholder stands for.
func (n *Naive) inside(q *question, r Record, open bool) (func(text string) bool, error) {
	written := []string{q.node.Value}
	if form := q.forms[0]; len(form) == 1 && form[0].set != "" {
		if written = n.sets[form[0].set]; slices.Contains(r.Silent, form[0].set) {
			if written = nil; open {
				written = []string{"0.0.0.0/0", "::/0"}
			}
		}
	}
	var prefixes []netip.Prefix
	for _, w := range written {
		prefix, err := netip.ParsePrefix(w)
		if err != nil {
			return nil, err
		}
		prefixes = append(prefixes, prefix)
	}
	return func(text string) bool {
		address, err := netip.ParseAddr(text)
		return err == nil && slices.ContainsFunc(prefixes, func(p netip.Prefix) bool { return p.Contains(address.Unmap()) })
	}, nil
}

// like: the text is that of the other field, or begins with it, ends with it or contains it.
func (n *Naive) like(q *question, text string, others []string) bool {
	return slices.ContainsFunc(others, func(other string) bool {
		form := []part{{plain: other}}
		if q.before {
			form = append([]part{{wild: '*'}}, form...)
		}
		if q.after {
			form = append(form, part{wild: '*'})
		}
		return matcher{cased: q.cased}.match(form, text)
	})
}

// measured compares numbers, or a part of a time, in UTC.
func (q *question) measured() (func(text string) bool, error) {
	wanted, err := strconv.ParseFloat(q.node.Value, 64)
	if err != nil {
		return nil, err
	}
	return func(text string) bool {
		number, err := strconv.ParseFloat(text, 64)
		if q.time != "" {
			var at time.Time
			at, err = time.Parse(time.RFC3339Nano, text)
			number = float64(partOf(q.time, at.UTC()))
		}
		if err != nil {
			return false
		}
		switch q.kind {
		case "lt":
			return number < wanted
		case "lte":
			return number <= wanted
		case "gt":
			return number > wanted
		case "gte":
			return number >= wanted
		}
		return number == wanted
	}, nil
}

func partOf(part string, at time.Time) int {
	_, week := at.ISOWeek()
	return map[string]int{
		"minute": at.Minute(), "hour": at.Hour(), "day": at.Day(), "week": week, "month": int(at.Month()), "year": at.Year(),
	}[part]
}
