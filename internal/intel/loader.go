package intel

import (
	"sort"

	"stormglass/internal/observable"
)

// Outcome says what became of one item of a file.
type Outcome uint8

// The outcomes.
const (
	Loaded   Outcome = iota // hunted, or held in the library
	Listed                  // understood and kept out of the hunt, with the reason
	Reported                // not understood, with the reason
)

// String gives the outcome as one word.
func (o Outcome) String() string { return [...]string{"loaded", "listed", "reported"}[o] }

// Note names one item that was not loaded.
type Note struct {
	Outcome Outcome
	Reason  string
	Where   string // "attribute 5a3c…", "line 12", "object indicator--…"
	Value   string // the item's value or pattern, masked where it identifies a subscriber
	Part    bool   // only a part of the item; the item itself is counted elsewhere
}

// FileReport is the account of one file. Loaded plus all counts of Listed and Reported is Total.
type FileReport struct {
	File     string
	Format   string
	Total    int
	Loaded   int
	Listed   map[string]int // by reason
	Reported map[string]int // by reason
	Parts    map[string]int // values of items counted above that were not used, by reason; not in Total
	Notes    []Note         // the items by name; only when the loader keeps them
	Skipped  string         // why the file was not read at all, empty when it was
	Failed   string         // why reading stopped before the end, empty when it did not
}

// Count gives the number of items of an outcome.
func (r *FileReport) Count(o Outcome) int {
	switch o {
	case Loaded:
		return r.Loaded
	case Listed:
		return sum(r.Listed)
	case Reported:
		return sum(r.Reported)
	}
	return 0
}

func sum(m map[string]int) int {
	n := 0
	for _, c := range m {
		n += c
	}
	return n
}

// Reasons gives the reasons of a count, most frequent first.
func Reasons(m map[string]int) []string {
	rs := make([]string, 0, len(m))
	for r := range m {
		rs = append(rs, r)
	}
	sort.Slice(rs, func(i, j int) bool {
		if m[rs[i]] != m[rs[j]] {
			return m[rs[i]] > m[rs[j]]
		}
		return rs[i] < rs[j]
	})
	return rs
}

// MaxNotes bounds the notes kept for one file.
const MaxNotes = 100_000

// Loader takes in what readers find. It serves one reader at a time.
type Loader struct {
	AllAttributes bool // hunt MISP attributes whose to_ids is false, too
	KeepNotes     bool // keep the name of every item that was not loaded

	Library Library
	reports []*FileReport
	build   *builder
	item    Item
}

// NewLoader makes an empty loader.
func NewLoader() *Loader { return &Loader{build: newBuilder()} }

// File starts the account of a file; the reader's calls count for it until the next File.
func (l *Loader) File(name, format string) *FileReport {
	r := &FileReport{
		File: name, Format: format,
		Listed: map[string]int{}, Reported: map[string]int{}, Parts: map[string]int{},
	}
	l.reports = append(l.reports, r)
	return r
}

// Reports gives the accounts of all files so far.
func (l *Loader) Reports() []*FileReport { return l.reports }

// Source declares a source. The reader may complete *s until it returns: formats state a report's
// markings and names after its values.
func (l *Loader) Source(s *Source) SourceID {
	l.Library.Sources = append(l.Library.Sources, s)
	return SourceID(len(l.Library.Sources) - 1)
}

// Indicator adds a value to the hunt. It does not count an item: one item may hold several values.
func (l *Loader) Indicator(i Indicator) { l.build.add(i) }

// Actor adds a group and its names to the library.
func (l *Loader) Actor(a Actor) { l.Library.Actors = append(l.Library.Actors, a) }

// Vulnerability adds an entry to the library.
func (l *Loader) Vulnerability(v Vulnerability) {
	l.Library.Vulnerabilities = append(l.Library.Vulnerabilities, v)
}

// WarningList adds a list of values that are expected to be harmless.
func (l *Loader) WarningList(w *WarningList) {
	l.Library.WarningLists = append(l.Library.WarningLists, w)
}

// Loaded counts one item of the current file as loaded.
func (l *Loader) Loaded() {
	r := l.current()
	r.Total++
	r.Loaded++
}

// NotLoaded counts one item of the current file as listed or reported. Reason is a constant phrase;
// where and value name the item and are kept only with KeepNotes.
func (l *Loader) NotLoaded(o Outcome, reason, where, value string) {
	r := l.current()
	r.Total++
	if o == Listed {
		count(r.Listed, reason)
	} else {
		count(r.Reported, reason)
	}
	l.note(Note{Outcome: o, Reason: reason, Where: where, Value: value})
}

// Part names a value that was not used of an item that is counted elsewhere. It counts no item.
func (l *Loader) Part(o Outcome, reason, where, value string) {
	count(l.current().Parts, reason)
	l.note(Note{Outcome: o, Reason: reason, Where: where, Value: value, Part: true})
}

func (l *Loader) note(n Note) {
	if r := l.current(); l.KeepNotes && len(r.Notes) < MaxNotes {
		n.Where, n.Value = clip(n.Where), clip(n.Value)
		r.Notes = append(r.Notes, n)
	}
}

// maxReasons bounds the reasons of a count: some carry a word of the file, such as a type.
const maxReasons = 200

func count(m map[string]int, reason string) {
	if _, ok := m[reason]; !ok && len(m) >= maxReasons {
		reason = "other reasons"
	}
	m[clip(reason)]++
}

// Index builds the index over all indicators added so far.
func (l *Loader) Index() (*Index, error) { return l.build.index() }

func (l *Loader) current() *FileReport {
	if len(l.reports) == 0 {
		return l.File("", "")
	}
	return l.reports[len(l.reports)-1]
}

// Library is what is known besides single values.
type Library struct {
	Sources         []*Source
	Actors          []Actor
	Vulnerabilities []Vulnerability
	WarningLists    []*WarningList
}

// Huntable reports whether values of a kind can be matched against telemetry.
func Huntable(k observable.Kind) bool {
	switch k { //nolint:exhaustive // the others are not matched
	case observable.Addr, observable.Prefix, observable.Domain, observable.URL, observable.MD5, observable.SHA1,
		observable.SHA256, observable.SHA512, observable.Email, observable.JA3, observable.JA4,
		observable.FileName, observable.CommunityID:
		return true
	}
	return false
}
