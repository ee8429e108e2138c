package observable

import (
	"net/netip"
	"strconv"
	"strings"
)

// canonAddr reads an address as net/netip does. Brackets around IPv6 are accepted.
func canonAddr(s string) (text, why string) {
	if a, ok := readAddr(s); ok {
		return a.String(), ""
	}
	if host, _, ok := SplitPort(s); ok && isAddr(host) {
		return "", "an address with a port; give the address alone"
	}
	if isPrefix(s) {
		return "", "a network prefix, not an address"
	}
	return "", "not an IPv4 or IPv6 address"
}

// readAddr reads s as an address, unmapped and without zone.
func readAddr(s string) (netip.Addr, bool) {
	if len(s) > 2 && s[0] == '[' && s[len(s)-1] == ']' && strings.Contains(s, ":") {
		s = s[1 : len(s)-1]
	}
	a, err := netip.ParseAddr(s)
	if err != nil {
		return netip.Addr{}, false
	}
	return a.Unmap().WithZone(""), true
}

func isAddr(s string) bool {
	_, ok := readAddr(s)
	return ok
}

// canonPrefix reads a prefix, masks it, and turns one inside the v4-mapped block into IPv4.
// "192.0.2.0 255.255.255.0" and "192.0.2.0/255.255.255.0" are accepted too.
func canonPrefix(s string) (text, why string) {
	p, ok := readPrefix(s)
	if !ok {
		if isAddr(s) {
			return "", "an address without a prefix length, such as /24"
		}
		return "", "not a network prefix such as 192.0.2.0/24 or 2001:db8::/32"
	}
	return p.String(), ""
}

func readPrefix(s string) (netip.Prefix, bool) {
	host, length, ok := strings.Cut(s, "/")
	if !ok {
		host, length, ok = strings.Cut(s, " ")
	}
	if !ok {
		return netip.Prefix{}, false
	}
	host, length = trim(host), trim(length)
	if strings.Contains(host, "%") {
		return netip.Prefix{}, false
	}
	a, err := netip.ParseAddr(host)
	if err != nil {
		return netip.Prefix{}, false
	}
	bits, ok := prefixLength(length)
	if !ok || bits > a.BitLen() {
		return netip.Prefix{}, false
	}
	if a.Is4In6() && bits >= 96 {
		a, bits = a.Unmap(), bits-96
	}
	return netip.PrefixFrom(a, bits).Masked(), true
}

// prefixLength reads "24" or the netmask "255.255.255.0".
func prefixLength(s string) (int, bool) {
	if mask, err := netip.ParseAddr(s); err == nil && mask.Is4() {
		b := mask.As4()
		v := uint32(b[0])<<24 | uint32(b[1])<<16 | uint32(b[2])<<8 | uint32(b[3])
		for bits := range 33 {
			if v == ^uint32(0)<<(32-bits) {
				return bits, true
			}
		}
		return 0, false
	}
	n, err := strconv.ParseUint(s, 10, 8)
	if err != nil || len(s) > 1 && s[0] == '0' {
		return 0, false
	}
	return int(n), true
}

func isPrefix(s string) bool {
	if !strings.Contains(s, "/") {
		return false
	}
	_, ok := readPrefix(s)
	return ok
}

// SplitPort takes "192.0.2.1:443", "[2001:db8::1]:443" or "example.org:443" apart. ok is false, and
// host is s, when s holds no port between 1 and 65535; an IPv6 address without brackets has none.
func SplitPort(s string) (host string, port uint16, ok bool) {
	i := strings.LastIndexByte(s, ':')
	if i <= 0 {
		return s, 0, false
	}
	n, err := strconv.ParseUint(s[i+1:], 10, 16)
	if err != nil || n == 0 {
		return s, 0, false
	}
	host = s[:i]
	if host[0] == '[' && host[len(host)-1] == ']' && strings.Contains(host, ":") {
		host = host[1 : len(host)-1]
		if !isAddr(host) {
			return s, 0, false
		}
	} else if strings.ContainsAny(host, ":[]/ ") {
		return s, 0, false
	}
	return host, uint16(n), true
}
