package sigma

import (
	"fmt"
	"regexp/syntax"
	"slices"
	"strconv"
	"strings"

	"github.com/gaissmai/bart"

	"stormglass/internal/hunt/sigma/rule"
	"stormglass/internal/telemetry"
)

// tester makes the tests of a group of values for one source, and what they need.
type tester struct {
	*itemCompiler
	src    int32
	source *source
	mapped map[string]string

	tests   []test
	anchors []anchor
	nothing bool // a test holds of records that no anchor finds

	folded, cased texts
	numbers       ints
	addresses     addrs
	networks      *bart.Lite
	regexps       expressions
	parts         [2]entries // folded, cased
}

func (t *tester) group(values []rule.Value) {
	for i := range values {
		t.value(&values[i])
	}
	t.collect()
}

func (t *tester) need() *need {
	if t.nothing {
		return nil
	}
	return t.kind.sources.oneOf(t.anchors)
}

// anywhere notes that a value's presence is all that a record must have.
func (t *tester) anywhere() { t.anchor(anchor{kind: anchorPresent, src: t.src}) }

func (t *tester) anchor(a anchor) {
	if a.kind == anchorPresent && a.src == everywhere {
		t.nothing = true
		return
	}
	t.anchors = append(t.anchors, a)
}

func (t *tester) value(v *rule.Value) {
	switch op := t.item.Op; op {
	case rule.OpRegexp:
		t.expression(v.Regexp)
	case rule.OpCIDR:
		t.network(v)
	case rule.OpLess, rule.OpLessOrEqual, rule.OpGreater, rule.OpGreaterOrEqual:
		t.anywhere()
		t.tests = append(t.tests, comparison{op, v.Number, v.Part})
	case rule.OpFieldRef:
		t.reference(v)
	case rule.OpMatch:
		t.match(v)
	case rule.OpExists: // presence is asked before any test
	}
}

func (t *tester) match(v *rule.Value) {
	switch {
	case v.Null:
		t.nothing = true
		t.tests = append(t.tests, empty{})
	case v.Part != rule.PartNone:
		t.anywhere()
		t.tests = append(t.tests, comparison{rule.OpMatch, v.Number, v.Part})
	case v.Placeholder != "":
		t.member(v.Placeholder, false)
	default:
		for _, p := range v.Patterns {
			t.pattern(p)
		}
	}
}

func (t *tester) member(name string, cidr bool) {
	set := t.sets.set(name)
	if set == nil {
		return
	}
	t.anywhere()
	t.tests = append(t.tests, member{set: set, cidr: cidr})
}

func (t *tester) network(v *rule.Value) {
	if v.Placeholder != "" {
		t.member(v.Placeholder, true)
		return
	}
	t.anywhere()
	if t.networks == nil {
		t.networks = new(bart.Lite)
	}
	t.networks.Insert(v.Prefix.Masked())
}

func (t *tester) reference(v *rule.Value) {
	t.anywhere()
	ref := reference{FieldRef: v.Ref}
	other := t.kind.resolve(t.route, v.Ref.Field)
	for _, name := range other.missing {
		t.sets.lacks(name)
	}
	ref.places = other.row
	t.tests = append(t.tests, ref)
}

func (t *tester) expression(re *rule.Regexp) {
	t.regexps.all = append(t.regexps.all, expr{Regexp: re.Regexp})
	parsed, err := syntax.Parse(re.String(), syntax.Perl)
	if err != nil { // it was compiled before
		t.nothing = true
		return
	}
	t.regexps.size += sizeOf(parsed)
	must := wordsOf(parsed)
	t.regexps.all[len(t.regexps.all)-1].must = must
	if t.source.textLike() {
		if best := t.rarest(must); best != nil {
			t.anchors = append(t.anchors, best...)
			return
		}
	}
	t.anywhere()
}

// rarest gives the anchors of the condition that least records meet, nil when a field's presence says as much.
func (t *tester) rarest(must []oneWord) (best []anchor) {
	least := costPresent
	for i := range must {
		anchors, ok := must[i].anchors(t.src)
		if !ok {
			continue
		}
		if cost := t.kind.sources.oneOf(anchors).cost; cost < least || t.src == everywhere && best == nil {
			best, least = anchors, cost
		}
	}
	return best
}

// pattern adds one pattern in the form in which the source's values are compared.
func (t *tester) pattern(p rule.Pattern) {
	if t.hasPlaceholder(p) {
		t.expand(p)
		return
	}
	if text, ok := p.Text(); ok {
		if held, known := t.mapped[strings.ToLower(text)]; known {
			p = rule.Pattern{Cased: p.Cased, Parts: []rule.PatternPart{{Literal: held}}}
		}
	}
	g := t.globOf(p.Parts, p.Cased)
	kind, literal := g.shape()
	switch {
	case kind == shapeExact && t.source.typed(telemetry.TypeInt):
		t.number(literal)
		return
	case kind == shapeExact && t.source.typed(telemetry.TypeAddr):
		t.address(literal)
		return
	case p.Cased:
		t.cased.cased = true
		t.cased.add(g)
	default:
		t.folded.add(g)
	}
	if !t.source.textLike() {
		t.anywhere()
		return
	}
	t.anchor(anchorOf(t.src, g))
}

// number adds a plain number; any other text is never that of a number.
func (t *tester) number(literal string) {
	n, err := strconv.ParseInt(literal, 10, 64)
	if err != nil || strconv.FormatInt(n, 10) != literal {
		return
	}
	t.numbers = append(t.numbers, n)
	t.anchor(anchor{kind: anchorInt, src: t.src, num: n})
}

// address adds a plain address; any other text is never that of an address.
func (t *tester) address(literal string) {
	a := telemetry.ParseAddr(literal)
	if !a.IsValid() {
		return
	}
	if t.addresses == nil {
		t.addresses = addrs{}
	}
	t.addresses[a] = struct{}{}
	t.anchor(anchor{kind: anchorAddr, src: t.src, addr: a})
}

func (t *tester) hasPlaceholder(p rule.Pattern) bool {
	for _, part := range p.Parts {
		if part.Wild == '%' {
			return true
		}
	}
	return false
}

// maxExpanded bounds the patterns that a set makes of one that holds a placeholder among other parts.
const maxExpanded = 10000

// expand adds the patterns in which each placeholder is an entry of its set.
func (t *tester) expand(p rule.Pattern) {
	t.anywhere()
	n := 0
	if p.Cased {
		n, t.parts[1].cased = 1, true
	}
	made := []expanded{{}}
	var since telemetry.Instant
	for _, part := range p.Parts {
		if part.Wild != '%' {
			for i := range made {
				made[i].parts = append(made[i].parts, part)
			}
			continue
		}
		pieces := t.sets.pieces(part.Placeholder)
		since = max(since, t.sets.sinceOf(part.Placeholder))
		if len(made)*len(pieces) > maxExpanded {
			t.sets.reasons = append(t.sets.reasons, fmt.Sprintf("%q would make more than %d patterns: ask for whole values of %%%s%%",
				p.String(), maxExpanded, part.Placeholder))
			return
		}
		var next []expanded
		for _, m := range made {
			for _, piece := range pieces {
				next = append(next, m.with(piece))
			}
		}
		made = next
	}
	for _, m := range made {
		t.parts[n].all = append(t.parts[n].all, entry{t.globOf(m.parts, p.Cased), m.valid})
	}
	if since.Known() {
		t.parts[n].open = append(t.parts[n].open, t.globOf(opened(p.Parts), p.Cased))
		t.parts[n].since = max(t.parts[n].since, since)
	}
}

// opened gives parts with anything in the place of sets.
func opened(parts []rule.PatternPart) []rule.PatternPart {
	out := slices.Clone(parts)
	for i := range out {
		if out[i].Wild == '%' {
			out[i] = rule.PatternPart{Wild: '*'}
		}
	}
	return out
}

// globOf makes a pattern as the source's values are compared with it.
func (t *tester) globOf(parts []rule.PatternPart, cased bool) glob {
	g := globOf(parts, cased)
	if t.src == everywhere {
		g = g.anywhere()
	}
	return g
}

type expanded struct {
	parts []rule.PatternPart
	valid []Validity
}

func (e expanded) with(piece SetText) expanded {
	parts := append(append([]rule.PatternPart(nil), e.parts...), rule.PatternPart{Literal: piece.Text})
	return expanded{parts, append(append([]Validity(nil), e.valid...), piece.Valid)}
}

// collect adds the tests of what was gathered by form.
func (t *tester) collect() {
	if len(t.numbers) > 0 {
		t.tests = append(t.tests, t.numbers)
	}
	if t.addresses != nil {
		t.tests = append(t.tests, t.addresses)
	}
	if t.networks != nil {
		t.tests = append(t.tests, prefixes{t.networks})
	}
	for _, x := range []texts{t.folded, t.cased} {
		if x.some() {
			x.done()
			t.tests = append(t.tests, &x)
		}
	}
	for _, e := range t.parts {
		if len(e.all) > 0 || e.open != nil {
			t.tests = append(t.tests, e)
		}
	}
	if len(t.regexps.all) > 0 {
		t.tests = append(t.tests, t.regexps)
	}
}
