package report

import (
	"bufio"
	"strings"
	"unicode/utf8"

	"stormglass/internal/hunt"
	"stormglass/internal/intel"
)

// The narrowest and the usual table.
const (
	minWidth     = 80
	defaultWidth = 100
	minBody      = 8 // of a paragraph, whatever its indent
	maxColumn    = len("2006-01-02 15:04 to 2006-01-02 15:04")
)

// page writes lines of at most width characters. Errors stay in w until it is flushed.
type page struct {
	w     *bufio.Writer
	width int
	color bool
	in    folders // below which names are shown
}

// style is a run of ANSI SGR parameters; empty is plain.
type style string

const (
	bold   style = "1"
	dim    style = "2"
	alarm  style = "1;31"
	warn   style = "33"
	notice style = "36"
	stamp  style = "1;37;41" // TLP:RED and TLP:AMBER+STRICT
)

func levelStyle(l hunt.Level) style {
	switch l {
	case hunt.Critical, hunt.High:
		return alarm
	case hunt.Medium:
		return warn
	case hunt.Low:
		return notice
	case hunt.Informational:
	}
	return dim
}

func tlpStyle(t intel.TLP) style {
	if t.Restricted() {
		return stamp
	}
	return ""
}

func (p *page) paint(s string, st style) string {
	if !p.color || st == "" || s == "" {
		return s
	}
	return "\x1b[" + string(st) + "m" + s + "\x1b[0m"
}

// line writes one line that is known to be short, such as an empty one.
func (p *page) line(s string) {
	_, _ = p.w.WriteString(s)
	_ = p.w.WriteByte('\n')
}

// text writes a paragraph: indented by indent columns, wrapped at the width, every line in style.
func (p *page) text(indent int, st style, s string) {
	p.hanging(strings.Repeat(" ", indent), indent, st, s)
}

// hanging writes a paragraph whose first line starts with lead and whose others are indented.
func (p *page) hanging(lead string, indent int, st style, s string) {
	for i, l := range wrap(s, max(p.width-indent, minBody)) {
		if i > 0 {
			lead = strings.Repeat(" ", indent)
		}
		p.line(strings.TrimRight(lead+p.paint(l, st), " "))
	}
}

// The labels of a finding's lines stand in a column of their own.
const (
	labelAt = 2
	bodyAt  = 12
)

// field writes a labelled paragraph: "  source    CIRCL: …".
func (p *page) field(label, s string) {
	if s == "" {
		return
	}
	lead := strings.Repeat(" ", labelAt) + p.paint(label, dim) + strings.Repeat(" ", max(bodyAt-labelAt-len(label), 1))
	p.hanging(lead, bodyAt, "", s)
}

func (p *page) heading(s string) {
	p.line("")
	p.line(p.paint(s, bold))
}

// wrap breaks text into lines of at most width characters, at spaces where it can.
func wrap(s string, width int) []string {
	var out []string
	for {
		head, rest := breakAt(s, width)
		out = append(out, head)
		if rest == "" {
			return out
		}
		s = rest
	}
}

func breakAt(s string, width int) (head, rest string) {
	chars, space := 0, -1
	for i, c := range s {
		if chars == width {
			if c == ' ' {
				space = i
			}
			if space <= 0 {
				return s[:i], s[i:]
			}
			return strings.TrimRight(s[:space], " "), strings.TrimLeft(s[space:], " ")
		}
		if c == ' ' && chars > width/2 { // rather break a long word than leave half a line empty
			space = i
		}
		chars++
	}
	return s, ""
}

// columns writes rows in columns: the first is as wide as room allows and cut at its start, the
// others as wide as they need; those in right are numbers. The last column takes what is left and
// is wrapped under itself.
func (p *page) columns(indent int, right []bool, rows [][]string) {
	if len(rows) == 0 {
		return
	}
	n := len(rows[0])
	widths := make([]int, n)
	for _, r := range rows {
		for i, c := range r {
			widths[i] = max(widths[i], utf8.RuneCountInString(c))
		}
	}
	at := indent
	for i := range n - 1 {
		if !right[i] {
			widths[i] = min(widths[i], maxColumn)
		}
		at += widths[i] + 2
	}
	first := min(widest(rows), p.width*3/5, max(p.width-at+widths[0]-min(widths[n-1], p.width/3), p.width/8))
	at, widths[0] = at+first-widths[0], first
	for k, r := range rows {
		var b strings.Builder
		b.WriteString(strings.Repeat(" ", indent))
		for i, c := range r[:n-1] {
			c = tail(c, widths[i])
			pad := strings.Repeat(" ", widths[i]-utf8.RuneCountInString(c))
			if right[i] {
				c = pad + c
			} else {
				c += pad
			}
			b.WriteString(c + "  ")
		}
		st := style("")
		if k == 0 {
			st = dim
		}
		last := r[n-1]
		if right[n-1] {
			last = strings.Repeat(" ", max(widths[n-1]-utf8.RuneCountInString(last), 0)) + last
		}
		p.hanging(p.paint(b.String(), st), at, st, last)
	}
}

// widest gives the width of the first column.
func widest(rows [][]string) int {
	n := 0
	for _, r := range rows {
		n = max(n, utf8.RuneCountInString(r[0]))
	}
	return n
}
