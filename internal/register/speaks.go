package register

import (
	"net/netip"

	"stormglass/internal/telemetry"
)

// relayServers is the list of relays of syslog.
const relayServers = "relay_servers"

// Belief says whether a line of a log that names a device is taken for its own. Syslog has no authentication: whoever may send can
// write any name (RFC 5426, section 5), so it goes by who sent the line.
type Belief uint8

// The beliefs.
const (
	Unproven Belief = iota // nobody states from where the device speaks, or the line came in a file that does not say
	Proven                 // an address of the device sent it, or a relay that the register states
	Doubted                // somebody else did
)

// Speaks judges a line that names a device: sender is who sent it (not valid: a file holds it), origin what the line states to be where
// it came from. An origin is believed of a relay (servers.yaml, service relay) or of a file, whose relay wrote it, and of nobody else;
// where a relay states none, the relay is believed. Of a device without addresses in the register only relays are believed, where
// any are stated.
func (r *Registers) Speaks(d *Device, sender, origin netip.Addr, at telemetry.Instant) Belief {
	from, relayed := r.LineFrom(sender, origin, at)
	switch {
	case !from.IsValid():
		return Unproven
	case d.has(from), relayed && r.relays(from, at):
		return Proven
	case len(d.Addresses)+len(d.Exporters) > 0:
		return Doubted
	case relayed && sender.IsValid():
		return Proven
	case !r.States(relayServers):
		return Unproven
	}
	return Doubted
}

// Tells judges a line in which an AAA server tells of a device, as Speaks does: from an AAA server, or what Speaks believes.
func (r *Registers) Tells(d *Device, sender, origin netip.Addr, at telemetry.Instant) Belief {
	if b := r.Speaks(d, sender, origin, at); b != Doubted {
		return b
	}
	from, _ := r.LineFrom(sender, origin, at)
	switch r.State(listOf(ServiceAAA), from, at) {
	case Approved:
		return Proven
	case NoRegister:
		return Unproven
	case Unknown, Expired:
	}
	return Doubted
}

// LineFrom gives where a line came from, as far as that is to be believed: the origin that a relay or a file states, else the sender.
// It is relayed when that is what a relay says, or the relay itself, which states none. Not valid: nobody says.
func (r *Registers) LineFrom(sender, origin netip.Addr, at telemetry.Instant) (from netip.Addr, relayed bool) {
	switch {
	case !sender.IsValid():
		return origin, true
	case !r.relays(sender, at):
		return sender, false
	case origin.IsValid():
		return origin, true
	}
	return sender, true
}

func (r *Registers) relays(a netip.Addr, at telemetry.Instant) bool {
	return r.State(relayServers, a, at) == Approved
}

// has reports whether the register states an address of the device.
func (d *Device) has(a netip.Addr) bool {
	a = plainAddr(a)
	for _, own := range d.Addresses {
		if plainAddr(own) == a {
			return true
		}
	}
	for i := range d.Exporters {
		if plainAddr(d.Exporters[i].Address) == a {
			return true
		}
	}
	return false
}
