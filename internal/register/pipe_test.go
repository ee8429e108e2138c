//go:build unix

package register

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"stormglass/internal/fault"
)

// A pipe in the place of a register is not waited for.
func TestNoPlainFile(t *testing.T) {
	t.Parallel()
	for _, name := range []string{networksFile, retentionFile, "registers/devices.csv"} {
		dir := t.TempDir()
		if err := os.Mkdir(filepath.Join(dir, "registers"), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := syscall.Mkfifo(filepath.Join(dir, name), 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := Load(os.DirFS(dir))
		if err == nil || !strings.Contains(err.Error(), name+": it is no plain file") || fault.KindOf(err) != fault.Invalid {
			t.Errorf("%s: %v", name, err)
		}
	}
}
