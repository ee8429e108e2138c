package node

import (
	"slices"
	"sync"

	"stormglass/internal/telemetry"
)

// Watched is what became of the files in the watched folders of telemetry.
type Watched struct {
	TakenIn, NotTakenIn uint64
	Problems            []NotTaken // the last ones not taken in
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

func (f *seenFiles) count(accounts []*telemetry.Account) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, a := range accounts {
		if a.Skipped == "" {
			f.now.TakenIn++
			continue
		}
		f.now.NotTakenIn++
		f.now.Problems = append(f.now.Problems, NotTaken{a.Source.Name, a.Skipped})
		if over := len(f.now.Problems) - maxProblems; over > 0 {
			f.now.Problems = slices.Delete(f.now.Problems, 0, over)
		}
	}
}

func (f *seenFiles) get() Watched {
	f.mu.Lock()
	defer f.mu.Unlock()
	out := f.now
	out.Problems = slices.Clone(out.Problems)
	out.Complaints = slices.Concat(f.complaints[:]...)
	return out
}
