package content_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestEvasions: each line of evasions/ENTRY.log, a way to write what the entry is about so that a rule may overlook it, is found by itself.
func TestEvasions(t *testing.T) {
	paths := filesOf(t, "evasions")
	if len(paths) == 0 {
		t.Fatal("no files")
	}
	for _, path := range paths {
		entry := strings.TrimSuffix(filepath.Base(path), ".log")
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(b)) {
			alone := filepath.Join(t.TempDir(), "line.log")
			if err := os.WriteFile(alone, []byte(line), 0o600); err != nil {
				t.Fatal(err)
			}
			if len(raised(huntFile(t, alone))[entry]) == 0 {
				t.Errorf("no rule of %s: %s", entry, line)
			}
		}
	}
}
