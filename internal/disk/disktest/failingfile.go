package disktest

import (
	"errors"
	"io/fs"
	"syscall"

	"stormglass/internal/disk"
)

// failingFile is an open file of a Failing.
type failingFile struct {
	fs    *Failing
	name  string
	under disk.File
}

func (f *failingFile) Read(p []byte) (int, error) {
	return look(f.fs, "read", f.name, func() (int, error) { return f.under.Read(p) })
}

func (f *failingFile) ReadAt(p []byte, off int64) (int, error) {
	return look(f.fs, "read", f.name, func() (int, error) { return f.under.ReadAt(p, off) })
}

func (f *failingFile) Write(p []byte) (int, error) {
	if !f.fs.trips() {
		return f.under.Write(p)
	}
	errno, n := syscall.EIO, 0
	switch f.fs.how {
	case Full:
		errno, n = syscall.ENOSPC, len(p)/2
	case Short:
		n = len(p) / 2
	case Late:
		n = len(p)
	case Once, Dead:
	}
	n, err := f.under.Write(p[:n])
	return n, errors.Join(&fs.PathError{Op: "write", Path: f.name, Err: errno}, err)
}

// Sync that goes wrong leaves pages that the system takes for written (disktest.Memory).
func (f *failingFile) Sync() error {
	err := f.fs.do("sync", f.name, f.under.Sync)
	if err != nil {
		forget(f.under)
	}
	return err
}

// forget makes the file of a Memory at the bottom of the layers take its content for synced.
func forget(file disk.File) {
	if m, ok := file.(interface{ forgetDirty() }); ok {
		m.forgetDirty()
	}
}

func (f *failingFile) forgetDirty() { forget(f.under) }

// Close gives the file free even when it goes wrong.
func (f *failingFile) Close() error {
	if f.fs.trips() {
		return errors.Join(&fs.PathError{Op: "close", Path: f.name, Err: syscall.EIO}, f.under.Close())
	}
	return f.under.Close()
}

func (f *failingFile) Stat() (fs.FileInfo, error) {
	return look(f.fs, "stat", f.name, f.under.Stat)
}
