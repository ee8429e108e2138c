package report

import (
	"stormglass/internal/hunt"
	"stormglass/internal/intel"
	"stormglass/internal/observable"
)

// htmlExplain names what one file of intelligence held that was not used.
type htmlExplain struct {
	File  string
	Notes []explainNote
	More  int // not named
}

type explainNote struct{ Outcome, Reason, Where, Value string }

func explainOf(r *hunt.Result, in folder) []htmlExplain {
	var out []htmlExplain
	left := htmlNotes
	for _, f := range r.Intel {
		lost := f.Count(intel.Listed) + f.Count(intel.Reported)
		for _, n := range f.Parts {
			lost += n
		}
		if lost == 0 {
			continue
		}
		x := htmlExplain{File: in.name(f.File)}
		for _, n := range sortedNotes(f.Notes) {
			if left == 0 {
				break
			}
			left--
			outcome := n.Outcome.String()
			if n.Part {
				outcome += ", " + partOf
			}
			x.Notes = append(x.Notes, explainNote{outcome, prose(n.Reason), observable.Printable(n.Where), prose(n.Value)})
		}
		x.More = max(lost-len(x.Notes), 0)
		out = append(out, x)
	}
	return out
}
