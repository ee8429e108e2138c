package report

import (
	"bufio"
	"embed"
	"fmt"
	"html/template"
	"slices"
	"strings"

	"stormglass/internal/hunt"
	"stormglass/internal/intel"
	"stormglass/internal/telemetry"
)

// What the page shows of lists that may be long; it says where it stops.
const (
	htmlFindings = 1000
	htmlSamples  = 10
	htmlSources  = 20
	htmlDays     = 31
	htmlFiles    = 1000
	htmlReasons  = 100
	htmlNotes    = 5000
	htmlDevices  = 200
)

//go:embed html/*.html html/*.css
var htmlParts embed.FS

var htmlPage = template.Must(template.New("page.html").Funcs(template.FuncMap{
	"number": func(n any) string {
		switch n := n.(type) {
		case int:
			return number(n)
		case uint64:
			return number(n)
		}
		return fmt.Sprint(n)
	},
	"marked": marked,
	"join":   strings.Join,
	"tlp":    tlpClass,
}).ParseFS(htmlParts, "html/*"))

// htmlData is what the page's template sees: texts only, all of them for people.
type htmlData struct {
	Title     string
	Mark      string // "TLP:RED", empty when unmarked
	Class     string // of the marking
	Banner    string
	Paths     string // below which folders names of files are shown
	Answer    Answer
	Verdict   string
	But       string
	Facts     []fact
	Levels    []levelCount
	Findings  []htmlFinding
	More      string
	Together  []htmlIncident
	Analysers []analyserShown
	Limits    []string
	ShowIntel bool // values were looked for, or no rules
	Rules     *ruleHunt
	Lacks     []htmlLack
	Gaps      []htmlGap
	Undated   string
	Stated    bool // how many devices there are
	Verdicts  *htmlVerdicts
	Coverage  htmlCoverage
	Intel     intelligence
	Unread    []fileList // of intelligence
	MoreWhy   int        // reasons left out

	MoreTogether int
	Balance      string
	Explain      []htmlExplain
	Sources      []fileHash
	MoreFile     int
	Evidence     string
}

type fact struct{ Label, Value, Note string }

type levelCount struct {
	Word string
	N    int
}

type htmlGap struct {
	What   string
	Values string
	Text   string
	Partly bool
}

// htmlLack is why some rules were not asked.
type htmlLack struct {
	Rules, Why, Sources string
	Partly              bool
}

type htmlCoverage struct {
	Formats  []formatRow
	Kinds    string
	Span     string
	Records  uint64
	Files    int
	Unread   []*fileGroup
	Lists    []fileList // of Unread
	Problems []problemRow
	Remarks  []remark
	Devices  string
}

// fileList names the files of a group that is too large to be named in a table.
type fileList struct {
	Title string
	Files []string
	More  int // not named
}

type fileHash struct {
	File, Format, Hash, Bytes string
	Records                   uint64
}

// htmlFinding is a finding with what only a page has room for.
type htmlFinding struct {
	findingView
	N           int
	Word, Class string
	Open        bool
	Records     string
	Matches     bool // Records are matches of other rules
	Strip       *strip
	Days        []dayRow
	MoreDays    int
	MoreSources int
}

type dayRow struct{ Day, Records, Bytes, First, Last, Note string }

func writeHTML(w *bufio.Writer, r *hunt.Result, o Options) error {
	return htmlPage.Execute(w, htmlDataOf(r, o))
}

func htmlDataOf(r *hunt.Result, o Options) *htmlData {
	where := foldersOf(r)
	v, c, in := verdictOf(r), coverageOf(r, where.telemetry), intelligenceOf(r, where.intel)
	mark := markingOf(r, o)
	d := &htmlData{
		Title: "Stormglass hunt report", Mark: mark.String(), Class: tlpClass(mark), Banner: banner(mark), Answer: v.answer, Verdict: v.text, But: v.but,
		Stated: c.registered > 0, Verdicts: htmlVerdictsOf(r), Paths: where.text(), Limits: limitsOf(r), Undated: undatedText(c.undated), Balance: in.balance(), Evidence: evidence(r),
	}
	if !r.Started.IsZero() {
		d.Title += " of " + r.Started.UTC().Format(minuteForm) + " UTC"
	}
	if where.telemetry != "" {
		d.Paths += " The evidence names files of telemetry in full."
	}
	for l := hunt.Critical; ; l-- {
		d.Levels = append(d.Levels, levelCount{l.String(), v.levels[l]})
		if l == hunt.Informational {
			break
		}
	}
	d.rules(r)
	d.facts(r, &v, &c, len(in.Files))
	d.findings(r, &v, where)
	d.together(r, where)
	d.Analysers = analysersOf(r)
	for _, g := range r.Gaps() {
		d.gap(&g)
	}
	d.coverage(&v, &c)
	d.files(r)
	d.Intel, d.Unread = in, fileLists(in.Unread)
	d.MoreWhy = len(in.Reasons) - htmlReasons
	d.Intel.Reasons = in.Reasons[:min(len(in.Reasons), htmlReasons)]
	if o.ExplainIntel {
		d.Explain = explainOf(r, where.intel)
	}
	return d
}

func (d *htmlData) facts(r *hunt.Result, v *verdict, c *whatRead, files int) {
	from, to := "no time", "in any record"
	if v.first.Known() {
		from, to = v.first.Time().Format(minuteForm), "to "+v.last.Time().Format(minuteForm)+" UTC"
	}
	of := "of an unknown number: no device register"
	if c.registered > 0 {
		of = number(c.registered) + " in the register"
	}
	d.Facts = []fact{
		{"Searched", from, to},
		{"Records", number(v.records), "from " + count(v.files, "file")},
		{"Values looked for", number(r.Values), "from " + count(files, "file") + " of intelligence"},
		subjectsFact(r.Findings),
		{"Devices named", number(len(c.devices)), of},
	}
	if v := d.Rules; v != nil {
		asked := fact{"Rules asked", number(v.Asked + v.Partly), "of " + number(v.Rules) + " from " + count(v.Files, "file")}
		d.Facts = slices.Insert(d.Facts, 3, asked)
	}
}

func (d *htmlData) rules(r *hunt.Result) {
	d.Rules = ruleHuntOf(r)
	d.ShowIntel = d.Rules == nil || len(r.Intel) > 0 || r.Values > 0
	if d.Rules == nil {
		return
	}
	for i := range d.Rules.Lacks {
		l := &d.Rules.Lacks[i]
		d.Lacks = append(d.Lacks, htmlLack{Rules: number(l.Rules), Why: upper(l.Why) + ".", Sources: l.sources(), Partly: l.Partly})
	}
}

func (d *htmlData) findings(r *hunt.Result, v *verdict, in folders) {
	for i, f := range r.Findings[:min(len(r.Findings), htmlFindings)] {
		d.Findings = append(d.Findings, htmlFindingOf(i+1, f, v, in))
	}
	if n := len(r.Findings) - htmlFindings; n > 0 {
		d.More = "This page shows the first " + number(htmlFindings) + " of " + number(len(r.Findings)) +
			" findings, those that matter most. -o csv and -o jsonl list the other " + number(n) + "."
	}
}

func htmlFindingOf(n int, f *hunt.Finding, v *verdict, in folders) htmlFinding {
	h := htmlFinding{findingView: viewOf(f, htmlSamples, in), N: n, Records: number(f.Records), Strip: stripOf(f, v)}
	h.Matches = f.Rule != nil && f.Rule.Correlation
	h.Word, h.Class = h.Level.String(), "level-"+h.Level.String()
	h.Open = h.Level >= hunt.High && n <= 20
	h.MoreSources = max(len(h.Sources)-htmlSources, 0)
	h.Sources = h.Sources[:min(len(h.Sources), htmlSources)]
	dated := slices.IndexFunc(f.Days, func(d hunt.Day) bool { return d.Day > 0 })
	dated = max(dated, 0)
	days := slices.Concat(f.Days[dated:], f.Days[:dated]) // undated and folded last
	h.MoreDays = max(len(days)-htmlDays, 0)
	for i := range days[:len(days)-h.MoreDays] {
		h.Days = append(h.Days, dayRowOf(&days[i]))
	}
	return h
}

func dayRowOf(d *hunt.Day) dayRow {
	row := dayRow{Day: d.Day.String(), Records: number(d.Records)}
	if d.Bytes > 0 {
		row.Bytes = bytesText(d.Bytes)
	}
	if d.First.Known() {
		row.First, row.Last = d.First.Time().Format("15:04:05"), d.Last.Time().Format("15:04:05")
	}
	if d.Historical > 0 {
		row.Note = number(d.Historical) + " outside the indicator's validity"
	}
	return row
}

func (d *htmlData) gap(g *hunt.Gap) {
	d.Gaps = append(d.Gaps, htmlGap{What: upper(g.Class.Name), Text: gapText(g), Partly: len(g.By) > 0, Values: number(g.Values)})
}

func (d *htmlData) coverage(v *verdict, c *whatRead) {
	d.Coverage = htmlCoverage{
		Formats: c.formats, Kinds: c.kinds, Span: spanText(v.first, v.last), Records: v.records, Files: v.files,
		Unread: c.unread, Lists: fileLists(c.unread), Problems: c.problems, Remarks: c.remarks, Devices: c.deviceText(htmlDevices),
	}
}

// fileLists names the files of those groups that do not name all of theirs, within a bound.
func fileLists(groups []*fileGroup) []fileList {
	var out []fileList
	left := htmlFiles
	for _, g := range groups {
		if len(g.Files) <= groupWhole {
			continue
		}
		l := fileList{Title: g.Title()}
		for i := range g.Files[:min(len(g.Files), left)] {
			l.Files = append(l.Files, g.Files[i].text(len(g.Files[i].Name)))
		}
		left -= len(l.Files)
		l.More = len(g.Files) - len(l.Files)
		out = append(out, l)
	}
	return out
}

func (d *htmlData) files(r *hunt.Result) {
	for _, a := range r.Accounts {
		if a.Skipped != "" || a.SameAs != "" {
			continue
		}
		if len(d.Sources) == htmlFiles {
			d.MoreFile++
			continue
		}
		h := fileHash{File: name(a.Source.Name), Format: name(a.Format), Hash: "not read to its end", Bytes: bytesText(a.Bytes), Records: a.Read}
		if a.Source.ID != (telemetry.SourceID{}) {
			h.Hash = a.Source.ID.String()
		}
		d.Sources = append(d.Sources, h)
	}
}

// tlpClass names the style of a marking.
func tlpClass(t intel.TLP) string {
	return [...]string{"none", "clear", "green", "amber", "strict", "red"}[min(t, intel.Red)]
}
