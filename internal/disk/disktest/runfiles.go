package disktest

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"testing"

	"stormglass/internal/disk"
)

// must ends the test at an error.
func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// wantErr checks that err wraps want.
func wantErr(t *testing.T, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Errorf("error %v, want one that wraps %v", err, want)
	}
}

// wantContent checks the content of a file.
func wantContent(t *testing.T, fsys disk.FS, name, want string) {
	t.Helper()
	if got := Bytes(t, fsys, name); string(got) != want {
		t.Errorf("%s holds %q, want %q", name, got, want)
	}
}

// write makes a file by Create, or adds to it by Append.
func write(t *testing.T, open func(string) (disk.File, error), name, content string) {
	t.Helper()
	f, err := open(name)
	must(t, err)
	n, err := f.Write([]byte(content))
	if n != len(content) || err != nil {
		t.Fatalf("write gave %d, %v", n, err)
	}
	must(t, f.Sync())
	must(t, f.Close())
}

func runCreate(t *testing.T, fsys disk.FS) {
	write(t, fsys.Create, "a", "one")
	wantContent(t, fsys, "a", "one")
	_, err := fsys.Create("a")
	wantErr(t, err, fs.ErrExist)
	wantContent(t, fsys, "a", "one")
	_, err = fsys.Create("none/a")
	wantErr(t, err, fs.ErrNotExist)
	_, err = fsys.Open("b")
	wantErr(t, err, fs.ErrNotExist)
}

func runAppend(t *testing.T, fsys disk.FS) {
	write(t, fsys.Append, "a", "one")
	write(t, fsys.Append, "a", "two")
	wantContent(t, fsys, "a", "onetwo")
	f, err := fsys.Append("a")
	must(t, err)
	got := make([]byte, 3)
	if _, err := f.ReadAt(got, 2); err != nil || string(got) != "etw" {
		t.Errorf("read at 2 gave %q, %v", got, err)
	}
	must(t, fsys.Truncate("a", 1))
	_, err = f.Write([]byte("x"))
	must(t, err)
	must(t, f.Close())
	wantContent(t, fsys, "a", "ox")
}

func runReadOnly(t *testing.T, fsys disk.FS) {
	write(t, fsys.Create, "a", "one")
	f, err := fsys.Open("a")
	must(t, err)
	if _, err := f.Write([]byte("x")); err == nil {
		t.Error("a file opened for reading was written")
	}
	must(t, f.Close())
	wantContent(t, fsys, "a", "one")
}

func runRead(t *testing.T, fsys disk.FS) {
	write(t, fsys.Create, "a", "0123456789")
	f, err := fsys.Open("a")
	must(t, err)
	p := make([]byte, 4)
	_, err = io.ReadFull(f, p)
	must(t, err)
	n, err := f.ReadAt(p, 8)
	if n != 2 || !errors.Is(err, io.EOF) || !bytes.HasPrefix(p, []byte("89")) {
		t.Errorf("read at the end gave %d bytes %q, %v", n, p, err)
	}
	rest, err := io.ReadAll(f)
	if string(rest) != "456789" || err != nil {
		t.Errorf("the rest is %q, %v", rest, err)
	}
	if n, err := f.ReadAt(p, 11); n != 0 || !errors.Is(err, io.EOF) {
		t.Errorf("read behind the end gave %d, %v", n, err)
	}
	info, err := f.Stat()
	must(t, err)
	if info.Size() != 10 || info.IsDir() || info.Name() != "a" {
		t.Errorf("stat gave %s of %d bytes", info.Name(), info.Size())
	}
	must(t, f.Close())
}

func runMap(t *testing.T, fsys disk.FS) {
	write(t, fsys.Create, "a", "one")
	write(t, fsys.Create, "empty", "")
	wantContent(t, fsys, "empty", "")
	data, unmap, err := fsys.Map("a")
	must(t, err)
	must(t, disk.WriteFile(fsys, "a", []byte("two")))
	must(t, fsys.Remove("a"))
	if string(data) != "one" {
		t.Errorf("a mapped file holds %q after it was replaced, want what it held", data)
	}
	must(t, unmap())
	_, _, err = fsys.Map("a")
	wantErr(t, err, fs.ErrNotExist)
	must(t, fsys.MkdirAll("d"))
	if _, _, err := fsys.Map("d"); err == nil {
		t.Error("a folder was mapped")
	}
}

func runTruncate(t *testing.T, fsys disk.FS) {
	write(t, fsys.Create, "a", "one two")
	must(t, fsys.Truncate("a", 3))
	wantContent(t, fsys, "a", "one")
	must(t, fsys.Truncate("a", 5))
	wantContent(t, fsys, "a", "one\x00\x00")
	wantErr(t, fsys.Truncate("b", 0), fs.ErrNotExist)
	if err := fsys.Truncate("a", -1); err == nil {
		t.Error("truncated to a negative size")
	}
}

func runOverwrite(t *testing.T, fsys disk.FS) {
	write(t, fsys.Create, "a", "one two")
	must(t, fsys.Overwrite("a", 4, []byte("2")))
	must(t, fsys.Overwrite("a", 7, nil))
	wantContent(t, fsys, "a", "one 2wo")
	wantErr(t, fsys.Overwrite("a", 5, []byte("333")), fs.ErrInvalid)
	wantErr(t, fsys.Overwrite("a", 8, nil), fs.ErrInvalid)
	wantErr(t, fsys.Overwrite("a", -1, nil), fs.ErrInvalid)
	wantErr(t, fsys.Overwrite("b", 0, nil), fs.ErrNotExist)
	wantContent(t, fsys, "a", "one 2wo")
}

func runUnlinked(t *testing.T, fsys disk.FS) {
	write(t, fsys.Create, "a", "one")
	f, err := fsys.Open("a")
	must(t, err)
	must(t, fsys.Remove("a"))
	write(t, fsys.Create, "a", "two")
	if got, err := io.ReadAll(f); string(got) != "one" || err != nil {
		t.Errorf("read %q, %v", got, err)
	}
	must(t, f.Close())
}

func runClosed(t *testing.T, fsys disk.FS) {
	f, err := fsys.Create("a")
	must(t, err)
	must(t, f.Close())
	_, err = f.Write([]byte("x"))
	wantErr(t, err, fs.ErrClosed)
	_, err = f.Read(make([]byte, 1))
	wantErr(t, err, fs.ErrClosed)
	_, err = f.Stat()
	wantErr(t, err, fs.ErrClosed)
	wantErr(t, f.Sync(), fs.ErrClosed)
	wantErr(t, f.Close(), fs.ErrClosed)
}

func runReplace(t *testing.T, fsys disk.FS) {
	must(t, disk.MakeDir(fsys, "d/e"))
	must(t, disk.WriteFile(fsys, "d/e/a", []byte("one")))
	must(t, disk.WriteFile(fsys, "d/e/a", []byte("two")))
	wantContent(t, fsys, "d/e/a", "two")
	write(t, fsys.Create, "d/e/a"+disk.TempSuffix, "left over")
	must(t, disk.WriteFile(fsys, "d/e/a", []byte("three")))
	wantContent(t, fsys, "d/e/a", "three")
	stop := errors.New("stop")
	wantErr(t, disk.Replace(fsys, "d/e/a", func(w io.Writer) error {
		_, err := w.Write([]byte("half"))
		return errors.Join(err, stop)
	}), stop)
	wantContent(t, fsys, "d/e/a", "three")
	wantNames(t, fsys, "d/e", "a")
}
