// Package trace finds a value in texts, so that it can be removed from them.
package trace

import (
	"strings"

	"stormglass/internal/observable"
)

// Blank stands in texts where a value was.
const Blank = "[purged]"

// Trace finds a value in texts, in any case: an address, a prefix and the addresses of it however they are written,
// reverse names too; other values as their text, as a word or words of its own. A name counts also where it is the end
// of a longer one (example.org in www.example.org), a URL also without its scheme.
type Trace struct {
	value   observable.Value
	needles []string // lower case
}

// Of makes the trace of a value.
func Of(v observable.Value) Trace {
	t := Trace{value: v, needles: []string{lower(v.String())}}
	if v.Kind() == observable.URL {
		t.needles = append(t.needles, lower(afterScheme(v.String())))
	}
	return t
}

// Value gives the value.
func (t *Trace) Value() observable.Value { return t.value }

// afterScheme gives a URL without its scheme.
func afterScheme(url string) string {
	if _, rest, ok := strings.Cut(url, "://"); ok && rest != "" {
		return rest
	}
	return url
}

// In reports whether a text holds the value, where it may be a part of the name of a file: example.org counts in
// example.org.log.
func (t *Trace) In(s string) bool {
	from, _ := t.find(s, false)
	return from >= 0
}

// Itself is In for texts that speak of values: a name that only begins with the one looked for, such as
// example.org.uk with example.org, is another.
func (t *Trace) Itself(s string) bool {
	from, _ := t.find(s, true)
	return from >= 0
}

// Blank puts Blank where a text holds the value.
func (t *Trace) Blank(s string) (out string, changed bool) {
	from, to := t.find(s, false)
	if from < 0 {
		return s, false
	}
	var b strings.Builder
	for from >= 0 {
		before, _ := t.Blank(s[:from]) // what is cut off may be the value by itself: :: in ::::
		b.WriteString(before + Blank)
		s = s[to:]
		from, to = t.find(s, false)
	}
	b.WriteString(s)
	return b.String(), true
}

// find gives the first place of the value, -1 when there is none.
func (t *Trace) find(s string, itself bool) (from, to int) {
	if t.network() {
		return t.findNetwork(s)
	}
	low := lower(s)
	from = -1
	for _, n := range t.needles { // of two at one place the first, which is longer
		if i := t.next(low, n, itself); i >= 0 && (from < 0 || i < from) {
			from, to = i, i+len(n)
		}
	}
	return from, to
}

// next gives the first place of a word in a text in lower case, -1 when there is none.
func (t *Trace) next(low, word string, itself bool) int {
	for i := 0; ; i++ {
		j := strings.Index(low[i:], word)
		if j < 0 {
			return -1
		}
		i += j
		end := i + len(word)
		if edge(low, i, word[0]) && edge(low, end, word[len(word)-1]) && (!t.name() || i == 0 || low[i-1] != '-') &&
			(!itself || t.value.Kind() != observable.Domain || !goesOn(low[end:])) {
			return i
		}
	}
}

// goesOn reports whether what follows a name makes it another one.
func goesOn(rest string) bool {
	return strings.HasPrefix(rest, "-") || len(rest) > 1 && rest[0] == '.' && wordByte(rest[1])
}

// edge reports whether a word that has c at its end ends at a place of s.
func edge(s string, at int, c byte) bool {
	if at == 0 || at == len(s) || !wordByte(c) {
		return true
	}
	return !wordByte(s[at-1]) || !wordByte(s[at])
}

// name reports whether the value begins with a label of a name or of a mailbox.
func (t *Trace) name() bool {
	return t.value.Kind() == observable.Domain || t.value.Kind() == observable.Email
}

func wordByte(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' || c >= 0x80
}

// lower gives a text in lower case, ASCII only, so that places stay what they are.
func lower(s string) string {
	at := strings.IndexFunc(s, func(r rune) bool { return r >= 'A' && r <= 'Z' })
	if at < 0 {
		return s
	}
	b := []byte(s)
	for i, c := range b[at:] {
		if c >= 'A' && c <= 'Z' {
			b[at+i] = c + 'a' - 'A'
		}
	}
	return string(b)
}
