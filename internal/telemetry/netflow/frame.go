package netflow

import (
	"net/netip"

	"stormglass/internal/telemetry"
	"stormglass/internal/telemetry/packet"
)

// sampledFrame is the start of a packet, as an exporter that keeps no flows sends it (RFC 5477, section 8.5).
type sampledFrame struct {
	data   []byte
	at     *step
	size   uint64 // of the whole frame, where stated
	offset uint64 // where in the frame the section starts
	kind   uint64 // of the frame: 1 Ethernet, 2 IEEE 802.11, 0 not stated
}

// The names under which all decoders of packets tell of tunnels.
var (
	fieldInner   = telemetry.FieldNamed("stormglass.tunnel.inner")
	fieldSegment = telemetry.FieldNamed("stormglass.segment.final")
	fieldSrcMAC  = telemetry.FieldNamed("stormglass.ipfix.sourceMacAddress")
	fieldDstMAC  = telemetry.FieldNamed("stormglass.ipfix.destinationMacAddress")
)

// sampledFrame makes the record that of the packet whose start it holds: one packet, and the conversation it was of.
// What the record states apart stays.
func (d *Decoder) sampledFrame(t *template) {
	r := &d.rec
	f, s := r.flow, &r.frame
	if s.offset != 0 || s.kind > 1 {
		d.pair(t, s.at, s.data)
		return
	}
	link := packet.LinkIP
	if s.at.op == opFrame {
		link = packet.LinkEthernet
	}
	h := &d.frame
	if err := packet.Decode(link, s.data, h); err != nil {
		d.set.Skip(d.set.Ordinal, "sampled frame: "+err.Error(), d.x.addr.String())
	}
	if f.SrcPackets == telemetry.NoCount {
		f.SrcPackets = 1
	}
	if h.HasMAC {
		d.macPair(fieldSrcMAC, h.SrcMAC)
		d.macPair(fieldDstMAC, h.DstMAC)
	}
	size := s.size
	if l := h.Outer(); l != nil {
		if !l.Unstated || size == 0 {
			size = uint64(l.Length)
		}
		d.level(l)
		d.inside(h)
	} else {
		if h.Truncated {
			d.set.Pass(d.set.Ordinal, "sampled frame ends before the addresses")
		}
		if f.Service == "" {
			f.Service = h.NonIP
		}
	}
	if f.SrcBytes == telemetry.NoCount && size > 0 {
		f.SrcBytes = min(size, maxCount)
	}
}

// level takes the conversation of an IP header, unless the record states one.
func (d *Decoder) level(l *packet.Level) {
	f := d.rec.flow
	if f.SrcVLAN == 0 {
		f.SrcVLAN = l.VLAN
	}
	if f.Service == "" {
		if f.Service = l.Carries; f.Service == "" {
			f.Service = l.Tunnel
		}
	}
	if l.Final.IsValid() {
		d.addressPair(fieldSegment, l.Final)
	}
	if f.Src.IsValid() || f.Dst.IsValid() {
		return
	}
	f.Src, f.Dst, f.SrcPort, f.DstPort, f.Proto = l.Src, l.Dst, l.SrcPort, l.DstPort, l.Proto
	f.TCPFlags, f.TOS = l.TCPFlags, l.TOS
	f.ICMPType, f.ICMPCode = l.ICMPType, l.ICMPCode
}

// inside tells of the conversations inside a tunnel.
func (d *Decoder) inside(h *packet.Headers) {
	for i := range h.Inner() {
		l := &h.Inner()[i]
		d.buf = l.AppendText(d.buf[:0])
		d.rec.batch.AddPair(&d.rec.flow.Extra, fieldInner, d.rec.batch.Copy(d.buf))
		if l.Final.IsValid() {
			d.addressPair(fieldSegment, l.Final)
		}
	}
}

func (d *Decoder) addressPair(field telemetry.FieldID, a netip.Addr) {
	d.buf = a.AppendTo(d.buf[:0])
	d.rec.batch.AddPair(&d.rec.flow.Extra, field, d.rec.batch.Copy(d.buf))
}

func (d *Decoder) macPair(field telemetry.FieldID, mac [6]byte) {
	if mac == [6]byte{} {
		return
	}
	d.buf = appendValue(d.buf[:0], formMAC, mac[:])
	d.rec.batch.AddPair(&d.rec.flow.Extra, field, d.rec.batch.Copy(d.buf))
}
