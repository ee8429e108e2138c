package wal

import (
	"errors"
	"fmt"
	"io"
)

// ending is what a scanner found where a segment ends.
type ending struct {
	name         string
	size, offset int64 // of the file, and where its frames end
	next         Position
	certain      Position // all frames before it are known to be on disk
	unborn       bool
	seals        seals
}

// examine reads a segment to its end.
func (l *Log) examine(i int, last bool) (end ending, err error) {
	s, err := openScanner(l.fsys, l.dir, l.segs[i])
	if err != nil {
		return ending{}, err
	}
	defer func() { err = errors.Join(err, s.file.Close()) }()
	certain := max(l.vouched, l.segs[i].first)
	for err == nil {
		var f frameHead
		f, _, err = s.step()
		certain = max(certain, f.synced)
	}
	return ending{s.name, s.size, s.offset, s.next, certain, s.unborn, s.seals}, s.settle(err, last, l.vouched)
}

// secure cuts the torn tail of the last segment and makes its frames durable. To sync the file is not
// enough: where the last writer did not close the log it may have stopped at a failed fsync, and then
// frames can be read from memory, count as written and are not on disk. Nothing but writing them again
// puts them there. That is done in place, so that a full disk does not forbid it.
func (l *Log) secure(end ending) error {
	if end.offset < end.size {
		if err := l.fsys.Truncate(end.name, end.offset); err != nil {
			return err
		}
	}
	if err := l.rewrite(end); err != nil {
		return fmt.Errorf("write %s again: %w", end.name, err)
	}
	return l.fsys.SyncDir(l.dir)
}

// rewrite writes the frames that are not known to be on disk over themselves.
func (l *Log) rewrite(end ending) (err error) {
	s, err := openScanner(l.fsys, l.dir, l.segs[len(l.segs)-1])
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.file.Close()) }()
	if s.next == end.certain {
		s.offset = 0 // not even the header is
	}
	for s.next < end.certain {
		if _, _, err := s.step(); err != nil {
			return err
		}
	}
	buf := make([]byte, min(4<<20, end.offset-s.offset))
	for at := s.offset; at < end.offset; at += int64(len(buf)) {
		buf = buf[:min(int64(len(buf)), end.offset-at)]
		if _, err := io.ReadFull(io.NewSectionReader(s.file, at, int64(len(buf))), buf); err != nil {
			return err
		}
		if err := l.fsys.Overwrite(end.name, at, buf); err != nil {
			return err
		}
	}
	return nil
}
