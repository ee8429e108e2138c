package depot

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"stormglass/internal/telemetry"
	"stormglass/internal/wal"
)

// State is what the manifest says exists, after some edit.
type State struct {
	Entry      uint64    // number of the last edit, from 1
	Time       time.Time // of the last edit
	Names      map[uint32]string
	Segments   map[string]Segment
	Files      map[string]File // only when read with WithFiles
	Sources    map[telemetry.SourceID]Source
	Holes      []Hole
	Tombstones []Tombstone
	Expired    []Expired
	Log        wal.Position // frames of the log of what arrived before this one are kept

	parts Parts
	heads map[Fingerprint][]telemetry.SourceID
	short map[uint64]bool // lengths of sources that end before their fingerprint does
}

// fingerprinted is how many bytes a fingerprint is of, as far as there are so many.
const fingerprinted = 4 << 10

// Parts says which of the large parts of a manifest are read: few questions need all.
type Parts uint8

// The parts.
const (
	WithFiles Parts = 1 << iota
	WithSources
	WithAll = WithFiles | WithSources
)

func newState(p Parts) *State {
	return &State{
		Names: map[uint32]string{}, Segments: map[string]Segment{}, Files: map[string]File{},
		Sources: map[telemetry.SourceID]Source{}, heads: map[Fingerprint][]telemetry.SourceID{}, short: map[uint64]bool{}, parts: p,
	}
}

// apply makes the edit's changes. Dropping what is not there is no error: a repair may have.
func (s *State) apply(e *Edit) {
	s.Entry = e.Entry
	if !e.Time.IsZero() {
		s.Time = e.Time
	}
	maps.Copy(s.Names, e.Names)
	for _, n := range e.DropSegments {
		delete(s.Segments, n)
	}
	for _, g := range e.AddSegments {
		s.Segments[g.Name] = g
	}
	if s.parts&WithFiles != 0 {
		for _, n := range e.DropFiles {
			delete(s.Files, n)
		}
		for i := range e.AddFiles {
			s.Files[e.AddFiles[i].Name] = e.AddFiles[i]
		}
	}
	if s.parts&WithSources != 0 {
		for i := range e.Sources {
			s.source(e.Sources[i])
		}
	}
	s.Log = max(s.Log, e.Log)
	s.Holes = append(s.Holes, e.Holes...)
	s.Holes = slices.DeleteFunc(s.Holes, func(h Hole) bool { return !h.lake() && h.within(e.Filled) })
	s.Tombstones = append(s.Tombstones, e.Tombstones...)
	s.Tombstones = slices.DeleteFunc(s.Tombstones, func(t Tombstone) bool { return slices.Contains(e.Purged, t.Number) })
	for _, x := range e.Expired {
		s.expire(x)
	}
}

// expire adds to what is told of a day's expired rows.
func (s *State) expire(x Expired) {
	for i := range s.Expired {
		if o := &s.Expired[i]; o.Kind == x.Kind && o.Class == x.Class && o.Day == x.Day {
			o.Rows += x.Rows
			o.On = max(o.On, x.On)
			return
		}
	}
	s.Expired = append(s.Expired, x)
}

// source takes a source in. One that was read further takes the place of its own first part.
func (s *State) source(n Source) {
	n.Account = nil
	ids := s.heads[n.Head]
	ids = slices.DeleteFunc(ids, func(id telemetry.SourceID) bool {
		if old := s.Sources[id]; id == n.ID || old.Part && n.After == old.ID {
			delete(s.Sources, id)
			return true
		}
		return false
	})
	if n.Bytes < fingerprinted {
		s.short[n.Bytes] = true
	}
	s.Sources[n.ID] = n
	s.heads[n.Head] = append(ids, n.ID)
}

// Like gives the known sources that have one of some fingerprints, shortest first.
func (s *State) Like(heads ...Fingerprint) []Source {
	var out []Source
	for _, f := range heads {
		for _, id := range s.heads[f] {
			out = append(out, s.Sources[id])
		}
	}
	slices.SortFunc(out, func(a, b Source) int { return cmp.Compare(a.Bytes, b.Bytes) })
	return out
}

// segments gives the segments, sorted by name: the order does not matter, but answers should not
// depend on the map's.
func (s *State) segments() []Segment {
	return slices.SortedFunc(maps.Values(s.Segments), func(a, b Segment) int { return cmp.Compare(a.Name, b.Name) })
}
