package rule

import (
	"fmt"
	"strings"
)

// conditionError is what is wrong with a condition, and at which of its bytes.
type conditionError struct {
	offset int
	text   string
}

func (e *conditionError) Error() string { return e.text }

// parser reads a condition. Its grammar, loosest first (Sigma specification 2.1.0, condition):
//
//	or    = and { "or" and }
//	and   = not { "and" not }
//	not   = "not" not | of
//	of    = ( "1" | "any" | "all" ) "of" ( "them" | pattern ) | name | "(" or ")"
type parser struct {
	tokens     []token
	selections []Selection
	depth      int
	terms      int // written out so far, and of the rule's other conditions
	used       []bool
}

// parseCondition reads a condition over selections as far as its end or a pipe, and gives the tokens from there. used gets those that
// it names; terms counts against the rule's bound.
func parseCondition(text string, selections []Selection, used []bool, terms *int) (Expr, []token, error) {
	if len(text) > maxCondition {
		return nil, nil, &conditionError{0, fmt.Sprintf("the condition has over %d bytes: shorten it with \"1 of name*\"", maxCondition)}
	}
	p := parser{tokens: tokens(text), selections: selections, used: used, terms: *terms}
	e, err := p.or()
	*terms = p.terms
	if err != nil {
		return nil, nil, err
	}
	if t := p.tokens[0]; t.kind != tokenEnd && t.kind != tokenPipe {
		return nil, nil, p.unexpected("and, or, or the end")
	}
	return e, p.tokens, nil
}

func (p *parser) take() token {
	t := p.tokens[0]
	if t.kind != tokenEnd {
		p.tokens = p.tokens[1:]
	}
	return t
}

func (p *parser) failf(t token, format string, args ...any) error {
	return &conditionError{t.offset, fmt.Sprintf(format, args...)}
}

func (p *parser) unexpected(wanted string) error {
	switch t := p.tokens[0]; t.kind {
	case tokenBad:
		return p.failf(t, "%s has no meaning in a condition: leave it out", t)
	case tokenClose:
		return p.failf(t, "a parenthesis closes that none opened, where %s is due", wanted)
	default:
		return p.failf(t, "%s stands where %s is due", t, wanted)
	}
}

func (p *parser) or() (Expr, error) {
	first, err := p.and()
	if err != nil || !p.tokens[0].is("or") {
		return first, err
	}
	all := Or{}.with(first)
	for p.tokens[0].is("or") {
		p.take()
		next, err := p.and()
		if err != nil {
			return nil, err
		}
		all = all.with(next)
	}
	return all, nil
}

func (p *parser) and() (Expr, error) {
	first, err := p.not()
	if err != nil || !p.tokens[0].is("and") {
		return first, err
	}
	all := And{}.with(first)
	for p.tokens[0].is("and") {
		p.take()
		next, err := p.not()
		if err != nil {
			return nil, err
		}
		all = all.with(next)
	}
	return all, nil
}

// with adds a term; those of an Or in it are added one by one.
func (o Or) with(e Expr) Or {
	if inner, ok := e.(Or); ok {
		return append(o, inner...)
	}
	return append(o, e)
}

// with adds a term; those of an And in it are added one by one.
func (a And) with(e Expr) And {
	if inner, ok := e.(And); ok {
		return append(a, inner...)
	}
	return append(a, e)
}

func (p *parser) not() (Expr, error) {
	if !p.tokens[0].is("not") {
		return p.of()
	}
	t := p.take()
	if p.depth++; p.depth > maxNesting {
		return nil, p.failf(t, "the condition is nested deeper than %d: flatten it", maxNesting)
	}
	e, err := p.not()
	p.depth--
	if err != nil {
		return nil, err
	}
	return Not{e}, nil
}

func (p *parser) of() (Expr, error) {
	switch t := p.tokens[0]; {
	case t.kind == tokenOpen:
		return p.parentheses()
	case t.kind != tokenWord:
		return nil, p.unexpected("the name of a selection")
	case p.tokens[1].is("of"):
		return p.quantified()
	case reserved(t.text):
		return nil, p.unexpected("the name of a selection")
	default:
		return p.name()
	}
}

func (p *parser) parentheses() (Expr, error) {
	open := p.take()
	if p.depth++; p.depth > maxNesting {
		return nil, p.failf(open, "the condition is nested deeper than %d: flatten it", maxNesting)
	}
	e, err := p.or()
	p.depth--
	switch t := p.tokens[0]; {
	case err != nil:
		return nil, err
	case t.kind == tokenEnd, t.kind == tokenPipe:
		return nil, p.failf(open, "a parenthesis opens here that is not closed")
	case t.kind != tokenClose:
		return nil, p.unexpected("and, or, or a closing parenthesis")
	}
	p.take()
	return e, nil
}

func (p *parser) name() (Expr, error) {
	t := p.take()
	for i := range p.selections {
		if p.selections[i].Name != t.text {
			continue
		}
		p.used[i] = true
		if p.terms++; p.terms > maxTerms {
			return nil, p.failf(t, "the conditions name over %d selections, written out: shorten them", maxTerms)
		}
		return Ref(i), nil
	}
	if strings.Contains(t.text, "*") {
		return nil, p.failf(t, "%s is a pattern: write \"1 of %s\" or \"all of %s\"", t, short(t.text), short(t.text))
	}
	return nil, p.failf(t, "no selection is called %s%s", t, p.meant(t.text))
}

// reserved reports whether a word is one of the grammar, so that no selection can be called so.
func reserved(word string) bool {
	switch strings.ToLower(word) {
	case "and", "or", "not", "of", "them":
		return true
	}
	return false
}

// nameable reports whether a condition can name a selection so.
func nameable(name string) bool {
	return name != "" && !reserved(name) && !strings.ContainsAny(name, "*?") && strings.IndexFunc(name, func(r rune) bool { return !nameRune(r) }) < 0
}

// meant says which selection was meant, or which there are.
func (p *parser) meant(name string) string {
	all := make([]string, len(p.selections))
	for i := range p.selections {
		all[i] = short(p.selections[i].Name)
	}
	if near := nearest(name, all); near != "" {
		return hint(near)
	}
	if len(all) > 8 {
		all = append(all[:8], "and others")
	}
	return ": there are " + strings.Join(all, ", ")
}
