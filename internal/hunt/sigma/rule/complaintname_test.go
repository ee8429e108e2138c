package rule

import (
	"strings"
	"testing"
)

// Whatever a file is called, a complaint of it is one line.
func TestComplaintIsOneLine(t *testing.T) {
	t.Parallel()
	for _, c := range []Complaint{{File: "a\nwarning: b", Text: "x"}, {File: "a", Line: 1, Text: "open a\nb: x"}, {File: "a\x1b\r\nb", Line: 1, Rule: "r", Text: "x"}} {
		if s := c.String(); strings.ContainsAny(s, "\n\r\x1b") {
			t.Errorf("got %q", s)
		}
	}
}
