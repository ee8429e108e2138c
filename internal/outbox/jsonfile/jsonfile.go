// Package jsonfile appends messages to a file, one JSON document a line, each exactly once. A batch is written and synced before it
// counts as delivered. After a crash the end of the file is looked at: a torn last line is cut off, and the ids of the last lines are
// remembered, so that a message that was written but not yet known to be is not written again. A write that fails leaves the file as long as
// it was. The file may be rotated by renaming it: a new one is begun.
package jsonfile

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"stormglass/internal/outbox/message"
)

// Bounds, in bytes: what is appended before it is synced, and what of the end of a file is looked at, which holds that and one long line.
const (
	maxBatch = 8 << 20
	maxTail  = 2 * maxBatch
)

// Sink appends to one file.
type Sink struct {
	path   string
	file   *os.File        // nil: not open
	length int64           // of what is known to be whole
	found  map[string]bool // ids in the last lines, when it was opened
	last   map[string]bool // ids of the last batch: before the next one comes, the outbox knows of it
}

// New makes a sink. The file is opened, and made, when there is something for it.
func New(path string) *Sink { return &Sink{path: path} }

// Close closes the file.
func (s *Sink) Close() error {
	if s.file == nil {
		return nil
	}
	err := s.file.Close()
	s.file = nil
	return err
}

// Deliver appends messages and syncs the file.
func (s *Sink) Deliver(_ context.Context, batch []*message.Message) []error {
	if err := s.ready(); err != nil {
		return []error{err}
	}
	var lines bytes.Buffer
	n := 0
	for _, m := range batch {
		if n > 0 && lines.Len()+len(m.Body) > maxBatch {
			break
		}
		n++
		if !s.found[m.ID] && !s.last[m.ID] {
			lines.Write(m.Body)
			lines.WriteByte('\n')
		}
	}
	if lines.Len() > 0 {
		if err := s.append(lines.Bytes()); err != nil {
			return []error{err}
		}
	}
	s.last = make(map[string]bool, n)
	for _, m := range batch[:n] {
		s.last[m.ID] = true
	}
	return make([]error, n)
}

// append writes whole lines, or leaves the file as it was.
func (s *Sink) append(lines []byte) error {
	_, err := s.file.WriteAt(lines, s.length)
	if err == nil {
		err = s.file.Sync()
	}
	if err != nil {
		err = errors.Join(fmt.Errorf("append: %w", err), s.file.Truncate(s.length))
		return errors.Join(err, s.Close()) // what is on the disk is looked at again
	}
	s.length += int64(len(lines))
	return nil
}

// ready opens the file unless the one that is open is still there under its name, as long as we left it.
func (s *Sink) ready() error {
	if s.file != nil {
		open, err := s.file.Stat()
		there, errThere := os.Stat(s.path)
		if err == nil && errThere == nil && os.SameFile(open, there) && open.Size() == s.length {
			return nil
		}
		if err := s.Close(); err != nil {
			return err
		}
	}
	return s.open()
}

func (s *Sink) open() error {
	_, err := os.Stat(s.path)
	made := errors.Is(err, fs.ErrNotExist)
	f, err := os.OpenFile(s.path, os.O_RDWR|os.O_CREATE, 0o640) //nolint:gosec // who ships it elsewhere reads it, by its group
	if err != nil {
		return err
	}
	length, written, err := recovered(f)
	if err == nil && made {
		err = syncDir(filepath.Dir(s.path))
	}
	if err != nil {
		return errors.Join(err, f.Close())
	}
	s.file, s.length, s.found = f, length, written
	return nil
}

// recovered cuts a torn last line off, and gives the length of what is left and the ids of its last lines.
func recovered(f *os.File) (length int64, written map[string]bool, err error) {
	info, err := f.Stat()
	if err != nil {
		return 0, nil, err
	}
	if !info.Mode().IsRegular() {
		return 0, nil, errors.New("not a regular file")
	}
	from := max(info.Size()-maxTail, 0)
	tail, err := io.ReadAll(io.NewSectionReader(f, from, info.Size()-from))
	if err != nil {
		return 0, nil, fmt.Errorf("read its end: %w", err)
	}
	whole := bytes.LastIndexByte(tail, '\n') + 1
	if whole == 0 && from > 0 {
		return 0, nil, errors.New("it does not end in lines: it is another file, or damaged")
	}
	if length = from + int64(whole); length < info.Size() {
		if err := errors.Join(f.Truncate(length), f.Sync()); err != nil {
			return 0, nil, fmt.Errorf("cut off a torn line: %w", err)
		}
	}
	written = map[string]bool{}
	for line := range bytes.Lines(tail[:whole]) {
		var m struct {
			ID string `json:"id"`
		}
		if json.Unmarshal(line, &m) == nil && m.ID != "" { // the first may lack its beginning
			written[m.ID] = true
		}
	}
	return length, written, nil
}

// syncDir makes the name of a new file last.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
