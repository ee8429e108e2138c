package telemetry

import "strings"

// maxAnchor bounds the length of an anchor, in bytes.
const maxAnchor = 32

// formAt takes the secrets of the forms whose anchor is the name from i to j.
func (r *redactor) formAt(i, j int) int {
	if j-i > maxAnchor || !isSpace(r.byte(j)) {
		return 0
	}
	name := r.s[i:j]
	if !r.line.snmp && r.has(i, "com") { // the word is short of community, and dull elsewhere
		return 0
	}
	var near, next letters
	for _, a := range commandForms[r.s[i]&0x1f] {
		if !isOneOf(a.anchor, name) {
			continue
		}
		if near == 0 {
			near, next = r.lettersBefore(i)
		}
		for k := range a.forms {
			if f := &a.forms[k]; f.near&near != 0 && f.next&next != 0 && r.isForm(f, i, j) {
				return r.takeForm()
			}
		}
	}
	return 0
}

// lettersBefore gives the letters that the two words before i begin with, as words and as names at their end.
func (r *redactor) lettersBefore(i int) (near, next letters) {
	const none = 1 << 31 // no word begins with it
	near, next = none, none
	for _, set := range [...]*letters{&near, &next} {
		end := r.trimSpaces(i)
		if i = r.wordBefore(i); i < 0 {
			break
		}
		*set |= letterOf(r.s[i]) | letterOf(r.byte(r.nameBefore(i, end)))
	}
	return near, next
}

// isForm reports whether a form matches whose anchor is the name from i to j, and notes its secrets.
func (r *redactor) isForm(f *commandForm, i, j int) bool {
	start, ok := r.before(f.back, i)
	if !ok || f.where != anywhere && !r.commandBegins(start) {
		return false
	}
	r.form = formMatch{name: i}
	if !r.behind(f.front, j) || r.form.n == 0 || f.where != anywhere && !r.commandEnds(r.form.end) {
		return false
	}
	return f.where != logged || r.looksSecret() || r.isLogged(start) || r.isAccounted(r.form.end)
}

const (
	maxFormWord = 96 // bytes of a word before the anchor
	maxSome     = 8  // words that ... stands for
)

// before matches the words of a form before i, the nearest first, and gives where the first begins.
func (r *redactor) before(words []formWord, i int) (start int, ok bool) {
	for n := range words {
		w := &words[n]
		if w.kind == '.' {
			for range maxSome + 1 {
				if at, ok := r.before(words[n+1:], i); ok {
					return at, true
				}
				if i = r.wordBefore(i); i < 0 {
					break
				}
			}
			return 0, false
		}
		at := r.wordBefore(i)
		if at < 0 {
			return 0, false
		}
		end := r.trimSpaces(i)
		if n == len(words)-1 && w.kind == 'w' {
			at = r.nameBefore(at, end)
		}
		if !isFormWord(w, r.s[at:end]) {
			return 0, false
		}
		i = at
	}
	return i, true
}

// isFormWord reports whether a text is a word of a form.
func isFormWord(w *formWord, s string) bool {
	switch w.kind {
	case 'w':
		return isOneOf(w.words, s)
	case '#':
		return isDigits(s)
	case '&':
		for k := range len(s) {
			if !isHex(s[k]) {
				return false
			}
		}
		return len(s) <= 64
	case ':':
		return strings.IndexByte(s, ':') > 0
	case '(':
		return s[0] == '('
	case '/':
		return strings.HasPrefix(s, "//") || strings.HasPrefix(s, `\\`)
	case '<':
		return s == "<<<"
	}
	return w.kind == '*'
}

// wordBefore gives where the word begins that blanks set off from what begins at i, -1 when there is none.
func (r *redactor) wordBefore(i int) int {
	end := r.trimSpaces(i)
	if end == i {
		return -1
	}
	at := end
	for at > 0 && end-at < maxFormWord && !isSpace(r.s[at-1]) {
		at--
	}
	if at == end || at > 0 && !isSpace(r.s[at-1]) {
		return -1
	}
	return at
}

// nameBefore gives where the name begins that ends at end, not before at. The n of \n belongs to none.
func (r *redactor) nameBefore(at, end int) int {
	i := end
	for i > at && isName(r.s[i-1]) {
		i--
	}
	if r.byte(i-1) == '\\' && i < end && strings.IndexByte("nrt", r.s[i]) >= 0 {
		i++
	}
	return i
}

// trimSpaces gives where the blanks before i begin.
func (r *redactor) trimSpaces(i int) int {
	for i > 0 && (r.s[i-1] == ' ' || r.s[i-1] == '\t') {
		i--
	}
	return i
}
