package device

import (
	"net/netip"
	"strings"

	"stormglass/internal/telemetry"
)

// cutLast cuts around the last sep.
func cutLast(s, sep string) (before, after string, ok bool) {
	i := strings.LastIndex(s, sep)
	if i < 0 {
		return s, "", false
	}
	return s[:i], s[i+len(sep):], true
}

// cutting is a name and what somebody chose besides, cut apart.
type cutting struct {
	name, after string
	sep         string // what stands between
	sure        bool   // it stands there once: of more any may be a part of the name, or of what follows
}

// apart cuts around a separator that the name before it may hold, and what follows as well.
func apart(s, sep string) (c cutting, ok bool) {
	c.name, c.after, ok = strings.Cut(s, sep)
	c.sep, c.sure = sep, ok && !strings.Contains(c.after, sep)
	return c, ok
}

// beforeLast gives what stands before the last of a text that a message ends in, or all of it where the end was cut off.
func beforeLast(s, tail string) string {
	s, _, _ = cutLast(s, tail)
	return s
}

// repeated takes " (message repeated 3 times)" off the end of a text.
func repeated(s string) (rest string, ok bool) {
	rest, tail, ok := cutLast(s, " (message repeated ")
	n := digits(tail)
	if !ok || n == 0 || tail[n:] != " times)" {
		return s, false
	}
	return rest, true
}

// between gives what stands between the first open and the last end of a text, the whole of which must be so.
func between(s, open, end string) (string, bool) {
	s, ok := strings.CutPrefix(s, open)
	if !ok {
		return "", false
	}
	return strings.CutSuffix(s, end)
}

// word gives the first word of a text and what follows the blanks behind it.
func word(s string) (first, rest string) {
	i := strings.IndexByte(s, ' ')
	if i < 0 {
		return s, ""
	}
	return s[:i], strings.TrimLeft(s[i:], " ")
}

// hostPort reads what a device writes of an end: 192.0.2.1(22), 192.0.2.1/22, 192.0.2.1:22, inside:192.0.2.1/22, inside/192.0.2.1(22), or an address alone.
func hostPort(s string) (netip.AddrPort, bool) {
	if a := telemetry.ParseAddr(s); a.IsValid() {
		return netip.AddrPortFrom(a, 0), true
	}
	port := ""
	switch {
	case strings.HasSuffix(s, ")"):
		open := strings.LastIndexByte(s, '(')
		if open < 0 {
			return netip.AddrPort{}, false
		}
		s, port = s[:open], s[open+1:len(s)-1]
	default:
		if i := strings.LastIndexByte(s, '/'); i >= 0 {
			s, port = s[:i], s[i+1:]
		} else if i := strings.LastIndexByte(s, ':'); i >= 0 && strings.IndexByte(s[i:], '.') < 0 {
			s, port = s[:i], s[i+1:]
		}
	}
	a := telemetry.ParseAddr(s)
	if !a.IsValid() { // the name of an interface stands before it
		i := strings.IndexAny(s, ":/")
		if i < 0 {
			return netip.AddrPort{}, false
		}
		if a = telemetry.ParseAddr(s[i+1:]); !a.IsValid() {
			return netip.AddrPort{}, false
		}
	}
	p, _ := telemetry.ParsePort(port)
	return netip.AddrPortFrom(a, p), true
}

// keyed gives the value of NAME=VALUE in a list whose parts are divided by sep (", "). The first counts. What a name holds of the
// device's own writing must stand before what others may write.
func keyed(s, name, sep string) (string, bool) {
	at := keyedAt(s, name)
	if at < 0 {
		return "", false
	}
	v, _, _ := strings.Cut(s[at:], sep)
	return v, true
}

// keyedAt gives where the value of the first NAME= begins, -1 where there is none.
func keyedAt(s, name string) int {
	for at := 0; ; {
		i := strings.Index(s[at:], name)
		if i < 0 {
			return -1
		}
		i += at
		at = i + len(name)
		if (i == 0 || !isWord(s[i-1]) && s[i-1] != '-') && at < len(s) && s[at] == '=' {
			return at + 1
		}
	}
}

func digits(s string) int {
	n := 0
	for n < len(s) && s[n]-'0' <= 9 {
		n++
	}
	return n
}
