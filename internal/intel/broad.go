package intel

import (
	"net/netip"
	"strings"

	"golang.org/x/net/publicsuffix"

	"stormglass/internal/observable"
)

// The shortest prefixes that are hunted, in bits, and the shortest file name, in bytes.
const (
	minBits4    = 8
	minBits6    = 16
	minFileName = 4
)

// TooBroad reports whether a value would match so much that it must not be hunted: "0.0.0.0/0",
// "com", "127.0.0.1" in a feed would make a finding of every second record. Reason is a constant
// phrase. Harmless values that are narrow (8.8.8.8) are the business of warning lists.
func TooBroad(v observable.Value) (reason string, broad bool) {
	switch v.Kind() { //nolint:exhaustive // values of the other kinds stand for themselves
	case observable.Addr:
		reason = broadAddr(v.Addr())
	case observable.Prefix:
		reason = broadPrefix(v.Prefix())
	case observable.Domain:
		reason = broadDomain(v.String())
	case observable.Email:
		if strings.HasPrefix(v.String(), "@") {
			reason = "too broad: a mail domain"
		}
	case observable.FileName:
		if len(v.String()) < minFileName {
			reason = "too broad: a file name of fewer than 4 bytes"
		}
	}
	return reason, reason != ""
}

func broadAddr(a netip.Addr) string {
	switch {
	case a.IsUnspecified():
		return "too broad: the unspecified address"
	case a.IsLoopback():
		return "too broad: a loopback address"
	case a == netip.AddrFrom4([4]byte{255, 255, 255, 255}):
		return "too broad: the broadcast address"
	}
	return ""
}

func broadPrefix(p netip.Prefix) string {
	switch {
	case p.Addr().Is4() && p.Bits() < minBits4:
		return "too broad: a prefix shorter than /8"
	case p.Addr().Is6() && p.Bits() < minBits6:
		return "too broad: a prefix shorter than /16"
	}
	return broadAddr(p.Addr())
}

func broadDomain(name string) string {
	if !strings.Contains(name, ".") {
		return "too broad: a domain of a single label"
	}
	if suffix, _ := publicsuffix.PublicSuffix(name); suffix == name {
		return "too broad: a public suffix"
	}
	return ""
}
