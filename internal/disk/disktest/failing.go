package disktest

import (
	"io/fs"
	"sync"
	"syscall"

	"stormglass/internal/disk"
)

// How says in which way a call goes wrong.
type How uint8

// The ways. Where a way means nothing for an operation, the call does nothing and gives EIO.
const (
	Once  How = iota // the n-th call does nothing and gives EIO; a Sync leaves the pages unwritten for good
	Short            // a Write writes half and gives EIO
	Full             // a Write writes half and gives ENOSPC; what makes or syncs a file or a name gives ENOSPC too
	Late             // the call does what it should and gives EIO all the same
	Dead             // the n-th call and all after it do nothing and give EIO
)

// Hows are all ways.
var Hows = []How{Once, Short, Full, Late, Dead}

func (h How) String() string {
	return [...]string{"once", "short", "full", "late", "dead"}[h]
}

// Failing lies over a disk.FS and makes one call go wrong. Calls of the FS and of its files count alike,
// from 1.
type Failing struct {
	under disk.FS
	at    int
	how   How

	mu    sync.Mutex
	calls int
}

var _ disk.FS = (*Failing)(nil)

// FailAt makes the n-th call go wrong; with n = 0 none does, and calls are counted.
func FailAt(under disk.FS, n int, how How) *Failing {
	return &Failing{under: under, at: n, how: how}
}

// Calls tells how many calls there were.
func (f *Failing) Calls() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.calls
}

// Tripped tells whether a call went wrong.
func (f *Failing) Tripped() bool { return f.at > 0 && f.Calls() >= f.at }

// trips counts a call and tells whether it goes wrong.
func (f *Failing) trips() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.calls++
	return f.at > 0 && (f.calls == f.at || f.how == Dead && f.calls > f.at)
}

// do runs a call that makes or changes something, or makes it go wrong.
func (f *Failing) do(op, name string, call func() error) error {
	if !f.trips() {
		return call()
	}
	errno := syscall.EIO
	switch f.how {
	case Full:
		errno = syscall.ENOSPC
	case Late:
		_ = call() // nobody hears how it went
	case Once, Short, Dead:
	}
	return &fs.PathError{Op: op, Path: name, Err: errno}
}

// look runs a call that changes nothing, or makes it go wrong.
func look[T any](f *Failing, op, name string, call func() (T, error)) (T, error) {
	if !f.trips() {
		return call()
	}
	var none T
	return none, &fs.PathError{Op: op, Path: name, Err: syscall.EIO}
}

// opened is do for a call that gives a file.
func (f *Failing) opened(op, name string, open func(string) (disk.File, error)) (disk.File, error) {
	var file disk.File
	err := f.do(op, name, func() (err error) {
		file, err = open(name)
		return err
	})
	if err == nil {
		return &failingFile{fs: f, name: name, under: file}, nil
	}
	if file != nil {
		_ = file.Close() // made all the same, and nobody gets it
	}
	return nil, err
}

// Create implements disk.FS.
func (f *Failing) Create(name string) (disk.File, error) {
	return f.opened("create", name, f.under.Create)
}

// Open implements disk.FS.
func (f *Failing) Open(name string) (disk.File, error) {
	file, err := look(f, "open", name, func() (disk.File, error) { return f.under.Open(name) })
	if err != nil {
		return nil, err
	}
	return &failingFile{fs: f, name: name, under: file}, nil
}

// Append implements disk.FS.
func (f *Failing) Append(name string) (disk.File, error) {
	return f.opened("append", name, f.under.Append)
}

// Map implements disk.FS.
func (f *Failing) Map(name string) ([]byte, func() error, error) {
	if f.trips() {
		return nil, nil, &fs.PathError{Op: "map", Path: name, Err: syscall.EIO}
	}
	return f.under.Map(name)
}

// Truncate implements disk.FS.
func (f *Failing) Truncate(name string, size int64) error {
	return f.do("truncate", name, func() error { return f.under.Truncate(name, size) })
}

// Overwrite implements disk.FS.
func (f *Failing) Overwrite(name string, at int64, data []byte) error {
	return f.do("overwrite", name, func() error { return f.under.Overwrite(name, at, data) })
}

// Rename implements disk.FS.
func (f *Failing) Rename(from, to string) error {
	return f.do("rename", from, func() error { return f.under.Rename(from, to) })
}

// Remove implements disk.FS.
func (f *Failing) Remove(name string) error {
	return f.do("remove", name, func() error { return f.under.Remove(name) })
}

// MkdirAll implements disk.FS.
func (f *Failing) MkdirAll(name string) error {
	return f.do("mkdir", name, func() error { return f.under.MkdirAll(name) })
}

// ReadDir implements disk.FS.
func (f *Failing) ReadDir(name string) ([]fs.DirEntry, error) {
	return look(f, "readdir", name, func() ([]fs.DirEntry, error) { return f.under.ReadDir(name) })
}

// Stat implements disk.FS.
func (f *Failing) Stat(name string) (fs.FileInfo, error) {
	return look(f, "stat", name, func() (fs.FileInfo, error) { return f.under.Stat(name) })
}

// SyncDir implements disk.FS.
func (f *Failing) SyncDir(name string) error {
	return f.do("sync", name, func() error { return f.under.SyncDir(name) })
}
