package depot

import (
	"net/netip"
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
		addr, _ = observable.Reversed(text)
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
