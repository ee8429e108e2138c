package report

import (
	"bufio"
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
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
	Devices    bool   // a register of devices names those that findings are about
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
	ordered, stray := l.ordered()
	if stray > 0 {
		p.text(0, warn, strayText(stray))
	}
	narrow := p.width < defaultWidth
	rows := [][]string{{"id", "level", "indicator or rule", "subject", "first", "last", "records", "status"}}
	for _, f := range ordered {
		rows = append(rows, findingRow(f, narrow))
	}
	right := []bool{false, false, false, false, false, false, true, false}
	if narrow && !slices.ContainsFunc(ordered, func(f *KeptFinding) bool { return statusText(f) != "open" }) {
		right = right[:len(right)-1]
		for i := range rows {
			rows[i] = rows[i][:len(right)]
		}
	}
	p.shorten(rows, 2, 3)
	p.line("")
	p.columns(0, right, rows)
	p.line("")
	p.text(0, dim, "stormglass finding show ID tells of one. Days are UTC.")
}

// ordered gives findings as they are listed: those of a level that are about names which the register of devices does not state behind the
// others, and how many those are.
func (l *FindingList) ordered() (all []*KeptFinding, stray int) {
	behind := func(f *KeptFinding) int {
		if l.Devices && f.Stray() {
			return 1
		}
		return 0
	}
	for i := range l.Findings {
		all = append(all, &l.Findings[i])
		stray += behind(all[i])
	}
	slices.SortStableFunc(all, func(a, b *KeptFinding) int {
		return cmp.Or(cmp.Compare(b.Level, a.Level), cmp.Compare(behind(a), behind(b)))
	})
	return all, stray
}

// strayText says what findings about names are that no register of devices states.
func strayText(n int) string {
	return number(n) + " of them " + isAre(n) + " about hosts that the register of devices does not state (unregistered:NAME), behind the others of their level: whoever may send logs may write any name."
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

// findingRow gives a line of the list; where there is little room the last day without the year that the first has too.
func findingRow(f *KeptFinding, narrow bool) []string {
	level := f.Level.String()
	if f.Level == hunt.Informational {
		level = "info"
	}
	subject := cutText(name(f.About()), maxName)
	if f.Merged() {
		subject = number(f.Subjects) + " merged"
	}
	first, last := dayText(f.First), dayText(f.Last)
	if year := len("2006-"); narrow && f.First.Known() && f.Last.Known() && first[:year] == last[:year] {
		last = last[year:]
	}
	return []string{
		f.ID.String()[:idDigits], level, cutText(whatShown(f.Finding), maxShownValue), subject,
		first, last, number(f.Records), statusShort(f, narrow),
	}
}

func dayText(i telemetry.Instant) string {
	if !i.Known() {
		return "no time"
	}
	return i.Day().String()
}

// statusShort is statusText where there is little room for it.
func statusShort(f *KeptFinding, narrow bool) string {
	switch {
	case !narrow:
		return statusText(f)
	case f.Gone:
		return "gone"
	case f.Lapsed:
		return "again"
	case f.Status == "acknowledged":
		return "ack"
	case f.Status == "dismissed":
		return "dism."
	}
	return f.Status
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
const minColumn = 10

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
		r[first], r[second] = cutText(r[first], a), cutSubject(r[second], b)
	}
}

// cutSubject bounds who a finding is about: of a host that no register states the name says more than that word.
func cutSubject(s string, n int) string {
	const word = "unregistered:"
	if of, ok := strings.CutPrefix(s, word); ok && utf8.RuneCountInString(s) > n {
		return cutText("unreg:"+of, n)
	}
	return cutText(s, n)
}
