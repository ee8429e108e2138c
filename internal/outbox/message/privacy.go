package message

import (
	"net/netip"
	"net/url"

	"stormglass/internal/hunt"
	"stormglass/internal/observable"
)

// Privacy says whose addresses never leave in clear.
type Privacy struct {
	Subscriber func(netip.Addr) bool // nil: nobody's
}

// subscriber reports whether an address is a subscriber's.
func (p Privacy) subscriber(a netip.Addr) bool {
	return p.Subscriber != nil && a.IsValid() && p.Subscriber(a.Unmap().WithZone(""))
}

// addr gives an address as it may leave, and whether it was masked.
func (p Privacy) addr(a netip.Addr) (text string, masked bool) {
	switch {
	case !a.IsValid():
		return "", false
	case p.subscriber(a):
		return masking(a.String()), true
	}
	return observable.Printable(a.String()), false // a zone is a text from outside
}

// value gives a value as it may leave, and whether it was masked: one that identifies a subscriber, or that is or
// names an address of one.
func (p Privacy) value(v observable.Value) (text string, masked bool) {
	switch v.Kind() { //nolint:exhaustive // the others name no address
	case observable.E164, observable.IMSI, observable.IMEI:
		return observable.Printable(observable.Mask(v)), true
	case observable.Addr:
		return p.addr(v.Addr())
	case observable.Prefix:
		masked = p.subscriber(v.Prefix().Addr())
	case observable.Domain:
		a, ok := observable.Reversed(v.String())
		masked = ok && p.subscriber(a)
	case observable.URL:
		u, err := url.Parse(v.String())
		if err == nil {
			a, bad := netip.ParseAddr(u.Hostname())
			masked = bad == nil && p.subscriber(a)
		}
	}
	if masked {
		return masking(observable.Printable(v.String())), true
	}
	return cut(observable.Printable(v.String()), maxValue), false
}

// subject gives whom a finding is about as it may leave.
func (p Privacy) subject(s hunt.Subject) (text string, masked bool) {
	if s.Kind == hunt.SubjectAddr {
		return p.addr(s.Addr)
	}
	if a, err := netip.ParseAddr(s.Name); err == nil {
		return p.addr(a)
	}
	if s.Kind == hunt.SubjectFields {
		return p.fields(s.Name)
	}
	return Clean(s.String(), maxName), false
}

// masking masks a text as a subscriber's number is: its middle is stars.
func masking(s string) string { return observable.Mask(observable.Of(observable.IMSI, s)) }
