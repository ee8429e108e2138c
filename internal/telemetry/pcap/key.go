package pcap

import (
	"net/netip"
	"strconv"

	"stormglass/internal/telemetry/packet"
)

// end is one end of a conversation, without what an address has of pointers: there may be a million.
type end struct {
	addr [16]byte
	port uint16
}

// key tells conversations apart: both directions of one have the same. The lower end stands first.
type key struct {
	low, high end
	id        uint32 // of the tunnel, where it is the same both ways
	proto     uint8
	kind      uint8 // of the tunnel, in tunnelKinds
	is4       bool
}

// tunnelKinds are the tunnels that hold address spaces of their own. Others only carry.
var tunnelKinds = [...]string{"", "vxlan", "geneve", "erspan", "gre"}

func tunnelKind(name string) uint8 {
	for i, k := range tunnelKinds {
		if k == name {
			return uint8(i)
		}
	}
	return uint8(len(tunnelKinds))
}

// ends gives the two ends of a packet, the sender first.
func ends(l *packet.Level) (src, dst end) {
	src, dst = end{l.Src.As16(), l.SrcPort}, end{l.Dst.As16(), l.DstPort}
	if l.HasICMP {
		src.port, dst.port = icmpPorts(l)
	}
	return src, dst
}

// keyOf gives the key of a packet at level n of its frame, and whether its sender is the higher end.
func keyOf(l *packet.Level) (k key, swapped bool) {
	src, dst := ends(l)
	k = key{low: src, high: dst, proto: l.Proto, is4: l.Src.Is4()}
	if l.Tunnel != "" {
		if k.kind = tunnelKind(l.Tunnel); int(k.kind) < len(tunnelKinds) {
			k.id = l.TunnelID
		}
	}
	if l.HasICMP {
		return icmpKey(k, l)
	}
	if dst.less(src) {
		k.low, k.high, swapped = dst, src, true
	}
	return k, swapped
}

func (e end) less(o end) bool {
	if e.addr != o.addr {
		return string(e.addr[:]) < string(o.addr[:])
	}
	return e.port < o.port
}

// address gives an end's address as records hold it.
func (e end) address(is4 bool) netip.Addr {
	a := netip.AddrFrom16(e.addr)
	if is4 {
		return a.Unmap()
	}
	return a
}

// The message types of ICMP that answer each other, with whether it is the question.
var (
	icmpPairs  = [...][2]uint8{{8, 0}, {10, 9}, {13, 14}, {15, 16}, {17, 18}}
	icmp6Pairs = [...][2]uint8{{128, 129}, {130, 131}, {133, 134}, {135, 136}, {139, 140}, {144, 145}}
)

// icmpPeer gives the message type that answers t, or is answered by it.
func icmpPeer(l *packet.Level) (peer uint8, asks, ok bool) {
	pairs := icmpPairs[:]
	if l.Proto == packet.ProtoICMPv6 {
		pairs = icmp6Pairs[:]
	}
	for _, p := range pairs {
		switch l.ICMPType {
		case p[0]:
			return p[1], true, true
		case p[1]:
			return p[0], false, true
		}
	}
	return 0, false, false
}

// icmpPorts gives what stands in the places of ports, as Zeek has it: the type and that of the other direction,
// or the type and the code where there is no other direction.
func icmpPorts(l *packet.Level) (src, dst uint16) {
	if peer, _, ok := icmpPeer(l); ok {
		return uint16(l.ICMPType), uint16(peer)
	}
	return uint16(l.ICMPType), uint16(l.ICMPCode)
}

// icmpKey makes one conversation of a question and its answer. Messages that have none go one way.
func icmpKey(k key, l *packet.Level) (key, bool) {
	_, asks, ok := icmpPeer(l)
	if !ok || asks {
		return k, false
	}
	k.low, k.high = k.high, k.low
	return k, true
}

// tunnelText says through which tunnel the level after l goes: "gre 192.0.2.1 > 192.0.2.2", with its number where
// it has one.
func tunnelText(l *packet.Level, name string, id uint32) string {
	text := name + " " + l.Src.String() + " > " + l.Dst.String()
	if id != 0 {
		text += " " + strconv.FormatUint(uint64(id), 10)
	}
	return text
}
