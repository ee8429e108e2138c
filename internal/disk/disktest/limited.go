package disktest

import (
	"errors"
	"io/fs"
	"path"
	"sync"
	"syscall"

	"stormglass/internal/disk"
)

// Limited lies over a disk.FS and holds a number of bytes: a Write over it writes what fits and gives
// ENOSPC. Names take no room.
type Limited struct {
	disk.FS

	mu   sync.Mutex
	free int64
}

// Limit makes a disk that holds bytes besides what under holds already.
func Limit(under disk.FS, bytes int64) *Limited {
	return &Limited{FS: under, free: bytes}
}

// Grow gives the disk more room, or less when bytes is negative.
func (l *Limited) Grow(bytes int64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.free += bytes
}

// Free tells how many bytes fit.
func (l *Limited) Free() int64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	return max(l.free, 0)
}

// take takes up to n bytes of the room.
func (l *Limited) take(n int) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	n = int(max(min(int64(n), l.free), 0))
	l.free -= int64(n)
	return n
}

// Create implements disk.FS.
func (l *Limited) Create(name string) (disk.File, error) { return l.limited(l.FS.Create(name)) }

// Append implements disk.FS.
func (l *Limited) Append(name string) (disk.File, error) { return l.limited(l.FS.Append(name)) }

func (l *Limited) limited(f disk.File, err error) (disk.File, error) {
	if err != nil {
		return nil, err
	}
	return &limitedFile{File: f, fs: l}, nil
}

// Truncate implements disk.FS.
func (l *Limited) Truncate(name string, size int64) error {
	more := size - l.size(name)
	if more > l.Free() {
		return &fs.PathError{Op: "truncate", Path: name, Err: syscall.ENOSPC}
	}
	err := l.FS.Truncate(name, size)
	if err == nil {
		l.Grow(-more)
	}
	return err
}

// Rename implements disk.FS.
func (l *Limited) Rename(from, to string) error {
	freed := l.size(to)
	if path.Clean(from) == path.Clean(to) {
		freed = 0
	}
	err := l.FS.Rename(from, to)
	if err == nil {
		l.Grow(freed)
	}
	return err
}

// Remove implements disk.FS.
func (l *Limited) Remove(name string) error {
	freed := l.size(name)
	err := l.FS.Remove(name)
	if err == nil {
		l.Grow(freed)
	}
	return err
}

// size gives that of a file, 0 when there is none.
func (l *Limited) size(name string) int64 {
	info, err := l.Stat(name)
	if err != nil || info.IsDir() {
		return 0
	}
	return info.Size()
}

type limitedFile struct {
	disk.File
	fs *Limited
}

func (f *limitedFile) Write(p []byte) (int, error) {
	fits := f.fs.take(len(p))
	n, err := f.File.Write(p[:fits])
	if fits < len(p) {
		err = errors.Join(&fs.PathError{Op: "write", Path: "", Err: syscall.ENOSPC}, err)
	}
	return n, err
}

func (f *limitedFile) forgetDirty() { forget(f.File) }
