package rule

import (
	"strings"
)

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
