package register

import (
	"net/netip"

	"github.com/gaissmai/bart"

	"stormglass/internal/telemetry"
)

// Networks tells what an address is to the operator. The zero value, for an operator that states
// nothing, knows private ranges as Own and nothing else. Networks are immutable.
type Networks struct {
	stated   *bart.Table[*claims]
	prefixes []netip.Prefix
	entries  []entry // as stated

	subscribers []netip.Prefix
}

// claims is what was stated of one prefix, for times that do not overlap.
type claims []claim

// claim holds from from to before until; a zero bound is open.
type claim struct {
	class       Class
	from, until telemetry.Instant
}

func (c claim) holds(at telemetry.Instant) bool {
	return at >= c.from && (c.until == 0 || at < c.until)
}

// at gives the class at a time, None when no claim holds. Of a record without a time nobody can say
// which claim held: a subscriber at any time is a subscriber then, else the last claim counts.
func (cs claims) at(at telemetry.Instant) Class {
	if at.Known() {
		for _, c := range cs {
			if c.holds(at) {
				return c.class
			}
		}
		return None
	}
	for _, c := range cs {
		if c.class == Subscriber {
			return Subscriber
		}
	}
	return cs[len(cs)-1].class
}

// private holds what is the operator's when nobody says better; package hunt goes by the same ranges.
var private = func() *bart.Lite {
	t := new(bart.Lite)
	for _, p := range []string{
		"10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "169.254.0.0/16", "127.0.0.0/8",
		"fc00::/7", "fe80::/10", "::1/128",
	} {
		t.Insert(netip.MustParsePrefix(p))
	}
	return t
}()

// Class gives the class of an address as of a time: that of the longest prefix around it with a claim
// that holds then. Without one a private address is Own, any other None.
func (n Networks) Class(a netip.Addr, at telemetry.Instant) Class {
	if a.Is4In6() || a.Zone() != "" {
		a = a.Unmap().WithZone("")
	}
	if n.stated != nil {
		if cs, ok := n.stated.Lookup(a); ok {
			if c := cs.at(at); c != None {
				return c
			}
			if c := n.shorter(a, at); c != None {
				return c
			}
		}
	}
	if private.Contains(a) {
		return Own
	}
	return None
}

// shorter looks through all prefixes around a, from the longest.
func (n Networks) shorter(a netip.Addr, at telemetry.Instant) Class {
	for _, cs := range n.stated.Supernets(netip.PrefixFrom(a, a.BitLen())) {
		if c := cs.at(at); c != None {
			return c
		}
	}
	return None
}

// ClassOf gives the class of a record by its two ends: the higher one. Either may be invalid, for an
// end that is not known; a record with neither is of the operator's own systems.
func (n Networks) ClassOf(src, dst netip.Addr, at telemetry.Instant) RowClass {
	switch {
	case src.IsValid() && dst.IsValid():
		return max(n.Class(src, at).Rows(), n.Class(dst, at).Rows())
	case src.IsValid():
		return n.Class(src, at).Rows()
	case dst.IsValid():
		return n.Class(dst, at).Rows()
	}
	return RowsOwn
}

// Prefixes gives every prefix that was ever stated, sorted, whatever its class and validity: they are
// all the operator's own (hunt.NewNetworks). Nobody writes to the slice.
func (n Networks) Prefixes() []netip.Prefix { return n.prefixes }

// Subscribers gives the prefixes that were ever stated to be of subscribers, sorted.
func (n Networks) Subscribers() []netip.Prefix { return n.subscribers }

// Stated reports whether the operator stated any network.
func (n Networks) Stated() bool { return n.stated != nil }
