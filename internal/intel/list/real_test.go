package list_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"stormglass/internal/datatest"
	"stormglass/internal/intel/inteltest"
	"stormglass/internal/intel/list"
)

// TestRealZeekIntel reads the intel files of Zeek's own tests.
func TestRealZeekIntel(t *testing.T) {
	root := datatest.Path(t, "telemetry", "zeek-intel")
	var files []string
	for _, p := range []string{"*/input*.dat", "*/input*/*.data"} {
		found, _ := filepath.Glob(filepath.Join(root, p))
		files = append(files, found...)
	}
	if len(files) < 10 {
		t.Errorf("only %d files", len(files))
	}
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		if !list.Sniff(b) {
			t.Errorf("%s is not recognised", f)
		}
		l, err := inteltest.Load(t, list.Read, f, string(b))
		if err != nil {
			t.Error(err)
		}
		if got, want := l.Reports()[0].Total, strings.Count(strings.TrimRight(string(b), "\n"), "\n"); got != want {
			t.Errorf("%s: %d items, want %d", f, got, want)
		}
		t.Log(f, l.Reports()[0].Format, inteltest.Hunted(t, l), inteltest.Account(l))
	}
}
