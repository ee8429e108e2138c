package lake

import (
	"strings"
	"unicode/utf8"
)

// Parquet's strings are UTF-8; logs hold whatever was sent. Bytes that are no UTF-8 are written as
// the code points U+10FF80 to U+10FFFF, the last of private use, and so are the bytes of those code
// points themselves: what is read back is what was given.
const escapeBase = 0x10FF00

// escapeMark starts every escaped byte, and little else: code points from U+10F000.
const escapeMark = "\xf4\x8f"

func needsEscape(s string) bool {
	ascii := true
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			ascii = false
			break
		}
	}
	return !ascii && (!utf8.ValidString(s) || strings.Contains(s, escapeMark))
}

func escape(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		if (r == utf8.RuneError && n == 1) || r >= escapeBase+0x80 {
			for _, c := range []byte(s[i : i+n]) {
				b.WriteRune(escapeBase + rune(c))
			}
		} else {
			b.WriteString(s[i : i+n])
		}
		i += n
	}
	return b.String()
}

// unescape undoes escape. Text of other writers that it cannot read stays as it is.
func unescape(s string) string {
	if !strings.Contains(s, escapeMark) {
		return s
	}
	b := make([]byte, 0, len(s))
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		if r >= escapeBase+0x80 {
			b = append(b, byte(r-escapeBase))
		} else {
			b = append(b, s[i:i+n]...)
		}
		i += n
	}
	return string(b)
}
