package report

import (
	"bufio"
	"fmt"
	"io"
	"time"
	"unicode/utf8"

	"stormglass/internal/hunt"
	"stormglass/internal/telemetry"
)

// KeptFinding is a finding as it is kept, with what people decided about it.
type KeptFinding struct {
	*hunt.Finding
	Triage
	Changed uint64    // number of its last change
	Saved   time.Time // when it was saved first
	Gone    bool      // its days are no longer found; it is kept for what was decided
}

// Triage is what people decided about a finding.
type Triage struct {
	Status   string    // "open", "acknowledged", "dismissed"
	Lapsed   bool      // it is open again because its dismissal ran out
	Reason   string    // of the last change of status
	Until    time.Time // end of the dismissal, zero when it has none
	Assignee string
	Tickets  []string
	Who      string // user who took the last step; empty when nobody did
	When     time.Time
}

// TriageStep is one thing that somebody did, and the state after it.
type TriageStep struct {
	Action string
	Triage
}

// FindingList is findings, what matters most first.
type FindingList struct {
	Findings   []KeptFinding
	Dismissed  int    // further ones that were left out because they are dismissed
	LastChange uint64 // number of the last change of any finding
	Narrowed   bool   // not all findings were asked for
}

// WriteFindingList writes findings as a table with a line each, as JSON or as JSON lines.
func WriteFindingList(w io.Writer, f Format, l *FindingList, o Options) error {
	b := bufio.NewWriter(w)
	var err error
	switch f {
	case Table:
		writeFindingTable(b, l, o)
	case JSON:
		err = writeFindingListJSON(b, l)
	case JSONL:
		err = writeFindingListJSONL(b, l)
	default:
		err = fmt.Errorf("findings are listed as table, json or jsonl, not as %s", f)
	}
	if err != nil {
		return err
	}
	return b.Flush()
}

const idDigits = 8 // of a finding, in a list

func writeFindingTable(b *bufio.Writer, l *FindingList, o Options) {
	p := newPage(b, o)
	p.text(0, bold, l.text())
	if len(l.Findings) == 0 {
		return
	}
	rows := [][]string{{"id", "level", "indicator or rule", "subject", "first", "last", "records", "status"}}
	for i := range l.Findings {
		rows = append(rows, findingRow(&l.Findings[i]))
	}
	p.shorten(rows, 2, 3)
	p.line("")
	p.columns(0, []bool{false, false, false, false, false, false, true, false}, rows)
	p.line("")
	p.text(0, dim, "stormglass finding show ID tells of one. Days are UTC.")
}

func (l *FindingList) text() string {
	s := "No finding is kept"
	if n := len(l.Findings); n > 0 {
		var levels [hunt.Critical + 1]int
		for i := range l.Findings {
			levels[min(l.Findings[i].Level, hunt.Critical)]++
		}
		s = count(n, "finding") + ": " + levelCounts(levels)
	} else if l.Narrowed {
		s = "No finding is like that"
	}
	s += "."
	if l.Dismissed > 0 {
		s += " " + dismissedText(l.Dismissed) + " (--all)."
	}
	return s
}

func dismissedText(n int) string {
	if n == 1 {
		return "1 that was dismissed is not shown"
	}
	return number(n) + " that were dismissed are not shown"
}

func findingRow(f *KeptFinding) []string {
	level := f.Level.String()
	if f.Level == hunt.Informational {
		level = "info"
	}
	subject := cutText(name(f.About()), maxName)
	if f.Merged() {
		subject = number(f.Subjects) + " merged"
	}
	return []string{
		f.ID.String()[:idDigits], level, cutText(whatShown(f.Finding), maxShownValue), subject,
		dayText(f.First), dayText(f.Last), number(f.Records), statusText(f),
	}
}

func dayText(i telemetry.Instant) string {
	if !i.Known() {
		return "no time"
	}
	return i.Day().String()
}

func statusText(f *KeptFinding) string {
	s := f.Status
	if f.Lapsed {
		s += " again"
	}
	if f.Gone {
		s += ", gone"
	}
	return s
}

// The least room of columns that are shortened.
const minColumn = 12

// shorten cuts the texts of two columns so that the rows fit the width, the first one getting more.
func (p *page) shorten(rows [][]string, first, second int) {
	widths := make([]int, len(rows[0]))
	for _, r := range rows {
		for i, c := range r {
			widths[i] = max(widths[i], utf8.RuneCountInString(c))
		}
	}
	room := p.width
	for i, w := range widths {
		if i > 0 {
			room -= 2
		}
		if i != first && i != second {
			room -= w
		}
	}
	if widths[first]+widths[second] <= room {
		return
	}
	b := min(widths[second], max(room*2/5, minColumn, room-widths[first]))
	a := max(room-b, minColumn)
	for _, r := range rows {
		r[first], r[second] = cutText(r[first], a), cutText(r[second], b)
	}
}
