package wal

import (
	"errors"
	"fmt"

	"stormglass/internal/disk"
)

// Open opens the log in the folder dir for writing and makes it when there is none. The caller sees to
// it that no other process writes to it. A torn tail is cut (Found); a damaged last segment is a
// *DamageError, unless Options.Past says to go on behind it. Segments before the last are not read: that is for
// Read. All frames that Open found in an undamaged segment are durable when it returns.
func Open(fsys disk.FS, dir string, o Options) (*Log, error) {
	l := &Log{fsys: fsys, dir: dir, limit: o.SegmentBytes, from: o.From}
	l.idle.L = &l.mu
	if l.limit <= 0 {
		l.limit = defaultSegment
	}
	err := l.open()
	if _, ok := passable(err); ok && o.Past {
		err = l.pass()
	}
	if err != nil {
		return nil, fmt.Errorf("open log: %w", err)
	}
	return l, nil
}

func (l *Log) open() error {
	if err := disk.MakeDir(l.fsys, l.dir); err != nil {
		return err
	}
	segs, err := segments(l.fsys, l.dir)
	if err != nil {
		return err
	}
	if l.vouched, err = readSynced(l.fsys, l.dir); err != nil {
		return err
	}
	l.segs = segs
	if len(segs) == 0 {
		return l.create()
	}
	if err := l.resume(); err != nil || l.next >= l.from {
		return err
	}
	return errors.Join(l.file.Close(), l.beginAt(l.from))
}

// create makes the first segment.
func (l *Log) create() error {
	first := max(l.from, 1)
	if l.vouched > first {
		return missing(l.dir, first)
	}
	if err := l.beginAt(first); err != nil {
		return err
	}
	l.found = Tail{First: first, Next: first, Segment: segment{first}.file(l.dir), Size: headerSize}
	return nil
}

// beginAt makes a segment behind all others the one that is written to.
func (l *Log) beginAt(first Position) error {
	seg, h := segment{first}, newHeader(first)
	f, err := createSegment(l.fsys, l.dir, seg, h)
	if err != nil {
		return err
	}
	l.segs = append(l.segs, seg)
	l.begin(f, h.seals(), headerSize)
	l.next, l.synced = first, first
	return nil
}

// resume goes on in the last segment.
func (l *Log) resume() error {
	end, err := l.examine(len(l.segs)-1, true)
	if err != nil {
		return err
	}
	l.found = Tail{First: l.segs[0].first, Next: end.next, Segment: end.name, Size: end.offset, Torn: end.size - end.offset}
	if end.unborn {
		end, err = l.unmake(end)
	}
	if err != nil {
		return err
	}
	if l.vouched != end.next || end.offset == headerSize || end.offset != end.size {
		err = l.secure(end)
	}
	if err != nil {
		return err
	}
	f, err := l.fsys.Append(end.name)
	if err != nil {
		return err
	}
	if err := f.Sync(); err != nil {
		return errors.Join(fmt.Errorf("sync %s: %w", end.name, err), f.Close())
	}
	l.begin(f, end.seals, end.offset)
	l.next, l.synced = end.next, end.next
	return nil
}

// unmake gives the end of the log where its last segment is unborn. That goes; when it is the only one
// it is made anew, so that its name goes on saying where the log is.
func (l *Log) unmake(unborn ending) (ending, error) {
	if len(l.segs) == 1 {
		h := newHeader(unborn.next)
		unborn.offset, unborn.size, unborn.seals = headerSize, headerSize, h.seals()
		return unborn, disk.WriteFile(l.fsys, unborn.name, h.encode())
	}
	l.segs = l.segs[:len(l.segs)-1]
	end, err := l.examine(len(l.segs)-1, false)
	if err != nil {
		return ending{}, err
	}
	if end.next != unborn.next {
		return ending{}, missing(l.dir, end.next)
	}
	if err := l.fsys.Remove(unborn.name); err != nil {
		return ending{}, err
	}
	return end, l.fsys.SyncDir(l.dir)
}
