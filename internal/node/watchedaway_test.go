package node

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// looked is what one look told, by base names.
type looked struct{ Changed, Gone, Complaints []string }

// lookTwice looks twice, a second apart: what came is told of at the second look.
func lookTwice(w *watched, now *time.Time) (l looked) {
	base := func(names []string) {
		for _, n := range names {
			l.Changed = append(l.Changed, filepath.Base(n))
		}
	}
	for range 2 {
		*now = now.Add(time.Second)
		changed, gone, complaints := w.look(*now)
		base(changed)
		for _, n := range gone {
			l.Gone = append(l.Gone, filepath.Base(n))
		}
		l.Complaints = complaints
	}
	return l
}

func expectLook(t *testing.T, what string, got, want looked) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Fatalf("%s (-want +got):\n%s", what, diff)
	}
}

// closedDir walks as filepath.WalkDir does when a folder cannot be read, which it tells root of by a second call.
func closedDir(closed *string) func(string, fs.WalkDirFunc) error {
	return func(root string, fn fs.WalkDirFunc) error {
		return filepath.WalkDir(root, func(name string, e fs.DirEntry, err error) error {
			if err != nil || name != *closed {
				return fn(name, e, err)
			}
			if err := fn(name, e, nil); err != nil {
				return err
			}
			if err := fn(name, e, &fs.PathError{Op: "open", Path: name, Err: syscall.EACCES}); err != nil && !errors.Is(err, fs.SkipDir) {
				return err
			}
			return fs.SkipDir
		})
	}
}

func makeDir(t *testing.T, path ...string) string {
	t.Helper()
	dir := filepath.Join(path...)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	return dir
}

func remove(t *testing.T, path ...string) {
	t.Helper()
	if err := os.RemoveAll(filepath.Join(path...)); err != nil {
		t.Fatal(err)
	}
}

// One folder that cannot be read hides nothing beside it, and what lies in it is not gone.
func TestWatchedUnreadableFolder(t *testing.T) {
	dir, now, closed := t.TempDir(), time.Now(), ""
	w := newWatched([]string{dir})
	w.walkDir = closedDir(&closed)
	for _, sub := range []string{"a", "m", "z"} {
		writeFile(t, makeDir(t, dir, sub), sub+".log", "1")
	}
	expectLook(t, "all is open", lookTwice(w, &now), looked{Changed: []string{"a.log", "m.log", "z.log"}})
	closed = filepath.Join(dir, "m")
	writeFile(t, dir, "z/later.log", "1")
	remove(t, dir, "a/a.log")
	say := []string{"cannot look into watched folder " + closed + ": permission denied"}
	expectLook(t, "one is closed", lookTwice(w, &now), looked{[]string{"later.log"}, []string{"a.log"}, say})
	closed = ""
	remove(t, dir, "m/m.log")
	expectLook(t, "it is open again", lookTwice(w, &now), looked{Gone: []string{"m.log"}})
}

// A path that is not there is complained of as long as it is not, and takes nothing away.
func TestWatchedPathAway(t *testing.T) {
	for name, at := range map[string]string{"folder": "share", "single file": "share/a.log"} {
		t.Run(name, func(t *testing.T) {
			dir, now := t.TempDir(), time.Now()
			writeFile(t, makeDir(t, dir, "share"), "a.log", "1")
			path := filepath.Join(dir, at)
			w := newWatched([]string{path})
			expectLook(t, "it is there", lookTwice(w, &now), looked{Changed: []string{"a.log"}})
			if err := os.Rename(path, path+".1"); err != nil {
				t.Fatal(err)
			}
			for range 2 {
				expectLook(t, "it is away", lookTwice(w, &now), looked{Complaints: []string{"watched path is not there: " + path}})
			}
			if err := os.Rename(path+".1", path); err != nil {
				t.Fatal(err)
			}
			expectLook(t, "it is back", lookTwice(w, &now), looked{})
		})
	}
}

// What an earlier run read from a path that is away now, through a link too, is not gone, until the path is there without it.
func TestWatchedExpectedAway(t *testing.T) {
	dir, now := t.TempDir(), time.Now()
	share, link := filepath.Join(dir, "share"), filepath.Join(dir, "link")
	if err := os.Symlink(share, link); err != nil {
		t.Fatal(err)
	}
	w := newWatched([]string{link})
	w.expect(filepath.Join(share, "a.txt"))
	w.expect(filepath.Join(dir, "elsewhere.txt"))
	expectLook(t, "away", lookTwice(w, &now), looked{Complaints: []string{"watched path is not there: " + link}})
	makeDir(t, share)
	got := lookTwice(w, &now)
	if got.Gone != nil || len(got.Complaints) != 1 || !strings.Contains(got.Complaints[0], "is empty, though files lay there before") {
		t.Fatalf("a mount point without its share: %+v", got)
	}
	writeFile(t, share, "b.txt", "1")
	expectLook(t, "there", lookTwice(w, &now), looked{[]string{"b.txt"}, []string{"a.txt"}, nil})
	remove(t, share, "b.txt")
	expectLook(t, "the last file was removed", lookTwice(w, &now), looked{Gone: []string{"b.txt"}})
}

// Another folder in the place of the one that was watched, with nothing in it, is what a mount point is without its share.
func TestWatchedMountPoint(t *testing.T) {
	dir, now := t.TempDir(), time.Now()
	share := makeDir(t, dir, "share")
	writeFile(t, share, "a.txt", "1")
	w := newWatched([]string{share})
	expectLook(t, "mounted", lookTwice(w, &now), looked{Changed: []string{"a.txt"}})
	if err := os.Rename(share, share+".away"); err != nil {
		t.Fatal(err)
	}
	makeDir(t, share)
	if got := lookTwice(w, &now); got.Gone != nil || len(got.Complaints) != 1 {
		t.Fatalf("unmounted: %+v", got)
	}
	remove(t, share)
	if err := os.Rename(share+".away", share); err != nil {
		t.Fatal(err)
	}
	expectLook(t, "mounted again", lookTwice(w, &now), looked{})
}

// The intelligence of a share that is not there stays in force, and the complaint stands in the state until it is back.
func TestServiceKeepsIntelOfPathAway(t *testing.T) {
	data, dir := t.TempDir(), t.TempDir()
	feed := makeDir(t, dir, "feed")
	writeFile(t, feed, "a.txt", "203.0.113.1\n")
	s, stop := serving(t, data, ServiceConfig{WatchIntel: []string{feed}, Watch: []string{filepath.Join(dir, "logs")}})
	defer stop()
	complaints := func(want ...string) {
		t.Helper()
		waitFor(t, func() bool { return slices.Equal(s.State().Watched.Complaints, want) })
	}
	waitFor(t, func() bool { return s.State().Values == 1 })
	logs := "watched path is not there: " + filepath.Join(dir, "logs")
	complaints(logs)
	if err := os.Rename(feed, feed+".away"); err != nil {
		t.Fatal(err)
	}
	complaints(logs, "watched path is not there: "+feed)
	if err := s.With(t.Context(), func(context.Context, *Keeper) error { return nil }); err != nil {
		t.Fatal(err)
	}
	if n := s.State().Values; n != 1 {
		t.Errorf("%d values in force", n)
	}
	makeDir(t, dir, "logs")
	if err := os.Rename(feed+".away", feed); err != nil {
		t.Fatal(err)
	}
	complaints()
}

// waitFor waits until something is so, up to a minute: a loaded machine is slow.
func waitFor(t *testing.T, so func() bool) {
	t.Helper()
	for range 12000 {
		if so() {
			return
		}
		time.Sleep(5 * time.Millisecond)
	}
	t.Fatal("it did not come to be so")
}

// A file of an earlier run that is being written when the watch begins is told of once it rests, as any other.
func TestWatchedExpectedRests(t *testing.T) {
	dir, now := t.TempDir(), time.Now()
	writeFile(t, dir, "a.txt", "")
	w := newWatched([]string{dir})
	w.expect(filepath.Join(dir, "a.txt"))
	if changed, _, _ := w.look(now); len(changed) > 0 {
		t.Fatalf("told of at once: %v", changed)
	}
	expectLook(t, "at rest", lookTwice(w, &now), looked{Changed: []string{"a.txt"}})
}
