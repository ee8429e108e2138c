package packet

import "net/netip"

// The protocols that are read further.
const (
	ProtoICMP     = 1
	ProtoIPv4     = 4
	ProtoTCP      = 6
	ProtoUDP      = 17
	ProtoIPv6     = 41
	ProtoGRE      = 47
	ProtoESP      = 50
	ProtoAH       = 51
	ProtoICMPv6   = 58
	ProtoUDPLite  = 136
	ProtoMPLS     = 137
	ProtoSCTP     = 132
	ProtoEthernet = 143
	protoNone     = 59
	protoDCCP     = 33
)

// The extension headers of IPv6.
const (
	extHopByHop    = 0
	extRouting     = 43
	extFragment    = 44
	extDestination = 60
	extMobility    = 135
	extHIP         = 139
	extShim6       = 140
)

// maxExtensions bounds the extension headers of one packet; each may occur once, one of them twice.
const maxExtensions = 10

func (w *walk) ip() step {
	if !w.need(1) {
		return stepDone
	}
	switch w.rest[0] >> 4 {
	case 4:
		return w.ipv4()
	case 6:
		return w.ipv6()
	}
	return w.fail(ErrIPVersion)
}

func (w *walk) ipv4() step {
	b := w.rest
	if !w.need(20) {
		return stepDone
	}
	header, total := int(b[0]&15)*4, int(u16(b[2:]))
	if header < 20 {
		return w.fail(ErrIPv4Header)
	}
	unstated := total == 0
	if unstated {
		total = len(b) // segmented later, by the network card
	}
	if total < header {
		return w.fail(ErrIPv4Length)
	}
	l := w.open()
	if l == nil {
		return stepDone
	}
	l.Src, l.Dst = netip.AddrFrom4([4]byte(b[12:])), netip.AddrFrom4([4]byte(b[16:]))
	l.Unstated = unstated
	l.TOS, l.TTL, l.Proto, l.Length, l.Options = b[1], b[8], b[9], uint32(total), header > 20
	if flags := u16(b[6:]); flags&0x3fff != 0 {
		l.Fragment, l.MoreFragments = true, flags&0x2000 != 0
		l.FragmentOffset, l.FragmentID = uint32(flags&0x1fff)*8, uint32(u16(b[4:]))
	}
	w.bound(total)
	if !w.need(header) {
		return stepDone
	}
	w.rest = w.rest[header:]
	l.Payload, l.PayloadLength = w.rest, uint32(total-header)
	w.proto = l.Proto
	return w.enter(l)
}

// bound cuts off what stands behind the packet: padding, a checksum.
func (w *walk) bound(total int) {
	if total > len(w.rest) {
		w.whole, w.h.Truncated = false, true
		return
	}
	w.whole, w.rest = true, w.rest[:total]
}

// enter goes on to the transport layer where there is one: only the first fragment has it.
func (w *walk) enter(l *Level) step {
	if l.FragmentOffset != 0 {
		return stepDone
	}
	if l.MoreFragments {
		w.whole = false // the rest of what it carries is in other packets
	}
	return stepTransport
}

func (w *walk) ipv6() step {
	b := w.rest
	if !w.need(40) {
		return stepDone
	}
	l := w.open()
	if l == nil {
		return stepDone
	}
	total := 40 + int(u16(b[4:]))
	if total == 40 && b[6] != protoNone {
		total, l.Unstated = len(b), true // a jumbogram, or segmented later by the network card
	}
	l.Src, l.Dst = netip.AddrFrom16([16]byte(b[8:])), netip.AddrFrom16([16]byte(b[24:]))
	l.TOS, l.TTL, l.Length = byte(u16(b)>>4), b[7], uint32(total)
	l.Proto = b[6]
	w.bound(total)
	w.rest = w.rest[40:]
	l.PayloadLength = uint32(total - 40)
	ok := w.extensions(l)
	l.Payload = w.rest
	if !ok {
		return stepDone
	}
	w.proto = l.Proto
	return w.enter(l)
}

// extensions reads the extension headers of IPv6 up to the transport layer, or to the end of a later fragment.
func (w *walk) extensions(l *Level) bool {
	for range maxExtensions {
		size := 0
		switch l.Proto {
		case extHopByHop, extDestination, extRouting, extMobility, extHIP, extShim6:
			if !w.need(8) {
				return false
			}
			size = 8 + int(w.rest[1])*8
		case extFragment:
			size = 8
		default:
			return true
		}
		if !w.need(size) {
			return false
		}
		w.extension(l, w.rest[:size])
		l.Options = true
		l.Proto = w.rest[0]
		w.rest = w.rest[size:]
		l.PayloadLength -= min(l.PayloadLength, uint32(size))
		if l.FragmentOffset != 0 {
			return true // its next header names what the first fragment begins with
		}
	}
	w.err = ErrIPv6Extension
	return false
}

// extension takes from one extension header what a level keeps of it.
func (w *walk) extension(l *Level, b []byte) {
	switch l.Proto {
	case extFragment:
		at := u16(b[2:])
		l.Fragment, l.MoreFragments = at&^6 != 0, at&1 != 0
		l.FragmentOffset, l.FragmentID = uint32(at&^7), u32(b[4:])
	case extRouting:
		l.Final = finalSegment(b)
	}
}

// finalSegment gives where a routing header leads in the end: of segment routing the first entry, of the older
// kinds the last one.
func finalSegment(b []byte) netip.Addr {
	left := b[3]
	switch kind := b[2]; {
	case left == 0 || len(b) < 24:
		return netip.Addr{} // Dst is the end already
	case kind == 4:
		return netip.AddrFrom16([16]byte(b[8:]))
	case kind == 0 || kind == 2:
		n := (len(b) - 8) / 16
		return netip.AddrFrom16([16]byte(b[8+(n-1)*16:]))
	}
	return netip.Addr{}
}
