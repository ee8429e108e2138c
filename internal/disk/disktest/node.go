package disktest

import (
	"bytes"
	"io/fs"
	"slices"
	"time"
)

// pageSize is what the system writes to disk in one piece, at most; sectorSize what a disk does.
const (
	pageSize   = 4096
	sectorSize = 512
)

// node is a file or a folder.
type node struct {
	// Of a file: its content, what of it is on disk, and which pages the next Sync will write.
	data, disk []byte
	dirty      map[int]bool
	// Of a folder: its names, and those on disk.
	names   map[string]*node
	settled map[string]settledName
}

func newFolder() *node {
	return &node{names: map[string]*node{}, settled: map[string]settledName{}}
}

func (n *node) folder() bool { return n.names != nil }

// append adds b at the end of the content.
func (n *node) append(b []byte) {
	at := len(n.data)
	n.data = append(n.data, b...)
	n.touch(at, at+len(b))
}

func (n *node) resize(size int) {
	old := len(n.data)
	if size > old {
		n.data = append(n.data, make([]byte, size-old)...)
	}
	n.data = slices.Clone(n.data[:size])
	n.touch(min(old, size), max(old, size))
}

func (n *node) touch(from, to int) {
	for page := from / pageSize; page*pageSize < to; page++ {
		n.dirty[page] = true
	}
}

// sync writes the dirty pages and the size to disk.
func (n *node) sync() {
	n.disk = sized(n.disk, len(n.data))
	for page := range n.dirty {
		if from := page * pageSize; from < len(n.data) {
			copy(n.disk[from:min(from+pageSize, len(n.disk))], n.data[from:])
		}
	}
	clear(n.dirty)
}

// forget is what a system does when writing to disk went wrong: the pages count as written.
func (n *node) forget() { clear(n.dirty) }

func (n *node) unsynced() bool { return !bytes.Equal(n.data, n.disk) }

// sized gives a copy of b with a size, with zeros behind it.
func sized(b []byte, size int) []byte {
	c := make([]byte, size)
	copy(c, b)
	return c
}

func (n *node) info(name string) fs.FileInfo {
	if n.folder() {
		return info{name: name, mode: fs.ModeDir | 0o700}
	}
	return info{name: name, mode: 0o600, size: int64(len(n.data))}
}

type info struct {
	name string
	mode fs.FileMode
	size int64
}

func (i info) Name() string       { return i.name }
func (i info) Size() int64        { return i.size }
func (i info) Mode() fs.FileMode  { return i.mode }
func (i info) ModTime() time.Time { return time.Time{} }
func (i info) IsDir() bool        { return i.mode.IsDir() }
func (i info) Sys() any           { return nil }
