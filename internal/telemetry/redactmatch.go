package telemetry

import "strings"

// formMatch is what was matched of a form behind its anchor.
type formMatch struct {
	name    int       // where the anchor begins
	secrets [2]secret // as they stand
	n       int
	end     int // of what was matched
}

type secret struct {
	at, start, end int  // with its quote, without
	open           bool // the quote is not closed
}

// words matches the words of a form from where the one before ended.
func (r *redactor) behind(words []formWord, at int) bool {
	m := &r.form
	for n := range words {
		w := &words[n]
		switch w.kind {
		case '[':
			if was := *m; r.behind(w.group, at) {
				at = m.end
			} else {
				*m = was
			}
			continue
		case '.':
			return r.behindSome(words[n+1:], at)
		case '%':
			kind := nameSecret
			if r.byte(m.name)|0x20 == 'c' { // a community
				kind = nameCommunity
			}
			if next := r.spaces(at); next > at && next < len(r.s) {
				at = r.skipFillers(place{at: next, op: opSpace}, kind).at
			}
			continue
		case '-':
			for {
				next := r.spaces(at)
				if next == at || !isOption(r.s[next:min(len(r.s), next+2)]) {
					break
				}
				at = r.token(next)
			}
			continue
		}
		next := r.spaces(at)
		if next >= len(r.s) || isSpace(r.s[next]) || next == at && !isSpace(r.byte(at-1)) {
			return false
		}
		if w.kind == 'S' || w.kind == 'L' {
			if !r.formSecret(next, w.kind == 'L') {
				return false
			}
			at = m.end
			if m.secrets[m.n-1].open {
				return true
			}
			continue
		}
		end := r.token(next)
		if w.kind == 'w' {
			end = r.nameEnd(next)
		}
		if end-next > maxFormWord || !isFormWord(w, r.s[next:end]) {
			return false
		}
		at = end
	}
	m.end = at
	return true
}

// isOption reports whether a word that begins so is an option.
func isOption(s string) bool { return len(s) == 2 && s[0] == '-' && !isSpace(s[1]) }

// some matches words behind up to maxSome others.
func (r *redactor) behindSome(words []formWord, at int) bool {
	m := &r.form
	for range maxSome + 1 {
		was := *m
		if r.behind(words, at) {
			return true
		}
		*m = was
		next := r.spaces(at)
		if next == at || next >= len(r.s) || isSpace(r.s[next]) {
			return false
		}
		at = next
		for at < len(r.s) && at-next < maxFormWord && !isSpace(r.s[at]) {
			at++
		}
	}
	return false
}

// nameEnd gives the end of the name at i, with a plus, 0 where something else goes on there.
func (r *redactor) nameEnd(i int) int {
	j := i
	for j < len(r.s) && (isName(r.s[j]) || r.s[j] == '+') {
		j++
	}
	if c := r.byte(j); c != 0 && !isSpace(c) && !isQuote(c) && strings.IndexByte(`\<,;)|`, c) < 0 {
		return i
	}
	return j
}

// secret notes the secret at a place, and reports whether there may be one.
func (r *redactor) formSecret(at int, login bool) bool {
	m := &r.form
	if m.n == len(m.secrets) {
		return false
	}
	s := secret{at: at, start: at}
	if n := r.quoteAt(at); n > 0 && !r.closes(at) {
		s.start = at + n
		s.end, m.end = r.quoted(at, n)
		s.open = m.end == s.end
	} else {
		s.end = r.bare(m.name, place{at: at})
		m.end = s.end
		if !r.mayBeSecret(r.s[s.start:s.end]) {
			return false
		}
	}
	if login {
		slash := strings.IndexByte(r.s[s.start:s.end], '/')
		if slash <= 0 || s.start+slash+1 >= s.end || r.s[s.start+slash+1] == '@' || r.s[s.start+slash+1] == '/' {
			return false
		}
		s.start += slash + 1
		if n := strings.LastIndexByte(r.s[s.start:s.end], '@'); n > 0 {
			s.end = s.start + n
		}
		s.at = s.start
	}
	m.secrets[m.n] = s
	m.n++
	return true
}

// mayBeSecret reports whether a word can be a secret: it is no word of a message, no sign, no address,
// no option, and no way to write one.
func (r *redactor) mayBeSecret(s string) bool {
	if len(s) < 2 || isSign(s) || isOptionText(s) || s[0] == '(' || s[0] == '<' || s[0] == '$' && isVariable(s) {
		return false
	}
	word := strings.TrimRight(s, ".,;:!?)}]\"'")
	if hasWord(notSecrets, word) || hasWord(fillers, word) || hasWord(nothings, word) || hasWord(formStops, word) {
		return false
	}
	return len(s) > maxAddrText || !ParseAddr(s).IsValid()
}

// isVariable reports whether a word is a shell's variable: $x, ${x}, $(x).
func isVariable(s string) bool {
	if len(s) > 1 && (s[1] == '{' || s[1] == '(') {
		return true
	}
	for k := 1; k < len(s); k++ {
		if !isAlnum(s[k]) && s[k] != '_' || k == 1 && isDigit(s[k]) {
			return false
		}
	}
	return len(s) > 1
}

// formStops are words of commands that stand where a secret may be missing.
var formStops = wordSet(`key-chain keychain key key-string timeout address hostname host terminal url mode local remote server port vrf prompt chain
	fallback option name label size legacy new-code 3des des aes open restricted on off ro rw encryption-key default`)

// looksSecret reports whether the secret is none of a message's words: in quotes, or of letters and digits.
func (r *redactor) looksSecret() bool {
	s := &r.form.secrets[0]
	if s.at < s.start {
		return true
	}
	letter, digit := false, false
	for k := s.start; k < s.end; k++ {
		letter, digit = letter || isLetter(r.s[k]), digit || isDigit(r.s[k])
	}
	return s.end-s.start >= 6 && letter && digit
}

// take blanks what was found, and gives where to go on.
func (r *redactor) takeForm() int {
	m := &r.form
	end := 0
	for k := range m.secrets[:m.n] {
		s := &m.secrets[k]
		next := s.end
		if s.at < s.start {
			next = r.value(m.name, place{at: s.at, op: opSpace})
		} else {
			r.blank(s.start, s.end)
		}
		if k == 0 {
			end = r.open(s.at, next)
		}
	}
	return end
}
