package scan

import (
	"bytes"
	"net/netip"
)

// parse4 reads an IPv4 address as net/netip does, but says only whether it is one.
func parse4(t []byte) (netip.Addr, bool) {
	if len(t) < 7 || len(t) > 15 {
		return netip.Addr{}, false
	}
	var octets [4]byte
	n, v, digits := 0, 0, 0
	for _, c := range t {
		if c == '.' {
			if digits == 0 || n == 3 {
				return netip.Addr{}, false
			}
			octets[n] = byte(v)
			n++
			v, digits = 0, 0
			continue
		}
		if c < '0' || c > '9' || digits > 0 && v == 0 {
			return netip.Addr{}, false
		}
		v = v*10 + int(c-'0')
		digits++
		if v > 255 {
			return netip.Addr{}, false
		}
	}
	if n != 3 || digits == 0 {
		return netip.Addr{}, false
	}
	octets[3] = byte(v)
	return netip.AddrFrom4(octets), true
}

// parse6 reads an IPv6 address without zone (RFC 4291 section 2.2) as net/netip does, but says only
// whether it is one: an error value would cost an allocation.
func parse6(t []byte) (netip.Addr, bool) {
	var ip [16]byte
	if len(t) < 2 || len(t) > 45 {
		return netip.Addr{}, false
	}
	gap, n, i := -1, 0, 0
	if t[0] == ':' {
		if t[1] != ':' {
			return netip.Addr{}, false
		}
		gap, i = 0, 2
	}
	for n < 16 && i < len(t) {
		v, from := 0, i
		for i < len(t) && hexDigit(t[i]) {
			if i-from == 4 {
				return netip.Addr{}, false
			}
			v = v<<4 | hexValue(t[i])
			i++
		}
		if i == from {
			return netip.Addr{}, false
		}
		if i < len(t) && t[i] == '.' {
			v4, ok := parse4(t[from:])
			if !ok || n > 12 || gap < 0 && n != 12 {
				return netip.Addr{}, false
			}
			o := v4.As4()
			copy(ip[n:], o[:])
			n, i = n+4, len(t)
			break
		}
		ip[n], ip[n+1] = byte(v>>8), byte(v)
		n += 2
		if i == len(t) {
			break
		}
		if t[i] != ':' || i+1 == len(t) {
			return netip.Addr{}, false
		}
		if i++; t[i] == ':' {
			if gap >= 0 {
				return netip.Addr{}, false
			}
			gap = n
			i++
		}
	}
	if i != len(t) || n < 16 && gap < 0 || n == 16 && gap >= 0 {
		return netip.Addr{}, false
	}
	if gap >= 0 {
		copy(ip[16-(n-gap):], ip[gap:n])
		clear(ip[gap : 16-(n-gap)])
	}
	return netip.AddrFrom16(ip).Unmap(), true
}

func hexValue(c byte) int {
	if digit(c) {
		return int(c - '0')
	}
	return int(c|0x20-'a') + 10
}

// portNumber reads up to five digits; -1 when t is something else.
func portNumber(t []byte) int {
	if len(t) == 0 || len(t) > 5 {
		return -1
	}
	n := 0
	for _, c := range t {
		if !digit(c) {
			return -1
		}
		n = n*10 + int(c-'0')
	}
	return n
}

// digitsEnd gives the end of the run of digits that starts at i, looking at six bytes at most.
func digitsEnd(b []byte, i int) int {
	limit := min(i+6, len(b))
	for i < limit && digit(b[i]) {
		i++
	}
	return i
}

// endsHere reports whether a number ends at i, so that no letter, digit or decimal follows.
func endsHere(b []byte, i int) bool {
	if i >= len(b) {
		return true
	}
	if b[i] == '.' || b[i] == ':' {
		return i+1 >= len(b) || !alnum(b[i+1])
	}
	return !alnum(b[i]) && b[i] != '_' && b[i] < 0x80
}

// portAfter reads ":443" at b[end:]; after is where it ends. Port 0 means there is none.
func portAfter(b []byte, end int) (port uint16, after int) {
	if end+1 >= len(b) || b[end] != ':' {
		return 0, end
	}
	stop := digitsEnd(b, end+1)
	n := portNumber(b[end+1 : stop])
	if n < 1 || n > 65535 || stop < len(b) && (alnum(b[stop]) || b[stop] == '_') {
		return 0, end
	}
	if stop+1 < len(b) && b[stop] == ':' && digit(b[stop+1]) { // 10:15:20
		return 0, end
	}
	return uint16(n), stop
}

// address emits the address b[start:end] with what follows: a port as ":443", "#443", "(443)",
// "/443", or a prefix length as "/24". next is where scanning goes on otherwise.
func (s *Scanner) address(start, end, next int, addr netip.Addr) bool {
	b := s.text
	s.emit(Addr, start, end, next)
	s.tok.Addr = addr
	if end+1 >= len(b) || !digit(b[end+1]) {
		return true
	}
	switch b[end] {
	case ':':
		if addr.Is4() {
			s.tok.Port, s.pos = portAfter(b, end)
			s.pos = max(s.pos, next)
		}
	case '#', '(':
		stop := digitsEnd(b, end+1)
		n := portNumber(b[end+1 : stop])
		closed := b[end] == '#' && endsHere(b, stop) || b[end] == '(' && stop < len(b) && b[stop] == ')'
		if n > 0 && n <= 65535 && closed {
			s.tok.Port, s.pos = uint16(n), stop
		}
	case '/':
		s.slash(start, end)
	}
	return true
}

// slash reads the number after an address and "/": up to 32, or 128, it is a prefix length, above
// it is a port. When the address is part of a path, it is neither.
func (s *Scanner) slash(start, end int) {
	b := s.text
	stop := digitsEnd(b, end+1)
	n := portNumber(b[end+1 : stop])
	if n < 0 || !endsHere(b, stop) || stop < len(b) && (b[stop] == '/' || b[stop] == '-' || b[stop] == '%' || b[stop] == '?') {
		return
	}
	if start > 1 && b[start-1] == '/' && (alnum(b[start-2]) || b[start-2] == '/') {
		return
	}
	if stop-end > 2 && b[end+1] == '0' {
		return
	}
	bits := s.tok.Addr.BitLen()
	written := bits
	if s.tok.Addr.Is4() && hasColon(b[start:end]) {
		written = 128
	}
	switch {
	case n <= written && written != bits:
		if n >= 96 {
			s.prefix(start, stop, n-96)
		}
	case n <= bits:
		s.prefix(start, stop, n)
	case n <= 65535:
		s.tok.Port, s.pos = uint16(n), stop
	}
}

// prefix makes the address just emitted a prefix that ends at stop.
func (s *Scanner) prefix(start, stop, bits int) {
	addr := s.tok.Addr
	s.emit(Prefix, start, stop, stop)
	s.tok.Addr, s.tok.Bits = addr, bits
}

func hasColon(t []byte) bool { return bytes.IndexByte(t, ':') >= 0 }
