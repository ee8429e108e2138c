package wal

import "fmt"

// pass goes on behind a log that is damaged: in a segment of its own, whose position is over that of every frame that
// can be read or that somebody vouches for.
func (l *Log) pass() (err error) {
	if l.segs, err = segments(l.fsys, l.dir); err != nil {
		return err
	}
	if err := l.dropUnborn(); err != nil {
		return err
	}
	next := max(l.from, l.vouched, 1)
	l.found = Tail{First: next}
	if n := len(l.segs); n > 0 {
		last := l.segs[n-1]
		l.found = Tail{First: l.segs[0].first, Segment: last.file(l.dir)}
		v := salvage{fsys: l.fsys, dir: l.dir, next: last.first, fn: func(Position, uint8, []byte) error { return nil }, lost: func(Loss) {}}
		if err := v.segment(last); err != nil {
			return err
		}
		next = max(next, v.next, last.first+1)
	}
	l.found.Next = next
	return l.beginAt(next)
}

// dropUnborn removes a last segment that was only being made, whose name the next may need.
func (l *Log) dropUnborn() error {
	if len(l.segs) == 0 {
		return nil
	}
	last := l.segs[len(l.segs)-1]
	unborn, err := l.unborn(last)
	if err != nil || !unborn {
		return err
	}
	l.segs = l.segs[:len(l.segs)-1]
	l.from = max(l.from, last.first)
	return l.fsys.Remove(last.file(l.dir))
}

// unborn tells whether a segment has no header yet, and no frame.
func (l *Log) unborn(seg segment) (bool, error) {
	s, err := openScanner(l.fsys, l.dir, seg)
	if _, ok := passable(err); ok {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("look at %s: %w", seg.file(l.dir), err)
	}
	return s.unborn, s.file.Close()
}
