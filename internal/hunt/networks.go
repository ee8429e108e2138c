package hunt

import (
	"net/netip"

	"github.com/gaissmai/bart"

	"stormglass/internal/telemetry"
)

// Networks tells which addresses are the operator's. The zero value goes by what the sensor says,
// then by private ranges.
type Networks struct {
	own *bart.Lite
}

// NewNetworks makes networks of stated prefixes and the private ranges: an operator states its public
// prefixes and has the others besides. With none stated, the zero value's rule holds.
func NewNetworks(own []netip.Prefix) Networks {
	if len(own) == 0 {
		return Networks{}
	}
	t := new(bart.Lite)
	for _, p := range own {
		t.Insert(p.Masked())
	}
	return Networks{own: t}
}

// Stated reports whether the operator stated prefixes of its own.
func (n Networks) Stated() bool { return n.own != nil }

// private holds what is taken as the operator's when nobody says better: RFC 1918, RFC 6598,
// RFC 4193, link-local and loopback.
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

// Own reports whether an address is the operator's; local is what the sensor says.
func (n Networks) Own(a netip.Addr, local telemetry.Local) bool {
	if !a.IsValid() {
		return false
	}
	if n.own != nil {
		return n.own.Contains(a) || private.Contains(a)
	}
	if local != telemetry.LocalUnknown {
		return local == telemetry.LocalYes
	}
	return private.Contains(a)
}
