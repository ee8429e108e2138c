package disk

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
)

// TempSuffix ends the name of a file that Replace has not finished. A leftover means that the
// program or the machine stopped; nobody refers to it and whoever owns the folder may remove it.
const TempSuffix = ".tmp"

// WriteFile makes the file name hold data, in one step and durably: see Replace.
func WriteFile(fsys FS, name string, data []byte) error {
	return Replace(fsys, name, func(w io.Writer) error {
		_, err := w.Write(data)
		return err
	})
}

// ReadFile gives what a file holds, or its first bytes where it holds more than most.
func ReadFile(fsys FS, name string, most int64) ([]byte, error) {
	f, err := fsys.Open(name)
	if err != nil {
		return nil, err
	}
	b, err := io.ReadAll(io.LimitReader(f, most))
	return b, errors.Join(err, f.Close())
}

// Replace makes the file name hold what write writes, in one step: whoever opens it finds the old
// content or the new, also after a loss of power, and the new one once Replace returned nil. It
// writes beside it, to name + TempSuffix; two calls for one name at a time are not allowed.
func Replace(fsys FS, name string, write func(io.Writer) error) error {
	temp := name + TempSuffix
	if err := fsys.Remove(temp); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("write %s: %w", name, err)
	}
	err := create(fsys, temp, write)
	if err == nil {
		err = fsys.Rename(temp, name)
	}
	if err != nil {
		_ = fsys.Remove(temp) // a leftover is harmless: see TempSuffix
		return fmt.Errorf("write %s: %w", name, err)
	}
	if err := fsys.SyncDir(path.Dir(name)); err != nil {
		return fmt.Errorf("write %s: %w", name, err)
	}
	return nil
}

func create(fsys FS, name string, write func(io.Writer) error) error {
	f, err := fsys.Create(name)
	if err != nil {
		return err
	}
	err = write(f)
	if err == nil {
		err = f.Sync()
	}
	return errors.Join(err, f.Close())
}

// MakeDir makes a folder and those above it, durably: MkdirAll and SyncDir up to the root.
func MakeDir(fsys FS, name string) error {
	if err := fsys.MkdirAll(name); err != nil {
		return fmt.Errorf("make folder: %w", err)
	}
	for name != "." {
		name = path.Dir(name)
		if err := fsys.SyncDir(name); err != nil {
			return fmt.Errorf("make folder: %w", err)
		}
	}
	return nil
}
