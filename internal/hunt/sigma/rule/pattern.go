package rule

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// ParsePattern reads a value: * is any run of characters, ? one character, and a backslash takes its meaning from *, ? and itself; before
// anything else it is a backslash (Sigma specification 2.1.0, escaping).
func ParsePattern(text string) Pattern {
	var p Pattern
	var literal strings.Builder
	for i := 0; i < len(text); i++ {
		c := text[i]
		switch {
		case c == '\\' && i+1 < len(text) && (text[i+1] == '*' || text[i+1] == '?' || text[i+1] == '\\'):
			i++
			literal.WriteByte(text[i])
		case c == '*' || c == '?':
			p.literal(literal.String())
			literal.Reset()
			p.add(PatternPart{Wild: c})
		default:
			literal.WriteByte(c)
		}
	}
	p.literal(literal.String())
	return p
}

// add appends a part; runs of * become one, neighbouring literals one.
func (p *Pattern) add(part PatternPart) {
	if n := len(p.Parts); n > 0 {
		switch last := &p.Parts[n-1]; {
		case part.Wild == '*' && last.Wild == '*':
			return
		case part.Wild == 0 && last.Wild == 0:
			last.Literal += part.Literal
			return
		}
	}
	p.Parts = append(p.Parts, part)
}

func (p *Pattern) literal(s string) {
	if s != "" {
		p.add(PatternPart{Literal: s})
	}
}

// around gives the pattern with anything before, or after it.
func (p Pattern) around(before, after bool) Pattern {
	q := Pattern{Cased: p.Cased, Parts: make([]PatternPart, 0, len(p.Parts)+2)}
	if before {
		q.add(PatternPart{Wild: '*'})
	}
	for _, part := range p.Parts {
		q.add(part)
	}
	if after {
		q.add(PatternPart{Wild: '*'})
	}
	return q
}

// Text gives the text that the pattern matches, when it has no wildcards and no placeholders.
func (p Pattern) Text() (text string, ok bool) {
	switch {
	case len(p.Parts) == 0:
		return "", true
	case len(p.Parts) == 1 && p.Parts[0].Wild == 0:
		return p.Parts[0].Literal, true
	}
	return "", false
}

// size is about how many bytes the pattern takes.
func (p Pattern) size() int {
	n := 0
	for _, part := range p.Parts {
		n += len(part.Literal) + len(part.Placeholder) + 1
	}
	return n
}

// String writes the pattern as a value of a rule: ParsePattern reads it back, but for placeholders.
func (p Pattern) String() string {
	var b strings.Builder
	for _, part := range p.Parts {
		switch part.Wild {
		case '%':
			b.WriteString("%" + part.Placeholder + "%")
		case 0:
			b.WriteString(escape(part.Literal))
		default:
			b.WriteByte(part.Wild)
		}
	}
	return b.String()
}

var escape = strings.NewReplacer(`\`, `\\`, `*`, `\*`, `?`, `\?`).Replace

// expand finds placeholders: %name%, where a percent sign after a backslash is one.
func (p Pattern) expand() Pattern {
	q := Pattern{Cased: p.Cased}
	for _, part := range p.Parts {
		if part.Wild != 0 {
			q.add(part)
			continue
		}
		q.expandLiteral(part.Literal)
	}
	return q
}

func (p *Pattern) expandLiteral(s string) {
	var literal strings.Builder
	for i := 0; i < len(s); {
		if strings.HasPrefix(s[i:], `\%`) {
			literal.WriteByte('%')
			i += 2
			continue
		}
		if name := placeholder(s[i:]); name != "" {
			p.literal(literal.String())
			literal.Reset()
			p.add(PatternPart{Wild: '%', Placeholder: name})
			i += len(name) + 2
			continue
		}
		literal.WriteByte(s[i])
		i++
	}
	p.literal(literal.String())
}

// placeholder gives the name of the placeholder that a text begins with; empty without one.
func placeholder(s string) string {
	after, found := strings.CutPrefix(s, "%")
	if !found {
		return ""
	}
	end := strings.IndexFunc(after, func(r rune) bool { return !wordRune(r) })
	if end <= 0 || after[end] != '%' {
		return ""
	}
	return after[:end]
}

// escapedPlaceholder gives the name of the first placeholder that a backslash makes plain text; empty without one.
func escapedPlaceholder(s string) string {
	for i := range len(s) {
		if s[i] == '\\' {
			if name := placeholder(s[i+1:]); name != "" {
				return name
			}
		}
	}
	return ""
}

// sole gives the placeholder that is the whole pattern.
func (p Pattern) sole() string {
	if len(p.Parts) == 1 {
		return p.Parts[0].Placeholder
	}
	return ""
}

func (p Pattern) placeholders() bool {
	return slices.ContainsFunc(p.Parts, func(part PatternPart) bool { return part.Wild == '%' })
}

func wordRune(r rune) bool {
	return r == '_' || r != utf8.RuneError && (unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.Is(unicode.Mn, r))
}
