package disktest

import (
	"io/fs"
	"path"
	"slices"
	"strings"
	"sync"
	"syscall"

	"stormglass/internal/disk"
)

// Memory is a disk.FS in memory. It forgives nothing: content counts as on disk only after Sync, names
// only after SyncDir of their folder, and what a Sync that went wrong left behind is not written by
// the next one (as on Linux). Crash gives what a loss of power leaves.
type Memory struct {
	mu      sync.Mutex
	root    *node
	seq     int       // of the last change to names
	pending []renames // not on disk yet, in order
}

var _ disk.FS = (*Memory)(nil)

// NewMemory gives an empty folder.
func NewMemory() *Memory { return &Memory{root: newFolder()} }

// Create implements disk.FS.
func (m *Memory) Create(name string) (disk.File, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.open("create", name, false, func(parent *node, base string, n *node) (*node, error) {
		if n != nil {
			return nil, fs.ErrExist
		}
		return m.add(parent, base), nil
	})
}

// Open implements disk.FS.
func (m *Memory) Open(name string) (disk.File, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.open("open", name, true, func(_ *node, _ string, n *node) (*node, error) {
		if n == nil {
			return nil, fs.ErrNotExist
		}
		return n, nil
	})
}

// Append implements disk.FS.
func (m *Memory) Append(name string) (disk.File, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.open("append", name, false, func(parent *node, base string, n *node) (*node, error) {
		if n == nil {
			n = m.add(parent, base)
		}
		return n, nil
	})
}

// open finds or makes the node of a file as get says.
func (m *Memory) open(op, name string, readOnly bool, get func(parent *node, base string, n *node) (*node, error)) (disk.File, error) {
	parent, base, n, err := m.find(name)
	if err == nil {
		n, err = get(parent, base, n)
	}
	if err == nil && n.folder() && !readOnly {
		err = syscall.EISDIR
	}
	if err != nil {
		return nil, &fs.PathError{Op: op, Path: name, Err: err}
	}
	return &memoryFile{fs: m, name: name, node: n, readOnly: readOnly}, nil
}

// Map implements disk.FS. The bytes are a copy.
func (m *Memory) Map(name string) ([]byte, func() error, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	n, err := m.file("map", name)
	if err != nil {
		return nil, nil, err
	}
	return slices.Clone(n.data), func() error { return nil }, nil
}

// Truncate implements disk.FS.
func (m *Memory) Truncate(name string, size int64) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	n, err := m.file("truncate", name)
	if err != nil {
		return err
	}
	if size < 0 {
		return &fs.PathError{Op: "truncate", Path: name, Err: fs.ErrInvalid}
	}
	n.resize(int(size))
	return nil
}

// Overwrite implements disk.FS.
func (m *Memory) Overwrite(name string, at int64, data []byte) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	n, err := m.file("overwrite", name)
	if err != nil {
		return err
	}
	if size := int64(len(n.data)); at < 0 || at > size || int64(len(data)) > size-at {
		return &fs.PathError{Op: "overwrite", Path: name, Err: fs.ErrInvalid}
	}
	copy(n.data[at:], data)
	n.touch(int(at), int(at)+len(data))
	n.sync()
	return nil
}

// Rename implements disk.FS.
func (m *Memory) Rename(from, to string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := m.rename(from, to); err != nil {
		return &fs.PathError{Op: "rename", Path: from, Err: err}
	}
	return nil
}

func (m *Memory) rename(from, to string) error {
	fromParent, fromBase, n, err := m.find(from)
	if err != nil {
		return err
	}
	toParent, toBase, old, err := m.find(to)
	switch {
	case err != nil:
		return err
	case n == nil:
		return fs.ErrNotExist
	case fromParent == nil || toParent == nil || strings.HasPrefix(to, from+"/"):
		return fs.ErrInvalid
	case n == old:
		return nil
	case old != nil && old.folder():
		return syscall.EEXIST
	case old != nil && n.folder():
		return syscall.ENOTDIR
	}
	m.change(nameChange{fromParent, fromBase, nil}, nameChange{toParent, toBase, n})
	return nil
}

// Remove implements disk.FS.
func (m *Memory) Remove(name string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	parent, base, n, err := m.find(name)
	switch {
	case err != nil:
	case n == nil:
		err = fs.ErrNotExist
	case parent == nil:
		err = fs.ErrInvalid
	case len(n.names) > 0:
		err = syscall.ENOTEMPTY
	default:
		m.change(nameChange{parent, base, nil})
		return nil
	}
	return &fs.PathError{Op: "remove", Path: name, Err: err}
}

// MkdirAll implements disk.FS.
func (m *Memory) MkdirAll(name string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if !fs.ValidPath(name) {
		return &fs.PathError{Op: "mkdir", Path: name, Err: fs.ErrInvalid}
	}
	at := m.root
	for part := range strings.SplitSeq(name, "/") {
		if part == "." {
			continue
		}
		next := at.names[part]
		if next == nil {
			next = newFolder()
			m.change(nameChange{at, part, next})
		}
		if !next.folder() {
			return &fs.PathError{Op: "mkdir", Path: name, Err: syscall.ENOTDIR}
		}
		at = next
	}
	return nil
}

// ReadDir implements disk.FS.
func (m *Memory) ReadDir(name string) ([]fs.DirEntry, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	n, err := m.dir("readdir", name)
	if err != nil {
		return nil, err
	}
	var entries []fs.DirEntry
	for base, child := range n.names {
		entries = append(entries, fs.FileInfoToDirEntry(child.info(base)))
	}
	slices.SortFunc(entries, func(a, b fs.DirEntry) int { return strings.Compare(a.Name(), b.Name()) })
	return entries, nil
}

// Stat implements disk.FS.
func (m *Memory) Stat(name string) (fs.FileInfo, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	_, base, n, err := m.find(name)
	if err == nil && n == nil {
		err = fs.ErrNotExist
	}
	if err != nil {
		return nil, &fs.PathError{Op: "stat", Path: name, Err: err}
	}
	return n.info(base), nil
}

// SyncDir implements disk.FS.
func (m *Memory) SyncDir(name string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	n, err := m.dir("sync", name)
	if err != nil {
		return err
	}
	m.settle(n)
	return nil
}

// find gives the node of a name, nil when its folder has no such name. The root has no parent.
func (m *Memory) find(name string) (parent *node, base string, n *node, err error) {
	if !fs.ValidPath(name) {
		return nil, "", nil, fs.ErrInvalid
	}
	if name == "." {
		return nil, ".", m.root, nil
	}
	dir, base := path.Split(name)
	at := m.root
	for part := range strings.SplitSeq(strings.TrimSuffix(dir, "/"), "/") {
		if part == "" {
			continue
		}
		at = at.names[part]
		if at == nil {
			return nil, "", nil, fs.ErrNotExist
		}
		if !at.folder() {
			return nil, "", nil, syscall.ENOTDIR
		}
	}
	return at, base, at.names[base], nil
}

func (m *Memory) file(op, name string) (*node, error) {
	_, _, n, err := m.find(name)
	if err == nil && n == nil {
		err = fs.ErrNotExist
	}
	if err == nil && n.folder() {
		err = syscall.EISDIR
	}
	if err != nil {
		return nil, &fs.PathError{Op: op, Path: name, Err: err}
	}
	return n, nil
}

func (m *Memory) dir(op, name string) (*node, error) {
	_, _, n, err := m.find(name)
	if err == nil && n == nil {
		err = fs.ErrNotExist
	}
	if err == nil && !n.folder() {
		err = syscall.ENOTDIR
	}
	if err != nil {
		return nil, &fs.PathError{Op: op, Path: name, Err: err}
	}
	return n, nil
}

// add makes an empty file.
func (m *Memory) add(parent *node, base string) *node {
	n := &node{dirty: map[int]bool{}}
	m.change(nameChange{parent, base, n})
	return n
}
