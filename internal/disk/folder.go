package disk

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// Folder is a folder of the operating system as an FS.
type Folder struct {
	root string
}

var _ FS = (*Folder)(nil)

// Dir opens the folder root, which must exist. The error wraps fs.ErrNotExist when it does not.
func Dir(root string) (*Folder, error) {
	path, err := filepath.Abs(root)
	if err != nil {
		return nil, fmt.Errorf("open folder %s: %w", root, err)
	}
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("open folder: %w", err)
	}
	if !info.IsDir() {
		return nil, fmt.Errorf("open folder: %s is a file", path)
	}
	return &Folder{root: path}, nil
}

// Make opens the folder root. When it does not exist it makes it and those above it, mode 0700.
func Make(root string) (*Folder, error) {
	path, err := filepath.Abs(root)
	if err != nil {
		return nil, fmt.Errorf("make folder %s: %w", root, err)
	}
	if err := makeFolder(path); err != nil {
		return nil, fmt.Errorf("make folder: %w", err)
	}
	return Dir(path)
}

// makeFolder makes a folder and those above it, each durably.
func makeFolder(path string) error {
	_, err := os.Stat(path)
	above := filepath.Dir(path)
	if !errors.Is(err, fs.ErrNotExist) || above == path {
		return err
	}
	if err := makeFolder(above); err != nil {
		return err
	}
	if err := os.Mkdir(path, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return syncFolder(above)
}

// Create implements FS.
func (d *Folder) Create(name string) (File, error) {
	return d.open("create", name, os.O_RDWR|os.O_CREATE|os.O_EXCL|os.O_APPEND)
}

// Open implements FS.
func (d *Folder) Open(name string) (File, error) {
	return d.open("open", name, os.O_RDONLY)
}

// Append implements FS.
func (d *Folder) Append(name string) (File, error) {
	return d.open("append", name, os.O_RDWR|os.O_CREATE|os.O_APPEND)
}

func (d *Folder) open(op, name string, flag int) (File, error) {
	p, err := d.path(op, name)
	if err != nil {
		return nil, err
	}
	f, err := os.OpenFile(p, flag, 0o600)
	if err != nil {
		return nil, err
	}
	return f, nil
}

// Truncate implements FS.
func (d *Folder) Truncate(name string, size int64) error {
	p, err := d.path("truncate", name)
	if err != nil {
		return err
	}
	return os.Truncate(p, size)
}

// Overwrite implements FS.
func (d *Folder) Overwrite(name string, at int64, data []byte) (err error) {
	p, err := d.path("overwrite", name)
	if err != nil {
		return err
	}
	f, err := os.OpenFile(p, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	if at < 0 || at > info.Size() || int64(len(data)) > info.Size()-at {
		return &fs.PathError{Op: "overwrite", Path: p, Err: fs.ErrInvalid}
	}
	if _, err := f.WriteAt(data, at); err != nil {
		return err
	}
	return f.Sync()
}

// Rename implements FS.
func (d *Folder) Rename(from, to string) error {
	f, err := d.path("rename", from)
	if err != nil {
		return err
	}
	t, err := d.path("rename", to)
	if err != nil {
		return err
	}
	return os.Rename(f, t)
}

// Remove implements FS.
func (d *Folder) Remove(name string) error {
	p, err := d.path("remove", name)
	if err != nil {
		return err
	}
	return os.Remove(p)
}

// MkdirAll implements FS.
func (d *Folder) MkdirAll(name string) error {
	p, err := d.path("mkdir", name)
	if err != nil {
		return err
	}
	return os.MkdirAll(p, 0o700)
}

// ReadDir implements FS.
func (d *Folder) ReadDir(name string) ([]fs.DirEntry, error) {
	p, err := d.path("readdir", name)
	if err != nil {
		return nil, err
	}
	return os.ReadDir(p)
}

// Stat implements FS.
func (d *Folder) Stat(name string) (fs.FileInfo, error) {
	p, err := d.path("stat", name)
	if err != nil {
		return nil, err
	}
	return os.Stat(p)
}

// SyncDir implements FS.
func (d *Folder) SyncDir(name string) error {
	p, err := d.path("sync", name)
	if err != nil {
		return err
	}
	return syncFolder(p)
}

// Map implements FS.
func (d *Folder) Map(name string) ([]byte, func() error, error) {
	p, err := d.path("map", name)
	if err != nil {
		return nil, nil, err
	}
	return mapFile(p)
}

// path gives the path of name for the operating system. A name that is empty, absolute or not clean,
// or that climbs out of the root, is refused.
func (d *Folder) path(op, name string) (string, error) {
	local := filepath.FromSlash(name)
	if !fs.ValidPath(name) || !filepath.IsLocal(local) {
		return "", &fs.PathError{Op: op, Path: name, Err: fs.ErrInvalid}
	}
	return filepath.Join(d.root, local), nil
}
