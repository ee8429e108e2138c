package report

import (
	"bufio"
	"fmt"
	"io"
	"strings"
	"time"

	"stormglass/internal/hunt"
	"stormglass/internal/intel"
)

// FindingDetail is everything about one finding.
type FindingDetail struct {
	KeptFinding
	History []TriageStep // the first one first
}

// WriteFindingDetail writes everything about a finding, as text or as JSON.
func WriteFindingDetail(w io.Writer, f Format, d *FindingDetail, o Options) error {
	b := bufio.NewWriter(w)
	switch f {
	case Table:
		writeDetail(b, d, o)
	case JSON:
		if err := writeDetailJSON(b, d); err != nil {
			return err
		}
	default:
		return fmt.Errorf("a finding is shown as table or json, not as %s", f)
	}
	return b.Flush()
}

func writeDetail(b *bufio.Writer, d *FindingDetail, o Options) {
	p := newPage(b, o)
	mark := d.TLP
	if mark != intel.Unmarked {
		p.text(0, tlpStyle(mark), banner(mark))
		p.line("")
	}
	v := viewOf(d.Finding, detailSamples, p.in)
	p.finding(&v, false)
	p.triage(d)
	p.days(d.Finding)
	p.line("")
	p.text(0, dim, "Kept since "+d.Saved.UTC().Format(minuteForm)+". All times are UTC.")
}

// detailSamples is how many samples are shown when one finding is.
const detailSamples = 5

func (p *page) triage(d *FindingDetail) {
	p.heading("What was decided")
	p.field("status", statusText(&d.KeptFinding))
	if d.Gone {
		p.field("", "it is no longer found in what is held, and kept for what was decided")
	}
	p.field("reason", prose(d.Reason))
	if !d.Until.IsZero() {
		p.field("until", lastDayOf(d.Until)+", that day included")
	}
	p.field("assignee", name(d.Assignee))
	p.field("tickets", strings.Join(names(d.Tickets), ", "))
	for i := range d.History {
		label := ""
		if i == 0 {
			label = "history"
		}
		before := TriageStep{}
		if i > 0 {
			before = d.History[i-1]
		}
		p.field(label, stepText(&d.History[i], &before))
	}
	if len(d.History) == 0 {
		p.field("history", "nobody has touched it: finding ack, dismiss, link")
	}
}

// stepWords says in the past tense what somebody did.
var stepWords = map[string]string{
	"acknowledge": "acknowledged it", "dismiss": "dismissed it", "reopen": "opened it again", "link": "linked",
}

func stepText(s, before *TriageStep) string {
	did, ok := stepWords[s.Action]
	if !ok {
		did = s.Action
	}
	out := s.When.UTC().Format(minuteForm) + " UTC  " + name(s.Who) + " " + did
	if s.Action == "link" {
		if len(s.Tickets) > 0 {
			out += " " + name(s.Tickets[len(s.Tickets)-1])
		}
	} else if s.Reason != "" {
		out += ": " + prose(s.Reason)
	}
	if s.Action == "dismiss" && !s.Until.IsZero() {
		out += " (until " + lastDayOf(s.Until) + ")"
	}
	if s.Assignee != before.Assignee {
		out += "; " + name(s.Assignee) + " looks after it"
	}
	return out
}

// lastDayOf gives the last day of a time that ends with a day.
func lastDayOf(end time.Time) string { return end.UTC().Add(-1).Format(time.DateOnly) }

// tableFindingDays is how many days of a finding are shown: as many first as last ones.
const tableFindingDays = 40

func (p *page) days(f *hunt.Finding) {
	p.heading("Days")
	rows := [][]string{{"day", "records", "volume", "first", "last", "told by"}}
	left := max(len(f.Days)-tableFindingDays, 0)
	for i := 0; i < len(f.Days); i++ {
		if left > 0 && i == tableFindingDays/2 {
			rows = append(rows, []string{"… " + number(left) + " more", "", "", "", "", ""})
			i += left
		}
		rows = append(rows, findingDayRow(&f.Days[i]))
	}
	p.columns(2, []bool{false, true, true, false, false, false}, rows)
	if f.LedgerDays > 0 {
		p.text(2, "", "Of "+count(f.LedgerDays, "day")+" the records are no longer held: the ledger tells that and how often they met, not how.")
	}
}

func findingDayRow(d *hunt.Day) []string {
	day, volume, from := "no time", "-", "records"
	if d.Day != 0 {
		day = d.Day.String()
	}
	if d.Bytes > 0 {
		volume = bytesText(d.Bytes)
	}
	if d.FromLedger {
		from = "ledger"
		if d.Subjects > 1 {
			from += ", of " + count(d.Subjects, "subject") + " together"
		}
	}
	return []string{day, number(d.Records), volume, clockText(d.First.Known(), d.First.Time()), clockText(d.Last.Known(), d.Last.Time()), from}
}

func clockText(known bool, t time.Time) string {
	if !known {
		return ""
	}
	return t.Format(time.TimeOnly)
}
