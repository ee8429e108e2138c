package register

import (
	"cmp"
	"errors"
	"io/fs"
	"slices"

	"stormglass/internal/telemetry"
)

// Check is what a person should know of the registers of a folder.
type Check struct {
	Version    Version
	Complaints []*LineError // each keeps the registers from being used
	Standings  []Standing   // of every list, in the order of Lists
	Notes      []Note       // at most maxNotes, in the order of files and lines
	MoreNotes  int          // further ones
	First      []Opening    // what to state first; at most five
}

// Standing is what is stated of one list.
type Standing struct {
	List
	Stated            bool
	Since             telemetry.Instant // before it nothing is stated; 0: for all times
	Entries           int               // addresses, networks and names, each for each time
	Approved, Expired int               // of the entries, as of the check
}

// NoteKind says what a note is about.
type NoteKind string

// The kinds of note.
const (
	NoteExpired NoteKind = "expired"  // an entry is over
	NoteAhead   NoteKind = "ahead"    // an entry has not begun
	NoteOverlap NoteKind = "overlap"  // the same is stated twice, or of two
	NoteNobody  NoteKind = "nobody"   // a name that no register explains
	NoteUnread  NoteKind = "not_read" // a file that is no register
)

// Note is something about an entry that is no error.
type Note struct {
	File string
	Line int // 0: the whole file
	Kind NoteKind
	Text string
}

const maxNotes = 1000

// Examine checks the registers of a data folder as of a time. rules are what rules need, for the order in which to state what is
// missing. Its error is what kept a file from being read; complaints of what files say are part of the check.
func Examine(data fs.FS, at telemetry.Instant, rules []RuleNeeds) (*Check, error) {
	r, err := load(data)
	c := &Check{Version: r.Version}
	var other error
	c.Complaints, other = complaintsOf(err)
	if other != nil {
		return nil, other
	}
	for _, l := range lists {
		c.Standings = append(c.Standings, r.standing(l, at))
	}
	n := notes{at: at}
	n.files(data)
	n.entries(r)
	n.shared(r)
	n.names(r)
	slices.SortStableFunc(n.all, func(a, b Note) int { return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line)) })
	c.Notes, c.MoreNotes = n.all, n.more
	c.First = r.FirstToState(rules, 5)
	return c, nil
}

func (r *Registers) standing(l List, at telemetry.Instant) Standing {
	set, ok := r.Set(l.Name)
	s := Standing{List: l, Stated: ok, Since: set.Since, Entries: len(set.Prefixes) + len(set.Texts)}
	count := func(v Validity) {
		switch {
		case v.Over(at):
			s.Expired++
		case v.Holds(at):
			s.Approved++
		}
	}
	for _, p := range set.Prefixes {
		count(p.Validity)
	}
	for _, t := range set.Texts {
		count(t.Validity)
	}
	return s
}

// complaintsOf takes the complaints out of an error of load; other is what is none.
func complaintsOf(err error) (complaints []*LineError, other error) {
	switch e := err.(type) { //nolint:errorlint // the tree of joined errors is walked here
	case nil:
		return nil, nil
	case *LineError:
		return []*LineError{e}, nil
	case interface{ Unwrap() []error }:
		for _, one := range e.Unwrap() {
			cs, o := complaintsOf(one)
			complaints, other = append(complaints, cs...), errors.Join(other, o)
		}
		return complaints, other
	case interface{ Unwrap() error }:
		if complaints, other = complaintsOf(e.Unwrap()); len(complaints) > 0 {
			return complaints, other
		}
	}
	return nil, err
}
