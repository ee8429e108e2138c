package telemetry

import "net/netip"

// Datagram is what one UDP packet carried: an export packet, say. Records made from it may point into Data,
// which nobody writes while they live.
type Datagram struct {
	From netip.AddrPort // who sent it; an IPv4 address in its 4-byte form
	At   Instant        // when it was received, or captured
	Data []byte
}
