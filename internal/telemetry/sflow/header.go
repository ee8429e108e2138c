package sflow

import (
	"strconv"

	"stormglass/internal/telemetry"
	"stormglass/internal/telemetry/packet"
)

// linkOf translates the protocols of a sampled header.
func linkOf(protocol uint32) packet.Link {
	switch protocol {
	case 1:
		return packet.LinkEthernet
	case 7:
		return packet.LinkPPP
	case 11, 12:
		return packet.LinkIP
	case 13:
		return packet.LinkMPLS
	}
	return packet.LinkUnknown
}

// header reads the start of a packet as it was on the wire.
func (sm *sample) header(x *xdr) {
	protocol, frame, stripped := x.u32(), x.u32(), x.u32()
	data := x.opaque()
	if x.short {
		return
	}
	link := linkOf(protocol)
	if link == packet.LinkUnknown {
		sm.lose("sFlow header of a link that is not read", "header protocol "+strconv.FormatUint(uint64(protocol), 10))
		return
	}
	h := &sm.headers
	if err := packet.Decode(link, data, h); err != nil {
		sm.lose("sampled header: "+err.Error(), "")
	}
	l := h.Outer()
	if l == nil {
		if h.Truncated {
			sm.lose("sampled header ends before the addresses", "")
		}
		return
	}
	if sm.ip {
		return // a second header tells of the same packet
	}
	sm.ip = true
	sm.level(l)
	if l.Unstated {
		sm.length = uint64(frame) - min(uint64(frame), uint64(stripped))
	}
	sm.inside(h)
}

// level takes the conversation of an IP header.
func (sm *sample) level(l *packet.Level) {
	f := sm.flow()
	f.Src, f.Dst, f.SrcPort, f.DstPort, f.Proto = l.Src, l.Dst, l.SrcPort, l.DstPort, l.Proto
	f.TCPFlags, f.TOS = l.TCPFlags, l.TOS
	f.ICMPType, f.ICMPCode = l.ICMPType, l.ICMPCode
	if f.SrcVLAN == 0 {
		f.SrcVLAN = l.VLAN
	}
	sm.length = uint64(l.Length)
	f.Service = l.Carries
	if f.Service == "" {
		f.Service = l.Tunnel
	}
	if l.Final.IsValid() {
		sm.text = l.Final.AppendTo(sm.text[:0])
		sm.made(fieldSegment)
	}
}

// inside tells of the conversations inside a tunnel.
func (sm *sample) inside(h *packet.Headers) {
	for i := range h.Inner() {
		l := &h.Inner()[i]
		sm.text = l.AppendText(sm.text[:0])
		sm.made(fieldInner)
		if l.Final.IsValid() {
			sm.text = l.Final.AppendTo(sm.text[:0])
			sm.made(fieldSegment)
		}
	}
}

// ethernet reads the structure of an agent that keeps no headers: length, two addresses of 6 bytes in 8, type.
func (sm *sample) ethernet(x *xdr) {
	length := x.u32()
	x.skip(20)
	if !x.short && sm.length == 0 {
		sm.length = uint64(length)
	}
}

// sampledIP reads the structures of an agent that keeps no headers but what IP and the ports say.
func (sm *sample) sampledIP(x *xdr, six bool) {
	length, proto := x.u32(), x.u32()
	var ends telemetry.Ends
	if six {
		ends.Src, ends.Dst = x.ip6(), x.ip6()
	} else {
		ends.Src, ends.Dst = x.ip4(), x.ip4()
	}
	ends.SrcPort, ends.DstPort, ends.Proto = uint16(x.u32()), uint16(x.u32()), uint8(proto)
	flags, tos := x.u32(), x.u32()
	if x.short || sm.ip {
		return
	}
	sm.ip = true
	f := sm.flow()
	f.Ends, f.TCPFlags, f.TOS = ends, uint8(flags), uint8(tos)
	sm.length = uint64(length)
}
