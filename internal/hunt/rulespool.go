package hunt

import (
	"bufio"
	"encoding/gob"
	"errors"
	"fmt"
	"io"
	"os"

	"stormglass/internal/hunt/sigma/correlate"
	"stormglass/internal/telemetry"
)

// spool holds the matches of one source that correlations count until it is known whether the source counts. Beyond a bound of memory
// they wait in a temporary file.
type spool struct {
	list []spooled
	size int
	file *os.File
	to   *bufio.Writer
	enc  *gob.Encoder
	err  error
}

// spooled is a match, its rule by number.
type spooled struct {
	Rule   int
	At     telemetry.Instant
	Doubt  int64
	Values []string
	Absent uint64
	Ref    correlate.Ref
}

const maxSpooled = 8 << 20 // bytes in memory, about

func (s *spool) add(m spooled) {
	s.list = append(s.list, m)
	s.size += 150 + len(m.Ref.Source) + len(m.Ref.Subject)
	for _, v := range m.Values {
		s.size += 16 + len(v)
	}
	if s.size > maxSpooled && s.err == nil {
		s.err = s.spill()
	}
}

func (s *spool) spill() error {
	if s.file == nil {
		f, err := os.CreateTemp("", "stormglass-matches-*")
		if err != nil {
			return err
		}
		_ = os.Remove(f.Name()) // where that is not possible, discard does it
		s.file, s.to = f, bufio.NewWriterSize(f, 1<<16)
		s.enc = gob.NewEncoder(s.to)
	}
	for i := range s.list {
		if err := s.enc.Encode(&s.list[i]); err != nil {
			return err
		}
	}
	clear(s.list)
	s.list, s.size = s.list[:0], 0
	return nil
}

// each gives all matches, which ends the spool.
func (s *spool) each(do func(*spooled) error) (err error) {
	defer func() { err = errors.Join(err, s.discard()) }()
	if s.err != nil {
		return fmt.Errorf("keep matches aside: %w", s.err)
	}
	if s.file != nil {
		if err := s.fromFile(do); err != nil {
			return fmt.Errorf("read matches that were kept aside: %w", err)
		}
	}
	for i := range s.list {
		if err := do(&s.list[i]); err != nil {
			return err
		}
	}
	return nil
}

func (s *spool) fromFile(do func(*spooled) error) error {
	if err := s.to.Flush(); err != nil {
		return err
	}
	if _, err := s.file.Seek(0, io.SeekStart); err != nil {
		return err
	}
	d := gob.NewDecoder(bufio.NewReaderSize(s.file, 1<<16))
	for {
		var m spooled
		switch err := d.Decode(&m); {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		}
		if err := do(&m); err != nil {
			return err
		}
	}
}

// discard gives the spool up.
func (s *spool) discard() error {
	s.list = nil
	if s.file == nil {
		return nil
	}
	err := s.file.Close()
	_ = os.Remove(s.file.Name()) // it is gone already on most systems
	s.file = nil
	return err
}
