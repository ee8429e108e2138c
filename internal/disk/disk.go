// Package disk is the file layer of the stores: few operations, with names below one root, so that
// tests can put a layer under a store that loses unsynced writes, fails at the n-th call or is full
// (package disktest).
//
// What the stores rely on: a file whose Sync returned nil keeps its content over a loss of power; a
// name that was created, renamed or removed keeps so once SyncDir of its folder returned nil; Rename
// replaces the target in one step.
package disk

import (
	"io"
	"io/fs"
)

// FS is a folder of files. Names are slash-separated and relative to its root. Errors are those of
// package os and wrap fs.ErrNotExist, fs.ErrExist and syscall.ENOSPC where they apply.
type FS interface {
	// Create makes a new file for writing and reading, mode 0600; it must not exist.
	Create(name string) (File, error)
	// Open opens a file for reading.
	Open(name string) (File, error)
	// Append opens a file for writing at its end, and for reading; it is made when it does not exist.
	Append(name string) (File, error)
	// Map gives the content of a file without copying it to the heap where the system can, and how
	// to let go of it. Nobody writes to the bytes.
	Map(name string) (data []byte, unmap func() error, err error)
	// Truncate cuts a file to size bytes.
	Truncate(name string, size int64) error
	// Overwrite writes data over bytes that a file has, in place, and makes them durable. It does not
	// make the file longer. Bytes that do not change are safe meanwhile.
	Overwrite(name string, at int64, data []byte) error
	Rename(from, to string) error
	Remove(name string) error
	// MkdirAll makes a folder and those above it, mode 0700.
	MkdirAll(name string) error
	ReadDir(name string) ([]fs.DirEntry, error)
	Stat(name string) (fs.FileInfo, error)
	// SyncDir makes the names in a folder durable.
	SyncDir(name string) error
}

// File is an open file.
type File interface {
	io.Reader
	io.ReaderAt
	io.Writer
	io.Closer
	// Sync makes the content durable.
	Sync() error
	Stat() (fs.FileInfo, error)
}
