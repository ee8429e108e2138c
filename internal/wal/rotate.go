package wal

import (
	"errors"
	"fmt"

	"stormglass/internal/disk"
)

// Rotate begins a new segment, after it synced the last, so that Drop can remove the frames before. It
// does nothing when the last segment holds no frame.
func (l *Log) Rotate() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	for l.syncing {
		l.idle.Wait()
	}
	if err := l.refusal(); err != nil {
		return err
	}
	if l.size == headerSize {
		return nil
	}
	return l.rotate()
}

// rotate needs mu held and nobody syncing. It holds mu throughout: appends wait for the disk.
func (l *Log) rotate() error {
	err := l.file.Sync()
	if err != nil {
		return l.fail(fmt.Errorf("sync log %s: %w", l.dir, err))
	}
	l.synced = l.next
	seg, h := segment{l.next}, newHeader(l.next)
	f, err := createSegment(l.fsys, l.dir, seg, h)
	if err != nil {
		return l.fail(fmt.Errorf("begin segment of log: %w", err))
	}
	old := l.file
	l.begin(f, h.seals(), headerSize)
	l.segs = append(l.segs, seg)
	if err := old.Close(); err != nil {
		return l.fail(fmt.Errorf("close segment of log %s: %w", l.dir, err))
	}
	return nil
}

// begin makes f the file that is written to.
func (l *Log) begin(f disk.File, s seals, size int64) {
	l.file, l.seals, l.size = f, s, size
}

// createSegment makes the file of a segment, durably.
func createSegment(fsys disk.FS, dir string, seg segment, h header) (disk.File, error) {
	f, err := fsys.Create(seg.file(dir))
	if err != nil {
		return nil, err
	}
	_, err = f.Write(h.encode())
	if err == nil {
		err = f.Sync()
	}
	if err == nil {
		err = fsys.SyncDir(dir)
	}
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}

// Drop removes the segments that hold only frames before a position. The last segment stays.
func (l *Log) Drop(before Position) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if err := l.refusal(); err != nil {
		return err
	}
	for len(l.segs) > 1 && l.segs[1].first <= before {
		if err := l.fsys.Remove(l.segs[0].file(l.dir)); err != nil {
			return fmt.Errorf("drop from log: %w", err)
		}
		l.segs = l.segs[1:]
		// One at a time: a loss of power must not bring back a segment without those behind it.
		if err := l.fsys.SyncDir(l.dir); err != nil {
			return l.fail(fmt.Errorf("drop from log %s: %w", l.dir, err))
		}
	}
	return nil
}
