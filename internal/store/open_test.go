package store

import (
	"bytes"
	"context"
	"database/sql"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"stormglass/internal/fault"
)

// start is the time at which every test begins.
var start = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// clock is a time that a test sets.
type clock struct{ time.Time }

func (c *clock) now() time.Time { return c.Time }

func open(t testing.TB) *Store {
	s, _ := openClock(t)
	return s
}

func openClock(t testing.TB) (*Store, *clock) {
	t.Helper()
	c := &clock{start}
	return openAt(t, filepath.Join(t.TempDir(), "stormglass.db"), Options{Now: c.now}), c
}

func openAt(t testing.TB, path string, o Options) *Store {
	t.Helper()
	s, err := Open(context.Background(), path, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func must[T any](t testing.TB) func(T, error) T {
	t.Helper()
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

// wantFault checks the kind of an error, and that it says something.
func wantFault(t testing.TB, err error, k fault.Kind, says string) {
	t.Helper()
	if err == nil || fault.KindOf(err) != k || !strings.Contains(err.Error(), says) {
		t.Errorf("got error %v of kind %v, want %q of kind %v", err, fault.KindOf(err), says, k)
	}
}

func TestOpenMakesAPrivateFile(t *testing.T) {
	for _, name := range []string{"stormglass.db", "a b%20c?mode=ro#x&y;'.db", "ä\"\n.db"} {
		path := filepath.Join(t.TempDir(), name)
		s := openAt(t, path, Options{})
		if err := s.SetCursor(t.Context(), "hunt.new", 7); err != nil {
			t.Fatal(err)
		}
		entries := must[[]fs.DirEntry](t)(os.ReadDir(filepath.Dir(path)))
		var names []string
		for _, e := range entries {
			names = append(names, e.Name())
			if mode := must[fs.FileInfo](t)(e.Info()).Mode().Perm(); mode != 0o600 {
				t.Errorf("%q has mode %o", e.Name(), mode)
			}
		}
		if want := []string{name, name + "-shm", name + "-wal"}; !slices.Equal(names, want) {
			t.Errorf("files are %q, want %q", names, want)
		}
	}
}

func TestOpenTakesTheFileFromOthers(t *testing.T) {
	path := filepath.Join(t.TempDir(), "stormglass.db")
	if err := os.WriteFile(path, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	openAt(t, path, Options{})
	if mode := must[fs.FileInfo](t)(os.Stat(path)).Mode().Perm(); mode != 0o600 {
		t.Errorf("mode is %o", mode)
	}
}

func TestSettings(t *testing.T) {
	s := open(t)
	for pragma, want := range map[string]string{
		"journal_mode": "wal", "synchronous": "2", "foreign_keys": "1", "secure_delete": "1", "busy_timeout": busyMillis, "trusted_schema": "0",
	} {
		var got string
		if err := s.write.QueryRowContext(t.Context(), "PRAGMA "+pragma).Scan(&got); err != nil || got != want {
			t.Errorf("%s is %s, want %s (%v)", pragma, got, want, err)
		}
	}
	err := s.view(t.Context(), "list tables", func(tx *txn) error {
		return tx.each(t.Context(), func(scan scanner) error {
			var name string
			var strict bool
			err := scan(&name, &strict)
			if !strict && name != versionTable && !strings.HasPrefix(name, "sqlite_") {
				t.Errorf("table %s is not strict", name)
			}
			return err
		}, `SELECT name, strict FROM pragma_table_list WHERE schema = 'main'`)
	})
	if err != nil {
		t.Error(err)
	}
}

func TestReopen(t *testing.T) {
	path := filepath.Join(t.TempDir(), "stormglass.db")
	for i := range uint64(3) {
		s, err := Open(t.Context(), path, Options{})
		if err != nil {
			t.Fatal(err)
		}
		if got := must[uint64](t)(s.Cursor(t.Context(), "x")); got != i {
			t.Errorf("cursor is %d, want %d", got, i)
		}
		if err := s.SetCursor(t.Context(), "x", i+1); err != nil {
			t.Fatal(err)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

func TestOpenToRead(t *testing.T) {
	path := filepath.Join(t.TempDir(), "stormglass.db")
	_, err := Open(t.Context(), path, Options{ReadOnly: true})
	wantFault(t, err, fault.NotFound, "no such file")
	if _, err := os.Stat(path); err == nil {
		t.Error("opening to read made the file")
	}

	w := openAt(t, path, Options{})
	r := openAt(t, path, Options{ReadOnly: true})
	wantFault(t, r.SetCursor(t.Context(), "x", 1), fault.Denied, "reading only")
	for i := range uint64(3) {
		if err := w.SetCursor(t.Context(), "x", i); err != nil {
			t.Fatal(err)
		}
		if got := must[uint64](t)(r.Cursor(t.Context(), "x")); got != i {
			t.Errorf("the reader sees %d, want %d", got, i)
		}
	}
}

// closedFile gives the content of a store's file after its writer closed it, and its path.
func closedFile(t *testing.T) (path string, content []byte) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "stormglass.db")
	s := must[*Store](t)(Open(t.Context(), path, Options{}))
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	return path, must[[]byte](t)(os.ReadFile(path))
}

func TestOpenToReadAfterTheWriterClosed(t *testing.T) {
	path, before := closedFile(t)
	r := must[*Store](t)(Open(t.Context(), path, Options{ReadOnly: true}))
	if n := must[uint64](t)(r.Applied(t.Context())); n != 0 {
		t.Errorf("applied is %d", n)
	}
	if err := r.Close(); err != nil {
		t.Error(err)
	}
	if after := must[[]byte](t)(os.ReadFile(path)); !bytes.Equal(before, after) {
		t.Error("reading changed the file")
	}
	s := openAt(t, path, Options{})
	if err := s.SetCursor(t.Context(), "x", 1); err != nil {
		t.Error(err)
	}
}

// edit runs a statement on a file that no store has open.
func edit(t *testing.T, path, query string) {
	t.Helper()
	db := must[*sql.DB](t)(sql.Open("sqlite", path))
	defer db.Close()
	if _, err := db.ExecContext(t.Context(), query); err != nil {
		t.Fatal(err)
	}
}

func TestOpenRefuses(t *testing.T) {
	tests := []struct {
		name, edit string
		kind       fault.Kind
		says, hint string
		readOnly   bool
	}{
		{
			name: "newer", edit: `INSERT INTO goose_db_version (version_id, is_applied) VALUES (8, 1)`,
			kind: fault.Conflict, says: "its tables are of version 8, this build knows up to 7", hint: "nothing was changed",
		},
		{
			name: "newer, to read", edit: `INSERT INTO goose_db_version (version_id, is_applied) VALUES (99, 1)`, readOnly: true,
			kind: fault.Conflict, says: "a newer stormglass wrote it", hint: "use that newer stormglass",
		},
		{
			name: "older, to read", edit: `DELETE FROM goose_db_version WHERE version_id = 7`, readOnly: true,
			kind: fault.Conflict, says: "of version 6, this build reads version 7", hint: "brings the file up to date",
		},
		{name: "of another program", edit: `PRAGMA application_id = 1`, kind: fault.Invalid, says: "another program", hint: "name the folder"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			path, _ := closedFile(t)
			edit(t, path, tt.edit)
			before := must[[]byte](t)(os.ReadFile(path))
			_, err := Open(t.Context(), path, Options{ReadOnly: tt.readOnly})
			wantFault(t, err, tt.kind, tt.says)
			if hint := fault.HintOf(err); !strings.Contains(hint, tt.hint) {
				t.Errorf("the hint is %q", hint)
			}
			if !bytes.Equal(before, must[[]byte](t)(os.ReadFile(path))) {
				t.Error("the refused file was changed")
			}
		})
	}
}

func TestOpenRefusesWhatIsNoDatabase(t *testing.T) {
	path := filepath.Join(t.TempDir(), "stormglass.db")
	content := bytes.Repeat([]byte("not a database. "), 1000)
	for _, content := range [][]byte{content, []byte("short")} {
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
		for _, o := range []Options{{}, {ReadOnly: true}} {
			_, err := Open(t.Context(), path, o)
			wantFault(t, err, fault.Invalid, "not a database")
			if !strings.Contains(fault.HintOf(err), "put back a copy") {
				t.Errorf("the hint is %q", fault.HintOf(err))
			}
		}
		if !bytes.Equal(content, must[[]byte](t)(os.ReadFile(path))) {
			t.Error("the refused file was changed")
		}
	}
}

func TestOpenRefusesTablesOfAnotherProgram(t *testing.T) {
	path := filepath.Join(t.TempDir(), "stormglass.db")
	edit(t, path, `CREATE TABLE mine (x)`)
	_, err := Open(t.Context(), path, Options{})
	wantFault(t, err, fault.Invalid, "another program")
}

func TestMigrationsAreAllKnown(t *testing.T) {
	entries := must[[]fs.DirEntry](t)(migrations.ReadDir("migrations"))
	if len(entries) != latest {
		t.Errorf("there are %d migrations, latest is %d", len(entries), latest)
	}
	path, _ := closedFile(t)
	s := openAt(t, path, Options{ReadOnly: true})
	if v := must[int64](t)(s.version(t.Context())); v != latest {
		t.Errorf("the file is of version %d, latest is %d", v, latest)
	}
}

func TestCursor(t *testing.T) {
	s := open(t)
	wantFault(t, s.SetCursor(t.Context(), "x", 1<<63), fault.Invalid, "more than can be stored")
	want := map[string]uint64{"hunt.new": 1<<63 - 1, "other": 2, "": 3}
	got := map[string]uint64{}
	for name, at := range want {
		if err := s.SetCursor(t.Context(), name, at); err != nil {
			t.Fatal(err)
		}
	}
	for name := range want {
		got[name] = must[uint64](t)(s.Cursor(t.Context(), name))
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if n := must[uint64](t)(s.Cursor(t.Context(), "unknown")); n != 0 {
		t.Errorf("an unknown cursor is at %d", n)
	}
}
