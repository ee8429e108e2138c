package pcap

import (
	"net/netip"

	"stormglass/internal/telemetry"
	"stormglass/internal/telemetry/packet"
)

// exportRoom is how much memory for export packets is made at a time.
const exportRoom = 256 << 10

// export offers a datagram to whoever decodes exports, and reports whether it was one. Records may point into what
// they are given until the next flush, so it is a copy.
func (r *run) export(l *packet.Level) bool {
	if r.exports == nil {
		return false
	}
	if cap(r.room)-len(r.room) < len(l.Payload) {
		r.room = make([]byte, 0, max(exportRoom, len(l.Payload))) // the old one lives on in the records
	}
	n := len(r.room)
	r.room = append(r.room, l.Payload...)
	d := telemetry.Datagram{
		From: netip.AddrPortFrom(l.Src.Unmap(), l.SrcPort),
		At:   r.at,
		Data: r.room[n:len(r.room):len(r.room)],
	}
	if r.exports.Datagram(netip.AddrPortFrom(l.Dst.Unmap(), l.DstPort), &d, r.set) {
		r.full()
		return true
	}
	r.room = r.room[:n]
	return false
}
