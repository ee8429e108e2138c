package observable

import (
	"encoding/hex"
	"net/netip"
	"slices"
	"strings"
)

// Reversed gives the address that a name asks for in the DNS (4.3.2.1.in-addr.arpa, RFC 1035, and nibbles of
// ip6.arpa, RFC 3596), in lower case; of a longer name that at its end. A network is none.
func Reversed(name string) (netip.Addr, bool) {
	name = strings.TrimSuffix(name, ".")
	if rest, ok := strings.CutSuffix(name, ".in-addr.arpa"); ok {
		labels := lastLabels(rest, 4)
		slices.Reverse(labels)
		a, err := netip.ParseAddr(strings.Join(labels, "."))
		return a, err == nil && a.Is4()
	}
	rest, ok := strings.CutSuffix(name, ".ip6.arpa")
	if !ok {
		return netip.Addr{}, false
	}
	labels := lastLabels(rest, 32)
	if len(labels) != 32 || slices.ContainsFunc(labels, func(l string) bool { return len(l) != 1 }) {
		return netip.Addr{}, false
	}
	slices.Reverse(labels)
	raw, err := hex.DecodeString(strings.Join(labels, ""))
	if err != nil {
		return netip.Addr{}, false
	}
	a, ok := netip.AddrFromSlice(raw)
	return a.Unmap(), ok
}

// lastLabels gives the last n labels of a name, or all of them.
func lastLabels(name string, n int) []string {
	labels := strings.Split(name, ".")
	return labels[max(0, len(labels)-n):]
}
