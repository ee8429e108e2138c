package scan

import (
	"unicode"
	"unicode/utf8"
)

// firstWide is the first code point of the East Asian scripts, which are written without spaces.
const firstWide = 0x2e80

// wideEnd gives the end of the word at b[i:] when bytes outside ASCII may be part of it: letters,
// marks and digits. A change between ASCII letters and East Asian script ends a word, so that a
// domain in the middle of a Chinese sentence is found. ascii tells that the word is all ASCII.
func wideEnd(b []byte, i int) (end int, ascii bool) {
	ascii = true
	last := rune(0)
	for i < len(b) {
		if c := b[i]; c < utf8.RuneSelf {
			if props[c]&isWord == 0 || last >= firstWide && alnum(c) {
				break
			}
			last = rune(c)
			i++
			continue
		}
		r, n := utf8.DecodeRune(b[i:])
		if r == utf8.RuneError || !unicode.In(r, unicode.L, unicode.M, unicode.Nd) {
			break
		}
		if r >= firstWide && last > 0 && last < utf8.RuneSelf && alnum(byte(last)) {
			break
		}
		ascii = false
		last = r
		i += n
	}
	return i, ascii
}

// wide looks at the word at start, in which there are bytes outside ASCII.
func (s *Scanner) wide(start int) bool {
	b := s.text
	end, ascii := wideEnd(b, start)
	if end == start { // a space, a quote, a full stop outside ASCII
		_, n := utf8.DecodeRune(b[start:])
		s.pos = start + n
		return false
	}
	s.pos = end
	if end-start > maxWord {
		return false
	}
	if ascii {
		or := uint8(0)
		for _, c := range b[start:end] {
			or |= props[c]
		}
		if n := wideDot(b, end); n > 0 && end > start && s.fanged(start) {
			return true
		}
		return s.single(start, end, or)
	}
	stop := trimRight(b, start, end)
	from := domainStart(b, start, stop)
	if !nameOK(b[from:stop]) {
		return false
	}
	port, next := portAfter(b, stop)
	s.emit(Domain, from, stop, max(next, end))
	s.tok.Port = port
	return true
}

// wideDot gives the length of a full-width or ideographic full stop at b[i:] that stands between
// ASCII letters or digits, else 0.
func wideDot(b []byte, i int) int {
	if i == 0 || i+3 >= len(b) || !alnum(b[i-1]) || !alnum(b[i+3]) {
		return 0
	}
	switch string(b[i : i+3]) {
	case "．", "。", "｡":
		return 3
	}
	return 0
}

// nameOK is domainOK for names that may hold letters outside ASCII. Their last label is all ASCII
// or has no ASCII at all.
func nameOK(name []byte) bool {
	last := lastLabel(name)
	plain, wide := 0, 0
	for _, c := range name {
		if c >= utf8.RuneSelf {
			wide++
		}
	}
	if wide == 0 {
		return domainOK(name)
	}
	if len(last) == len(name) || len(name) > 512 || name[0] == '.' {
		return false
	}
	wide = 0
	for _, c := range last {
		if c >= utf8.RuneSelf {
			wide++
		} else if props[c]&(isHex|isLetter) != 0 {
			plain++
		}
	}
	return plain == len(last) && plain >= 2 || wide == len(last) && wide >= 4
}
