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

// quantified reads "1 of them", "all of name*".
func (p *parser) quantified() (Expr, error) {
	number := p.take()
	p.take()
	pattern := p.tokens[0]
	switch {
	case !number.is("1") && !number.is("any") && !number.is("all"):
		return nil, p.failf(number, "%s of: Sigma knows 1 of, any of and all of", number)
	case pattern.kind == tokenOpen:
		return nil, p.failf(pattern, "after \"of\" stands them or a name such as selection*: write a list out as (a or b)")
	case pattern.kind != tokenWord:
		return nil, p.unexpected("them or a name such as selection*")
	}
	p.take()
	refs, err := p.matching(pattern)
	switch {
	case err != nil:
		return nil, err
	case len(refs) == 1:
		return refs[0], nil
	case number.is("all"):
		return And(refs), nil
	}
	return Or(refs), nil
}

// matching gives the selections that a pattern names. Names that begin with _ are left out.
func (p *parser) matching(pattern token) ([]Expr, error) {
	var refs []Expr
	hidden := false
	match := ParsePattern(strings.ReplaceAll(pattern.text, "?", `\?`))
	match.Cased = true
	for i := range p.selections {
		name := p.selections[i].Name
		if !pattern.is("them") && !covers(match.Parts, name) {
			continue
		}
		if strings.HasPrefix(name, "_") {
			hidden = true
			continue
		}
		refs = append(refs, Ref(i))
		p.used[i] = true
	}
	if p.terms += len(refs); p.terms > maxTerms {
		return nil, p.failf(pattern, "the conditions name over %d selections, written out: shorten them", maxTerms)
	}
	switch {
	case len(refs) > 0:
		return refs, nil
	case hidden:
		return nil, p.failf(pattern, "%s names only selections that begin with _: these are left out of \"of\", name them one by one", pattern)
	}
	return nil, p.failf(pattern, "%s names no selection%s", pattern, p.meant(strings.TrimRight(pattern.text, "*_")))
}

// covers matches a name with the parts of a pattern that has literals and stars only.
func covers(parts []PatternPart, name string) bool {
	if len(parts) == 0 {
		return name == ""
	}
	if parts[0].Wild == 0 {
		rest, found := strings.CutPrefix(name, parts[0].Literal)
		return found && covers(parts[1:], rest)
	}
	if len(parts) == 1 {
		return true
	}
	if len(parts) == 2 {
		return strings.HasSuffix(name, parts[1].Literal)
	}
	_, rest, found := strings.Cut(name, parts[1].Literal)
	return found && covers(parts[2:], rest)
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
