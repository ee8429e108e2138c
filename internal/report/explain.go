package report

import (
	"bufio"
	"cmp"
	"fmt"
	"io"
	"slices"

	"stormglass/internal/hunt"
	"stormglass/internal/intel"
	"stormglass/internal/observable"
)

// WriteExplain names every value of the intelligence that was not used: by file, outcome and
// reason, with where it stands. It needs the notes that a Loader with KeepNotes keeps.
func WriteExplain(w io.Writer, r *hunt.Result) error {
	b := bufio.NewWriter(w)
	p := &page{w: b, width: defaultWidth}
	mark := markingOfSources(r)
	if mark != intel.Unmarked {
		p.text(0, "", banner(mark))
	}
	p.explain(r)
	if err := b.Flush(); err != nil {
		return fmt.Errorf("write explanation: %w", err)
	}
	return nil
}

func (p *page) explain(r *hunt.Result) {
	p.heading("Values not used")
	if len(r.Intel) == 0 {
		p.text(2, "", "No intelligence was given.")
	}
	for _, f := range r.Intel {
		p.explainFile(f)
	}
}

func (p *page) explainFile(f *intel.FileReport) {
	lost := f.Count(intel.Listed) + f.Count(intel.Reported)
	parts := 0
	for _, n := range f.Parts {
		parts += n
	}
	s := p.in.intel.name(f.File)
	switch {
	case f.Skipped != "":
		p.text(2, "", s+": not read: "+prose(f.Skipped))
		return
	case lost+parts == 0:
		s += ": everything was used"
	default:
		s += ": " + count(lost, "item") + " and " + count(parts, "part") + " of items not used"
	}
	if f.Failed != "" {
		s += "; stopped before the end: " + prose(f.Failed)
	}
	p.text(2, bold, s)
	p.explainNotes(f)
	switch missing := lost + parts - len(f.Notes); {
	case missing > 0 && len(f.Notes) == 0:
		p.text(4, "", "Their names were not kept: hunt with --explain-intel.")
	case missing > 0:
		p.text(4, "", number(missing)+" of them are not named here: at most "+number(intel.MaxNotes)+" names are kept for a file.")
	}
}

func (p *page) explainNotes(f *intel.FileReport) {
	var last intel.Note
	for i, n := range sortedNotes(f.Notes) {
		if i == 0 || n.Outcome != last.Outcome || n.Reason != last.Reason || n.Part != last.Part {
			what := n.Outcome.String()
			if n.Part {
				what += ", " + partOf
			}
			p.text(4, "", what+": "+prose(n.Reason))
		}
		last = n
		p.hanging("      ", 8, "", joined("  ", observable.Printable(n.Where), prose(n.Value)))
	}
}

// sortedNotes orders notes by outcome and reason; within these they stay in the order of the file.
func sortedNotes(notes []intel.Note) []intel.Note {
	out := slices.Clone(notes)
	slices.SortStableFunc(out, func(a, b intel.Note) int {
		return cmp.Or(cmp.Compare(a.Outcome, b.Outcome), cmp.Compare(btoi(a.Part), btoi(b.Part)), cmp.Compare(a.Reason, b.Reason))
	})
	return out
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}
