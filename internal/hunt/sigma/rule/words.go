package rule

import (
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"stormglass/internal/observable"
)

var levels = [...]string{"none", "informational", "low", "medium", "high", "critical"}

// String gives the level as the specification writes it; "none" for a rule that states none.
func (l Level) String() string {
	if int(l) < len(levels) {
		return levels[l]
	}
	return levels[NoLevel]
}

// String gives what was read and what is wrong with it on one line: "rules/a.yml:12:5: Title: unknown modifier ...". A name may hold
// anything, an end of line too: such is escaped.
func (c *Complaint) String() string {
	at := fmt.Sprintf("%s:%d:%d: ", c.File, c.Line, c.Column)
	if c.Line == 0 { // of the whole file
		at = c.File + ": "
	}
	if c.Rule != "" {
		at += c.Rule + ": "
	}
	return observable.Printable(at + c.Text)
}

// String gives the log source as "product=zeek service=dns"; "any" when it states none.
func (s LogSource) String() string {
	var parts []string
	for _, p := range [...][2]string{{"product", s.Product}, {"category", s.Category}, {"service", s.Service}} {
		if p[1] != "" {
			parts = append(parts, p[0]+"="+p[1])
		}
	}
	if parts == nil {
		return "any"
	}
	return strings.Join(parts, " ")
}

// isUUID reports whether a text is a UUID in its usual form, in either case (RFC 9562, section 4).
func isUUID(s string) bool {
	if len(s) != 36 {
		return false
	}
	for i := range len(s) {
		c := s[i] | 0x20
		switch {
		case i == 8 || i == 13 || i == 18 || i == 23:
			if s[i] != '-' {
				return false
			}
		case '0' <= s[i] && s[i] <= '9' || 'a' <= c && c <= 'f':
		default:
			return false
		}
	}
	return true
}

func isDate(s string) bool {
	_, err := time.Parse(time.DateOnly, s)
	return err == nil
}

// hint asks whether a word was meant; empty without one.
func hint(word string) string {
	if word == "" {
		return ""
	}
	return `; was "` + short(word) + `" meant?`
}

// nearest gives the word that a slip of the pen most likely meant, empty when none is near: at most a third of the letters differ.
func nearest(word string, words []string) string {
	best, least := "", utf8.RuneCountInString(word)/3+1
	if len(word) > 64 {
		return ""
	}
	for _, w := range words {
		if len(w) > 64 {
			continue
		}
		if d := distance([]rune(strings.ToLower(word)), []rune(strings.ToLower(w))); d < least {
			best, least = w, d
		}
	}
	return best
}

// distance counts the letters to add, drop or change (Levenshtein).
func distance(a, b []rune) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i, x := range a {
		diagonal := row[0]
		row[0] = i + 1
		for j, y := range b {
			change := diagonal
			if x != y {
				change++
			}
			diagonal = row[j+1]
			row[j+1] = min(change, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
