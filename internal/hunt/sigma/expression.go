package sigma

import (
	"slices"

	"stormglass/internal/hunt/sigma/rule"
)

// expression is a condition over predicates.
type expression struct {
	op    operator
	pred  int32 // of opPredicate
	terms []expression
}

type operator uint8

const (
	opAnd operator = iota // without terms it holds
	opOr                  // without terms it does not
	opNot
	opPredicate
)

func (v *view) eval(e *expression) bool {
	switch e.op {
	case opPredicate:
		return v.holds(e.pred)
	case opNot:
		return !v.eval(&e.terms[0])
	case opAnd:
		for i := range e.terms {
			if !v.eval(&e.terms[i]) {
				return false
			}
		}
		return true
	case opOr:
		for i := range e.terms {
			if v.eval(&e.terms[i]) {
				return true
			}
		}
	}
	return false
}

// need gives what must be true of a record where the expression holds.
func (k *kindProgram) need(e *expression) *need {
	switch e.op {
	case opPredicate:
		return k.predicates[e.pred].need
	case opAnd:
		var n *need
		for i := range e.terms {
			n = both(n, k.need(&e.terms[i]))
		}
		return n
	case opOr:
		n := &need{}
		for i := range e.terms {
			n = either(n, k.need(&e.terms[i]))
		}
		return n
	case opNot:
	}
	return nil
}

// arrange puts what costs least first, and gives what the expression costs. What many rules ask costs each of them little.
func (k *kindProgram) arrange(e *expression) int {
	if e.op == opPredicate {
		p := &k.predicates[e.pred]
		return p.price * 16 / max(p.users, 1)
	}
	sum := 0
	type priced struct {
		expression
		price int
	}
	terms := make([]priced, len(e.terms))
	for i := range e.terms {
		terms[i].price = k.arrange(&e.terms[i])
		terms[i].expression = e.terms[i]
		sum += terms[i].price
	}
	slices.SortStableFunc(terms, func(a, b priced) int { return a.price - b.price })
	for i := range terms {
		e.terms[i] = terms[i].expression
	}
	return sum
}

// condition writes a condition over selections as an expression over what they were compiled to.
func condition(e rule.Expr, selections []expression) expression {
	switch e := e.(type) {
	case rule.And:
		return expression{op: opAnd, terms: conditions(e, selections)}
	case rule.Or:
		return expression{op: opOr, terms: conditions(e, selections)}
	case rule.Not:
		return expression{op: opNot, terms: []expression{condition(e.Expr, selections)}}
	case rule.Ref:
		if int(e) < len(selections) {
			return selections[e]
		}
	}
	return expression{op: opOr}
}

func conditions(all []rule.Expr, selections []expression) []expression {
	out := make([]expression, len(all))
	for i, e := range all {
		out[i] = condition(e, selections)
	}
	return out
}
