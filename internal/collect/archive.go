package collect

import "fmt"

// toldRefusals is how many members of one archive are handed over with their own Err.
const toldRefusals = 1000

// archive hands over the members of one archive, within the limits: a number of members, what all
// of them together may expand to, and how many refusals are told one by one.
type archive struct {
	files   *Files
	name    string
	do      func(*Member) error
	whole   *budget
	members int
	refused int
	folded  string // the first refusal that was not handed over
}

// archive begins an archive; size tells how many bytes of it were read from disk, or stand there.
func (f *Files) archive(name string, size func() int64, do func(*Member) error) *archive {
	return &archive{files: f, name: name, do: do, whole: f.Limits.budget(size)}
}

// full reports whether the archive is to be left before its next member, and tells why.
func (a *archive) full() (bool, error) {
	if err := a.whole.err(); err != nil {
		return true, a.do(&Member{Name: a.name, Err: fmt.Errorf("the rest of the archive was not read: it %w", err)})
	}
	a.members++
	a.files.opened++
	limit := a.files.Limits.members()
	switch {
	case a.members > limit:
		return true, a.do(&Member{Name: a.name, Err: tooMany(limit)})
	case a.files.opened > walkFactor*limit:
		return true, a.do(&Member{Name: a.name, Err: fmt.Errorf("more than %d files in all archives; the rest of this one was not read", walkFactor*limit)})
	}
	return false, nil
}

// hand passes a member on, or counts it when it is refused and many were before.
func (a *archive) hand(m *Member) error {
	if m.Err == nil {
		return a.do(m)
	}
	if a.refused++; a.refused <= toldRefusals {
		return a.do(m)
	}
	if a.refused == toldRefusals+1 {
		a.folded = fmt.Sprintf("%s: %v", m.Name, m.Err)
	}
	return nil
}

// end tells of the refusals that were only counted.
func (a *archive) end() error {
	n := a.refused - toldRefusals
	if n <= 0 {
		return nil
	}
	return a.do(&Member{Name: a.name, Err: fmt.Errorf("%d more files in it were not read, as the %d named before; the first of them is %s", n, toldRefusals, a.folded)})
}
