package observable

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Printable makes text from outside safe for a terminal or a journal: control characters (C0, DEL,
// C1, so also ESC and line breaks), bidirectional controls, zero-width and other format characters,
// line separators and bytes that are not UTF-8 become visible escapes such as \x1b or \u202e. Text
// that holds none comes back as it is, without allocation. It is meant for showing only: a
// backslash in the text is not escaped, so the result cannot be turned back.
func Printable(s string) string {
	i := firstUnsafe(s)
	if i == len(s) {
		return s
	}
	var b strings.Builder
	b.Grow(len(s) + 16)
	for {
		b.WriteString(s[:i])
		s = s[i:]
		if s == "" {
			return b.String()
		}
		r, n := utf8.DecodeRuneInString(s)
		writeEscape(&b, r, s[:n])
		s = s[n:]
		i = firstUnsafe(s)
	}
}

// firstUnsafe gives the offset of the first character to be escaped, or len(s).
func firstUnsafe(s string) int {
	for i := 0; i < len(s); {
		if c := s[i]; c >= ' ' && c < 0x7f {
			i++
			continue
		}
		r, n := utf8.DecodeRuneInString(s[i:])
		if r < 0x80 || r == utf8.RuneError && n == 1 || unsafeRune(r) {
			return i
		}
		i += n
	}
	return len(s)
}

// unsafeRune reports whether a terminal may act on r, or shows nothing for it.
func unsafeRune(r rune) bool {
	return r < 0xa0 || unicode.In(r, unicode.Cf, unicode.Zl, unicode.Zp, unicode.Variation_Selector)
}

func writeEscape(b *strings.Builder, r rune, raw string) {
	switch {
	case len(raw) > 1:
		q := strconv.QuoteRuneToASCII(r)
		b.WriteString(q[1 : len(q)-1])
	case r == '\n':
		b.WriteString(`\n`)
	case r == '\r':
		b.WriteString(`\r`)
	case r == '\t':
		b.WriteString(`\t`)
	default:
		const hex = "0123456789abcdef"
		b.WriteString(`\x`)
		b.WriteByte(hex[raw[0]>>4])
		b.WriteByte(hex[raw[0]&15])
	}
}
