package report

import (
	"strconv"
	"strings"

	"stormglass/internal/hunt"
)

func (p *page) coverage(r *hunt.Result, v *verdict, c *whatRead, given int) {
	p.heading("What was read")
	if given == 0 {
		p.text(2, "", "Nothing: no telemetry was given.")
		return
	}
	rows := [][]string{{"format", "files", "records", "span (UTC)", "kinds"}}
	for i := range c.formats {
		f := &c.formats[i]
		rows = append(rows, []string{f.Format, number(f.Files), number(f.Records), utc(f.Span), f.Kinds})
	}
	if len(c.formats) > 1 {
		rows = append(rows, []string{"all", number(v.files), number(v.records), utc(spanText(v.first, v.last)), c.kinds})
	}
	if len(c.formats) > 0 {
		p.columns(2, []bool{false, true, true, false, false}, rows)
		if !r.Kept {
			p.text(2, "", "Devices: "+c.deviceText(tableDevices)+".")
		}
	}
	p.remarks(c.remarks)
	if r.Incomplete() && len(c.unread)+len(c.problems) > 0 {
		p.heading("What was not read")
		p.groups(c.unread)
		for i := range c.problems {
			p.problem(&c.problems[i])
		}
	}
}

// utc leaves the zone out where a column's head says it.
func utc(span string) string { return strings.TrimSuffix(span, " UTC") }

func (p *page) remarks(list []remark) {
	for i, r := range list {
		if i == tableFiles {
			p.text(2, "", "and "+count(len(list)-i, "further remark")+" of this sort.")
			return
		}
		p.text(2, "", r.Text)
		for _, e := range r.Examples {
			p.hanging("    ", 6, "", e)
		}
		if r.More > 0 {
			p.text(4, "", "and "+number(r.More)+" more; -o json lists them.")
		}
	}
}

func (p *page) groups(list []*fileGroup) {
	for i, g := range list {
		if i == tableFiles {
			p.text(2, "", "and "+count(filesOf(list[i:]), "further file")+" for other reasons; -o json and -o html list them.")
			return
		}
		p.text(2, "", g.text())
		p.todo(g.Todo)
	}
}

func (p *page) todo(s string) {
	if s != "" {
		p.hanging("    "+p.paint("hint: ", dim), 10, "", s)
	}
}

func (p *page) problem(row *problemRow) {
	p.text(2, "", row.Reason+": "+number(row.Count)+" in "+count(row.Files, "file"))
	for _, w := range row.Where {
		p.text(4, "", cutText(w, 2*(p.width-4)))
	}
	p.todo(row.Todo)
}

func (p *page) notAssessed(v *verdict, c *whatRead, gaps []hunt.Gap, rules *ruleHunt) {
	if len(gaps) == 0 && c.undated == 0 && rules.whole() || v.records == 0 {
		return
	}
	p.heading("Not assessed")
	for i := range gaps {
		p.hanging("  ", 4, "", gapText(&gaps[i]))
	}
	p.rulesNotAssessed(rules)
	if s := undatedText(c.undated); s != "" {
		p.hanging("  ", 4, "", s)
	}
}

// undatedText says what is not known of records without a time.
func undatedText(n uint64) string {
	switch n {
	case 0:
		return ""
	case 1:
		return "1 record has no time that could be read: it was searched, but nothing can be said of when."
	}
	return number(n) + " records have no time that could be read: they were searched, but nothing can be said of when."
}

func (p *page) intelligence(v *intelligence, o Options) {
	p.text(2, "", count(v.Values, "value")+" from "+count(len(v.Files), "file")+"; "+v.balance()+".")
	rows := [][]string{{"file", "format", "items", "loaded", "listed", "reported"}}
	for i := range v.Files[:min(len(v.Files), tableFiles)] {
		f := &v.Files[i]
		rows = append(rows, []string{f.File, f.Format, number(f.Total), number(f.Loaded), number(f.Listed), number(f.Reported)})
	}
	if len(rows) > 1 {
		p.columns(2, []bool{false, false, true, true, true, true}, rows)
	}
	if n := len(v.Files) - tableFiles; n > 0 {
		p.text(2, "", "and "+count(n, "further file")+"; -o json and -o html list them.")
	}
	p.groups(v.Unread)
	if v.Library != "" {
		p.text(2, "", "The intelligence also holds "+v.Library+".")
	}
	for _, w := range v.Warnings {
		p.text(2, "", w+".")
	}
	p.reasons(v, o)
}

func (p *page) reasons(v *intelligence, o Options) {
	if len(v.Reasons) == 0 {
		return
	}
	p.text(2, "", "Not used, by reason (listed: understood and left out; reported: not understood):")
	rows := [][]string{{"outcome", "count", "reason"}}
	for _, r := range v.Reasons[:min(len(v.Reasons), tableReasons)] {
		rows = append(rows, []string{r.Outcome, number(r.Count), r.Reason})
	}
	p.columns(4, []bool{false, true, false}, rows)
	if n := len(v.Reasons) - tableReasons; n > 0 {
		p.text(4, "", "and "+strconv.Itoa(n)+" more reasons.")
	}
	if !o.ExplainIntel {
		p.hanging("  "+p.paint("hint: ", dim), 8, "", "--explain-intel names every value that was not used")
	}
}
