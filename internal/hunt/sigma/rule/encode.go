package rule

import (
	"encoding/base64"
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
	forms := []Pattern{p}
	at := dashesOf(p)
	for i := len(at) - 1; i >= 0; i-- { // from the back, so that the offsets before it hold
		next := make([]Pattern, 0, len(dashes)*len(forms))
		for _, f := range forms {
			for _, sign := range dashes {
				next = append(next, f.replaced(at[i], sign))
			}
		}
		forms = next
	}
	return forms
}

func (p Pattern) replaced(at dash, sign string) Pattern {
	q := Pattern{Cased: p.Cased, Parts: append([]PatternPart(nil), p.Parts...)}
	text := &q.Parts[at.part].Literal
	*text = (*text)[:at.offset] + sign + (*text)[at.offset+at.size:]
	return q
}
