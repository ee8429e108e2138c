package syslog

import (
	"strings"

	"stormglass/internal/observable"
)

var (
	headerEscapes    = strings.NewReplacer(`\`, `\\`, `|`, `\|`, "\n", " ", "\r", " ")
	extensionEscapes = strings.NewReplacer(`\`, `\\`, `=`, `\=`, "\n", `\n`, "\r", `\r`)
	paramEscapes     = strings.NewReplacer(`\`, `\\`, `"`, `\"`, `]`, `\]`)
)

// header escapes a text for the header of CEF, which holds no line breaks.
func header(s string) string { return headerEscapes.Replace(strings.ToValidUTF8(s, "\ufffd")) }

// extension escapes a text for the value of a key of CEF's extension.
func extension(s string) string { return extensionEscapes.Replace(strings.ToValidUTF8(s, "\ufffd")) }

// param escapes a text for the value of a parameter of structured data (RFC 5424, section 6.3.3).
func param(s string) string { return paramEscapes.Replace(strings.ToValidUTF8(s, "\ufffd")) }

// word makes a text fit for a field of RFC 5424's header: visible ASCII without spaces, "-" for none, at most n characters.
func word(s string, n int) string {
	s = strings.Map(func(r rune) rune {
		if r > ' ' && r < 0x7f {
			return r
		}
		return '_'
	}, observable.Printable(s))
	if s == "" {
		return "-"
	}
	return s[:min(len(s), n)]
}
