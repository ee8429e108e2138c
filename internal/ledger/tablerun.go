package ledger

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"io/fs"
	"path"
	"sync/atomic"

	"stormglass/internal/disk"
	"stormglass/internal/telemetry"
)

// run is a file of sorted rows that nobody needs after the process: a day after the other, so that
// each can be read by itself. A day is a row of frames: length of what follows the head, CRC-32C of
// it, then rows, the first of them whole and each further one by its difference.
type run struct {
	fs       disk.FS
	name     string
	file     disk.File
	sections []section
	rows     uint64
}

// section is where a run's rows of a day lie.
type section struct {
	day      telemetry.Day
	from, to int64
	rows     uint64
	folds    bool // some are folded
}

const (
	frameHead  = 8
	frameBytes = 1 << 15 // a frame is ended after the row that passes it
	maxFrame   = frameBytes + MaxValue + MaxSensors*40 + 256
)

var castagnoli32 = crc32.MakeTable(crc32.Castagnoli)

// runNumber tells the runs of a process apart.
var runNumber atomic.Uint64

// newRun makes an empty run in a folder. What a killed process left there is passed over.
func newRun(fsys disk.FS, dir string) (*run, error) {
	if err := fsys.MkdirAll(dir); err != nil {
		return nil, fmt.Errorf("make folder for runs: %w", err)
	}
	for {
		name := path.Join(dir, fmt.Sprintf("%06d.run", runNumber.Add(1)))
		f, err := fsys.Create(name)
		if errors.Is(err, fs.ErrExist) {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("make run: %w", err)
		}
		return &run{fs: fsys, name: name, file: f}, nil
	}
}

// section gives where the rows of a day lie; none when it has no rows.
func (r *run) section(day telemetry.Day) section {
	for _, s := range r.sections {
		if s.day == day {
			return s
		}
	}
	return section{}
}

// remove closes and removes the run.
func (r *run) remove() error {
	if err := errors.Join(r.file.Close(), r.fs.Remove(r.name)); err != nil {
		return fmt.Errorf("remove run: %w", err)
	}
	return nil
}

// runWriter writes the sections of a run.
type runWriter struct {
	run   *run
	at    int64
	frame []byte
	last  []byte // value of the row before, in this frame
}

// begin begins the section of a day. Days may come in any order, each once.
func (w *runWriter) begin(day telemetry.Day) {
	w.run.sections = append(w.run.sections, section{day: day, from: w.at, to: w.at})
	w.newFrame()
}

func (w *runWriter) newFrame() {
	w.frame = append(w.frame[:0], make([]byte, frameHead)...)
	w.last = w.last[:0]
}

// add adds a row to the section; it keeps nothing of it.
func (w *runWriter) add(r *Row) error {
	w.frame = appendRow(w.frame, w.last, w.section().day, r)
	w.last = append(w.last[:0], r.Value...)
	w.section().rows++
	w.section().folds = w.section().folds || r.Folded
	w.run.rows++
	if len(w.frame) < frameBytes {
		return nil
	}
	return w.flush()
}

func (w *runWriter) section() *section { return &w.run.sections[len(w.run.sections)-1] }

// flush writes the frame. It ends a section.
func (w *runWriter) flush() error {
	if len(w.frame) > frameHead {
		binary.LittleEndian.PutUint32(w.frame, uint32(len(w.frame)-frameHead))
		binary.LittleEndian.PutUint32(w.frame[4:], crc32.Checksum(w.frame[frameHead:], castagnoli32))
		if _, err := w.run.file.Write(w.frame); err != nil {
			return fmt.Errorf("write run: %w", err)
		}
		w.at += int64(len(w.frame))
	}
	w.section().to = w.at
	w.newFrame()
	return nil
}

// runRows reads a section.
type runRows struct {
	run   *run
	at    int64
	to    int64
	day   telemetry.Day
	frame []byte
	rest  reader
	value []byte
	sense []Seen
	peers [MaxPeers]Peer
	err   error
}

// read reads a section from its beginning.
func (r *run) read(s section) *runRows {
	return &runRows{run: r, at: s.from, to: s.to, day: s.day}
}

// Next implements rows.
func (s *runRows) Next(r *Row) bool {
	if s.err != nil {
		return false
	}
	if len(s.rest.b) == 0 {
		if s.at == s.to {
			return false
		}
		if s.err = s.next(); s.err != nil {
			return false
		}
	}
	if !s.row(r) {
		s.err = fmt.Errorf("read run %s: a row is damaged before byte %d", s.run.name, s.at)
		return false
	}
	return true
}

// Err implements rows.
func (s *runRows) Err() error { return s.err }

// next reads the next frame.
func (s *runRows) next() error {
	var head [frameHead]byte
	if err := s.readAt(head[:]); err != nil {
		return err
	}
	n, sum := binary.LittleEndian.Uint32(head[:]), binary.LittleEndian.Uint32(head[4:])
	if n == 0 || n > maxFrame || int64(n) > s.to-s.at {
		return fmt.Errorf("read run %s: a frame of %d bytes before byte %d", s.run.name, n, s.at)
	}
	if cap(s.frame) < int(n) {
		s.frame = make([]byte, n)
	}
	s.frame = s.frame[:n]
	if err := s.readAt(s.frame); err != nil {
		return err
	}
	if crc32.Checksum(s.frame, castagnoli32) != sum {
		return fmt.Errorf("read run %s: wrong checksum before byte %d", s.run.name, s.at)
	}
	s.rest, s.value = reader{b: s.frame}, s.value[:0]
	return nil
}

func (s *runRows) readAt(b []byte) error {
	n, err := s.run.file.ReadAt(b, s.at)
	if n < len(b) {
		if err == nil || errors.Is(err, io.EOF) {
			err = io.ErrUnexpectedEOF
		}
		return fmt.Errorf("read run %s: %w", s.run.name, err)
	}
	s.at += int64(n)
	return nil
}
