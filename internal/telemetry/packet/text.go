package packet

import (
	"net/netip"
	"strconv"
)

// AppendText writes the conversation of an IP header as "src:port > dst:port proto", without ports where there are
// none.
func (l *Level) AppendText(b []byte) []byte {
	b = appendEnd(b, l.Src, l.SrcPort, l.HasPorts)
	b = appendEnd(append(b, " > "...), l.Dst, l.DstPort, l.HasPorts)
	return appendProto(append(b, ' '), l.Proto)
}

func appendEnd(b []byte, a netip.Addr, port uint16, ported bool) []byte {
	if ported {
		return netip.AddrPortFrom(a, port).AppendTo(b)
	}
	return a.AppendTo(b)
}

func appendProto(b []byte, proto uint8) []byte {
	switch proto {
	case ProtoTCP:
		return append(b, "tcp"...)
	case ProtoUDP:
		return append(b, "udp"...)
	case ProtoICMP:
		return append(b, "icmp"...)
	case ProtoICMPv6:
		return append(b, "icmp6"...)
	case ProtoSCTP:
		return append(b, "sctp"...)
	}
	return strconv.AppendUint(b, uint64(proto), 10)
}
