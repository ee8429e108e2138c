package casework

import (
	"cmp"
	"net/netip"

	"stormglass/internal/hunt"
	"stormglass/internal/telemetry"
)

// ThingKind is a sort of what findings can share.
type ThingKind uint8

// The kinds of things.
const (
	Device  ThingKind = iota // a machine of the operator's: id in the register, else its name in logs, else its address
	Account                  // user.name
	Peer                     // an address or name outside
)

// String gives the kind in one word.
func (k ThingKind) String() string { return [...]string{"device", "account", "peer"}[min(k, Peer)] }

// Thing is what findings can share. It is comparable.
type Thing struct {
	Kind ThingKind
	Name string // "edge-r1", "unregistered:edge-r1", "10.0.0.1"; "noc"; "203.0.113.9", "c2.example"
}

func compareThings(a, b Thing) int {
	return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Name, b.Name))
}

// World tells what names and addresses are to the operator. Each part may be nil.
type World struct {
	// Device gives the id of the registered device that a subject is at a time, "" when it is none. The subject is an address or a name.
	Device func(s hunt.Subject, at telemetry.Instant) string
	// Own reports whether an address is the operator's; local is what the sensor says.
	Own func(a netip.Addr, local telemetry.Local) bool
	// Shared reports whether an address is of a service that everybody uses, at a time: a jump host, a resolver, monitoring. As the other end
	// of something it joins nothing; what is found about it still does.
	Shared func(a netip.Addr, at telemetry.Instant) bool
}

func (w *World) device(s hunt.Subject, at telemetry.Instant) string {
	if w.Device == nil {
		return ""
	}
	return w.Device(s, at)
}

// ofName gives the device that a log calls so.
func (w *World) ofName(name string, at telemetry.Instant) Thing {
	s := hunt.Subject{Kind: hunt.SubjectDevice, Name: name}
	if id := w.device(s, at); id != "" {
		return Thing{Device, id}
	}
	return Thing{Device, s.String()}
}

// ofAddr gives the device or peer that has an address; not ok of addresses that are nobody's.
func (w *World) ofAddr(a netip.Addr, local telemetry.Local, at telemetry.Instant) (t Thing, ok bool) {
	a = a.Unmap().WithZone("")
	if !a.IsValid() || a.IsUnspecified() || a.IsMulticast() || a.IsLoopback() || a.IsLinkLocalUnicast() || a == broadcast {
		return Thing{}, false
	}
	if id := w.device(hunt.Subject{Addr: a}, at); id != "" {
		return Thing{Device, id}, true
	}
	if w.Own != nil && w.Own(a, local) {
		return Thing{Device, a.String()}, true
	}
	return Thing{Peer, a.String()}, true
}

var broadcast = netip.AddrFrom4([4]byte{255, 255, 255, 255})
