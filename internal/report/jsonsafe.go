package report

import (
	"fmt"
	"unicode/utf16"
	"unicode/utf8"

	"stormglass/internal/observable"
)

// unsafe reports whether a character must not reach a terminal as it is. Line breaks are JSON's own.
func unsafe(r rune) bool {
	if r >= ' ' && r < 0x7f || r == '\n' {
		return false
	}
	s := string(r)
	return observable.Printable(s) != s
}

func firstRune(b []byte) (rune, int) { return utf8.DecodeRune(b) }

func appendEscape(out []byte, r rune) []byte {
	if r <= 0xffff {
		return fmt.Appendf(out, `\u%04x`, r)
	}
	high, low := utf16.EncodeRune(r)
	return fmt.Appendf(out, `\u%04x\u%04x`, high, low)
}
