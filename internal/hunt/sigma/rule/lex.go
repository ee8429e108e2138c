package rule

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// token is a piece of a condition.
type token struct {
	kind   tokenKind
	text   string
	offset int // in the condition's bytes
}

type tokenKind uint8

const (
	tokenEnd tokenKind = iota
	tokenWord
	tokenOpen
	tokenClose
	tokenPipe
	tokenCompare // of an old aggregation
	tokenComma
	tokenBad
)

// tokens cuts a condition into pieces; the last is tokenEnd.
func tokens(text string) []token {
	var all []token
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRuneInString(text[i:])
		if unicode.IsSpace(r) {
			i += size
			continue
		}
		t := token{offset: i}
		switch {
		case r == '(':
			t.kind = tokenOpen
		case r == ')':
			t.kind = tokenClose
		case r == '|':
			t.kind = tokenPipe
		case r == ',':
			t.kind = tokenComma
		case strings.ContainsRune("<>=!", r):
			t.kind = tokenCompare
			size = len(text[i:]) - len(strings.TrimLeft(text[i:], "<>=!"))
		case nameRune(r):
			t.kind = tokenWord
			if size = strings.IndexFunc(text[i:], func(r rune) bool { return !nameRune(r) }); size < 0 {
				size = len(text) - i
			}
		default:
			t.kind = tokenBad
		}
		t.text = text[i : i+size]
		all = append(all, t)
		i += size
	}
	return append(all, token{offset: len(text)})
}

// nameRune reports whether a character can stand in a selection's name or a pattern of such.
func nameRune(r rune) bool {
	return wordRune(r) || r == '-' || r == '.' || r == '*' || r == '?' || r == '$' || r == '@' || r == ':' || r == '/'
}

func (t token) is(word string) bool { return t.kind == tokenWord && strings.EqualFold(t.text, word) }

// String shows the token in a complaint.
func (t token) String() string {
	if t.kind == tokenEnd {
		return "the end"
	}
	return shown(t.text)
}
