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

// costOf gives what the need of an expression costs; costMost when it has none.
func (k *kindProgram) costOf(e *expression) int {
	cost := costMost
	switch e.op {
	case opPredicate:
		if n := k.predicates[e.pred].need; n != nil {
			cost = n.cost
		}
	case opAnd:
		for i := range e.terms {
			cost = min(cost, k.costOf(&e.terms[i]))
		}
	case opOr:
		cost = 0
		for i := range e.terms {
			cost = min(costMost, cost+k.costOf(&e.terms[i]))
		}
	case opNot:
	}
	return cost
}

// anchors adds the anchors of which one must be there where an expression with a need holds.
func (k *kindProgram) anchors(to []anchor, e *expression) []anchor {
	switch e.op {
	case opPredicate:
		return append(to, k.predicates[e.pred].need.anchors...)
	case opAnd:
		best, least := 0, costMost
		for i := range e.terms {
			if cost := k.costOf(&e.terms[i]); cost < least {
				best, least = i, cost
			}
		}
		return k.anchors(to, &e.terms[best])
	case opOr:
		for i := range e.terms {
			to = k.anchors(to, &e.terms[i])
		}
	case opNot:
	}
	return to
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
