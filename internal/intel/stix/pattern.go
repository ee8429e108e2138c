package stix

import (
	"slices"
	"strings"

	"stormglass/internal/observable"
)

// The limits of a pattern (hostile-input.md, H06). The number of comparisons is generous, because
// publishers put whole lists into one indicator.
const (
	MaxPattern     = 1 << 20 // bytes
	MaxComparisons = 10_000
	MaxDepth       = 16
)

// Term is one value that a pattern asks for.
type Term struct {
	Kind observable.Kind // Prefix stands for address or prefix, Unknown for address, prefix or name
	Text string
}

// Pattern is what is understood of a STIX pattern: it is met when any of Terms is seen, or when
// something holds that Open names and that is not hunted.
type Pattern struct {
	Terms []Term
	Open  []string // "AND", "LIKE", "path of process", each once
}

// ParsePattern reads a STIX pattern (STIX 2.1, section 9, and the grammar beside it). An error is
// a *SyntaxError.
//
// Comparisons joined by OR, observations joined by OR, "=", IN, and ISSUBSET on addresses give
// terms. Everything else is syntax that is checked and named in Open: AND, NOT, FOLLOWEDBY,
// qualifiers, other operators, paths that telemetry has no value for.
func ParsePattern(s string) (Pattern, error) {
	p := parser{lexer: lexer{in: s}}
	if len(s) > MaxPattern {
		return Pattern{}, p.fail(0, "longer than 1 MiB")
	}
	if err := p.advance(); err != nil {
		return Pattern{}, err
	}
	m, err := p.followed(0)
	if err != nil {
		return Pattern{}, err
	}
	if p.tok.sort != end {
		return Pattern{}, p.fail(p.tok.at, "expected the end of the pattern")
	}
	return Pattern(m), nil
}

// meaning is Pattern while it is put together.
type meaning Pattern

func open(why string) meaning { return meaning{Open: []string{why}} }

// or joins two alternatives.
func (m *meaning) or(o meaning) {
	m.Terms = append(m.Terms, o.Terms...)
	for _, w := range o.Open {
		if !slices.Contains(m.Open, w) {
			m.Open = append(m.Open, w)
		}
	}
}

type parser struct {
	lexer
	tok         token
	comparisons int
	literals    int
}

func (p *parser) advance() (err error) {
	p.tok, err = p.next()
	return err
}

func (p *parser) isWord(w string) bool { return p.tok.sort == word && strings.EqualFold(p.tok.text, w) }
func (p *parser) isSign(s string) bool { return p.tok.sort == sign && p.tok.text == s }

func (p *parser) expect(s string) error {
	if !p.isSign(s) {
		return p.fail(p.tok.at, "expected "+s)
	}
	return p.advance()
}

// chain reads operands joined by a keyword. Joined by OR their meanings add up; joined by anything
// else none of them stands for itself.
func (p *parser) chain(keyword string, depth int, operand func(int) (meaning, error)) (meaning, error) {
	m, err := operand(depth)
	for err == nil && p.isWord(keyword) {
		if err = p.advance(); err != nil {
			break
		}
		var o meaning
		if o, err = operand(depth); err != nil {
			break
		}
		if keyword == "OR" {
			m.or(o)
		} else {
			m = open(keyword)
		}
	}
	return m, err
}

func (p *parser) followed(depth int) (meaning, error) {
	return p.chain("FOLLOWEDBY", depth, func(d int) (meaning, error) {
		return p.chain("OR", d, func(d int) (meaning, error) { return p.chain("AND", d, p.observation) })
	})
}

// observation reads "[...]" or a group in brackets, with qualifiers after it.
func (p *parser) observation(depth int) (m meaning, err error) {
	if depth >= MaxDepth {
		return m, p.fail(p.tok.at, "nested deeper than 16 levels")
	}
	switch {
	case p.isSign("["):
		if err = p.advance(); err != nil {
			return m, err
		}
		if m, err = p.comparisonOr(depth + 1); err != nil {
			return m, err
		}
		err = p.expect("]")
	case p.isSign("("):
		if err = p.advance(); err != nil {
			return m, err
		}
		if m, err = p.followed(depth + 1); err != nil {
			return m, err
		}
		err = p.expect(")")
	default:
		return m, p.fail(p.tok.at, "expected [ or (")
	}
	for err == nil {
		var q string
		if q, err = p.qualifier(); q == "" {
			break
		}
		m = open(q)
	}
	return m, err
}

// qualifier reads WITHIN n SECONDS, REPEATS n TIMES or START t” STOP t”; "" when none follows.
func (p *parser) qualifier() (string, error) {
	steps := []any{}
	name := strings.ToUpper(p.tok.text)
	switch {
	case p.tok.sort != word:
		return "", nil
	case name == "WITHIN":
		steps = append(steps, number, "SECONDS")
	case name == "REPEATS":
		steps = append(steps, number, "TIMES")
	case name == "START":
		steps = append(steps, typed, "STOP", typed)
	default:
		return "", nil
	}
	if err := p.advance(); err != nil {
		return "", err
	}
	for _, s := range steps {
		switch want := s.(type) {
		case sort:
			if p.tok.sort != want && (want != typed || p.tok.sort != text) {
				return "", p.fail(p.tok.at, "expected a value after "+name)
			}
		case string:
			if !p.isWord(want) {
				return "", p.fail(p.tok.at, "expected "+want)
			}
		}
		if err := p.advance(); err != nil {
			return "", err
		}
	}
	return name, nil
}

func (p *parser) comparisonOr(depth int) (meaning, error) {
	return p.chain("OR", depth, func(d int) (meaning, error) { return p.chain("AND", d, p.comparison) })
}
