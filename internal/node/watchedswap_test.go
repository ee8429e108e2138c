//go:build unix

package node

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"stormglass/internal/collect"
)

// What somebody puts in the place of a watched file after it was looked at, a link or a pipe, is neither followed nor waited for.
func TestWatchedFileIsSwapped(t *testing.T) {
	dir, outside := t.TempDir(), t.TempDir()
	writeFile(t, outside, "secret.txt", "a secret\n")
	writeFile(t, dir, "plain.txt", "plain\n")
	if err := os.Mkdir(filepath.Join(dir, "sub"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(filepath.Join(outside, "secret.txt"), filepath.Join(dir, "link.txt")); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(outside, filepath.Join(dir, "away")); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mkfifo(filepath.Join(dir, "pipe.txt"), 0o600); err != nil {
		t.Fatal(err)
	}
	w := newWatched([]string{dir, filepath.Join(dir, "plain.txt")})
	if _, _, complaints := w.look(time.Now()); len(complaints) > 0 {
		t.Fatal(complaints)
	}
	for name, readable := range map[string]bool{
		"plain.txt": true, "link.txt": false, "pipe.txt": false, "away/secret.txt": false, "sub": false, "../" + filepath.Base(outside) + "/secret.txt": false, "none.txt": false,
	} {
		read := false
		err := (&collect.Files{Open: w.open}).Each(t.Context(), []string{filepath.Join(dir, name)}, func(m *collect.Member) error {
			read = m.Err == nil && len(m.Head()) > 0
			return nil
		})
		if err != nil || read != readable {
			t.Errorf("%s: read %v, %v", name, read, err)
		}
	}
	alone := newWatched([]string{filepath.Join(dir, "plain.txt")})
	if f, err := alone.open(filepath.Join(dir, "plain.txt")); err != nil {
		t.Errorf("a file that is watched itself: %v", err)
	} else {
		_ = f.Close()
	}
}
