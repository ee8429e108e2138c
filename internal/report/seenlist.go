package report

import (
	"strings"
	"unicode/utf8"

	"stormglass/internal/seen"
)

const (
	listedValues = 50 // of a verdict that is no "seen", unless all are asked for
	minContact   = 22 // columns for how and with whom
)

// seenList writes many answers: a line for each value that was met, then what can be said of the
// others.
func (p *page) seenList(r *seen.Result, all bool) {
	by := map[seen.Verdict][]*seen.Answer{}
	for i := range r.Answers {
		by[r.Answers[i].Verdict] = append(by[r.Answers[i].Verdict], &r.Answers[i])
	}
	for _, v := range seenVerdicts {
		if len(by[v]) == 0 {
			continue
		}
		p.line(p.paint(upper(verdictWord(v))+": "+number(len(by[v]))+" of "+count(len(r.Answers), "value"), verdictStyle(v)))
		switch v {
		case seen.Seen:
			p.metList(by[v])
		case seen.NotSeen:
			p.notSeenList(by[v], &r.Window, all)
		case seen.NotExact:
			p.otherList(by[v], all)
			p.text(labelAt, "", "Otherwise "+notMetText(&r.Window)+".")
		case seen.NotKept, seen.NoValue, seen.NotHeld, seen.NotAssessed:
			p.otherList(by[v], all)
		}
		p.line("")
	}
}

// metList writes a line for each value that was met. A long value gets a line of its own, so that
// none is cut; how and with whom is wrapped under itself.
func (p *page) metList(list []*seen.Answer) {
	rows := [][]string{{"value", "first", "last", "records", "days", "how, and with whom"}}
	for _, a := range list {
		rows = append(rows, []string{
			askedText(&a.Question), dateText(a.First), dateText(a.Last), atMost(a) + number(a.Records), number(len(datedDays(a))), contactText(a),
		})
	}
	widths := p.metWidths(rows)
	for i, r := range rows {
		p.metLine(i == 0, r, widths)
	}
	for _, a := range list {
		if len(a.Rows) > 0 {
			p.text(2, dim, "The records are shown for up to "+number(seenBlocks)+" values; -o json and -o jsonl hold them.")
			return
		}
	}
}

// metWidths gives the widths of the columns; the first one has no room for long values.
func (p *page) metWidths(rows [][]string) []int {
	widths := make([]int, len(rows[0]))
	room := p.width - labelAt - minContact
	for i := len(widths) - 1; i >= 0; i-- {
		for _, r := range rows {
			if n := utf8.RuneCountInString(r[i]); i > 0 || n <= room {
				widths[i] = max(widths[i], n)
			}
		}
		if i < len(widths)-1 {
			room -= widths[i] + 2
		}
	}
	return widths
}

func (p *page) metLine(head bool, cells []string, widths []int) {
	st := style("")
	if head {
		st = dim
	}
	if utf8.RuneCountInString(cells[0]) > widths[0] {
		p.text(labelAt, st, cells[0])
		cells[0] = ""
	}
	var b strings.Builder
	b.WriteString(strings.Repeat(" ", labelAt))
	last := len(cells) - 1
	for i, c := range cells[:last] {
		pad := strings.Repeat(" ", widths[i]-utf8.RuneCountInString(c))
		if i == 3 || i == 4 { // numbers
			c = pad + c
		} else {
			c += pad
		}
		b.WriteString(c + "  ")
	}
	p.hanging(p.paint(b.String(), st), utf8.RuneCountInString(b.String()), st, cells[last])
}

// contactText says in few words how a value was met and with whom: "called us: 10.20.0.10 +11".
func contactText(a *seen.Answer) string {
	how := strings.ReplaceAll(strings.Join(a.Roles.Codes(), ", "), "_", " ")
	with := ""
	if len(a.Peers) > 0 {
		with = cutText(name(a.Peers[0]), maxName)
		if n := a.PeerCount - 1; n > 0 {
			with += " +" + number(n)
		}
	}
	return joined(": ", how, with)
}

func (p *page) notSeenList(list []*seen.Answer, w *seen.Window, all bool) {
	s := upper(notMetText(w)) + "."
	if !all {
		s += " --all names them."
	}
	p.text(labelAt, "", s)
	if all {
		for _, a := range list {
			p.text(labelAt, "", askedText(&a.Question))
		}
	}
}

func (p *page) otherList(list []*seen.Answer, all bool) {
	show := list
	if !all {
		show = list[:min(len(list), listedValues)]
	}
	for _, a := range show {
		p.hanging(strings.Repeat(" ", labelAt), 2*labelAt, "", askedText(&a.Question)+": "+reasonText(a))
	}
	if n := len(list) - len(show); n > 0 {
		p.text(labelAt, "", "and "+number(n)+" more; --all names them.")
	}
}

// atMost stands before records that count for each of the values in them that a question covers.
func atMost(a *seen.Answer) string {
	if a.ValueCount > 1 {
		return "up to "
	}
	return ""
}
