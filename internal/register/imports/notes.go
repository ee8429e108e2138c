package imports

import (
	"fmt"
	"slices"
)

// Notes say what became of one file.
type Notes struct {
	File    string
	Taken   int      // entries proposed
	Left    int      // items and lines that were not understood or are no entries
	Lines   []Left   // the first of them
	Remarks []string // what a person must know: which columns were taken, that the export has further pages
}

// Left is something that became no entry. Text never quotes the file.
type Left struct {
	Line int
	Text string
}

// maxLeft is how many things that were left out are named by line; the rest is counted.
const maxLeft = 100

// reading is one file that is being read.
type reading struct {
	*Proposal
	at int // the file's place in Notes
}

func (p *Proposal) reading(name string) *reading {
	p.Notes = append(p.Notes, Notes{File: name})
	return &reading{p, len(p.Notes) - 1}
}

func (r *reading) notes() *Notes { return &r.Notes[r.at] }

func (r *reading) place(line int) place { return place{r.notes().File, line} }

// left notes that something of a line became no entry, and what to do.
func (r *reading) left(line int, format string, args ...any) {
	n := r.notes()
	l := Left{line, fmt.Sprintf(format, args...)}
	if slices.Contains(n.Lines, l) {
		return // a group that several users are members of
	}
	n.Left++
	if len(n.Lines) < maxLeft {
		n.Lines = append(n.Lines, l)
	}
}

func (r *reading) remark(format string, args ...any) {
	n := r.notes()
	if s := fmt.Sprintf(format, args...); !slices.Contains(n.Remarks, s) {
		n.Remarks = append(n.Remarks, s)
	}
}

// propose takes an entry in.
func (r *reading) propose(register string, i *item, names ...string) {
	r.notes().Taken++
	r.keep(register, i, names...)
}
