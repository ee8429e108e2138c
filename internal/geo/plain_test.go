//go:build unix

package geo

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// A pipe is not waited for.
func TestNoPlainFile(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := syscall.Mkfifo(filepath.Join(dir, "pipe.mmdb"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := Load(os.DirFS(dir))
	if found := FileErrors(err); len(found) != 1 || found[0].File != "pipe.mmdb" || !strings.Contains(found[0].Error(), "no plain file") {
		t.Errorf("got %v", err)
	}
}
