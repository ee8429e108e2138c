package rule

import (
	"encoding/base64"
	"slices"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// base64Offsets gives the three forms in which bytes can stand in Base64 text, by where they fall in its groups of three, less the
// characters at both ends that depend on the neighbours (Sigma modifiers 2.1.0, base64offset). It wants two bytes or more: of one, a
// form is left with nothing.
func base64Offsets(s string) [3]string {
	var forms [3]string
	for shift := range forms {
		text := base64.StdEncoding.EncodeToString([]byte("  "[:shift] + s))
		start := [...]int{0, 2, 3}[shift]
		end := len(text) - [...]int{0, 3, 2}[(len(s)+shift)%3]
		forms[shift] = text[start:end]
	}
	return forms
}

// utf16Bytes gives a text in UTF-16, as the bytes of a string.
func utf16Bytes(s string, bigEndian bool) string {
	out := make([]byte, 0, 2*len(s))
	for _, u := range utf16.Encode([]rune(s)) {
		low, high := byte(u), byte(u>>8)
		if bigEndian {
			low, high = high, low
		}
		out = append(out, low, high)
	}
	return string(out)
}

// dashes are what Windows programs take for the sign before an option (Sigma modifiers 2.1.0, windash).
var dashes = [...]string{"-", "/", "–", "—", "―"}

// dash is where a dash stands in a pattern.
type dash struct{ part, offset, size int }

// dashesOf finds the dashes that begin an option: a letter, digit or underscore follows, and none stands before.
func dashesOf(p Pattern) []dash {
	var found []dash
	for i, part := range p.Parts {
		before := rune(0)
		for offset, r := range part.Literal {
			size := utf8.RuneLen(r)
			if isDash(r) && !wordRune(before) {
				if next, _ := utf8.DecodeRuneInString(part.Literal[offset+size:]); wordRune(next) {
					found = append(found, dash{i, offset, size})
				}
			}
			before = r
		}
	}
	return found
}

func isDash(r rune) bool {
	switch r {
	case '-', '/', '–', '—', '―':
		return true
	}
	return false
}

// dashed gives all forms of a pattern with each of its dashes written in each way: five to the power of their number.
func dashed(p Pattern) []Pattern {
	at := dashesOf(p)
	total := 1
	for range at {
		total *= len(dashes)
	}
	forms := make([]Pattern, total)
	for i := range forms {
		forms[i] = p.withDashes(at, i)
	}
	return forms
}

// withDashes writes the dashes of a pattern as the digits of a number say, to the base of five.
func (p Pattern) withDashes(at []dash, number int) Pattern {
	q := Pattern{Cased: p.Cased, Parts: slices.Clone(p.Parts)}
	for len(at) > 0 {
		part, done := at[0].part, 0
		var b strings.Builder
		text := p.Parts[part].Literal
		b.Grow(len(text) + 2*len(at))
		for ; len(at) > 0 && at[0].part == part; at = at[1:] {
			b.WriteString(text[done:at[0].offset])
			b.WriteString(dashes[number%len(dashes)])
			number /= len(dashes)
			done = at[0].offset + at[0].size
		}
		b.WriteString(text[done:])
		q.Parts[part].Literal = b.String()
	}
	return q
}
