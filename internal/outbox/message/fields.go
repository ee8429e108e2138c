package message

import (
	"regexp"
	"strings"

	"stormglass/internal/observable"
	"stormglass/internal/observable/scan"
)

// numbers are what may be a subscriber's number (E.164: at most 15 digits) or an equipment's (16 with its version).
var numbers = regexp.MustCompile(`\+?\b[0-9]{10,16}\b`)

// fields gives the values of the fields that a rule's finding is about as they may leave: what is an address of a subscriber, or a number
// that may be one's, is masked, wherever it stands. Names of users and devices stay.
func (p Privacy) fields(text string) (out string, masked bool) {
	var b strings.Builder
	var sc scan.Scanner
	sc.Reset([]byte(text))
	end := 0
	for sc.Next() {
		t := sc.Token()
		if !p.names(t) {
			continue
		}
		masked = true
		b.WriteString(text[end:t.Start])
		b.WriteString(masking(text[t.Start:t.End]))
		end = t.End
	}
	b.WriteString(text[end:])
	out = numbers.ReplaceAllStringFunc(b.String(), func(s string) string {
		masked = true
		return masking(s)
	})
	return Clean(out, maxText), masked
}

// names reports whether a token is or names an address of a subscriber.
func (p Privacy) names(t *scan.Token) bool {
	if p.subscriber(t.Addr) {
		return true
	}
	if t.Class != scan.Domain {
		return false
	}
	a, ok := observable.Reversed(strings.ToLower(string(t.Text)))
	return ok && p.subscriber(a)
}
