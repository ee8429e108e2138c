package scan

import (
	"unicode"
	"unicode/utf8"
)

// Properties of bytes within URLs.
const (
	urlPath uint8 = 1 << iota // goes on in path and query
	urlHead                   // goes on in userinfo, host and port
	urlOpen                   // bracket that may be defanging
)

var urlProps = buildURLProps()

func buildURLProps() (t [256]uint8) {
	for c := 0x21; c < 0x7f; c++ {
		t[c] = urlPath
		if alnum(byte(c)) {
			t[c] |= urlHead
		}
	}
	for _, c := range []byte("\"'<>`|\\^") {
		t[c] = 0
	}
	for _, c := range []byte("-._~!$&=*+%:@") {
		t[c] |= urlHead
	}
	for _, c := range []byte("[({") {
		t[c] |= urlOpen
	}
	return t
}

// url reads the URL whose scheme begins at start and whose authority begins at head.
func (s *Scanner) url(start, head int) verdict {
	b := s.text
	i := head
	for i < len(b) {
		if c := b[i]; urlProps[c]&urlHead == 0 {
			if c == '[' {
				if stop := bracketEnd(b, i); stop > 0 && (i == head || b[i-1] == '@') {
					i = stop
					continue
				}
			}
			if c < utf8.RuneSelf {
				break
			}
			n := urlRune(b[i:])
			if n == 0 {
				break
			}
			i += n
			continue
		}
		i++
	}
	if i < len(b) && (fangPossible(b, head, i) || wideDot(b, i) > 0) && s.fanged(start) {
		return found
	}
	authority := i
	if i < len(b) && (b[i] == '/' || b[i] == '?' || b[i] == '#') {
		for i < len(b) {
			p := urlProps[b[i]]
			if p&urlOpen != 0 && fangPossible(b, i, i) && s.fanged(start) {
				return found
			}
			if p == 0 {
				if b[i] < utf8.RuneSelf {
					break
				}
				n := urlRune(b[i:])
				if n == 0 {
					break
				}
				i += n
				continue
			}
			i++
		}
	}
	end := trimURL(b, head, i)
	authority = min(authority, end)
	s.pos = head
	if !s.emitURL(start, head, authority, end) {
		return again
	}
	s.pos = max(i, s.pos)
	return found
}

// emitURL emits b[start:end] when the authority b[head:authority] has a host.
func (s *Scanner) emitURL(start, head, authority, end int) bool {
	b := s.text
	host := head
	for i := authority - 1; i >= head; i-- {
		if b[i] == '@' {
			host = i + 1
			break
		}
	}
	if host >= authority {
		return false
	}
	t := Token{Class: URL, Start: start, End: end, Text: b[start:end:end]}
	hostEnd := authority
	if b[host] == '[' {
		stop := bracketEnd(b, host)
		if stop == 0 || stop > authority {
			return false
		}
		host++
		hostEnd = stop - 1
		t.Port, _ = portAfter(b[:authority], stop)
		zone := host
		for zone < hostEnd && b[zone] != '%' {
			zone++
		}
		t.Addr, _ = parse6(b[host:zone])
	} else {
		for hostEnd > host && digit(b[hostEnd-1]) {
			hostEnd--
		}
		if hostEnd > host && b[hostEnd-1] == ':' {
			hostEnd--
			if n := portNumber(b[hostEnd+1 : authority]); n > 0 && n <= 65535 {
				t.Port = uint16(n)
			}
		} else {
			hostEnd = authority
		}
		if hostEnd == host || !alnum(b[host]) && b[host] != '_' && b[host] < utf8.RuneSelf {
			return false
		}
		t.Addr, _ = parse4(b[host:hostEnd])
	}
	t.HostStart, t.HostEnd = host-start, hostEnd-start
	s.tok = t
	return true
}

// bracketEnd gives the end of the "[...]" at i when it holds an IPv6 address, else 0.
func bracketEnd(b []byte, i int) int {
	stop := i + 1
	for limit := min(len(b), i+64); stop < limit && b[stop] != ']'; {
		stop++
	}
	if stop >= len(b) || b[stop] != ']' {
		return 0
	}
	zone := i + 1
	for zone < stop && b[zone] != '%' {
		zone++
	}
	if _, ok := parse6(b[i+1 : zone]); !ok {
		return 0
	}
	return stop + 1
}

// urlRune gives the length of the character outside ASCII at the start of b when it can be part of
// a URL; spaces, quotes and other punctuation end it.
func urlRune(b []byte) int {
	r, n := utf8.DecodeRune(b)
	if r == utf8.RuneError || !unicode.In(r, unicode.L, unicode.M, unicode.N) {
		return 0
	}
	return n
}

// trimURL drops punctuation from the end of a URL: what ends a sentence, and closing brackets
// without an opening one.
func trimURL(b []byte, head, end int) int {
	var open [3]int
	counted := false
	for end > head {
		which := -1
		switch b[end-1] {
		case '.', ',', ';', ':', '!', '?', '*', '(', '[', '{':
			if counted {
				open = count(open, b[end-1], -1)
			}
			end--
			continue
		case ')':
			which = 0
		case ']':
			which = 1
		case '}':
			which = 2
		}
		if which < 0 {
			return end
		}
		if !counted {
			for _, c := range b[head:end] {
				open = count(open, c, 1)
			}
			counted = true
		}
		if open[which] >= 0 {
			return end
		}
		open[which]++
		end--
	}
	return end
}

// count adds a bracket to the balance of each pair.
func count(open [3]int, c byte, by int) [3]int {
	switch c {
	case '(':
		open[0] += by
	case ')':
		open[0] -= by
	case '[':
		open[1] += by
	case ']':
		open[1] -= by
	case '{':
		open[2] += by
	case '}':
		open[2] -= by
	}
	return open
}
