package disktest

import (
	"io"
	"io/fs"
	"path"
	"syscall"
)

// memoryFile is an open file of a Memory.
type memoryFile struct {
	fs       *Memory
	name     string
	node     *node
	readOnly bool
	offset   int // of the next Read; a Write moves it to the end
	closed   bool
}

func (f *memoryFile) Read(p []byte) (int, error) {
	f.fs.mu.Lock()
	defer f.fs.mu.Unlock()
	if len(p) == 0 {
		return 0, f.usable("read", true)
	}
	n, err := f.readAt("read", p, f.offset)
	f.offset += n
	if n > 0 {
		err = nil
	}
	return n, err
}

func (f *memoryFile) ReadAt(p []byte, off int64) (int, error) {
	f.fs.mu.Lock()
	defer f.fs.mu.Unlock()
	if off < 0 {
		return 0, f.error("read", fs.ErrInvalid)
	}
	return f.readAt("read", p, int(off))
}

func (f *memoryFile) readAt(op string, p []byte, off int) (int, error) {
	if err := f.usable(op, true); err != nil {
		return 0, err
	}
	n := 0
	if off < len(f.node.data) {
		n = copy(p, f.node.data[off:])
	}
	if n < len(p) {
		return n, io.EOF
	}
	return n, nil
}

// Write adds at the end: files are made or opened for appending.
func (f *memoryFile) Write(p []byte) (int, error) {
	f.fs.mu.Lock()
	defer f.fs.mu.Unlock()
	if err := f.usable("write", false); err != nil {
		return 0, err
	}
	f.node.append(p)
	f.offset = len(f.node.data)
	return len(p), nil
}

func (f *memoryFile) Sync() error {
	f.fs.mu.Lock()
	defer f.fs.mu.Unlock()
	if err := f.usable("sync", true); err != nil || f.node.folder() {
		return err
	}
	f.node.sync()
	return nil
}

// forgetDirty is what a Sync does that goes wrong.
func (f *memoryFile) forgetDirty() {
	f.fs.mu.Lock()
	defer f.fs.mu.Unlock()
	f.node.forget()
}

func (f *memoryFile) Stat() (fs.FileInfo, error) {
	f.fs.mu.Lock()
	defer f.fs.mu.Unlock()
	if f.closed {
		return nil, f.error("stat", fs.ErrClosed)
	}
	return f.node.info(path.Base(f.name)), nil
}

func (f *memoryFile) Close() error {
	f.fs.mu.Lock()
	defer f.fs.mu.Unlock()
	if f.closed {
		return f.error("close", fs.ErrClosed)
	}
	f.closed = true
	return nil
}

// usable tells whether the file can be read, or written.
func (f *memoryFile) usable(op string, read bool) error {
	switch {
	case f.closed:
		return f.error(op, fs.ErrClosed)
	case op == "sync":
	case f.node.folder():
		return f.error(op, syscall.EISDIR)
	case f.readOnly && !read:
		return f.error(op, syscall.EBADF)
	}
	return nil
}

func (f *memoryFile) error(op string, err error) error {
	return &fs.PathError{Op: op, Path: f.name, Err: err}
}
