package simulate

import (
	"encoding/binary"
	"net/netip"
)

const etherIPv4, etherIPv6 = 0x0800, 0x86dd

// frame gives the first bytes of a sampled packet, up to 128. Its content is nil bytes; of a tunnel it is the header of
// the packet inside.
func (m *metered) frame() []byte {
	src, dst := m.ends()
	b := []byte{2, 0, 0, 0, 0, 7, 2, 0, 0, 0, 0, 3} // locally administered
	payload := m.transport(src, dst)
	if src.Addr().Is4() {
		b = binary.BigEndian.AppendUint16(b, etherIPv4)
		b = appendIPv4(b, src.Addr(), dst.Addr(), m.talk.proto, uint16(m.length), uint16(m.salt>>16))
	} else {
		b = binary.BigEndian.AppendUint16(b, etherIPv6)
		b = appendIPv6(b, src.Addr(), dst.Addr(), m.talk.proto, uint16(m.length-40))
	}
	b = append(b, payload...)
	if whole := max(14+int(m.length), 60); len(b) < min(whole, 128) {
		b = append(b, make([]byte, min(whole, 128)-len(b))...)
	}
	return b[:min(len(b), 128)]
}

// transport gives the header behind the IP header.
func (m *metered) transport(src, dst netip.AddrPort) []byte {
	be := binary.BigEndian
	b := be.AppendUint16(nil, src.Port())
	b = be.AppendUint16(b, dst.Port())
	switch m.talk.proto {
	case protoUDP:
		return be.AppendUint32(b, uint32(m.length-m.talk.overhead()+8)<<16)
	case protoICMP:
		b = append(b[:0], byte(dst.Port()>>8), 0, 0, 0) // type, code, checksum
		return be.AppendUint32(b, uint32(m.salt))
	case protoESP:
		return be.AppendUint32(be.AppendUint32(nil, uint32(m.salt>>40)|1), uint32(m.salt))
	case protoGRE:
		if m.talk.mirror {
			return m.mirrored()
		}
		return append(be.AppendUint32(nil, etherIPv4), m.inside(4)...) // RFC 2784: no checksum, version 0, then the type
	case protoIPIP:
		return m.inside(0)
	}
	b = be.AppendUint32(b, uint32(m.salt>>32))
	b = be.AppendUint32(b, uint32(m.salt))
	return append(b, 5<<4, m.tcpFlags, 0xff, 0xff, 0, 0, 0, 0)
}

// mirrored is the header of ERSPAN II behind one of GRE with a sequence number, and a mirrored frame.
func (m *metered) mirrored() []byte {
	be := binary.BigEndian
	b := be.AppendUint32(nil, 0x1000<<16|0x88be)
	b = be.AppendUint32(b, uint32(m.salt>>32))
	b = be.AppendUint32(b, 1<<28|37<<16|5) // version 1, VLAN 37, session 5
	b = be.AppendUint32(b, 0)
	b = append(b, 2, 0, 0, 0, 0, 9, 2, 0, 0, 0, 0, 3)
	b = be.AppendUint16(b, etherIPv4)
	return append(b, m.inside(30)...)
}

// inside is the packet in a tunnel: between a call-record server and a network that is nobody's.
func (m *metered) inside(header uint64) []byte {
	near, far := netip.MustParseAddr("10.30.0.21"), netip.MustParseAddr("172.16.9.2")
	if src, _ := m.ends(); !own(src.Addr()) {
		near, far = far, near
	}
	return appendIPv4(nil, near, far, protoUDP, uint16(m.length-20-header), uint16(m.salt))
}

// appendIPv4 writes a header of IPv4 (RFC 791) with its checksum.
func appendIPv4(b []byte, src, dst netip.Addr, proto uint8, length, id uint16) []byte {
	be := binary.BigEndian
	h := append(make([]byte, 0, 20), 0x45, 0)
	h = be.AppendUint16(h, length)
	h = be.AppendUint16(h, id)
	h = append(h, 0x40, 0, 61, proto, 0, 0) // not to be fragmented
	h = append(append(h, src.AsSlice()...), dst.AsSlice()...)
	be.PutUint16(h[10:], ^onesSum(0, h))
	return append(b, h...)
}

// appendIPv6 writes a header of IPv6 (RFC 8200).
func appendIPv6(b []byte, src, dst netip.Addr, next uint8, length uint16) []byte {
	b = append(b, 0x60, 0, 0, 0)
	b = binary.BigEndian.AppendUint16(b, length)
	b = append(b, next, 61)
	return append(append(b, src.AsSlice()...), dst.AsSlice()...)
}

// onesSum adds 16-bit words with end-around carry (RFC 1071).
func onesSum(sum uint32, b []byte) uint16 {
	for ; len(b) > 1; b = b[2:] {
		sum += uint32(b[0])<<8 | uint32(b[1])
	}
	if len(b) == 1 {
		sum += uint32(b[0]) << 8
	}
	for sum > 0xffff {
		sum = sum>>16 + sum&0xffff
	}
	return uint16(sum)
}
