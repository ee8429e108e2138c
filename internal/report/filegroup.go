package report

import (
	"slices"

	"stormglass/internal/telemetry"
)

// fileGroup is what became, for one reason, of one file or of many.
type fileGroup struct {
	State  string // "not read", "stopped"
	Reason string
	Todo   string
	Files  []groupFile // in the order in which they were given
}

// groupFile is one file of a group; Note says what holds for it alone: "after 50 records".
type groupFile struct{ Name, Note string }

// How many files of a group are named.
const (
	groupExamples = 2
	groupWhole    = 3  // a group this small is named whole
	maxPath       = 60 // characters of a path in running text
)

// fileGroups gathers groups in the order in which their reasons are met.
type fileGroups []*fileGroup

func (g *fileGroups) add(state, reason, todo string, f groupFile) {
	for _, x := range *g {
		if x.State == state && x.Reason == reason {
			x.Files = append(x.Files, f)
			return
		}
	}
	*g = append(*g, &fileGroup{State: state, Reason: reason, Todo: todo, Files: []groupFile{f}})
}

// sort puts the largest groups first.
func (g fileGroups) sort() {
	slices.SortStableFunc(g, func(a, b *fileGroup) int { return len(b.Files) - len(a.Files) })
}

// files gives the number of files in all groups.
func (g fileGroups) files() int {
	n := 0
	for _, x := range g {
		n += len(x.Files)
	}
	return n
}

// What says what became of the files, without their names.
func (g *fileGroup) What() string {
	s := g.State
	if len(g.Files) == 1 && g.Files[0].Note != "" {
		s += " " + g.Files[0].Note
	}
	return s + ": " + g.Reason
}

// Names gives the file, or a few and how many more there are.
func (g *fileGroup) Names() string {
	if len(g.Files) == 1 {
		return g.Files[0].Name
	}
	n := groupExamples
	if len(g.Files) <= groupWhole {
		n = groupWhole
	}
	return listed(g.All(n+1), n) + g.more(n)
}

// All gives at most n files with their notes.
func (g *fileGroup) All(n int) []string {
	out := make([]string, min(n, len(g.Files)))
	for i, f := range g.Files[:len(out)] {
		if out[i] = f.Name; f.Note != "" {
			out[i] += " (" + f.Note + ")"
		}
	}
	return out
}
