package disktest

import (
	"io/fs"
	"slices"
	"testing"

	"stormglass/internal/disk"
)

// wantNames checks the names in a folder.
func wantNames(t *testing.T, fsys disk.FS, name string, want ...string) {
	t.Helper()
	entries, err := fsys.ReadDir(name)
	must(t, err)
	var got []string
	for _, e := range entries {
		got = append(got, e.Name())
	}
	if !slices.Equal(got, want) {
		t.Errorf("%s holds %q, want %q", name, got, want)
	}
}

func runRename(t *testing.T, fsys disk.FS) {
	write(t, fsys.Create, "a", "one")
	write(t, fsys.Create, "b", "two")
	must(t, fsys.MkdirAll("d"))
	must(t, fsys.Rename("a", "b"))
	wantContent(t, fsys, "b", "one")
	must(t, fsys.Rename("b", "b"))
	must(t, fsys.Rename("b", "d/c"))
	wantContent(t, fsys, "d/c", "one")
	wantNames(t, fsys, ".", "d")
	wantErr(t, fsys.Rename("a", "d/c"), fs.ErrNotExist)
	wantErr(t, fsys.Rename("d/c", "none/c"), fs.ErrNotExist)
	wantContent(t, fsys, "d/c", "one")
}

func runRenameFolder(t *testing.T, fsys disk.FS) {
	must(t, fsys.MkdirAll("d"))
	must(t, fsys.MkdirAll("empty"))
	write(t, fsys.Create, "d/a", "one")
	write(t, fsys.Create, "f", "two")
	for _, c := range [][2]string{{"f", "d"}, {"d", "f"}, {"empty", "d"}, {"d", "d/e"}} {
		if err := fsys.Rename(c[0], c[1]); err == nil {
			t.Errorf("%s was renamed to %s", c[0], c[1])
		}
	}
	must(t, fsys.Rename("d", "g"))
	wantContent(t, fsys, "g/a", "one")
	wantNames(t, fsys, ".", "empty", "f", "g")
}

func runRemove(t *testing.T, fsys disk.FS) {
	must(t, fsys.MkdirAll("d"))
	write(t, fsys.Create, "d/a", "one")
	wantErr(t, fsys.Remove("d/b"), fs.ErrNotExist)
	if err := fsys.Remove("d"); err == nil {
		t.Error("a folder that is not empty was removed")
	}
	must(t, fsys.Remove("d/a"))
	must(t, fsys.Remove("d"))
	wantNames(t, fsys, ".")
}

func runFolders(t *testing.T, fsys disk.FS) {
	must(t, fsys.MkdirAll("."))
	must(t, fsys.MkdirAll("a/b/c"))
	must(t, fsys.MkdirAll("a/b/c"))
	must(t, fsys.SyncDir("a/b/c"))
	must(t, fsys.SyncDir("."))
	info, err := fsys.Stat("a/b")
	must(t, err)
	if !info.IsDir() || info.Name() != "b" {
		t.Errorf("stat gave %s, folder %v", info.Name(), info.IsDir())
	}
	wantErr(t, fsys.SyncDir("none"), fs.ErrNotExist)
	_, err = fsys.ReadDir("none")
	wantErr(t, err, fs.ErrNotExist)
	_, err = fsys.Stat("none/b")
	wantErr(t, err, fs.ErrNotExist)
}

func runReadDir(t *testing.T, fsys disk.FS) {
	for _, name := range []string{"b", "a", "c.tmp", "B"} {
		write(t, fsys.Create, name, name)
	}
	must(t, fsys.MkdirAll("aa"))
	wantNames(t, fsys, ".", "B", "a", "aa", "b", "c.tmp")
	entries, err := fsys.ReadDir(".")
	must(t, err)
	for _, e := range entries {
		info, err := e.Info()
		must(t, err)
		if e.IsDir() != (e.Name() == "aa") || !e.IsDir() && info.Size() != int64(len(e.Name())) {
			t.Errorf("%s: folder %v, %d bytes", e.Name(), e.IsDir(), info.Size())
		}
	}
}

func runNotFolder(t *testing.T, fsys disk.FS) {
	write(t, fsys.Create, "f", "one")
	if err := fsys.MkdirAll("f/d"); err == nil {
		t.Error("a folder was made below a file")
	}
	if err := fsys.MkdirAll("f"); err == nil {
		t.Error("a folder was made where a file is")
	}
	if _, err := fsys.Create("f/a"); err == nil {
		t.Error("a file was made below a file")
	}
	if _, err := fsys.ReadDir("f"); err == nil {
		t.Error("a file was listed")
	}
	must(t, fsys.MkdirAll("d"))
	if _, err := fsys.Append("d"); err == nil {
		t.Error("a folder was opened for writing")
	}
}

func runNames(t *testing.T, fsys disk.FS) {
	for _, name := range []string{"", "/", "/a", "..", "../a", "a/../../b", "a//b", "a/", "./a", "a/.", "\xff"} {
		_, err := fsys.Create(name)
		wantErr(t, err, fs.ErrInvalid)
		_, err = fsys.Append(name)
		wantErr(t, err, fs.ErrInvalid)
		_, err = fsys.Open(name)
		wantErr(t, err, fs.ErrInvalid)
		_, _, err = fsys.Map(name)
		wantErr(t, err, fs.ErrInvalid)
		_, err = fsys.ReadDir(name)
		wantErr(t, err, fs.ErrInvalid)
		_, err = fsys.Stat(name)
		wantErr(t, err, fs.ErrInvalid)
		wantErr(t, fsys.MkdirAll(name), fs.ErrInvalid)
		wantErr(t, fsys.Truncate(name, 0), fs.ErrInvalid)
		wantErr(t, fsys.Overwrite(name, 0, nil), fs.ErrInvalid)
		wantErr(t, fsys.Remove(name), fs.ErrInvalid)
		wantErr(t, fsys.Rename(name, "b"), fs.ErrInvalid)
		wantErr(t, fsys.Rename("b", name), fs.ErrInvalid)
		wantErr(t, fsys.SyncDir(name), fs.ErrInvalid)
	}
	wantNames(t, fsys, ".")
}
