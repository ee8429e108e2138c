package depot

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"stormglass/internal/disk"
	"stormglass/internal/fault"
	"stormglass/internal/telemetry"
)

// contents gives what lies below a folder: text of files, and names of folders.
func contents(t *testing.T, root string) map[string]string {
	t.Helper()
	out := map[string]string{}
	err := filepath.WalkDir(root, func(name string, e os.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			out[name] = "folder"
			return err
		}
		b, err := os.ReadFile(name)
		out[name] = string(b)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// TestFolderRefused opens what is no data folder of this build: it is refused, and nothing is changed.
func TestFolderRefused(t *testing.T) {
	for name, c := range map[string]struct {
		files map[string]string
		says  string
	}{
		"somebody's":     {map[string]string{"letter.txt": "dear"}, "letter.txt"},
		"with a tmp":     {map[string]string{"tmp/letter.txt": "dear"}, "tmp/letter.txt"},
		"with a lake":    {map[string]string{"registers/networks.yaml": "networks: []\n", "lake/boat.txt": "oars"}, "lake/boat.txt"},
		"a file for tmp": {map[string]string{"tmp": "dear"}, "holds tmp"},
		"newer":          {map[string]string{"FORMAT": "stormglass data 2\n"}, `format "2"`},
		"not ours":       {map[string]string{"FORMAT": "PNG"}, "not ours"},
		"no FORMAT":      {map[string]string{"FORMAT": ""}, "not ours"},
	} {
		t.Run(name, func(t *testing.T) {
			root := t.TempDir()
			for name, text := range c.files {
				name = filepath.Join(root, name)
				if err := errors.Join(os.MkdirAll(filepath.Dir(name), 0o700), os.WriteFile(name, []byte(text), 0o600)); err != nil {
					t.Fatal(err)
				}
			}
			before := contents(t, root)
			_, err := Open(t.Context(), root, Options{})
			if fault.KindOf(err) != fault.Invalid || fault.HintOf(err) == "" || !strings.Contains(err.Error(), c.says) {
				t.Errorf("kind %v, hint %q: %v; want that it says %q", fault.KindOf(err), fault.HintOf(err), err, c.says)
			}
			if _, err := OpenView(t.Context(), root, 0); err == nil {
				t.Error("a reader opens it")
			}
			if diff := cmp.Diff(before, contents(t, root)); diff != "" {
				t.Errorf("it was changed (-before +after):\n%s", diff)
			}
		})
	}
}

// TestFolderPrepared opens a folder in which somebody put what people may put there before anything is taken in.
func TestFolderPrepared(t *testing.T) {
	root := t.TempDir()
	for _, name := range []string{"registers/networks.yaml", "rules/a.yml", "pipelines/a.yml", "geo/a.mmdb"} {
		name = filepath.Join(root, name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(name), 0o700), os.WriteFile(name, []byte("networks: []\n"), 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	d, err := Open(t.Context(), root, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := d.Close(); err != nil {
		t.Error(err)
	}
	if got := contents(t, root)[filepath.Join(root, "geo/a.mmdb")]; got != "networks: []\n" {
		t.Errorf("it was changed: %q", got)
	}
}

// TestFolderIsFile opens a file, and a folder in which files stand where folders should.
func TestFolderIsFile(t *testing.T) {
	root := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(root, []byte("dear"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(t.Context(), root, Options{}); err == nil || !strings.Contains(err.Error(), "is a file") {
		t.Errorf("a file: %v", err)
	}
	for _, dir := range []string{TempDir, ledgerDir, lakeDir, manifestDir, VaultDir} {
		w := newCrashWorld(1)
		o := w.options(nil)
		root := filepath.Join(t.TempDir(), dir)
		d, err := Open(t.Context(), root, o)
		if err != nil {
			t.Fatal(err)
		}
		if err := d.Close(); err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(os.RemoveAll(filepath.Join(root, dir)), os.WriteFile(filepath.Join(root, dir), nil, 0o600)); err != nil {
			t.Fatal(err)
		}
		d, err = Open(t.Context(), root, o)
		if err == nil {
			err = errors.Join(w.take(t.Context(), d), d.Close())
		}
		if err == nil {
			t.Errorf("a file for %s: taken in", dir)
		}
	}
}

// TestFolderReadOnly opens a folder that may not be written to.
func TestFolderReadOnly(t *testing.T) {
	if os.Getuid() == 0 {
		t.Skip("root may write anywhere")
	}
	root := filepath.Join(t.TempDir(), "data")
	if err := os.Mkdir(root, 0o500); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(t.Context(), root, Options{}); !errors.Is(err, os.ErrPermission) {
		t.Errorf("a folder that may not be written to: %v", err)
	}
}

// TestFolderHeld opens a folder that somebody writes to: the answer says who, and readers need not wait.
func TestFolderHeld(t *testing.T) {
	w := newCrashWorld(1)
	root := filepath.Join(t.TempDir(), "data")
	o := w.options(nil)
	d, err := Open(t.Context(), root, o)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.take(t.Context(), d); err != nil {
		t.Fatal(err)
	}
	_, err = Open(t.Context(), root, o)
	held, ok := errors.AsType[*disk.HeldError](err)
	if !ok || held.PID != os.Getpid() || fault.KindOf(err) != fault.Busy {
		t.Errorf("a second writer: kind %v, %v", fault.KindOf(err), err)
	}
	folder, err := disk.Dir(root)
	if err != nil {
		t.Fatal(err)
	}
	w.beside(t, folder, func() {
		for range 15 {
			w.now = w.now.AddDate(0, 0, 1)
			if err := w.take(t.Context(), d); err != nil {
				t.Error(err)
			}
			if _, err := d.Maintain(t.Context()); err != nil {
				t.Error(err)
			}
		}
	})
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	w.goesOn(t, folder)
}

// beside reads a folder again and again while somebody writes: of every source that the manifest names each
// record is there once, whatever is merged and compacted meanwhile.
func (w *crashWorld) beside(t *testing.T, f disk.FS, write func()) {
	t.Helper()
	done := make(chan struct{})
	go func() {
		defer close(done)
		write()
	}()
	for reads := 0; ; reads++ {
		select {
		case <-done:
			if reads < 3 {
				t.Errorf("%d reads beside the writer: too few to tell anything", reads)
			}
			return
		default:
		}
		once(t, f)
	}
}

// once reads a folder once, again when it changes meanwhile.
func once(t *testing.T, f disk.FS) {
	t.Helper()
	v, err := openView(t.Context(), f, "the folder", WithAll)
	if err != nil {
		t.Fatal(err)
	}
	h := &held{view: v, rows: map[telemetry.SourceID]map[uint64]int{}, values: map[count]uint64{}}
	err = errors.Join(v.Rows(t.Context(), Wanted{}, h.batch), v.Close())
	if errors.Is(err, ErrChanged) {
		return
	}
	if err != nil || len(v.Damaged) > 0 {
		t.Fatalf("read beside a writer: %v, damaged %+v", err, v.Damaged)
	}
	for _, s := range v.State.Sources {
		for n := range s.Lines {
			if got := h.rows[s.Rows][n+1]; got != 1 {
				t.Fatalf("record %d of a source with %d is there %d times", n+1, s.Lines, got)
			}
		}
	}
}
