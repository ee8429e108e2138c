package sigmatest

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// part is a piece of a value: plain text, a wildcard, or a placeholder.
type part struct {
	plain string
	wild  byte   // '*' or '?', else 0
	set   string // the name of a placeholder, else empty
}

// parse reads a value as written: * and ? are wildcards, a backslash escapes *, ? and itself and is plain before all else.
func parse(written string) []part {
	var parts []part
	plain := ""
	flush := func() {
		if plain != "" {
			parts = append(parts, part{plain: plain})
		}
		plain = ""
	}
	for i := 0; i < len(written); i++ {
		c := written[i]
		switch {
		case c == '\\' && i+1 < len(written) && strings.IndexByte(`*?\`, written[i+1]) >= 0:
			i++
			plain += written[i : i+1]
		case c == '*' || c == '?':
			flush()
			parts = append(parts, part{wild: c})
		default:
			plain += written[i : i+1]
		}
	}
	flush()
	return parts
}

// matcher compares parts with a text, the whole of it.
type matcher struct {
	cased  bool
	sets   Sets
	silent []string // sets of which nothing is known: empty, or where open is set anything
	open   bool
}

func (m matcher) match(parts []part, text string) bool {
	if len(parts) == 0 {
		return text == ""
	}
	first, rest := parts[0], parts[1:]
	switch {
	case first.wild == '*':
		return m.match(rest, text) || text != "" && m.match(parts, text[size(text):])
	case first.wild == '?':
		return text != "" && m.match(rest, text[size(text):])
	case first.set != "" && slices.Contains(m.silent, first.set):
		return m.open && m.match(append([]part{{wild: '*'}}, rest...), text)
	case first.set != "":
		for _, member := range m.sets[first.set] {
			if m.match(append([]part{{plain: member}}, rest...), text) {
				return true
			}
		}
		return false
	case first.plain == "":
		return m.match(rest, text)
	}
	a, b := size(first.plain), size(text)
	if text == "" || !m.same(first.plain[:a], text[:b]) {
		return false
	}
	return m.match(append([]part{{plain: first.plain[a:]}}, rest...), text[b:])
}

// same compares two characters: by Unicode's simple folding, or exactly. A byte that is no UTF-8 is a character of its own.
func (m matcher) same(a, b string) bool {
	if m.cased || !utf8.ValidString(a) || !utf8.ValidString(b) {
		return a == b
	}
	return strings.EqualFold(a, b)
}

// size is that of the first character.
func size(text string) int {
	_, n := utf8.DecodeRuneInString(text)
	return n
}
