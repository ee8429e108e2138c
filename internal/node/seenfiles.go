package node

import (
	"maps"
	"slices"
	"sync"

	"stormglass/internal/observable"
	"stormglass/internal/telemetry"
)

// Watched is what became of the files in the watched folders of telemetry.
type Watched struct {
	TakenIn, NotTakenIn uint64
	Unread              uint64     // records that could not be read
	Problems            []NotTaken // what is not taken in now, or not to its end; the last ones
	Complaints          []string   // what cannot be looked at now, of telemetry and of intelligence
}

// NotTaken is a file that was not taken in.
type NotTaken struct{ Name, Why string }

// maxProblems bounds the files not taken in that are named.
const maxProblems = 20

// seenFiles counts watched files.
type seenFiles struct {
	mu         sync.Mutex
	now        Watched
	complaints [numWatches][]string
	unread     map[string]unread // by name of source
}

// unread is what could not be read of a file.
type unread struct {
	as   telemetry.SourceID // as which content
	rows uint64
	said uint64 // how many there were when it was logged last
}

// watch is a sort of what is watched.
type watch int

const (
	ofTelemetry watch = iota
	ofIntel
	numWatches
)

func (w watch) String() string {
	if w == ofIntel {
		return "intelligence"
	}
	return "telemetry"
}

// complain keeps what a look complained of, and gives what is new of it and whether there is no complaint any more.
func (f *seenFiles) complain(of watch, now []string) (fresh []string, over bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	before := f.complaints[of]
	for _, what := range now {
		if !slices.Contains(before, what) {
			fresh = append(fresh, what)
		}
	}
	f.complaints[of] = now
	return fresh, len(now) == 0 && len(before) > 0
}

// mended forgets what was the matter with files that are gone, or were looked at again.
func (f *seenFiles) mended(files []string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.now.Problems = slices.DeleteFunc(f.now.Problems, func(p NotTaken) bool { return slices.Contains(files, fileOf(p.Name)) })
}

// forget lets go of all that is known of files that are gone.
func (f *seenFiles) forget(files []string) {
	f.mended(files)
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, file := range files {
		delete(f.unread, file)
	}
	maps.DeleteFunc(f.unread, func(name string, _ unread) bool { // in an archive
		file := fileOf(name)
		return file != name && slices.Contains(files, file)
	})
}

// partly is a file of which records were not read.
type partly struct {
	name   string
	rows   uint64
	reason string // the first
}

// count counts what became of the files that were looked at, and gives those of which it is to be said that records were
// not read: a file that is written all the time is told of when there are twice as many.
func (f *seenFiles) count(done *Ingested) (say []partly) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, a := range done.Accounts {
		switch {
		case a.Skipped == emptyFile: // it was rotated, or is yet to be written
		case a.Skipped != "":
			f.now.NotTakenIn++
			f.problem(a.Source.Name, a.Skipped)
		default:
			f.now.TakenIn++
			if a.Failed != "" {
				f.problem(a.Source.Name, "not read to its end: "+a.Failed)
			}
			if p, ok := f.lost(a, done.after[a.Source.ID]); ok {
				say = append(say, p)
			}
		}
	}
	return say
}

// emptyFile is why a file that holds nothing is not read.
const emptyFile = "empty"

func (f *seenFiles) problem(name, why string) {
	f.now.Problems = append(f.now.Problems, NotTaken{name, why})
	if over := len(f.now.Problems) - maxProblems; over > 0 {
		f.now.Problems = slices.Delete(f.now.Problems, 0, over)
	}
}

// lost counts the records of a source that could not be read, but for those that were counted when the source, as it was
// before it grew, was read.
func (f *seenFiles) lost(a *telemetry.Account, after telemetry.SourceID) (p partly, say bool) {
	if a.SameAs != "" {
		return p, false
	}
	rows, before := a.Problems.Losses(), f.unread[a.Source.Name]
	if before.as != after || after == (telemetry.SourceID{}) {
		before = unread{}
	}
	if rows == 0 {
		delete(f.unread, a.Source.Name)
		return p, false
	}
	f.now.Unread += rows - min(rows, before.rows)
	say = rows > before.rows && rows >= 2*before.said
	now := unread{as: a.Source.ID, rows: rows, said: before.said}
	if say {
		now.said = rows
	}
	if f.unread == nil {
		f.unread = map[string]unread{}
	}
	f.unread[a.Source.Name] = now
	return partly{a.Source.Name, rows - min(rows, before.rows), firstReason(&a.Problems)}, say
}

// firstReason says what was wrong with the first record that could not be read.
func firstReason(p *telemetry.Problems) string {
	for i := range p.List {
		if x := &p.List[i]; !x.Notice {
			if len(x.Examples) == 0 {
				return x.Reason
			}
			return x.Reason + ", " + x.Examples[0].String()
		}
	}
	return ""
}

func (f *seenFiles) get() Watched {
	f.mu.Lock()
	defer f.mu.Unlock()
	out := f.now
	out.Problems = slices.Clone(out.Problems)
	for _, what := range slices.Concat(f.complaints[:]...) {
		out.Complaints = append(out.Complaints, observable.Printable(what)) // a name may hold anything
	}
	return out
}
