package stix

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// SyntaxError says where a pattern cannot be read.
type SyntaxError struct {
	Column int // in characters, from 1
	Why    string
}

// Error gives the place and what is wrong.
func (e *SyntaxError) Error() string { return fmt.Sprintf("column %d: %s", e.Column, e.Why) }

// sort is the sort of a token.
type sort uint8

const (
	end    sort = iota
	word        // identifier or keyword
	text        // '...'
	number      // integer or float
	typed       // t'...', h'...', b'...'
	sign        // [ ] ( ) : . , * and comparison operators
)

type token struct {
	sort sort
	text string
	at   int // byte offset
}

// lexer takes a pattern apart. Comments are skipped.
type lexer struct {
	in  string
	pos int
}

func (x *lexer) fail(at int, why string) error {
	return &SyntaxError{Column: utf8.RuneCountInString(x.in[:min(at, len(x.in))]) + 1, Why: why}
}

func (x *lexer) next() (token, error) {
	if err := x.space(); err != nil {
		return token{}, err
	}
	at := x.pos
	if at == len(x.in) {
		return token{end, "", at}, nil
	}
	switch c := x.in[at]; {
	case c == '\'':
		return x.quoted(text, at)
	case (c == 't' || c == 'h' || c == 'b') && strings.HasPrefix(x.in[at+1:], "'"):
		x.pos++
		return x.quoted(typed, at)
	case isLetter(c):
		for x.pos < len(x.in) && (isLetter(x.in[x.pos]) || isDigit(x.in[x.pos]) || x.in[x.pos] == '-') {
			x.pos++
		}
		return token{word, x.in[at:x.pos], at}, nil
	case isDigit(c), (c == '-' || c == '+') && at+1 < len(x.in) && isDigit(x.in[at+1]):
		x.pos++
		for x.pos < len(x.in) && (isDigit(x.in[x.pos]) || x.in[x.pos] == '.') {
			x.pos++
		}
		return token{number, x.in[at:x.pos], at}, nil
	}
	for _, s := range signs {
		if strings.HasPrefix(x.in[at:], s) {
			x.pos += len(s)
			return token{sign, s, at}, nil
		}
	}
	return token{}, x.fail(at, "a character that no pattern holds")
}

// signs are tried in this order: the longer before those that they begin with.
var signs = [...]string{"!=", "<>", "==", "<=", ">=", "[", "]", "(", ")", ":", ".", ",", "*", "=", "<", ">"}

// space skips white space and comments.
func (x *lexer) space() error {
	for x.pos < len(x.in) {
		rest := x.in[x.pos:]
		switch {
		case strings.HasPrefix(rest, "/*"):
			n := strings.Index(rest, "*/")
			if n < 0 {
				return x.fail(x.pos, "a comment without end")
			}
			x.pos += n + 2
		case strings.HasPrefix(rest, "//"):
			n := strings.IndexByte(rest, '\n')
			if n < 0 {
				n = len(rest)
			}
			x.pos += n
		case rest[0] == ' ' || rest[0] == '\t' || rest[0] == '\n' || rest[0] == '\r' || rest[0] == '\f' || rest[0] == '\v':
			x.pos++
		case strings.HasPrefix(rest, "\u00a0") || strings.HasPrefix(rest, "\ufeff"):
			_, n := utf8.DecodeRuneInString(rest)
			x.pos += n
		default:
			return nil
		}
	}
	return nil
}

// quoted reads a literal in single quotes; \' and \\ are its only escapes.
func (x *lexer) quoted(s sort, at int) (token, error) {
	x.pos++
	start := x.pos
	escapes := false
	for x.pos < len(x.in) {
		switch x.in[x.pos] {
		case '\\':
			escapes = true
			x.pos++
		case '\'':
			t := x.in[start:x.pos]
			x.pos++
			if escapes {
				t = unescape(t)
			}
			return token{s, t, at}, nil
		}
		x.pos++
	}
	x.pos = len(x.in)
	return token{}, x.fail(at, "a quote that is not closed")
}

func unescape(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' && i+1 < len(s) {
			i++
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

func isLetter(c byte) bool { return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' }
func isDigit(c byte) bool  { return c >= '0' && c <= '9' }
