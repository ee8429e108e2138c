package flatjson

import (
	"math/bits"
	"unicode/utf16"
	"unicode/utf8"
)

const (
	low  = 0x0101010101010101
	high = 0x8080808080808080
)

// str reads a string from its quote and gives what stands between the quotes.
func (s *Scanner) str() (text string, escaped bool, err error) {
	from := s.pos + 1
	i := from
	for {
		i = plainEnd(s.data, i)
		if i >= len(s.data) {
			s.pos = len(s.data)
			return "", false, ErrCut
		}
		switch s.data[i] {
		case '"':
			s.pos = i + 1
			return s.data[from:i], escaped, nil
		case '\\':
			escaped = true
			n := escape(s.data[i:])
			if n <= 0 {
				s.pos = i - n
				return "", false, s.broken()
			}
			i += n
		default:
			s.pos = i
			return "", false, ErrSyntax
		}
	}
}

// plainEnd gives the index of the first quote, backslash or control byte at or after i, len(d)
// when there is none. It looks at eight bytes at a time.
func plainEnd(d string, i int) int {
	for ; i+8 <= len(d); i += 8 {
		w := uint64(d[i]) | uint64(d[i+1])<<8 | uint64(d[i+2])<<16 | uint64(d[i+3])<<24 |
			uint64(d[i+4])<<32 | uint64(d[i+5])<<40 | uint64(d[i+6])<<48 | uint64(d[i+7])<<56
		quote := w ^ (low * '"')
		slash := w ^ (low * '\\')
		// A byte's high bit is set where it is zero (the two exclusive-ors) or below 0x20; a borrow
		// can only set further bits above the lowest true one, which is the one looked at.
		hit := ((quote - low) &^ quote) | ((slash - low) &^ slash) | ((w - low*0x20) &^ w)
		if hit &= high; hit != 0 {
			return i + bits.TrailingZeros64(hit)>>3
		}
	}
	for ; i < len(d); i++ {
		if c := d[i]; c == '"' || c == '\\' || c < ' ' {
			break
		}
	}
	return i
}

// escape gives the length of the escape at the start of d; where there is none, minus the
// number of bytes that are right so far.
func escape(d string) int {
	if len(d) < 2 {
		return -len(d)
	}
	switch d[1] {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		return 2
	case 'u':
		for i := 2; i < 6; i++ {
			if i >= len(d) || unhex(d[i]) > 15 {
				return -i
			}
		}
		return 6
	}
	return -1
}

// Append adds to dst what the text of a string stands for, its escapes resolved as encoding/json
// does: halves of surrogate pairs become U+FFFD.
func Append(dst []byte, text string) []byte {
	for i := 0; i < len(text); {
		if text[i] != '\\' {
			from := i
			for i < len(text) && text[i] != '\\' {
				i++
			}
			dst = append(dst, text[from:i]...)
			continue
		}
		n := escape(text[i:])
		if n <= 0 { // not text that Scan gave
			return append(dst, text[i:]...)
		}
		if n == 2 {
			dst = append(dst, single(text[i+1]))
			i += 2
			continue
		}
		r := codeUnit(text[i:])
		i += 6
		if utf16.IsSurrogate(r) {
			r2 := rune(utf8.RuneError)
			if len(text)-i >= 6 && text[i] == '\\' && text[i+1] == 'u' {
				r2 = codeUnit(text[i:])
			}
			if r = utf16.DecodeRune(r, r2); r != utf8.RuneError {
				i += 6
			}
		}
		dst = utf8.AppendRune(dst, r)
	}
	return dst
}

// Text gives what the field's string stands for; it allocates when the string holds escapes.
func (f *Field) Text() string {
	if !f.Escaped {
		return f.Value
	}
	return string(Append(nil, f.Value))
}

func single(c byte) byte {
	switch c {
	case 'b':
		return '\b'
	case 'f':
		return '\f'
	case 'n':
		return '\n'
	case 'r':
		return '\r'
	case 't':
		return '\t'
	}
	return c
}

func codeUnit(d string) rune {
	return rune(unhex(d[2]))<<12 | rune(unhex(d[3]))<<8 | rune(unhex(d[4]))<<4 | rune(unhex(d[5]))
}

func unhex(c byte) byte {
	switch {
	case c >= '0' && c <= '9':
		return c - '0'
	case c|0x20 >= 'a' && c|0x20 <= 'f':
		return c | 0x20 - 'a' + 10
	}
	return 0xff
}
