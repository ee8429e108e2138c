package scan

import (
	"net/netip"
	"unicode/utf8"
)

// maxWord is the longest word, in bytes, that is looked at.
const maxWord = 4 << 10

// Scanner walks over a text and stops at each token. The zero Scanner is ready for Reset. It can be
// used again and again, but not from several goroutines at once.
type Scanner struct {
	text  []byte
	pos   int // everything before has been dealt with
	floor int // where this call of Next began: no token begins before
	no6   int // no IPv6 address begins before
	noRef int // no defanged text begins before
	tok   Token
	buf   []byte   // refanged text of the token
	sub   *Scanner // scans buf; nil until defanged text is met
}

// Reset makes s start anew at the beginning of text. The text must not change while s walks over it.
func (s *Scanner) Reset(text []byte) {
	s.text, s.pos, s.floor, s.no6, s.noRef = text, 0, 0, 0, 0
	s.tok = Token{}
}

// Token gives the token that Next stopped at. It is valid until the next call of Next or Reset.
func (s *Scanner) Token() *Token { return &s.tok }

// Next goes on to the next token; it is false at the end of the text.
func (s *Scanner) Next() bool {
	b := s.text
	i := s.pos
	s.floor = i
	for i < len(b) {
		p := props[b[i]]
		if p&isWord == 0 && (p&isStart == 0 || b[i] == ':' && (i+1 >= len(b) || b[i+1] != ':')) {
			i++
			continue
		}
		start := i
		or := uint8(0)
		for i < len(b) {
			p := props[b[i]]
			if p&isWord == 0 {
				break
			}
			or |= p
			i++
		}
		// Most words are short, without a dot, and nothing of note follows: those are done.
		if or&isDot == 0 && i-start < 32 {
			if i < len(b) && props[b[i]]&isFollow == 0 || dull(b, start, i, or) {
				continue
			}
		}
		s.pos = i
		if s.word(start, i, or) {
			return true
		}
		i = s.pos
	}
	s.pos = len(b)
	return false
}

// dull is the cheap test that what follows the word b[start:end], which has no dot, gives no reason
// for a second look. It covers what is frequent in logs; followed knows the rest.
func dull(b []byte, start, end int, or uint8) bool {
	if end >= len(b) {
		return true
	}
	c := b[end]
	if props[c]&isFollow == 0 {
		return true
	}
	if end+1 >= len(b) {
		return c < utf8.RuneSelf
	}
	next := props[b[end+1]]
	switch c {
	case ':': // "key: ", "key:value", but neither "http://" nor the first group of an IPv6 address
		return b[end+1] == ' ' || next&isWord != 0 && (or&(isLetter|isUnder|isDash) != 0 || end-start > 4) && b[end+1] != '_'
	case '[': // "sshd[4711]"
		return next&isDigit != 0
	}
	return false
}

// verdict is what a look at the bytes behind a word came to.
type verdict uint8

const (
	goOn  verdict = iota // look at the word itself
	again                // no token; scanning goes on at s.pos
	found                // s.tok is set
)

// word looks at the word b[start:end], whose bytes have the properties or, and at what follows. It
// moves s.pos to where scanning goes on, at end or behind, and reports whether there is a token.
func (s *Scanner) word(start, end int, or uint8) bool {
	b := s.text
	if end < len(b) && props[b[end]]&isFollow != 0 {
		if b[end] >= utf8.RuneSelf {
			return s.wide(start)
		}
		if end-start > maxWord {
			return false
		}
		switch s.followed(start, end, or) {
		case found:
			return true
		case again:
			return false
		case goOn:
		}
	}
	if end-start > maxWord {
		return false
	}
	return s.single(start, end, or)
}

// single looks at a word on its own.
func (s *Scanner) single(start, end int, or uint8) bool {
	switch {
	case or&isDot != 0:
		return s.dotted(start, end, or)
	case end-start >= 32:
		return s.hash(start, end)
	}
	return false
}

// followed deals with what directly follows a word, which may be empty.
func (s *Scanner) followed(start, end int, or uint8) verdict {
	b := s.text
	switch b[end] {
	case ':':
		return s.colon(start, end, or)
	case '@':
		if v := s.email(start, end); v != goOn {
			return v
		}
	case '+', '%':
		if or&isDot != 0 && s.localGoesOn(end) {
			s.pos = end + 1
			return again
		}
		return goOn
	}
	if fangPossible(b, start, end) && s.fanged(start) {
		return found
	}
	return goOn
}

// emit sets the token and goes on at next.
func (s *Scanner) emit(class Class, start, end, next int) bool {
	t := &s.tok // field by field: a whole struct is first built, then copied
	t.Class, t.Start, t.End = class, start, end
	t.Addr, t.Bits, t.Port = netip.Addr{}, 0, 0
	t.Text = s.text[start:end:end]
	t.HostStart, t.HostEnd, t.Fanged = 0, 0, false
	s.pos = next
	return true
}

// hash finds 32, 40, 64 or 128 hex digits, or a JA4 fingerprint, in b[start:end].
func (s *Scanner) hash(start, end int) bool {
	b := s.text
	if end-start == 36 && ja4(b[start:end]) {
		return s.emit(JA4, start, end, end)
	}
	for i := start; i < end; {
		run, hex := i, true
		for i < end && alnum(b[i]) {
			hex = hex && hexDigit(b[i])
			i++
		}
		if hex {
			switch i - run {
			case 32, 40, 64, 128:
				return s.emit(Hash, run, i, i)
			}
		}
		i++
	}
	return false
}

// ja4 holds t against the shape of a JA4 client fingerprint; see package observable.
func ja4(t []byte) bool {
	if t[10] != '_' || t[23] != '_' {
		return false
	}
	for i, c := range t {
		ok := true
		switch {
		case i == 0:
			ok = c|0x20 == 't' || c|0x20 == 'q' || c|0x20 == 'd'
		case i == 1:
			ok = c == '0' || c == '1' || c|0x20 == 's' || c|0x20 == 'd'
		case i == 2:
			ok = c >= '0' && c <= '3'
		case i == 3:
			ok = c|0x20 == 'd' || c|0x20 == 'i'
		case i < 8:
			ok = digit(c)
		case i < 10:
			ok = alnum(c)
		case i != 10 && i != 23:
			ok = hexDigit(c)
		}
		if !ok {
			return false
		}
	}
	return true
}
