package sigma

import (
	"strings"
	"unicode/utf8"

	"stormglass/internal/hunt/sigma/rule"
)

// shape says how a pattern can be matched without walking it.
type shape uint8

const (
	shapeExact    shape = iota // the text is the literal
	shapePrefix                // it begins with it
	shapeSuffix                // it ends with it
	shapeContains              // it holds it
	shapeAny                   // any text
	shapeGlob                  // several literals, or one of unknown characters
)

// glob is a pattern without placeholders: literals (wild 0), '*' and '?', no two stars side by side.
type glob []globPart

type globPart struct {
	literal string
	wild    byte
}

// globOf joins a pattern's literals and stars. Literals are folded unless cased.
func globOf(parts []rule.PatternPart, cased bool) glob {
	var g glob
	for _, p := range parts {
		literal := p.Literal
		if !cased {
			literal = fold(literal)
		}
		last := len(g) - 1
		switch {
		case p.Wild == 0 && literal == "", p.Wild == '*' && last >= 0 && g[last].wild == '*':
		case p.Wild == 0 && last >= 0 && g[last].wild == 0:
			g[last].literal += literal
		default:
			g = append(g, globPart{literal, p.Wild})
		}
	}
	return g
}

// anywhere gives the pattern that holds where g holds of any part of a text.
func (g glob) anywhere() glob {
	star := globPart{wild: '*'}
	var out glob
	if len(g) == 0 || g[0].wild != '*' {
		out = append(out, star)
	}
	out = append(out, g...)
	if out[len(out)-1].wild != '*' {
		out = append(out, star)
	}
	return out
}

// shape gives a pattern's shape, and its literal where it has one.
func (g glob) shape() (shape, string) {
	star := func(i int) bool { return g[i].wild == '*' }
	switch {
	case len(g) == 0:
		return shapeExact, ""
	case len(g) == 1 && star(0):
		return shapeAny, ""
	case len(g) == 1 && g[0].wild == 0:
		return shapeExact, g[0].literal
	case len(g) == 2 && star(0) && g[1].wild == 0:
		return shapeSuffix, g[1].literal
	case len(g) == 2 && g[0].wild == 0 && star(1):
		return shapePrefix, g[0].literal
	case len(g) == 3 && star(0) && g[1].wild == 0 && star(2):
		return shapeContains, g[1].literal
	}
	return shapeGlob, ""
}

// match reports whether the whole of s is what the pattern says. It goes back to the last star only, so it costs at most the length
// of the text times that of the pattern.
func (g glob) match(s string) bool {
	p, i, star, mark := 0, 0, -1, 0
	for {
		switch {
		case p == len(g):
			if i == len(s) {
				return true
			}
		case g[p].wild == '*':
			if star, p = p, p+1; p == len(g) {
				return true
			}
			if mark = g.next(s, p, i); mark < 0 {
				return false
			}
			i = mark
			continue
		case g[p].wild == '?':
			if i < len(s) {
				i += runeLen(s, i)
				p++
				continue
			}
		case strings.HasPrefix(s[i:], g[p].literal):
			i += len(g[p].literal)
			p++
			continue
		}
		if star < 0 || mark >= len(s) {
			return false
		}
		if mark = g.next(s, star+1, mark+runeLen(s, mark)); mark < 0 {
			return false
		}
		i, p = mark, star+1
	}
}

// next gives the first place from i on where part p can begin, -1 when there is none.
func (g glob) next(s string, p, i int) int {
	if g[p].wild != 0 {
		return i
	}
	if n := strings.Index(s[i:], g[p].literal); n >= 0 {
		return i + n
	}
	return -1
}

func runeLen(s string, i int) int {
	if s[i] < utf8.RuneSelf {
		return 1
	}
	_, n := utf8.DecodeRuneInString(s[i:])
	return n
}

// literal gives the longest literal of the pattern.
func (g glob) longest() string {
	longest := ""
	for _, p := range g {
		if len(p.literal) > len(longest) {
			longest = p.literal
		}
	}
	return longest
}
