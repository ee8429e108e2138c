package scan

import "bytes"

// dotted looks at a word with a dot in it: an IPv4 address or a domain.
func (s *Scanner) dotted(start, end int, or uint8) bool {
	b := s.text
	if or&(isHex|isLetter|isUnder) == 0 {
		return s.numeric(start, end, or)
	}
	if end-start >= 7 && start > 0 && b[start-1] == '\\' && or&isDash == 0 && digit(b[start+1]) {
		// "\n192.0.2.1" in text that is escaped
		if _, ok := parse4(b[start+1 : trimDots(b, start+1, end)]); ok {
			return s.numeric(start+1, end, or)
		}
	}
	end = trimRight(b, start, end)
	start = domainStart(b, start, end)
	if !domainOK(b[start:end]) {
		return end-start >= 32 && s.hash(start, end)
	}
	if fileExtension(lastLabel(b[start:end])) {
		return end-start >= 32 && s.hash(start, end)
	}
	next := max(end, s.pos)
	port, after := portAfter(b, end)
	if port != 0 {
		next = after
	}
	s.emit(Domain, start, end, next)
	s.tok.Port = port
	return true
}

// domainStart skips, at the start of a word, what belongs to no name: hyphens, empty labels, the
// two digits of a percent escape.
func domainStart(b []byte, start, end int) int {
	if start > 0 && b[start-1] == '%' && end-start > 2 && hexDigit(b[start]) && hexDigit(b[start+1]) {
		start += 2
	}
	for i := end - 1; i > start; i-- {
		if b[i] == '.' && b[i-1] == '.' {
			start = i
			break
		}
	}
	for start < end && (b[start] == '.' || b[start] == '-') {
		start++
	}
	return start
}

// trimRight drops dots and hyphens at the end of a word.
func trimRight(b []byte, start, end int) int {
	for end > start && (b[end-1] == '.' || b[end-1] == '-') {
		end--
	}
	return end
}

func trimDots(b []byte, start, end int) int {
	for end > start && b[end-1] == '.' {
		end--
	}
	return end
}

func lastLabel(name []byte) []byte {
	return name[bytes.LastIndexByte(name, '.')+1:]
}

// domainOK reports whether name, made of the bytes of words, has two labels or more, none empty or
// too long, and a last one that could be a top-level domain: letters, or Punycode.
func domainOK(name []byte) bool {
	if len(name) < 4 || len(name) > 253 {
		return false
	}
	i := len(name) - 1
	letters := true
	for i >= 0 && name[i] != '.' {
		letters = letters && props[name[i]]&(isLetter|isHex) != 0
		i--
	}
	last := name[i+1:]
	if i <= 0 || len(last) < 2 || len(last) > 63 {
		return false
	}
	if !letters && (len(last) < 5 || last[0]|0x20 != 'x' || last[1]|0x20 != 'n' || last[2] != '-' || last[3] != '-') {
		return false
	}
	for label := 0; i > 0; {
		i--
		if name[i] != '.' {
			if label++; label > 63 {
				return false
			}
			continue
		}
		if label == 0 {
			return false
		}
		label = 0
	}
	return name[0] != '.'
}

// numeric looks at a word of digits, dots and hyphens: an address, with port or prefix length, a
// range of two addresses, or a version.
func (s *Scanner) numeric(start, end int, or uint8) bool {
	b := s.text
	if or&isDash != 0 {
		dash := start
		for b[dash] != '-' {
			dash++
		}
		if _, ok := parse4(b[start:dash]); !ok {
			return false
		}
		if _, ok := parse4(b[dash+1 : trimDots(b, dash+1, end)]); !ok {
			return false
		}
		s.emit(Addr, start, dash, dash+1)
		s.tok.Addr, _ = parse4(b[start:dash])
		return true
	}
	stop := trimDots(b, start, end)
	addr, ok := parse4(b[start:stop])
	if ok {
		return s.address(start, stop, max(stop, s.pos), addr)
	}
	// tcpdump's 192.0.2.1.443
	dot := stop - 1
	for dot > start && b[dot] != '.' {
		dot--
	}
	if stop-dot < 3 {
		return false
	}
	if addr, ok = parse4(b[start:dot]); !ok {
		return false
	}
	port := portNumber(b[dot+1 : stop])
	if port < 10 || port > 65535 || b[dot+1] == '0' {
		return false
	}
	s.emit(Addr, start, dot, max(stop, s.pos))
	s.tok.Addr, s.tok.Port = addr, uint16(port)
	return true
}
