package report

import (
	"bufio"
	"net/netip"
	"slices"
	"strings"

	"stormglass/internal/hunt"
	"stormglass/internal/observable"
	"stormglass/internal/seen"
	"stormglass/internal/telemetry"
)

// What the table of a look-back shows of lists that may be long.
const (
	seenBlocks   = 20 // answers that get a block each
	tableDays    = 14 // with their hours
	tableRanges  = 4  // stretches of days
	tableFolds   = 5
	tableLost    = 5
	tableSensors = 4
	tableHoles   = 20
)

func writeSeenTable(w *bufio.Writer, r *seen.Result, o Options) {
	if o.Width == 0 {
		o.Width = defaultWidth
	}
	p := &page{w: w, width: max(o.Width, minWidth), color: o.Color}
	if len(r.Answers) > seenBlocks {
		p.seenList(r, o.All)
	} else {
		p.in.telemetry = folderOfRows(r)
		if s := p.in.text(); s != "" {
			p.text(0, dim, s)
			p.line("")
		}
		for i := range r.Answers {
			p.answer(&r.Answers[i], &r.Window)
			p.line("")
		}
	}
	p.seenClosing(r)
}

func folderOfRows(r *seen.Result) folder {
	var files []string
	for i := range r.Answers {
		for j := range r.Answers[i].Rows {
			files = append(files, r.Answers[i].Rows[j].Source)
		}
	}
	return folderOf(files)
}

// answer writes one answer as a block.
func (p *page) answer(a *seen.Answer, w *seen.Window) {
	word := strings.ToUpper(verdictWord(a.Verdict))
	s := askedText(&a.Question)
	if a.Verdict != seen.NoValue {
		s += "  (" + askedKind(&a.Question) + ")"
	}
	p.hanging(p.paint(word, verdictStyle(a.Verdict))+strings.Repeat(" ", bodyAt-len(word)), bodyAt, bold, s)
	if a.Verdict == seen.Seen {
		p.met(a, w)
	} else {
		p.field("", answerText(a, w))
	}
	p.field("note", name(a.Note))
	p.folds(a)
	p.rows(a)
}

// met writes what is known of a value that was met.
func (p *page) met(a *seen.Answer, w *seen.Window) {
	first := unixText(a.First)
	if !a.First.IsZero() && telemetry.InstantOf(a.First).Day() == w.First {
		first += ", on the first day held"
	}
	p.field("first", first)
	if !a.Last.IsZero() {
		p.field("last", unixText(a.Last))
	}
	p.field("days", daysText(a, w))
	p.hours(a)
	p.field("how", strings.Join(a.Roles.Words(), "; "))
	p.field("with", withText(a))
	p.field("extent", atMost(a)+count(a.Records, "record")+" ("+kindCounts(kindArray(a.Kinds))+")")
	volume := volumeText(a)
	p.field("volume", volume)
	if volume == "" || len(a.Sensors) > 1 {
		p.field("sensors", sensorsText(a.Sensors))
	}
	p.field("below", belowText(a))
}

// daysText writes on how many of the days held a value was met, and on which.
func daysText(a *seen.Answer, w *seen.Window) string {
	days, dated, undated := datedDays(a), "", ""
	if len(days) > 0 {
		dated = number(len(days)) + " of " + number(w.Held) + " held: " + dayRanges(days, tableRanges)
		if h := hoursOf(a); h > 0 {
			dated += ", in " + count(h, "hour")
		}
	}
	if len(a.Days) > 0 && a.Days[0].Day == 0 {
		undated = count(a.Days[0].Records, "record") + " without a time"
	}
	return joined("; ", dated, undated)
}

// hours draws the days on which a value was met, a cell for each hour; of many days the first and
// the last ones.
func (p *page) hours(a *seen.Answer) {
	days := slices.DeleteFunc(slices.Clone(a.Days), func(d seen.Day) bool { return d.Day <= 0 || d.Hours&allHours == 0 })
	if len(days) == 0 {
		return
	}
	on, off := "#", "."
	if p.color {
		on, off = "█", "·"
	}
	p.field("hours", "UTC         0     6     12    18")
	left := max(len(days)-tableDays, 0)
	for i := 0; i < len(days); i++ {
		if left > 0 && i == tableDays/2 {
			p.field("", "and "+count(left, "further day"))
			i += left
		}
		d := &days[i]
		p.field("", d.Day.String()+"  "+hourText(d.Hours, on, off)+"  "+count(d.Records, "record"))
	}
}

func sensorsText(list []seen.Sensor) string {
	out := make([]string, len(list))
	for i, s := range list {
		out[i] = cutText(name(s.Name), maxName) + " (" + count(s.Records, "record") + ")"
	}
	return listed(out, tableSensors)
}

func kindArray(m map[telemetry.Kind]uint64) (out [telemetry.NumKinds]uint64) {
	for k, n := range m {
		if k < telemetry.NumKinds {
			out[k] = n
		}
	}
	return out
}

func (p *page) folds(a *seen.Answer) {
	label := "folded"
	for i := range a.Folded[:min(len(a.Folded), tableFolds)] {
		p.field(label, foldText(&a.Folded[i]))
		label = ""
	}
	if n := len(a.Folded) - tableFolds; n > 0 {
		p.field("", "and on "+count(n, "further day"))
	}
	if len(a.Folded) > 0 && a.Verdict == seen.Seen {
		p.field("", "there it may have been met, too")
	}
}

// rows writes the records of an answer, and why some are no longer there.
func (p *page) rows(a *seen.Answer) {
	lost, label := lostRows(a), "not held"
	for _, s := range lost[:min(len(lost), tableLost)] {
		p.field(label, s)
		label = ""
	}
	if n := len(lost) - tableLost; n > 0 {
		p.field("", "and "+count(n, "further reason"))
	}
	for i := range a.Rows {
		s := sampleOf(&a.Rows[i], ownEnd(a, &a.Rows[i]), p.in.telemetry)
		p.sample("record", &s)
	}
	if a.RowsCut {
		p.field("", "there are more; --max-rows N fetches up to N")
	}
}

// ownEnd gives the end of a record that is one of the operator's by the answer.
func ownEnd(a *seen.Answer, s *hunt.Sample) netip.Addr {
	for _, end := range []netip.Addr{s.Ends.Src, s.Ends.Dst} {
		if end.IsValid() && observable.OfAddr(end) != a.Value && slices.Contains(a.Peers, end.String()) {
			return end
		}
	}
	return netip.Addr{}
}
