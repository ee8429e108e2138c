package wal

import (
	"errors"
	"fmt"
)

// Sync makes durable what was appended before it was called. Goroutines that call it at the same time
// share one fsync, and Append goes on meanwhile.
func (l *Log) Sync() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.syncTo(l.next)
}

// syncTo makes the frames before a position durable. It lets go of mu while the disk works.
func (l *Log) syncTo(to Position) error {
	for l.synced < to {
		switch {
		case l.failed != nil:
			return l.refusal()
		case l.syncing:
			l.idle.Wait()
		default:
			l.syncing = true
			file, next := l.file, l.next
			l.mu.Unlock()
			err := file.Sync()
			l.mu.Lock()
			l.syncing = false
			l.idle.Broadcast()
			if err != nil {
				return l.fail(fmt.Errorf("sync log %s: %w", l.dir, err))
			}
			l.synced = next
		}
	}
	return nil
}

// Close syncs what was appended and closes the log. Frames that were appended and not synced before the
// log stopped accepting are in doubt: then it returns why.
func (l *Log) Close() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return l.refusal()
	}
	l.closed = true
	err := l.syncTo(l.next)
	if err == nil && l.synced != l.vouched {
		err = writeSynced(l.fsys, l.dir, l.synced)
	}
	for l.syncing {
		l.idle.Wait()
	}
	return errors.Join(err, l.file.Close())
}
