package dnswire

import (
	"strings"
	"unicode/utf8"
)

// Name writes a name of the library's as Zeek does: without the trailing dot, text in UTF-8 as it is, and what is no
// text as \xNN. A dot or a backslash within a label keeps its backslash, so that no label looks like two.
func Name(name string) string {
	if strings.IndexByte(name, '\\') < 0 {
		return strings.TrimSuffix(name, ".")
	}
	if strings.HasSuffix(name, ".") && !strings.HasSuffix(name, `\.`) {
		name = name[:len(name)-1]
	}
	return visible(unescape(name))
}

// unescape resolves \DDD and \X, save for a dot and a backslash.
func unescape(name string) []byte {
	out := make([]byte, 0, len(name))
	for i := 0; i < len(name); i++ {
		c := name[i]
		switch {
		case c != '\\' || i+1 == len(name):
			out = append(out, c)
		case i+3 < len(name) && digit(name[i+1]) && digit(name[i+2]) && digit(name[i+3]):
			out = append(out, (name[i+1]-'0')*100+(name[i+2]-'0')*10+name[i+3]-'0')
			i += 3
		case name[i+1] == '.' || name[i+1] == '\\':
			out = append(out, c, name[i+1])
			i++
		default:
			out = append(out, name[i+1])
			i++
		}
	}
	return out
}

func digit(c byte) bool { return c >= '0' && c <= '9' }

// visible writes control characters and bytes that are no UTF-8 as \xNN.
func visible(b []byte) string {
	const digits = "0123456789abcdef"
	var out []byte
	for len(b) > 0 {
		c, n := utf8.DecodeRune(b)
		if c < ' ' || c == 0x7f || c == utf8.RuneError && n == 1 {
			out = append(out, '\\', 'x', digits[b[0]>>4], digits[b[0]&15])
		} else {
			out = append(out, b[:n]...)
		}
		b = b[n:]
	}
	return string(out)
}
