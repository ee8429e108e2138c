package wal

import (
	"errors"
	"fmt"
	"sync"

	"stormglass/internal/disk"
	"stormglass/internal/fault"
)

// Options of a log that is written.
type Options struct {
	// SegmentBytes is the size beyond which a segment is closed and the next is made; 0 means 64 MiB.
	// A segment holds at least one frame, so it can be larger by one.
	SegmentBytes int64
	// From is the least position of the next frame. Where the log ends before it a segment is begun there: positions that
	// somebody noted must not be given again to other frames.
	From Position
	// Past has a damaged log opened: what can be read of it stays for Salvage, which has to read it then, and a segment is
	// begun behind it.
	Past bool
}

const defaultSegment = 64 << 20

// ErrClosed says that a log was closed.
var ErrClosed = errors.New("the log is closed")

// Log is a log open for writing. Its methods may be called from any goroutine.
type Log struct {
	fsys  disk.FS
	dir   string
	limit int64
	from  Position
	found Tail

	mu      sync.Mutex
	idle    sync.Cond // syncing became false
	syncing bool      // somebody syncs file, without holding mu
	failed  error     // the first write or sync that did not succeed
	closed  bool
	file    disk.File // of the last segment
	segs    []segment
	seals   seals
	size    int64    // of file
	next    Position // of the next frame
	synced  Position // all frames before it are on disk
	vouched Position // what syncedFile says
	scratch []byte   // a frame before it is written
}

// maxScratch bounds the memory kept for frames between calls.
const maxScratch = 1 << 20

// Found tells where the log ended when it was opened. Its Torn bytes were cut.
func (l *Log) Found() Tail { return l.found }

// Next gives the position of the next frame.
func (l *Log) Next() Position {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.next
}

// Append adds a frame and gives its position. It is durable once a Sync that was called afterwards
// returned nil. What the types of frames mean is the caller's. A payload over MaxPayload is refused
// (fault.Invalid).
func (l *Log) Append(kind uint8, payload []byte) (Position, error) {
	if len(payload) > MaxPayload {
		err := fmt.Errorf("append to log %s: a frame of %d bytes, the limit is %d", l.dir, len(payload), MaxPayload)
		return 0, fault.Wrap(fault.Invalid, err)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if err := l.room(frameHeadSize + int64(len(payload))); err != nil {
		return 0, err
	}
	position := l.next
	if err := l.write(kind, payload); err != nil {
		return 0, err
	}
	return position, nil
}

// room makes the next segment when n bytes do not fit into this one.
func (l *Log) room(n int64) error {
	for l.syncing && l.full(n) {
		l.idle.Wait()
	}
	if err := l.refusal(); err != nil {
		return err
	}
	if l.full(n) {
		return l.rotate()
	}
	return nil
}

func (l *Log) full(n int64) bool {
	return l.size > headerSize && l.size+n > l.limit
}

// write adds a frame to the file.
func (l *Log) write(kind uint8, payload []byte) error {
	f := frameHead{
		length: uint32(len(payload)), position: l.next, synced: l.synced, kind: kind,
		payloadSum: l.seals.payloadSum(payload),
	}
	b := append(l.seals.appendHead(l.scratch[:0], f), payload...)
	if cap(b) <= maxScratch {
		l.scratch = b
	}
	if _, err := l.file.Write(b); err != nil {
		return l.fail(fmt.Errorf("append to log %s: %w", l.dir, err))
	}
	l.size += int64(len(b))
	l.next++
	return nil
}

// fail makes the log accept nothing more.
func (l *Log) fail(err error) error {
	if l.failed == nil {
		l.failed = err
	}
	return err
}

// refusal tells why the log accepts nothing more; nil when it does.
func (l *Log) refusal() error {
	switch {
	case l.failed != nil:
		return fmt.Errorf("log %s accepts nothing until it is opened again: %w", l.dir, l.failed)
	case l.closed:
		return fmt.Errorf("log %s: %w", l.dir, ErrClosed)
	}
	return nil
}
