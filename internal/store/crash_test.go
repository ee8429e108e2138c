package store

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"stormglass/internal/fault"
	"stormglass/internal/hunt"
	"stormglass/internal/telemetry"
)

// copyOf copies a store's files as they lie there, as a crash leaves them, and gives the copy's path.
// The log's index is not copied: it is made anew by who opens the file first.
func copyOf(t *testing.T, s *Store) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "stormglass.db")
	for _, end := range []string{"", "-wal"} {
		if err := os.WriteFile(path+end, must[[]byte](t)(os.ReadFile(s.path+end)), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return path
}

var errCrash = errors.New("crash")

func TestCrashInTransaction(t *testing.T) {
	s := open(t)
	a := findingOn(values[0], 1)
	save(t, s, Scope{}, a)
	if _, err := s.Apply(t.Context(), 1, []Source{{ID: telemetry.SourceID{1}}}, nil); err != nil {
		t.Fatal(err)
	}
	var paths []string
	err := s.change(t.Context(), "crash", func(tx *txn) error {
		// So little memory for pages that some go to the log before the end.
		if err := tx.exec(t.Context(), `PRAGMA cache_size = 10`); err != nil {
			return err
		}
		for i := range 3000 {
			if err := tx.exec(t.Context(), `INSERT INTO cursors (name, n) VALUES (?, 1)`, fmt.Sprint(i, strings.Repeat("x", 100))); err != nil {
				return err
			}
			if i == 10 || i == 2999 {
				paths = append(paths, copyOf(t, s))
			}
		}
		if err := tx.exec(t.Context(), `DELETE FROM findings`); err != nil {
			return err
		}
		if err := tx.setCounter(t.Context(), "applied", 2); err != nil {
			return err
		}
		paths = append(paths, copyOf(t, s))
		return errCrash
	})
	if !errors.Is(err, errCrash) {
		t.Fatal(err)
	}
	if last := must[[]byte](t)(os.ReadFile(paths[2] + "-wal")); bytes.Count(last, []byte("xxxxxxxx")) == 0 {
		t.Error("nothing of the transaction was in the log: the test shows nothing")
	}
	for _, path := range append(paths, s.path) {
		for _, readOnly := range []bool{true, false} { // a reader may come first after the crash
			c, err := Open(t.Context(), path, Options{ReadOnly: readOnly})
			if err != nil {
				t.Fatal(err)
			}
			if n := must[uint64](t)(c.Applied(t.Context())); n != 1 {
				t.Errorf("applied is %d", n)
			}
			if n := must[uint64](t)(c.Cursor(t.Context(), "0"+strings.Repeat("x", 100))); n != 0 {
				t.Error("half a transaction is there")
			}
			if got := findingsOf(t, c); len(got) != 1 || got[a.ID] == nil {
				t.Errorf("%d findings are there", len(got))
			}
			wantSound(t, c)
			if err := c.Close(); err != nil {
				t.Error(err)
			}
		}
	}
}

// TestCrashWhileTheFileIsMade has somebody killed before the log was set up, so that a journal lies beside the file.
func TestCrashWhileTheFileIsMade(t *testing.T) {
	first, path := filepath.Join(t.TempDir(), "first.db"), filepath.Join(t.TempDir(), "stormglass.db")
	db := must[*sql.DB](t)(sql.Open("sqlite", first))
	defer db.Close()
	db.SetMaxOpenConns(1)
	for _, q := range []string{
		`PRAGMA journal_mode = delete`, `PRAGMA user_version = 1`, `PRAGMA cache_size = 2`, `BEGIN`,
		`CREATE TABLE made AS WITH RECURSIVE n (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 3000) SELECT x, hex(randomblob(100)) AS y FROM n`,
	} {
		if _, err := db.ExecContext(t.Context(), q); err != nil {
			t.Fatal(err)
		}
	}
	for _, end := range []string{"", "-journal"} {
		if err := os.WriteFile(path+end, must[[]byte](t)(os.ReadFile(first+end)), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	_, err := Open(t.Context(), path, Options{ReadOnly: true})
	wantFault(t, err, fault.Conflict, "readonly")
	if !strings.Contains(fault.HintOf(err), "sets it right") {
		t.Errorf("the hint is %q", fault.HintOf(err))
	}
	s := openAt(t, path, Options{})
	save(t, s, Scope{}, findingOn(values[0], 1))
	wantSound(t, s)
}

func TestCancelledSaveChangesNothing(t *testing.T) {
	s := open(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := s.SaveFindings(ctx, []*hunt.Finding{findingOn(values[0], 1)}, Scope{})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	if n := len(findingsOf(t, s)); n != 0 {
		t.Errorf("%d findings were saved", n)
	}
	save(t, s, Scope{}, findingOn(values[0], 1))
}

// TestReadBesideAWriter has readers with handles of their own, as other processes have, read while
// findings are saved: they see whole saves only.
func TestReadBesideAWriter(t *testing.T) {
	s := open(t)
	const readers, saves = 3, 30
	done := make(chan struct{})
	var wg sync.WaitGroup
	for i := range readers {
		r := openAt(t, s.path, Options{ReadOnly: true})
		if i == 0 {
			r = s // the writer's own readers are no different
		}
		wg.Go(func() {
			last := uint64(0)
			for running(done) {
				fs, err := r.Findings(t.Context(), Filter{})
				if err != nil {
					t.Error(err)
					return
				}
				records := map[uint64]bool{}
				for _, f := range fs {
					records[f.Records] = true
					if f.Records < last {
						t.Errorf("a reader went back from save %d to %d", last, f.Records)
					}
				}
				if len(records) > 1 {
					t.Errorf("a reader sees findings of several saves: %v", records)
				}
				for n := range records {
					last = n
				}
			}
		})
	}
	for i := range uint64(saves) {
		var fs []*hunt.Finding
		for _, v := range values[:4] {
			f := findingOn(v, 1)
			f.Days[0].Records = i + 1
			fs = append(fs, f)
		}
		save(t, s, Scope{}, fs...)
	}
	close(done)
	wg.Wait()
}

func running(done <-chan struct{}) bool {
	select {
	case <-done:
		return false
	default:
		return true
	}
}

// TestTwoWriters has two handles write in turns, which is one writer after the other.
func TestTwoWriters(t *testing.T) {
	s := open(t)
	other := openAt(t, s.path, Options{})
	var wg sync.WaitGroup
	for i, w := range []*Store{s, other} {
		wg.Go(func() {
			for n := range 20 {
				f := findingOn(domain(100*i+n), 1)
				if _, err := w.SaveFindings(t.Context(), []*hunt.Finding{f}, Scope{}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	if n := must[uint64](t)(s.LastChange(t.Context())); n != 40 {
		t.Errorf("%d changes of 40", n)
	}
}

func TestBusy(t *testing.T) {
	s := open(t)
	other := openAt(t, s.path, Options{})
	if _, err := other.write.ExecContext(t.Context(), `PRAGMA busy_timeout = 1`); err != nil {
		t.Fatal(err)
	}
	err := s.change(t.Context(), "write", func(*txn) error {
		err := other.SetCursor(t.Context(), "x", 1)
		wantFault(t, err, fault.Busy, "set cursor x")
		if fault.HintOf(err) == "" {
			t.Error("no hint")
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := other.SetCursor(t.Context(), "x", 1); err != nil {
		t.Error(err)
	}
}

func TestCheckFindsDamage(t *testing.T) {
	s := open(t)
	for i := range 200 {
		save(t, s, Scope{}, findingOn(domain(i), 1, 2))
	}
	if damage := must[[]string](t)(s.Check(t.Context())); len(damage) != 0 {
		t.Fatalf("a sound file has damage: %q", damage)
	}
	path := filepath.Join(t.TempDir(), "stormglass.db")
	if err := s.rewrite(t.Context()); err != nil {
		t.Fatal(err)
	}
	content := must[[]byte](t)(os.ReadFile(s.path))
	const page = 4096
	found := 0
	for at := 27 * page; at+page <= len(content); at += 7 * page {
		damaged := bytes.Clone(content)
		copy(damaged[at:], bytes.Repeat([]byte{0xa5}, page))
		if err := os.WriteFile(path, damaged, 0o600); err != nil {
			t.Fatal(err)
		}
		c, err := Open(t.Context(), path, Options{ReadOnly: true})
		if err != nil {
			t.Fatal(err)
		}
		damage, err := c.Check(t.Context())
		if err != nil {
			t.Errorf("page %d: %v", at/page, err)
		}
		if len(damage) > 0 {
			found++
		}
		for _, d := range damage {
			if strings.Contains(d, "example") {
				t.Errorf("it tells what is kept: %s", d)
			}
		}
		if err := c.Close(); err != nil {
			t.Error(err)
		}
		os.Remove(path + "-shm")
		os.Remove(path + "-wal")
	}
	if found == 0 {
		t.Error("no damage was found")
	}
}

func TestCheckFindsLooseRows(t *testing.T) {
	path, _ := closedFile(t)
	edit(t, path, `INSERT INTO stated (indicator, file) VALUES (1, 2)`)
	s := openAt(t, path, Options{})
	damage := must[[]string](t)(s.Check(t.Context()))
	if len(damage) != 2 || !strings.Contains(damage[0], "a row of stated refers to one of") {
		t.Errorf("damage is %q", damage)
	}
}

// TestReadDamagedRows has rows that hold what no build writes: an error, no panic.
func TestReadDamagedRows(t *testing.T) {
	for _, query := range []string{
		`UPDATE findings SET details = '{"part":5}'`, `UPDATE findings SET details = '{'`, `UPDATE findings SET details = '[]'`,
		`UPDATE findings SET subject_kind = 4`, `UPDATE findings SET subject_kind = -1`, `UPDATE findings SET subject = 'x'`,
		`UPDATE finding_days SET samples = '{}'`, `UPDATE finding_days SET sensors = '{}'`, `UPDATE finding_days SET samples = '[{"src":"x"}]'`, `UPDATE finding_days SET samples = '[{"dst":"x"}]'`,
	} {
		path := filepath.Join(t.TempDir(), "stormglass.db")
		w := must[*Store](t)(Open(t.Context(), path, Options{}))
		f := findingOn(values[0], 1)
		save(t, w, Scope{}, f)
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		edit(t, path, query)
		s := openAt(t, path, Options{})
		_, err := s.Findings(t.Context(), Filter{})
		wantFault(t, err, fault.Internal, f.ID.String())
	}
}
