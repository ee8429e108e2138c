package sigma

import (
	"sync"
	"unicode"
	"unicode/utf8"
)

// foldRune gives the one rune that stands for all that are the same but for case, by Unicode's simple folding: of those with an ASCII
// letter that letter in lower case, else the smallest.
func foldRune(r rune) rune {
	if r < foldedRunes {
		return foldTable()[r]
	}
	return smallest(r)
}

const foldedRunes = 0x600 // Latin, Greek, Cyrillic, Armenian, Hebrew

var foldTable = sync.OnceValue(func() *[foldedRunes]rune {
	var t [foldedRunes]rune
	for r := range rune(foldedRunes) {
		t[r] = smallest(r)
	}
	return &t
})

func smallest(r rune) rune {
	least := r
	for n := unicode.SimpleFold(r); n != r; n = unicode.SimpleFold(n) {
		least = min(least, n)
	}
	if 'A' <= least && least <= 'Z' {
		least += 'a' - 'A'
	}
	return least
}

// appendFolded adds s with every rune folded. Bytes that are no UTF-8 stay as they are.
func appendFolded(to []byte, s string) []byte {
	for i := 0; i < len(s); {
		c := s[i]
		if c < utf8.RuneSelf {
			if 'A' <= c && c <= 'Z' {
				c += 'a' - 'A'
			}
			to = append(to, c)
			i++
			continue
		}
		r, n := utf8.DecodeRuneInString(s[i:])
		if r == utf8.RuneError && n == 1 {
			to = append(to, c)
		} else {
			to = utf8.AppendRune(to, foldRune(r))
		}
		i += n
	}
	return to
}

// folds gives where folding would first change s, its length when nowhere. Beyond ASCII it does not look.
func folds(s string) int {
	for i := range len(s) {
		if c := s[i]; 'A' <= c && c <= 'Z' || c >= utf8.RuneSelf {
			return i
		}
	}
	return len(s)
}

// fold gives s folded.
func fold(s string) string {
	if folds(s) == len(s) {
		return s
	}
	return string(appendFolded(nil, s))
}
