package disk_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"stormglass/internal/disk"
	"stormglass/internal/disk/disktest"
)

func TestFolder(t *testing.T) {
	disktest.Run(t, func(t *testing.T) disk.FS {
		d, err := disk.Dir(t.TempDir())
		if err != nil {
			t.Fatal(err)
		}
		return d
	})
}

func TestMakeAndDir(t *testing.T) {
	root := filepath.Join(t.TempDir(), "a", "b")
	if _, err := disk.Dir(root); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a folder that is not there gives %v", err)
	}
	for range 2 {
		if _, err := disk.Make(root); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := disk.Dir(root); err != nil {
		t.Error(err)
	}
	file := filepath.Join(root, "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := disk.Dir(file); err == nil {
		t.Error("a file passes for a folder")
	}
	if _, err := disk.Make(file); err == nil {
		t.Error("a folder was made where a file is")
	}
}

// What the stores keep is nobody else's: the mode of every file and folder is the owner's alone.
func TestModes(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("no modes")
	}
	root := filepath.Join(t.TempDir(), "data")
	d, err := disk.Make(root)
	if err != nil {
		t.Fatal(err)
	}
	if err := d.MkdirAll("a/b"); err != nil {
		t.Fatal(err)
	}
	for name, open := range map[string]func(string) (disk.File, error){"a/b/created": d.Create, "appended": d.Append} {
		f, err := open(name)
		if err != nil {
			t.Fatal(err)
		}
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if err := disk.WriteFile(d, "a/written", []byte("x")); err != nil {
		t.Fatal(err)
	}
	held, err := disk.Lock(root, "")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = held.Release() }()
	err = filepath.WalkDir(root, func(path string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := e.Info()
		if err == nil && info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s has mode %v", path, info.Mode())
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
