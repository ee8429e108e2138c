package report

import (
	"slices"
	"strings"
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

// fileGroups gathers groups, in the order in which their reasons are met.
type fileGroups struct {
	list []*fileGroup
	at   map[string]*fileGroup // by state and reason
}

func (g *fileGroups) add(state, reason, todo string, f groupFile) {
	key := state + "\x00" + reason
	x, ok := g.at[key]
	if !ok {
		if g.at == nil {
			g.at = map[string]*fileGroup{}
		}
		x = &fileGroup{State: state, Reason: reason, Todo: todo}
		g.at[key] = x
		g.list = append(g.list, x)
	}
	x.Files = append(x.Files, f)
}

// sorted gives the groups, the largest first.
func (g *fileGroups) sorted() []*fileGroup {
	slices.SortStableFunc(g.list, func(a, b *fileGroup) int { return len(b.Files) - len(a.Files) })
	return g.list
}

func filesOf(groups []*fileGroup) int {
	n := 0
	for _, g := range groups {
		n += len(g.Files)
	}
	return n
}

// What says what became of the files, without their names.
func (g *fileGroup) What() string {
	if strings.HasPrefix(g.Reason, "not a ") { // says it all: "not a format that is read here"
		return g.Reason
	}
	s := g.State
	if len(g.Files) == 1 && g.Files[0].Note != "" {
		s += " " + g.Files[0].Note
	}
	return s + ": " + g.Reason
}

// Names gives the files, or a few of them and how many more there are.
func (g *fileGroup) Names() string {
	if len(g.Files) == 1 {
		return g.Files[0].Name
	}
	n := groupExamples
	if len(g.Files) <= groupWhole {
		n = groupWhole
	}
	few := make([]string, min(n, len(g.Files)))
	for i := range few {
		few[i] = g.Files[i].text(maxPath)
	}
	s := strings.Join(few, ", ")
	if rest := len(g.Files) - len(few); rest > 0 {
		s += " and " + number(rest) + " more"
	}
	return s
}

// text says in one sentence, without its full stop, which files and what became of them.
func (g *fileGroup) text() string {
	if len(g.Files) == 1 {
		return g.Names() + ": " + g.What()
	}
	return g.Title() + ", as " + g.Names()
}

// Title is text for many files, without their names.
func (g *fileGroup) Title() string {
	if what := g.What(); what != g.Reason {
		return count(len(g.Files), "file") + " " + what
	}
	return count(len(g.Files), "file") + ": " + g.Reason
}

// text gives a file with its note, its path at most n characters long.
func (f *groupFile) text(n int) string {
	s := tail(f.Name, n)
	if f.Note != "" {
		s += " (" + f.Note + ")"
	}
	return s
}

// remark is something worth knowing about one file or many, and no loss.
type remark struct {
	Text     string
	Examples []string // a few, when it is about many
	More     int      // that are no examples
}

// A remark names a few files, each in about a line.
const (
	remarkExamples = 3
	remarkPath     = 88
)

// sameContent says which files hold what others hold; each pair is a file and the one read before.
func sameContent(pairs [][2]string) []remark {
	if len(pairs) == 0 {
		return nil
	}
	if len(pairs) == 1 {
		return []remark{{Text: pairs[0][0] + " holds the same as " + pairs[0][1] + " and counts once."}}
	}
	r := remark{Text: count(len(pairs), "file") + " hold the same as another and count once:"}
	for _, p := range pairs[:min(len(pairs), remarkExamples)] {
		r.Examples = append(r.Examples, tail(p[0], remarkPath)+" as "+tail(p[1], remarkPath))
	}
	r.More = len(pairs) - len(r.Examples)
	return []remark{r}
}

// leftOut says what was left out on purpose.
func leftOut(groups *fileGroups) []remark {
	var out []remark
	for _, g := range groups.sorted() {
		out = append(out, remark{Text: g.text() + "."})
	}
	return out
}
