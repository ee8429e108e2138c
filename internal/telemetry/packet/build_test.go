package packet_test

import (
	"encoding/binary"
	"encoding/hex"
	"net/netip"
	"strings"
)

// Frames are put together from the inside out: each of these sets a header before what it carries.

func unhex(text string) []byte {
	b, err := hex.DecodeString(strings.ReplaceAll(text, " ", ""))
	if err != nil {
		panic(err)
	}
	return b
}

func put(head string, rest []byte) []byte { return append(unhex(head), rest...) }

func ether(etherType string, rest []byte) []byte {
	return put("020000000001 020000000002"+etherType, rest)
}

func ip4(src, dst string, proto byte, rest []byte) []byte {
	b := unhex("4500 0000 0007 0000 4000 0000 00000000 00000000")
	binary.BigEndian.PutUint16(b[2:], uint16(20+len(rest)))
	b[9] = proto
	copy(b[12:], netip.MustParseAddr(src).AsSlice())
	copy(b[16:], netip.MustParseAddr(dst).AsSlice())
	return append(b, rest...)
}

func ip6(src, dst string, next byte, rest []byte) []byte {
	b := unhex("60200000 0000 00 ff" + strings.Repeat("00", 32))
	binary.BigEndian.PutUint16(b[4:], uint16(len(rest)))
	b[6] = next
	copy(b[8:], netip.MustParseAddr(src).AsSlice())
	copy(b[24:], netip.MustParseAddr(dst).AsSlice())
	return append(b, rest...)
}

func udp(sport, dport uint16, rest []byte) []byte {
	b := make([]byte, 8)
	binary.BigEndian.PutUint16(b, sport)
	binary.BigEndian.PutUint16(b[2:], dport)
	binary.BigEndian.PutUint16(b[4:], uint16(8+len(rest)))
	return append(b, rest...)
}

func tcp(sport, dport uint16, flags byte, rest []byte) []byte {
	b := unhex("0000 0000 00000009 0000000a 5000 1000 0000 0000")
	binary.BigEndian.PutUint16(b, sport)
	binary.BigEndian.PutUint16(b[2:], dport)
	b[13] = flags
	return append(b, rest...)
}

// inner and outer are the conversations of the examples.
var (
	inner    = ip4("192.0.2.1", "198.51.100.2", 6, tcp(40000, 22, 0x18, []byte("hello")))
	inner6   = ip6("2001:db8::1", "2001:db8::2", 17, udp(5000, 53, []byte("dns")))
	innerEth = ether("0800", inner)
)

func outer(proto byte, rest []byte) []byte {
	return ether("0800", ip4("203.0.113.1", "203.0.113.2", proto, rest))
}
