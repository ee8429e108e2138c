package wal

import (
	"errors"
	"fmt"

	"stormglass/internal/disk"
)

// ErrNotHeld says that a log does not hold the frames asked for: they were dropped, or never written.
var ErrNotHeld = errors.New("the log does not hold these frames")

// Tail is where a log ends.
type Tail struct {
	First   Position // the first position kept; equal to Next when the log holds no frame
	Next    Position // that of the next frame to be written
	Segment string   // the file the log ends in, empty when there is none yet
	Size    int64    // bytes of that file up to the end of the last frame
	Torn    int64    // bytes behind it that are no frame
}

// Read calls fn for the frames of the log in dir from a position on, in order, or from the first that
// is kept when from is 0. The payload is valid during the call. It needs no lock: another process may
// be writing, and what that has not finished writing is reported as torn. When fn gives an error, Read
// returns it.
//
// The error is a *DamageError when frames cannot be had, after those before them went to fn. It wraps
// ErrNotHeld when the log begins behind from or ends before it, and fs.ErrNotExist when there is no
// folder.
func Read(fsys disk.FS, dir string, from Position, fn func(Position, uint8, []byte) error) (Tail, error) {
	r := reader{fsys: fsys, dir: dir, from: from, fn: fn}
	var before error
	for range maxTries {
		err := r.run()
		// A writer drops, cuts and makes segments while they are read. What is wrong with the log is so
		// twice; what it was in the middle of is over by then.
		if err == nil || r.stopped || before != nil && before.Error() == err.Error() {
			return r.tail, err
		}
		before = err
	}
	return r.tail, before
}

// maxTries bounds how often Read goes on after the log changed under it.
const maxTries = 10

// reader goes through the segments of a log.
type reader struct {
	fsys    disk.FS
	dir     string
	from    Position // the first position that fn has not seen, 0 for the first that is kept
	fn      func(Position, uint8, []byte) error
	tail    Tail
	vouched Position // all frames before it had been synced
	stopped bool     // fn gave an error
}

func (r *reader) run() (err error) {
	// Before the segments: the log may be closed meanwhile.
	if r.vouched, err = readSynced(r.fsys, r.dir); err != nil {
		return fmt.Errorf("read log: %w", err)
	}
	segs, err := segments(r.fsys, r.dir)
	if err != nil {
		return err
	}
	r.tail = Tail{First: 1, Next: 1}
	if len(segs) > 0 {
		segs = r.start(segs)
	}
	if r.from != 0 && r.from < r.tail.First {
		return fmt.Errorf("read log %s from frame %d: %w", r.dir, r.from, ErrNotHeld)
	}
	if len(segs) == 0 && r.vouched > r.tail.Next {
		return missing(r.dir, r.tail.Next)
	}
	for i, seg := range segs {
		if seg.first != r.tail.Next {
			return missing(r.dir, r.tail.Next)
		}
		if err := r.segment(seg, i == len(segs)-1); err != nil {
			return err
		}
	}
	if r.from > r.tail.Next {
		return fmt.Errorf("read log %s from frame %d: %w", r.dir, r.from, ErrNotHeld)
	}
	return nil
}

// start leaves out the segments before the one that the first wanted frame lies in.
func (r *reader) start(segs []segment) []segment {
	r.tail.First = segs[0].first
	for len(segs) > 1 && segs[1].first <= r.from {
		segs = segs[1:]
	}
	r.tail.Next = segs[0].first
	return segs
}

// segment reads one segment. Only the last may end in something that is no frame: a segment is synced
// before the next is made.
func (r *reader) segment(seg segment, last bool) (err error) {
	r.tail.Segment = seg.file(r.dir)
	s, err := openScanner(r.fsys, r.dir, seg)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.file.Close()) }()
	end, err := r.frames(s)
	if err == nil {
		err = s.settle(end, last, r.vouched)
	}
	r.tail.Next, r.tail.Size, r.tail.Torn = s.next, s.offset, s.size-s.offset
	return err
}

// frames hands on the frames of one segment until step ends them or fn gives an error.
func (r *reader) frames(s *scanner) (end, err error) {
	for {
		f, payload, end := s.step()
		if end != nil {
			return end, nil
		}
		if f.position >= r.from {
			if err := r.fn(f.position, f.kind, payload); err != nil {
				r.stopped = true
				return nil, err
			}
		}
		r.from = max(r.from, s.next)
	}
}
