package scan

import (
	"net/netip"

	"stormglass/internal/observable"
)

// colon looks at b[start:end], a word or nothing, with a colon behind it: the scheme of a URL, the
// start of an IPv6 address, or a key.
func (s *Scanner) colon(start, end int, or uint8) verdict {
	b := s.text
	if end-start >= 2 && end+2 < len(b) && !alnum(b[end+1]) {
		if v := s.scheme(start, end); v != goOn {
			return v
		}
	}
	double := end+1 < len(b) && b[end+1] == ':'
	if end-start <= 4 && or&^(isDigit|isHex) == 0 && (double || end > start) && start >= s.no6 {
		if start == end && start > 0 && (alnum(b[start-1]) || b[start-1] == '_') { // Foo::Bar
			s.pos = start + 2
			return again
		}
		if s.addr6(start) {
			return found
		}
	}
	if fangPossible(b, start, end) && s.fanged(start) {
		return found
	}
	if start == end {
		s.pos = end + 1
		return again
	}
	if !double { // spares a look at the colon alone
		s.pos = end + 1
	}
	return goOn
}

// scheme looks at a word with a colon and something else than a letter or digit behind it.
func (s *Scanner) scheme(start, end int) verdict {
	b := s.text
	from := end
	for from > start && end-from < 8 && props[b[from-1]]&(isHex|isLetter|isDigit|isUnder) != 0 {
		from--
	}
	if from > 0 && from == start && b[from-1] == '\\' && b[from]|4 == 'n'|4 { // "\nhttp://" in escaped text
		from++
	}
	plain := b[end+1] == '/' && b[end+2] == '/'
	if known(b[from:end]) {
		if plain {
			return s.url(from, end+3)
		}
	} else if observable.Scheme(b[from:end]) == "" {
		if plain {
			s.pos = end + 3
			return again
		}
		return goOn
	}
	if observable.Slashes(b[end+1:]) > 0 && s.fanged(from) {
		return found
	}
	return goOn
}

// known reports whether word is a scheme whose URLs are tokens, in any case.
func known(word []byte) bool {
	if len(word) < 2 || len(word) > 6 {
		return false
	}
	var low [6]byte
	for i, c := range word {
		low[i] = c | 0x20
	}
	switch string(low[:len(word)]) {
	case "http", "https", "ftp", "ftps", "sftp", "ssh", "ws", "wss", "ldap", "ldaps", "tcp", "udp", "tls", "smb", "rtsp",
		"telnet", "socks5", "socks4", "tftp", "rmi", "dns":
		return true
	}
	return false
}

// addr6 looks for an IPv6 address that begins at start, with zone, port or prefix length. When
// there is none, none is looked for again within the same run of hex digits, colons and dots:
// serial numbers end in what looks like an address.
func (s *Scanner) addr6(start int) bool {
	b := s.text
	end, colons, gap := start, 0, false
	for end < len(b) && (hexDigit(b[end]) || b[end] == ':' || b[end] == '.') {
		if b[end] == ':' {
			colons++
			gap = gap || b[end-min(end-start, 1)] == ':' && end > start
		}
		end++
	}
	s.no6 = end
	if !gap && colons < 6 || end-start > 64 {
		return false
	}
	run := end
	if end < len(b) && (alnum(b[end]) || b[end] == '_') { // the last group is the start of a word
		end = lastColon(b, start, end)
		if end > start && b[end-1] == ':' {
			end++ // keep "::"
		}
	}
	end = trimDots(b, start, end)
	port, next := 0, end
	addr, ok := parse6(b[start:end])
	if !ok && end > start && b[end-1] == ':' {
		end--
		addr, ok = parse6(b[start:end])
		next = end
	}
	if !ok { // 2001:db8::1.443 as tcpdump writes it, or eight groups and ":443"
		cut := end - 1
		for cut > start && b[cut] != '.' && b[cut] != ':' {
			cut--
		}
		if cut <= start {
			return false
		}
		if addr, ok = parse6(b[start:cut]); !ok {
			return false
		}
		next = cut
		if port = portNumber(b[cut+1 : end]); port > 0 && port <= 65535 {
			next = end
		} else {
			port = 0
		}
		end = cut
	}
	if macLike(b[start:end]) || end-start == 2 && (end >= len(b) || b[end] != '/') {
		return false
	}
	s.no6 = min(run, max(next, end))
	return s.tail6(start, end, next, port, addr)
}

// tail6 emits the IPv6 address b[start:end], with what follows it in brackets or without.
func (s *Scanner) tail6(start, end, next, port int, addr netip.Addr) bool {
	b := s.text
	if port != 0 {
		s.emit(Addr, start, end, next)
		s.tok.Addr, s.tok.Port = addr, uint16(port)
		return true
	}
	s.address(start, end, next, addr)
	if s.tok.Class != Addr || s.tok.Port != 0 {
		return true
	}
	after := end
	if after+1 < len(b) && b[after] == '%' && alnum(b[after+1]) {
		after++
		for limit := min(len(b), after+32); after < limit && (alnum(b[after]) || b[after] == '-' || b[after] == '_' || b[after] == '.'); {
			after++
		}
		after = max(trimDots(b, end, after), next)
		s.pos = after
	}
	if start > 0 && b[start-1] == '[' && after < len(b) && b[after] == ']' {
		if port, stop := portAfter(b, after+1); port != 0 {
			s.tok.Port, s.pos = port, stop
		}
	}
	return true
}

// macLike reports whether t is eight pairs of hex digits: an EUI-64, and hardly an address.
func macLike(t []byte) bool {
	if len(t) != 23 {
		return false
	}
	for i := 2; i < len(t); i += 3 {
		if t[i] != ':' {
			return false
		}
	}
	return true
}

func lastColon(b []byte, start, end int) int {
	for end > start && b[end-1] != ':' {
		end--
	}
	return max(end-1, start)
}
