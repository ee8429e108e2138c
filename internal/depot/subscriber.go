package depot

import (
	"net/netip"
	"strconv"
	"strings"

	"stormglass/internal/observable"
	"stormglass/internal/register"
	"stormglass/internal/telemetry"
)

// NamesSubscriber reports whether a value is, or names, an address of a subscriber at a time: the
// address itself, a URL (as observable.URLKey writes it) with it for a host, its name for reverse
// look-up, a prefix that begins with it. Such a value is no key of the ledger. addr is that of an
// address or prefix, text that of the others.
func NamesSubscriber(n register.Networks, k observable.Kind, addr netip.Addr, text string, at telemetry.Instant) bool {
	if !n.Stated() {
		return false
	}
	switch k {
	case observable.Addr, observable.Prefix:
	case observable.URL:
		addr = hostAddr(text)
	case observable.Domain:
		addr = reverseAddr(text)
	default:
		return false
	}
	return addr.IsValid() && n.Class(addr, at) == register.Subscriber
}

// hostAddr gives the address that a URL, as observable.URLKey writes it, has for a host.
func hostAddr(key string) netip.Addr {
	host, _, _ := strings.Cut(key, "/")
	if inner, ok := strings.CutPrefix(host, "["); ok {
		host, _, _ = strings.Cut(inner, "]")
	} else {
		host, _, _ = strings.Cut(host, ":")
	}
	return telemetry.ParseAddr(host)
}

// reverseAddr gives the address that a name of reverse look-up is of (RFC 1035, section 3.5; RFC 3596,
// section 2.5).
func reverseAddr(name string) netip.Addr {
	if labels, ok := strings.CutSuffix(name, ".in-addr.arpa"); ok {
		parts := strings.Split(labels, ".")
		if len(parts) < 4 {
			return netip.Addr{}
		}
		var b [4]byte
		for i, p := range parts[len(parts)-4:] {
			n, err := strconv.ParseUint(p, 10, 8)
			if err != nil {
				return netip.Addr{}
			}
			b[3-i] = byte(n)
		}
		return netip.AddrFrom4(b)
	}
	labels, ok := strings.CutSuffix(name, ".ip6.arpa")
	parts := strings.Split(labels, ".")
	if !ok || len(parts) < 32 {
		return netip.Addr{}
	}
	var b [16]byte
	for i, p := range parts[len(parts)-32:] {
		n, err := strconv.ParseUint(p, 16, 4)
		if err != nil {
			return netip.Addr{}
		}
		at := 31 - i
		b[at/2] |= byte(n) << (4 * (1 - at%2))
	}
	return netip.AddrFrom16(b)
}
