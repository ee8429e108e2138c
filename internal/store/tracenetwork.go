package store

import (
	"net/netip"
	"strings"

	"stormglass/internal/observable"
)

// network reports whether the value is an address or a prefix.
func (t *trace) network() bool {
	return t.value.Kind() == observable.Addr || t.value.Kind() == observable.Prefix
}

// findNetwork finds an address or a prefix: it looks at every stretch of characters that may be one.
func (t *trace) findNetwork(s string, at int) (from, to int) {
	for at < len(s) {
		end := at
		for end < len(s) && t.byte(s[end]) {
			end++
		}
		if from, to := t.inStretch(s[at:end]); from >= 0 {
			return at + from, at + to
		}
		at = end + 1
	}
	return -1, -1
}

func (t *trace) byte(c byte) bool {
	return c == '.' || c == ':' || hexByte(c) || c == '/' && t.value.Kind() == observable.Prefix
}

func hexByte(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F'
}

// inStretch compares a stretch with the value. One that is another address or prefix as a whole does not
// hold it; one that is none, such as an address with a port, may.
func (t *trace) inStretch(s string) (from, to int) {
	whole := strings.TrimRight(s, ".:/")
	if strings.HasPrefix(s[len(whole):], "::") {
		whole = s[:len(whole)+2]
	}
	if is, equal := t.compare(whole); is {
		if equal {
			return 0, len(whole)
		}
		return -1, -1
	}
	low, n := lower(s), t.needles[0]
	for i := 0; i <= len(low)-len(n); i++ {
		j := strings.Index(low[i:], n)
		if j < 0 {
			break
		}
		i += j
		if t.apart(low[:i], low[i+len(n):]) {
			return i, i + len(n)
		}
	}
	return -1, -1
}

// compare reports whether a text is an address, or a prefix when that is what is looked for, and
// whether it is the value.
func (t *trace) compare(s string) (is, equal bool) {
	if t.value.Kind() == observable.Addr {
		a, err := netip.ParseAddr(s)
		return err == nil, err == nil && a.Unmap() == t.value.Addr()
	}
	p, err := netip.ParsePrefix(s)
	return err == nil, err == nil && p.Masked() == t.value.Prefix()
}

// apart reports whether the value's text between two others is not a part of a longer number.
func (t *trace) apart(before, after string) bool {
	b, a := strings.TrimSuffix(before, "."), strings.TrimPrefix(after, ".")
	if strings.Contains(t.needles[0], ":") {
		return (b == "" || !hexByte(b[len(b)-1])) && (a == "" || !hexByte(a[0]))
	}
	return (b == "" || !digit(b[len(b)-1])) && (a == "" || !digit(a[0]))
}

func digit(c byte) bool { return c >= '0' && c <= '9' }
