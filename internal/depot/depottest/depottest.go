// Package depottest helps tests that keep data folders by the hundred.
package depottest

import (
	"os"
	"testing"
)

// memory is where Linux keeps files in memory.
const memory = "/dev/shm"

// Dir gives a new folder that is gone after the test, in memory where there is such a place: a commit waits for
// the disk several times, and these tests are not about disks.
func Dir(t testing.TB) string {
	t.Helper()
	if dir, err := os.MkdirTemp(memory, "stormglass-test-"); err == nil { //nolint:usetesting // TempDir is not in memory
		t.Cleanup(func() { _ = os.RemoveAll(dir) })
		return dir
	}
	return t.TempDir()
}
