package imports

import (
	"encoding/hex"
	"strings"
)

// foldedDN gives a distinguished name as names are compared: without case and without blanks around its parts.
func foldedDN(dn string) string {
	var b strings.Builder
	for i, part := range splitDN(dn) {
		if i > 0 {
			b.WriteByte(',')
		}
		name, value, _ := strings.Cut(part, "=")
		b.WriteString(strings.ToLower(strings.TrimSpace(name) + "=" + plainEscapes.Replace(unescapedDN(strings.TrimSpace(value)))))
	}
	return b.String()
}

// plainEscapes writes what has a meaning in one way.
var plainEscapes = strings.NewReplacer(`\`, `\\`, ",", `\,`)

// splitDN divides a distinguished name at commas that are not escaped (RFC 4514).
func splitDN(dn string) []string {
	var out []string
	begin := 0
	for i := 0; i < len(dn); i++ {
		switch dn[i] {
		case '\\':
			i++
		case ',':
			out = append(out, dn[begin:i])
			begin = i + 1
		}
	}
	return append(out, dn[begin:])
}

// firstOf gives the first part of a distinguished name: its attribute, folded, and its value without escapes.
func firstOf(dn string) (attribute, value string) {
	attribute, value, _ = strings.Cut(splitDN(dn)[0], "=")
	return strings.ToLower(strings.TrimSpace(attribute)), unescapedDN(strings.TrimSpace(value))
}

func unescapedDN(s string) string {
	if !strings.Contains(s, `\`) {
		return s
	}
	var b []byte
	for i := 0; i < len(s); i++ {
		if s[i] != '\\' || i+1 == len(s) {
			b = append(b, s[i])
			continue
		}
		if i+2 < len(s) {
			if c, err := hex.DecodeString(s[i+1 : i+3]); err == nil {
				b = append(b, c...)
				i += 2
				continue
			}
		}
		i++
		b = append(b, s[i])
	}
	return string(b)
}
