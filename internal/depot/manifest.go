package depot

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"time"

	"stormglass/internal/disk"
	"stormglass/internal/fault"
	"stormglass/internal/wal"
)

// Frames of the manifest's log (docs/format/manifest.md). A snapshot is a run of frames that stands
// for every edit before it; it counts once its end is there.
const (
	frameEdit     = 1
	frameBegin    = 2
	frameLedger   = 3 // segments, names, holes, tombstones, expiry
	frameFiles    = 4
	frameSources  = 5
	frameEnd      = 6
	framePart     = 7 // of an edit
	manifestDir   = "manifest"
	chunk         = 2000 // files or sources in one frame of a snapshot
	snapshotAfter = 500  // edits after which a snapshot is written
)

// small is the part of a snapshot that every reader wants.
type small struct {
	Time       time.Time         `json:"time,omitzero"` // of the last edit
	Names      map[uint32]string `json:"names,omitempty"`
	Segments   []Segment         `json:"segments,omitempty"`
	Holes      []Hole            `json:"holes,omitempty"`
	Tombstones []Tombstone       `json:"tombstones,omitempty"`
	Expired    []Expired         `json:"expired,omitempty"`
	Log        wal.Position      `json:"log,omitempty"`
}

// manifestReader builds a state from frames.
type manifestReader struct {
	state  *State
	staged *State // a snapshot that has begun
	parts  Parts
	joiner joiner
	edits  int // since the last snapshot
}

func (r *manifestReader) frame(kind uint8, payload []byte) error {
	switch kind {
	case frameEdit, framePart:
		edit, err := r.joiner.frame(kind, payload)
		if err != nil || edit == nil {
			return err
		}
		var e Edit
		if err := json.Unmarshal(edit, &e); err != nil {
			return fmt.Errorf("read edit after %d: %w", r.state.Entry, err)
		}
		if e.Entry <= r.state.Entry { // from before a snapshot that did not get rid of it
			return nil
		}
		if e.Entry != r.state.Entry+1 && r.state.Entry != 0 {
			return fmt.Errorf("edit %d follows edit %d", e.Entry, r.state.Entry)
		}
		r.state.apply(&e)
		r.edits++
		return nil
	case frameBegin:
		r.staged = newState(r.parts)
		return json.Unmarshal(payload, &r.staged.Entry)
	}
	if r.staged == nil {
		return fmt.Errorf("frame of kind %d outside a snapshot", kind)
	}
	return r.snapshot(kind, payload)
}

func (r *manifestReader) snapshot(kind uint8, payload []byte) error {
	s := r.staged
	switch kind {
	case frameLedger:
		var p small
		if err := json.Unmarshal(payload, &p); err != nil {
			return fmt.Errorf("read snapshot: %w", err)
		}
		s.apply(&Edit{Entry: s.Entry, Time: p.Time, Names: p.Names, AddSegments: p.Segments, Holes: p.Holes, Tombstones: p.Tombstones, Expired: p.Expired, Log: p.Log})
	case frameFiles:
		if r.parts&WithFiles == 0 {
			return nil
		}
		var files []File
		if err := json.Unmarshal(payload, &files); err != nil {
			return fmt.Errorf("read files of snapshot: %w", err)
		}
		s.apply(&Edit{Entry: s.Entry, AddFiles: files})
	case frameSources:
		if r.parts&WithSources == 0 {
			return nil
		}
		var sources []Source
		if err := json.Unmarshal(payload, &sources); err != nil {
			return fmt.Errorf("read sources of snapshot: %w", err)
		}
		s.apply(&Edit{Entry: s.Entry, Sources: sources})
	case frameEnd:
		if s.Entry >= r.state.Entry {
			r.state, r.edits = s, 0
		}
		r.staged = nil
	default:
		return fmt.Errorf("unknown frame of kind %d: written by a newer build", kind)
	}
	return nil
}

// readManifest gives the state of the data folder, and how many edits lie after the last snapshot.
func readManifest(f disk.FS, parts Parts) (*State, int, error) {
	r := &manifestReader{state: newState(parts), parts: parts}
	_, err := wal.Read(f, manifestDir, 0, func(_ wal.Position, kind uint8, payload []byte) error { return r.frame(kind, payload) })
	if errors.Is(err, fs.ErrNotExist) {
		err = nil
	}
	if err != nil {
		return nil, 0, fault.Hint(fault.Internal, fmt.Errorf("read manifest: %w", err), "put "+manifestDir+"/ back from a backup; records and ledger are untouched")
	}
	return r.state, r.edits, nil
}

// manifest is the log of edits, open for writing.
type manifest struct {
	log   *wal.Log
	state *State
	edits int
	frame int   // bytes of an edit in one frame
	after int   // edits after which a snapshot is written
	late  error // of a snapshot
}

func openManifest(f disk.FS, o *Options) (*manifest, error) {
	log, err := wal.Open(f, manifestDir, wal.Options{})
	if err != nil {
		return nil, fmt.Errorf("open manifest: %w", err)
	}
	m := &manifest{log: log, after: cmp.Or(o.SnapshotAfter, snapshotAfter), frame: cmp.Or(o.FrameBytes, partBytes)}
	if m.state, m.edits, err = readManifest(f, WithAll); err != nil {
		return nil, errors.Join(err, log.Close())
	}
	return m, nil
}

// commit makes an edit durable. When it fails the edit may count or not, which the next opening of
// the folder tells: files it names must stay until then. Nothing more can be committed before.
func (m *manifest) commit(e *Edit) error {
	e.Entry = m.state.Entry + 1
	for i := range e.AddFiles {
		if e.AddFiles[i].Entry == 0 {
			e.AddFiles[i].Entry = e.Entry
		}
	}
	payload, err := json.Marshal(e)
	if err != nil {
		return fmt.Errorf("write edit: %w", err)
	}
	if err := appendEdit(m.log, payload, m.frame); err != nil {
		return fmt.Errorf("write edit: %w", err)
	}
	if err := m.log.Sync(); err != nil {
		return fmt.Errorf("commit edit: %w", err)
	}
	m.state.apply(e)
	if m.edits++; m.edits >= m.after && m.late == nil {
		m.late = m.snapshot() // the edit itself is safe
	}
	return nil
}

// close ends the log. It tells of a snapshot that could not be written.
func (m *manifest) close() error { return errors.Join(m.late, m.log.Close()) }

// snapshot writes the state, and drops the edits that led to it.
func (m *manifest) snapshot() error {
	if err := m.log.Rotate(); err != nil {
		return fmt.Errorf("begin a snapshot of the manifest: %w", err)
	}
	s := m.state
	var first wal.Position
	begun := false
	put := func(kind uint8, v any) error {
		payload, err := json.Marshal(v)
		if err != nil {
			return err
		}
		pos, err := m.log.Append(kind, payload)
		if !begun {
			first, begun = pos, true
		}
		return err
	}
	err := put(frameBegin, s.Entry)
	if err == nil {
		err = put(frameLedger, small{Time: s.Time, Segments: s.segments(), Holes: s.Holes, Tombstones: s.Tombstones, Expired: s.Expired, Log: s.Log})
	}
	for c := range slices.Chunk(slices.Sorted(maps.Keys(s.Names)), 5*chunk) {
		names := make(map[uint32]string, len(c))
		for _, n := range c {
			names[n] = s.Names[n]
		}
		if err == nil {
			err = put(frameLedger, small{Names: names})
		}
	}
	for c := range slices.Chunk(slices.Sorted(maps.Keys(s.Files)), chunk) {
		files := make([]File, 0, len(c))
		for _, n := range c {
			files = append(files, s.Files[n])
		}
		if err == nil {
			err = put(frameFiles, files)
		}
	}
	for c := range slices.Chunk(slices.Collect(maps.Values(s.Sources)), chunk) {
		if err == nil {
			err = put(frameSources, c)
		}
	}
	if err == nil {
		err = put(frameEnd, s.Entry)
	}
	if err == nil {
		err = m.log.Sync()
	}
	if err == nil {
		err = m.log.Drop(first)
	}
	if err != nil {
		return fmt.Errorf("write a snapshot of the manifest: %w", err)
	}
	m.edits = 0
	return nil
}
