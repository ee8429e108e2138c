package telemetry

import (
	"strings"
	"unicode/utf8"
)

// blanked stands where a secret stood.
const blanked = "***"

// maxShownName bounds the names that RedactName gives, in bytes.
const maxShownName = 256

// Redact gives a text with secrets blanked and subscriber numbers masked to their first five and
// last two characters. It errs on the side of blanking too much. It is linear in the text, and a
// text that holds nothing of the kind comes back as it is, without allocation.
func Redact(s string) string {
	for range maxPasses {
		r := redactor{s: s}
		r.scan()
		if r.spans == nil {
			break
		}
		s = r.text()
	}
	return s
}

// maxPasses bounds how often a text is looked at: what is blanked can make a form of what stands
// around it, so a text is looked at until nothing is found.
const maxPasses = 8

// RedactField is Redact for the text of a named field: fields that hold nothing but a secret are
// blanked whole, and numbers in fields that name a subscriber are masked.
func RedactField(field, s string) string {
	if s == "" {
		return s
	}
	switch kind, _ := nameKind(field, 0, len(field)); kind {
	case nameSecret, nameAssigned, nameHeader:
		return blanked
	case nameCommunity:
		if !isBGPCommunity(s) {
			return blanked
		}
	case nameCounter:
		if isDigits(s) {
			return s
		}
	case namePlain, nameSIMKey, nameSubscriber, nameNumber, nameUser, nameKeyWord:
	}
	prefix := field + "="
	if t, ok := strings.CutPrefix(Redact(prefix+s), prefix); ok {
		s = t
	}
	return Redact(s)
}

// RedactName gives a name from outside (of a device, a dataset, a field) as it may be shown and
// kept: redacted, and cut to 256 bytes. It shares memory with s where it can.
func RedactName(s string) string {
	const looked = 8 * maxShownName
	if len(s) > looked {
		s = s[:looked]
	}
	if s = Redact(s); len(s) <= maxShownName {
		return s
	}
	n := maxShownName
	for n > maxShownName-utf8.UTFMax && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}

// HoldsSecret reports whether a text holds a password, key or community.
func HoldsSecret(s string) bool { return holds(s, false) }

// HoldsSubscriber reports whether a text holds a number that identifies a subscriber.
func HoldsSubscriber(s string) bool { return holds(s, true) }

func holds(s string, number bool) bool {
	r := redactor{s: s}
	r.scan()
	for _, p := range r.spans {
		if p.number == number {
			return true
		}
	}
	return false
}

// span is a part of a text that must not be shown.
type span struct {
	start, end int
	number     bool // masked, not blanked
}

// redactor walks over a text once and notes what must not be shown. Every form it knows either
// takes what it looked at, or looks at a bounded part, so that hostile text costs no more than any.
type redactor struct {
	s     string
	spans []span

	line     lineState
	quotes   quoteCount
	at       tokenEnd
	programs commandScan
	form     formMatch

	eolFrom, eolAt int // between these the line ends at eolAt
}

// lineState is what was met on the line so far.
type lineState struct {
	prevStart, prevEnd int    // the name before
	keyOwner           int    // the end of a word that makes "key" a secret, 0 none
	snmp, snmpUser     bool   // an SNMP statement, one about a user
	flags              string // options of the command that carry a secret
	attached           bool   // they stand without white space
	caller             int    // the end of a word that makes "number" a subscriber's, 0 none
	attributes         bool   // attributes of FortiOS follow: name[value]
}

func (r *redactor) scan() {
	for i := 0; i < len(r.s); {
		if begins[r.s[i]] {
			i = r.step(i)
		} else {
			i++
		}
	}
}

// begins tells the bytes at which step finds anything.
var begins = func() (t [256]bool) {
	for c := range t {
		t[c] = isAlnum(byte(c)) || strings.IndexByte("_+\n-$:[%\\\x1b", byte(c)) >= 0
	}
	return t
}()

// step looks at what begins at i and gives where to go on.
func (r *redactor) step(i int) int {
	end := 0
	switch c := r.s[i]; {
	case isLetter(c) || c == '_':
		return r.word(i)
	case isDigit(c) || c == '+':
		return r.bareNumber(i)
	case c == '\n':
		r.line = lineState{}
	case c == '-':
		end = r.dash(i)
	case c == '$':
		end = r.cryptHash(i)
	case c == ':' || c == '[':
		if end = r.userinfo(i); end == 0 && c == ':' {
			if end = r.slashOption(i); end == 0 {
				end = r.remoteLogin(i)
			}
		}
		if end == 0 && c == '[' {
			end = r.radiusLogin(i)
		}
	case c == '%':
		if end = r.userinfo(i); end == 0 && isHex(r.byte(i+1)) && isHex(r.byte(i+2)) {
			end = i + 3
		}
	case c == '\\':
		end = r.escape(i)
	case c == 0x1b:
		end = r.ansi(i)
	}
	return max(end, i+1)
}

// escape gives the end of an escaped character that is not a letter: \u0022, \x22.
func (r *redactor) escape(i int) int {
	switch {
	case r.byte(i+1) == 'u' && isHex(r.byte(i+2)) && isHex(r.byte(i+3)) && isHex(r.byte(i+4)) && isHex(r.byte(i+5)):
		return i + 6
	case r.byte(i+1) == 'x' && isHex(r.byte(i+2)) && isHex(r.byte(i+3)):
		return i + 4
	}
	return 0
}

// ansi gives the end of a terminal's colour sequence.
func (r *redactor) ansi(i int) int {
	if r.byte(i+1) != '[' {
		return 0
	}
	i += 2
	for isDigit(r.byte(i)) || r.byte(i) == ';' {
		i++
	}
	return i + 1
}

// byte gives a byte of the text, 0 beyond it.
func (r *redactor) byte(i int) byte {
	if i >= 0 && i < len(r.s) {
		return r.s[i]
	}
	return 0
}

// has reports whether a text stands at i, in whatever case.
func (r *redactor) has(i int, text string) bool {
	return i >= 0 && len(r.s)-i >= len(text) && r.s[i]|0x20 == text[0]|0x20 && strings.EqualFold(r.s[i:i+len(text)], text)
}

// blank notes a secret, unless it is blanked already, and gives its end.
func (r *redactor) blank(start, end int) int {
	if start < end && strings.Trim(r.s[start:end], "*") != "" {
		r.quotes.to(r.s, start)
		r.quotes.pos = max(r.quotes.pos, end)
		r.note(span{start, end, false})
	}
	return end
}

// mask notes a number, and gives its end.
func (r *redactor) mask(start, end int) int {
	r.note(span{start, end, true})
	return end
}

// note adds a span. What begins within the last one widens it.
func (r *redactor) note(p span) {
	if n := len(r.spans); n > 0 && p.start < r.spans[n-1].end {
		if last := &r.spans[n-1]; p.end > last.end {
			last.end, last.number = p.end, false
		}
		return
	}
	r.spans = append(r.spans, p)
}

// text gives the text without what was noted.
func (r *redactor) text() string {
	if r.spans == nil {
		return r.s
	}
	var b strings.Builder
	done := 0
	for _, p := range r.spans {
		b.WriteString(r.s[done:p.start])
		if p.number {
			writeMasked(&b, r.s[p.start:p.end])
		} else {
			b.WriteString(blanked)
		}
		done = p.end
	}
	b.WriteString(r.s[done:])
	return b.String()
}

// eol gives the end of the line that holds i. It is remembered: many places of one line ask.
func (r *redactor) eol(i int) int {
	if i < r.eolFrom || i > r.eolAt || r.eolAt == 0 {
		r.eolFrom, r.eolAt = i, len(r.s)
		if n := strings.IndexByte(r.s[i:], '\n'); n >= 0 {
			r.eolAt = i + n
		}
	}
	return r.eolAt
}

// spaces gives the end of the blanks at i.
func (r *redactor) spaces(i int) int {
	for i < len(r.s) && (r.s[i] == ' ' || r.s[i] == '\t') {
		i++
	}
	return i
}

// token gives the end of what stands at i up to white space.
func (r *redactor) token(i int) int {
	for i < len(r.s) && !isSpace(r.s[i]) {
		i++
	}
	return i
}

func isLetter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }
func isDigit(c byte) bool  { return c >= '0' && c <= '9' }
func isAlnum(c byte) bool  { return isLetter(c) || isDigit(c) }
func isHex(c byte) bool    { return isDigit(c) || c|0x20 >= 'a' && c|0x20 <= 'f' }
func isSpace(c byte) bool  { return c == ' ' || c >= '\t' && c <= '\r' }
func isName(c byte) bool   { return isAlnum(c) || c == '_' || c == '-' || c == '.' }
