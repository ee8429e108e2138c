package telemetry

import "net/netip"

// The parsers of this file and of parsetime.go are what decoders share: they take text as it
// stands in a block, allocate nothing, and refuse whatever they do not understand wholly.

// ParseUint reads a decimal number without sign.
func ParseUint(s string) (uint64, bool) {
	if len(s) == 0 || len(s) > 20 {
		return 0, false
	}
	var n uint64
	for i := range len(s) {
		d := uint64(s[i] - '0')
		if d > 9 || n > (1<<64-1)/10 {
			return 0, false
		}
		m := n*10 + d
		if m < n*10 {
			return 0, false
		}
		n = m
	}
	return n, true
}

// ParsePort reads a port number.
func ParsePort(s string) (uint16, bool) {
	if len(s) == 0 || len(s) > 5 {
		return 0, false
	}
	n := uint32(0)
	for i := range len(s) {
		d := uint32(s[i] - '0')
		if d > 9 {
			return 0, false
		}
		n = n*10 + d
	}
	return uint16(n), n <= 1<<16-1
}

// ParseAddr reads an IP address: zones are dropped, mapped IPv4 is unmapped. What is no address
// gives the zero Addr.
func ParseAddr(s string) netip.Addr {
	if a, ok := parseIPv4(s); ok {
		return a
	}
	if !likeIPv6(s) {
		return netip.Addr{}
	}
	a, err := netip.ParseAddr(s)
	if err != nil {
		return netip.Addr{}
	}
	return a.WithZone("").Unmap()
}

// likeIPv6 keeps plain words away from netip.ParseAddr, whose errors allocate.
func likeIPv6(s string) bool {
	if len(s) < 2 || len(s) > 64 {
		return false
	}
	for i := 0; i < len(s) && i < 5; i++ {
		switch c := s[i]; {
		case c == ':':
			return true
		case c >= '0' && c <= '9', c|0x20 >= 'a' && c|0x20 <= 'f':
		default:
			return false
		}
	}
	return false
}

func parseIPv4(s string) (netip.Addr, bool) {
	if len(s) < 7 || len(s) > 15 {
		return netip.Addr{}, false
	}
	var a [4]byte
	part, digits, n := 0, 0, uint32(0)
	for i := range len(s) {
		c := s[i]
		if d := uint32(c - '0'); d <= 9 {
			if digits > 0 && n == 0 {
				return netip.Addr{}, false // a leading zero: octal to some, decimal to others
			}
			n = n*10 + d
			digits++
			if n > 255 {
				return netip.Addr{}, false
			}
			continue
		}
		if c != '.' || digits == 0 || part == 3 {
			return netip.Addr{}, false
		}
		a[part] = byte(n)
		part, digits, n = part+1, 0, 0
	}
	if part != 3 || digits == 0 {
		return netip.Addr{}, false
	}
	a[3] = byte(n)
	return netip.AddrFrom4(a), true
}

// ParseTransport gives the IANA number of a transport protocol written as a number or as one of
// the usual names in any case; 0 when it is neither.
func ParseTransport(s string) uint8 {
	switch s {
	case "tcp", "TCP":
		return 6
	case "udp", "UDP":
		return 17
	case "icmp", "ICMP":
		return 1
	}
	if n, ok := ParseUint(s); ok && n < 256 {
		return uint8(n)
	}
	if len(s) > 16 {
		return 0
	}
	var low [16]byte
	for i := range len(s) {
		c := s[i]
		if c >= 'A' && c <= 'Z' {
			c |= 0x20
		}
		low[i] = c
	}
	return transports[string(low[:len(s)])]
}

var transports = map[string]uint8{
	"icmp": 1, "igmp": 2, "ipip": 4, "tcp": 6, "egp": 8, "udp": 17, "ipv6": 41, "rsvp": 46, "gre": 47,
	"esp": 50, "ah": 51, "icmp6": 58, "icmpv6": 58, "ipv6-icmp": 58, "icmp-v6": 58, "eigrp": 88, "ospf": 89, "ospfigp": 89,
	"pim": 103, "vrrp": 112, "l2tp": 115, "sctp": 132, "udplite": 136,
}
