package scan

import (
	"bytes"

	"stormglass/internal/observable"
)

// maxFanged is the longest defanged text, in bytes, that is undone.
const maxFanged = 16 << 10

// fangPossible is the cheap test for a defanging mark at b[end], behind the word b[start:end].
func fangPossible(b []byte, start, end int) bool {
	if end+2 >= len(b) {
		return false
	}
	next := b[end+1]
	switch b[end] {
	case '[', '(', '{':
		switch next {
		case '.', ':', '@', '/', '[', '(', '{', ' ', '\\', 'd', 'D', 'a', 'A':
			if n, _ := observable.Mark(b[end:]); n > 0 {
				return end+n < len(b)
			}
		}
		if b[end] != '[' || end == start {
			return false
		}
		return next == '.' && alnum(b[end+2]) || b[end-1] == '.' && labelInBrackets(b, end) > 0
	case ']':
		return end > start+1 && b[end-1] == '.' && alnum(next) && alnum(b[end-2])
	case '\\':
		return end > start && next == '.' && alnum(b[end+2]) && (start == 0 || b[start-1] != '\\')
	case '*':
		return end > start && b[end-1]|0x20 == 'h' && end+4 < len(b) && next == '*' && b[end+2]|0x20 == 'p'
	}
	return false
}

// labelInBrackets gives the length of "[com]" at i, when "." or "/" follows it; else 0.
func labelInBrackets(b []byte, i int) int {
	j := i + 1
	for limit := min(len(b), i+64); j < limit && props[b[j]]&(isHex|isLetter) != 0; {
		j++
	}
	if j-i < 3 || j+1 >= len(b) || b[j] != ']' || b[j+1] != '.' && b[j+1] != '/' {
		return 0
	}
	return j + 1 - i
}

// fanged undoes the defanging of the text at start and takes the token in it. It gives up, and
// leaves s as it was, when there is none that holds a mark.
func (s *Scanner) fanged(start int) bool {
	if start < s.noRef {
		return false
	}
	end, first := s.refang(start)
	s.noRef = end
	if first < 0 {
		return false
	}
	if s.sub == nil {
		s.sub = new(Scanner)
	}
	sub := s.sub
	sub.Reset(s.buf)
	sub.noRef = len(s.buf) // once is enough
	if !sub.Next() {
		return false
	}
	t := sub.tok
	if t.End <= first || t.Start > first {
		return false
	}
	lead, tail, rest := t.Start, len(s.buf)-t.End, len(s.buf)-sub.pos
	t.Start, t.End, s.pos = start, end, end
	b := s.text
	if lead < end-start && bytes.Equal(b[start:start+lead], s.buf[:lead]) {
		t.Start = start + lead
	}
	if tail < end-t.Start && bytes.Equal(b[end-tail:end], s.buf[len(s.buf)-tail:]) {
		t.End = end - tail
		if rest <= tail {
			s.pos = end - rest
		}
	}
	t.Fanged = true
	s.tok = t
	return true
}

// refang copies the defanged text at i to s.buf, without its marks. It gives the end of the text
// and the offset in s.buf of the first mark, -1 when there was none.
func (s *Scanner) refang(i int) (end, first int) {
	b := s.text
	limit := min(len(b), i+maxFanged)
	buf := s.buf[:0]
	first = -1
	head, path, open := false, false, false
	for i < limit {
		c := b[i]
		n, plain := mark(b, i, buf, path)
		switch {
		case n > 0:
		case c == ']' && open:
			n, plain, open = 1, "", false
		case c == '[' && len(buf) > 0 && buf[len(buf)-1] == '.' && labelInBrackets(b, i) > 0:
			n, plain, open = 1, "", true
		case c == '[' && i+2 < limit && b[i+1] == '.' && alnum(b[i+2]) && !path:
			n, plain, open = 2, ".", true
		}
		if !path && (c == ':' || len(plain) > 0 && plain[0] == ':') {
			if m, at := schemeAt(b, i, n, plain, &buf); m > 0 {
				if at >= 0 && first < 0 {
					first = at
				}
				i += m
				head = true
				continue
			}
		}
		if n > 0 {
			if first < 0 {
				first = len(buf)
			}
			buf = append(buf, plain...)
			i += n
			path = path || head && plain == "/"
			continue
		}
		switch {
		case head && (c == '/' || c == '?' || c == '#'):
			path = true
		case head && !path && urlProps[c]&urlHead == 0 && c < 0x80, path && urlProps[c]&urlPath == 0 && c < 0x80:
			limit = i
			continue
		case head && c >= 0x80 && urlRune(b[i:]) == 0, !head && !plainByte(b, i):
			limit = i
			continue
		}
		buf = append(buf, c)
		i++
		if c >= 0x80 {
			for i < limit && b[i]&0xc0 == 0x80 {
				buf = append(buf, b[i])
				i++
			}
		}
	}
	s.buf = buf
	return i, first
}

// plainByte reports whether b[i] goes on in a defanged text that is not a URL.
func plainByte(b []byte, i int) bool {
	c := b[i]
	if props[c]&isWord != 0 || c == '@' || c == '+' {
		return true
	}
	if i+1 >= len(b) {
		return false
	}
	next := b[i+1]
	switch c {
	case '*':
		return next == '*' || next|0x20 == 'p'
	case ':':
		return alnum(next) || next == ':' || next == '['
	case '/':
		return digit(next)
	}
	return false
}

// mark recognises a defanging mark at b[i:], behind the text buf. Within the path of a URL only dots are marked.
func mark(b []byte, i int, buf []byte, path bool) (n int, plain string) {
	switch c := b[i]; {
	case observable.MarkBegins(c):
		n, plain = observable.Mark(b[i:])
		if path && plain != "." || i+n >= len(b) {
			return 0, ""
		}
	case c == '\\' && i+2 < len(b):
		if b[i+1] == '/' || b[i+1] == '.' && alnum(b[i+2]) {
			return 2, string(b[i+1 : i+2])
		}
	case c == ']' && i+1 < len(b) && len(buf) > 1 && buf[len(buf)-1] == '.' && alnum(b[i+1]):
		return 1, ""
	case c >= 0x80 && !path:
		if n = wideDot(b, i); n > 0 {
			return n, "."
		}
	}
	return n, plain
}

// schemeAt handles the colon at b[i:], plain or a mark of n bytes, behind a scheme at the end of
// buf. It gives how many bytes of b it took, 0 when there is no scheme, and the offset of the first
// mark in buf, -1 when scheme and slashes were plain.
func schemeAt(b []byte, i, n int, plain string, buf *[]byte) (took, first int) {
	t := *buf
	from := len(t)
	for from > 0 && len(t)-from < 8 && (props[t[from-1]]&(isWord&^(isDot|isDash)) != 0 || t[from-1] == '*') {
		from--
	}
	scheme := observable.Scheme(t[from:])
	if scheme == "" && !known(t[from:]) {
		return 0, -1
	}
	marked := n > 0
	took = max(n, 1)
	if plain != "://" {
		m := observable.Slashes(b[i+took:])
		if m == 0 {
			return 0, -1
		}
		marked = marked || m != 2 || b[i+took] != '/'
		took += m
	}
	if scheme != "" && !bytes.EqualFold(t[from:], []byte(scheme)) {
		t = append(t[:from], scheme...)
		marked = true
	}
	*buf = append(t, "://"...)
	if marked {
		return took, from
	}
	return took, -1
}
