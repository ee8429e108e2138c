package listen

import (
	"net/netip"
	"slices"
)

// senders is an allow-list: disjoint prefixes, sorted. None allows all.
type senders []netip.Prefix

func newSenders(allow []netip.Prefix) senders {
	sorted := make(senders, 0, len(allow))
	for _, p := range allow {
		if a := p.Addr(); a.Is4In6() && p.Bits() >= 96 {
			p = netip.PrefixFrom(a.Unmap(), p.Bits()-96)
		}
		sorted = append(sorted, p.Masked())
	}
	slices.SortFunc(sorted, netip.Prefix.Compare)
	disjoint := sorted[:0]
	for _, p := range sorted {
		// The shorter of two with the same address comes first, so what is inside another comes behind it.
		if n := len(disjoint); n == 0 || !disjoint[n-1].Contains(p.Addr()) {
			disjoint = append(disjoint, p)
		}
	}
	return disjoint
}

// allow says whether an address (without zone, IPv4 in its 4-byte form) is listened to.
func (s senders) allow(a netip.Addr) bool {
	if len(s) == 0 {
		return true
	}
	i, found := slices.BinarySearchFunc(s, a, func(p netip.Prefix, a netip.Addr) int { return p.Addr().Compare(a) })
	return found || i > 0 && s[i-1].Contains(a)
}

// sender gives an address as it is handed on: an IPv4 address in its 4-byte form, no zone.
func sender(a netip.AddrPort) netip.AddrPort {
	return netip.AddrPortFrom(a.Addr().Unmap().WithZone(""), a.Port())
}
