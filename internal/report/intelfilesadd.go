package report

import (
	"bufio"
	"fmt"
	"io"
	"slices"
	"time"

	"stormglass/internal/hunt"
	"stormglass/internal/intel"
)

// AddedIntel is what adding intelligence did, with what looking its values up in the past found.
type AddedIntel struct {
	Files       []AddedFile
	Skipped     []*intel.FileReport // what could not be read
	Looked      int                 // values that were not known before and were looked up
	First, Last string              // of the days that are held, empty when none is
	New         int                 // findings
	Changed     int
	Findings    []*hunt.Finding
	Took        time.Duration // of looking up
}

// AddedFile is one file of intelligence that was added.
type AddedFile struct {
	Name   string
	Known  bool // it was in force before
	Values int
	Report *intel.FileReport // may be nil
}

// WriteAddedIntel writes what adding intelligence did, as a table or as JSON.
func WriteAddedIntel(w io.Writer, f Format, r *AddedIntel, o Options) error {
	b := bufio.NewWriter(w)
	switch f {
	case Table:
		writeAddedTable(b, r, o)
	case JSON:
		if err := writeAddedJSON(b, r); err != nil {
			return err
		}
	default:
		return fmt.Errorf("added intelligence is told as table or json, not as %s", f)
	}
	return b.Flush()
}

func writeAddedTable(b *bufio.Writer, r *AddedIntel, o Options) {
	p := newPage(b, o)
	mark := markingOf(&hunt.Result{Outcome: hunt.Outcome{Findings: r.Findings}}, Options{})
	if mark != intel.Unmarked {
		p.text(0, tlpStyle(mark), banner(mark))
		p.line("")
	}
	in := r.intelligence()
	p.in.intel = folderOf(r.names())
	p.text(0, bold, r.addedText())
	if s := p.in.text(); s != "" {
		p.text(0, dim, s)
	}
	p.addedFiles(r)
	p.groups(in.Unread)
	p.reasons(&in, Options{ExplainIntel: true}) // adding has no such flag: no hint
	p.line("")
	p.text(0, lookedStyle(r), r.lookedText())
	p.someFindings(r.Findings, o)
	if mark.Restricted() {
		p.line("")
		p.text(0, tlpStyle(mark), banner(mark))
	}
}

func (r *AddedIntel) names() []string {
	var out []string
	for i := range r.Files {
		out = append(out, r.Files[i].Name)
	}
	for _, s := range r.Skipped {
		out = append(out, s.File)
	}
	return out
}

// intelligence gives the account of all files, as a hunt has it.
func (r *AddedIntel) intelligence() intelligence {
	reports := slices.Clone(r.Skipped)
	for i := range r.Files {
		if f := r.Files[i].Report; f != nil {
			reports = append(reports, f)
		}
	}
	return intelligenceOf(&hunt.Result{Intel: reports}, folderOf(r.names()))
}

func (r *AddedIntel) addedText() string {
	known, values := 0, 0
	for i := range r.Files {
		values += r.Files[i].Values
		if r.Files[i].Known {
			known++
		}
	}
	s := "Added " + count(len(r.Files)-known, "file") + " of intelligence"
	switch {
	case len(r.Files) == 0:
		return "Nothing was added: none of what was given is intelligence that could be read."
	case known == len(r.Files):
		s = "Nothing new was added: " + isOrAre(known, "file") + " in force already"
	case known > 0:
		s += "; " + isOrAre(known, "file") + " in force already"
	}
	return s + "; in all " + count(values, "value") + "."
}

// isOrAre writes "1 file is", "3 files are".
func isOrAre[T int | uint64](n T, noun string) string {
	if n == 1 {
		return count(n, noun) + " is"
	}
	return count(n, noun) + " are"
}

func (p *page) addedFiles(r *AddedIntel) {
	if len(r.Files) == 0 {
		return
	}
	rows := [][]string{{"file", "format", "values", "items", "loaded", "listed", "reported"}}
	for i := range r.Files[:min(len(r.Files), tableFiles)] {
		f := &r.Files[i]
		rep := f.Report
		if rep == nil {
			rep = &intel.FileReport{}
		}
		rows = append(rows, []string{
			p.in.intel.name(f.Name), name(rep.Format), number(f.Values), number(rep.Total), number(rep.Loaded),
			number(rep.Count(intel.Listed)), number(rep.Count(intel.Reported)),
		})
	}
	p.columns(2, []bool{false, false, true, true, true, true, true}, rows)
	if n := len(r.Files) - tableFiles; n > 0 {
		p.text(2, "", "and "+count(n, "further file")+"; -o json lists them.")
	}
}

func lookedStyle(r *AddedIntel) style {
	if len(r.Findings) > 0 && r.Findings[0].Level >= hunt.High {
		return alarm
	}
	return bold
}

// lookedText says what was looked up where, and what came of it.
func (r *AddedIntel) lookedText() string {
	switch {
	case r.Looked == 0 && len(r.Files) == 0:
		return "Nothing was looked up."
	case r.Looked == 0:
		return "Every value of it was looked up before: nothing was looked up again."
	case r.First == "":
		return "No day is held yet, so nothing can be said of " + count(r.Looked, "value") + ": stormglass ingest takes telemetry in, and looks for them in it."
	}
	held := r.First
	if r.Last != r.First {
		held += " to " + r.Last
	}
	s := "Looked " + count(r.Looked, "new value") + " up in everything held (" + held + "): "
	if r.New+r.Changed == 0 {
		return s + "none of them was met on the days that are held."
	}
	s += isOrAre(r.New, "finding") + " new"
	if r.Changed > 0 {
		s += ", " + number(r.Changed) + " changed"
	}
	return s + "."
}

// someFindings writes findings as blocks, up to so many, and where the others are to be had.
func (p *page) someFindings(findings []*hunt.Finding, o Options) {
	show := defaultFindings
	if o.MaxFindings != 0 {
		show = o.MaxFindings
	}
	if show < 0 {
		show = len(findings)
	}
	show = min(show, len(findings))
	for i, f := range findings[:show] {
		v := viewOf(f, tableSamples, p.in)
		p.line("")
		p.finding(&v, i > 0 && sameSources(f, findings[i-1]))
	}
	if n := len(findings) - show; n > 0 {
		p.line("")
		p.text(0, bold, "… and "+number(n)+" more: stormglass finding list names them, finding show ID tells of one.")
	}
}

type addedJSON struct {
	File    string         `json:"file"`
	Known   bool           `json:"known"` // it was in force before
	Values  int            `json:"values"`
	Account *IntelFileJSON `json:"account"`
}

type heldJSON struct {
	First string `json:"first_day"` // "" when no day is held
	Last  string `json:"last_day"`
}

func writeAddedJSON(b *bufio.Writer, r *AddedIntel) error {
	w := &fieldWriter{b: b}
	w.field("text", r.addedText()+" "+r.lookedText())
	files := intelOf(&hunt.Result{Intel: reportsOf(r.Files)}, Options{}).Files
	w.list("files", len(r.Files), func(i int) any {
		f := &r.Files[i]
		return addedJSON{f.Name, f.Known, f.Values, &files[i]}
	})
	w.field("not_read", intelOf(&hunt.Result{Intel: r.Skipped}, Options{}).Files)
	w.field("looked_up", r.Looked)
	w.field("held", heldJSON{r.First, r.Last})
	w.field("took_ms", r.Took.Milliseconds())
	w.field("new", r.New)
	w.field("changed", r.Changed)
	w.list("findings", len(r.Findings), func(i int) any { return findingOf(r.Findings[i]) })
	return w.end()
}

// reportsOf gives a report for each file, empty where there is none.
func reportsOf(files []AddedFile) []*intel.FileReport {
	out := make([]*intel.FileReport, len(files))
	for i := range files {
		if out[i] = files[i].Report; out[i] == nil {
			out[i] = &intel.FileReport{File: files[i].Name}
		}
	}
	return out
}
