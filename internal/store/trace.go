package store

import (
	"strings"

	"stormglass/internal/observable"
)

// trace finds a value in texts, in any case: an address and a prefix however they are written, other
// values as their text, as a word or words of its own. A name counts also where it is the end of a longer
// one (example.org in www.example.org), a URL also without its scheme.
type trace struct {
	value   observable.Value
	needles []string // lower case
}

func newTrace(v observable.Value) trace {
	t := trace{value: v}
	t.needles = []string{lower(v.String())}
	if v.Kind() == observable.URL {
		t.needles = append(t.needles, lower(afterScheme(v.String())))
	}
	return t
}

// afterScheme gives a URL without its scheme.
func afterScheme(url string) string {
	if _, rest, ok := strings.Cut(url, "://"); ok && rest != "" {
		return rest
	}
	return url
}

// in reports whether a text holds the value.
func (t *trace) in(s string) bool {
	from, _ := t.find(s, 0)
	return from >= 0
}

// blank puts Blank where a text holds the value.
func (t *trace) blank(s string) (out string, changed bool) {
	from, to := t.find(s, 0)
	if from < 0 {
		return s, false
	}
	var b strings.Builder
	at := 0
	for from >= 0 {
		b.WriteString(s[at:from] + Blank)
		at = to
		from, to = t.find(s, at)
	}
	b.WriteString(s[at:])
	return b.String(), true
}

// find gives the next place of the value at or after a place, -1 when there is none.
func (t *trace) find(s string, at int) (from, to int) {
	if t.network() {
		return t.findNetwork(s, at)
	}
	low := lower(s)
	from = -1
	for _, n := range t.needles { // of two at one place the first, which is longer
		if i := t.next(low, n, at); i >= 0 && (from < 0 || i < from) {
			from, to = i, i+len(n)
		}
	}
	return from, to
}

// next gives the next place of a word in a text in lower case, -1 when there is none.
func (t *trace) next(low, word string, at int) int {
	for i := at; ; i++ {
		j := strings.Index(low[i:], word)
		if j < 0 {
			return -1
		}
		i += j
		if edge(low, i, word[0]) && edge(low, i+len(word), word[len(word)-1]) && (!t.name() || i == 0 || low[i-1] != '-') {
			return i
		}
	}
}

// edge reports whether a word that has c at its end ends at a place of s.
func edge(s string, at int, c byte) bool {
	if at == 0 || at == len(s) || !wordByte(c) {
		return true
	}
	return !wordByte(s[at-1]) || !wordByte(s[at])
}

// name reports whether the value begins with a label of a name or of a mailbox.
func (t *trace) name() bool {
	return t.value.Kind() == observable.Domain || t.value.Kind() == observable.Email
}

func wordByte(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' || c >= 0x80
}

// lower gives a text in lower case, ASCII only, so that places stay what they are.
func lower(s string) string {
	b := []byte(s)
	for i, c := range b {
		if c >= 'A' && c <= 'Z' {
			b[i] = c + 'a' - 'A'
		}
	}
	return string(b)
}
