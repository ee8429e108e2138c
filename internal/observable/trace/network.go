package trace

import (
	"net/netip"
	"strings"

	"stormglass/internal/observable"
)

// network reports whether the value is an address or a prefix.
func (t *Trace) network() bool {
	return t.value.Kind() == observable.Addr || t.value.Kind() == observable.Prefix
}

// covers reports whether an address is the value, or in it.
func (t *Trace) covers(a netip.Addr) bool {
	a = a.Unmap().WithZone("")
	if t.value.Kind() == observable.Addr {
		return a == t.value.Addr()
	}
	return t.value.Prefix().Contains(a)
}

// findNetwork finds an address or a prefix: it looks at every stretch of characters that may be one.
func (t *Trace) findNetwork(s string) (from, to int) {
	rfrom, rto := t.findReverse(s)
	for at := 0; at < len(s) && (rfrom < 0 || at <= rfrom); {
		end := at
		for end < len(s) && stretchByte(s[end]) {
			end++
		}
		from, to := t.inStretch(s[at:end])
		if colon := strings.IndexByte(s[at:end], ':') + 1; from < 0 && colon > 0 && at > 0 && wordByte(s[at-1]) {
			if from, to = t.inStretch(s[at+colon : end]); from >= 0 { // "source:" ends with hex digits
				from, to = from+colon, to+colon
			}
		}
		if from >= 0 {
			if rfrom >= 0 && rfrom < at+from {
				return rfrom, rto
			}
			return at + from, at + to
		}
		at = end + 1
	}
	return rfrom, rto
}

func stretchByte(c byte) bool { return c == '.' || c == ':' || hexByte(c) }

func hexByte(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F'
}

// inStretch compares a stretch with the value. One that is another address as a whole does not hold it; one that is
// none, such as an address with a port, may.
func (t *Trace) inStretch(s string) (from, to int) {
	whole := strings.TrimLeft(s, ".:")
	if skipped := s[:len(s)-len(whole)]; strings.HasSuffix(skipped, "::") {
		whole = s[len(skipped)-2:]
	}
	from = len(s) - len(whole)
	end := strings.TrimRight(whole, ".:")
	if strings.HasPrefix(whole[len(end):], "::") {
		end = whole[:len(end)+2]
	}
	if a, err := netip.ParseAddr(end); err == nil {
		if t.covers(a) {
			return from, from + len(end)
		}
		return -1, -1
	}
	return t.dotted(s)
}

// dotted looks for the four numbers of an IPv4 address, and perhaps a port as the fifth, in a stretch that is no
// address as a whole.
func (t *Trace) dotted(s string) (from, to int) {
	for at := 0; at < len(s); {
		if !digit(s[at]) {
			at++
			continue
		}
		end := at
		for end < len(s) && (digit(s[end]) || s[end] == '.') {
			end++
		}
		run := strings.TrimRight(s[at:end], ".")
		if strings.Count(run, ".") == 4 {
			run = run[:strings.LastIndexByte(run, '.')]
		}
		if a, err := netip.ParseAddr(run); err == nil && t.covers(a) && (at < 2 || s[at-1] != '.' || !digit(s[at-2])) {
			return at, at + len(run)
		}
		at = end
	}
	return -1, -1
}

func digit(c byte) bool { return c >= '0' && c <= '9' }

// findReverse finds a name by which an address is asked for in the DNS.
func (t *Trace) findReverse(s string) (from, to int) {
	if len(s) < len("0.0.0.0.in-addr.arpa") {
		return -1, -1
	}
	low := lower(s)
	for _, zone := range [...]string{".in-addr.arpa", ".ip6.arpa"} {
		for i := 0; ; {
			j := strings.Index(low[i:], zone)
			if j < 0 {
				break
			}
			end := i + j
			start := end
			for start > 0 && (low[start-1] == '.' || hexByte(low[start-1])) {
				start--
			}
			if a, ok := observable.Reversed(low[start : end+len(zone)]); ok && t.covers(a) {
				return start, end + len(zone)
			}
			i = end + len(zone)
		}
	}
	return -1, -1
}
