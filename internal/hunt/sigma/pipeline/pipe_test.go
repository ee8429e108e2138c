//go:build unix

package pipeline

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// A pipe is not waited for and a device without an end is not read; the other files of the folder are.
func TestNoPlainFile(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := syscall.Mkfifo(filepath.Join(dir, "pipe.yaml"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("/dev/zero", filepath.Join(dir, "zero.yaml")); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "plain.yaml"), []byte("sources: [{product: a, kinds: [event]}]"), 0o600); err != nil {
		t.Fatal(err)
	}
	set, complaints := Load(os.DirFS(dir))
	if len(set.entries) != 1 || len(complaints) != 2 {
		t.Fatalf("%d entries, complaints %v", len(set.entries), complaints)
	}
	for _, c := range complaints {
		if !strings.Contains(c.Text, "no plain file") {
			t.Errorf("got %s", c)
		}
	}
}
