package telemetry

import (
	"crypto/sha1" //nolint:gosec // the Community ID specification names SHA-1; nothing here rests on its strength
	"encoding/base64"
	"encoding/binary"
)

// Protocol numbers that the Community ID treats in their own way.
const (
	protoICMP   = 1
	protoTCP    = 6
	protoUDP    = 17
	protoICMPv6 = 58
	protoSCTP   = 132
)

// icmpPeers pairs the message types that answer each other: for these a conversation has two
// directions, for the others one (Community ID specification, version 1).
var (
	icmpPeers  = map[uint16]uint16{0: 8, 8: 0, 9: 10, 10: 9, 13: 14, 14: 13, 15: 16, 16: 15, 17: 18, 18: 17}
	icmp6Peers = map[uint16]uint16{
		128: 129, 129: 128, 130: 131, 131: 130, 133: 134, 134: 133, 135: 136, 136: 135, 139: 140, 140: 139, 144: 145, 145: 144,
	}
)

// CommunityID computes the flow hash of a conversation (github.com/corelight/community-id-spec,
// version 1, seed 0): the same from every tool that saw it. It is empty without two addresses of
// one family and a protocol. For ICMP the ports hold type and code, as Zeek writes them.
func CommunityID(e *Ends) string {
	src, dst := e.Src.Unmap(), e.Dst.Unmap()
	if !src.IsValid() || !dst.IsValid() || src.Is4() != dst.Is4() || e.Proto == 0 {
		return ""
	}
	sport, dport, oneWay := e.SrcPort, e.DstPort, false
	ported := true
	switch e.Proto {
	case protoICMP:
		if peer, ok := icmpPeers[sport]; ok {
			dport = peer
		} else {
			oneWay = true
		}
	case protoICMPv6:
		if peer, ok := icmp6Peers[sport]; ok {
			dport = peer
		} else {
			oneWay = true
		}
	case protoTCP, protoUDP, protoSCTP:
	default:
		ported = false
	}
	if c := src.Compare(dst); !oneWay && (c > 0 || c == 0 && ported && sport > dport) {
		src, dst, sport, dport = dst, src, dport, sport
	}
	b := make([]byte, 2, 40)
	b = append(b, src.AsSlice()...)
	b = append(b, dst.AsSlice()...)
	b = append(b, e.Proto, 0)
	if ported {
		b = binary.BigEndian.AppendUint16(b, sport)
		b = binary.BigEndian.AppendUint16(b, dport)
	}
	sum := sha1.Sum(b) //nolint:gosec // see the import
	return "1:" + base64.StdEncoding.EncodeToString(sum[:])
}
