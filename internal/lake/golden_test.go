package lake_test

import (
	"errors"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"stormglass/internal/disk"
	"stormglass/internal/disk/disktest"
	"stormglass/internal/lake"
	"stormglass/internal/lake/laketest"
	"stormglass/internal/telemetry"
)

const goldenRows = 16

var update = flag.Bool("update", false, "write golden files that are missing; those of past versions are never written again")

// TestGolden: files of every version of every kind read as they did when they were written.
func TestGolden(t *testing.T) {
	for version, kinds := range map[string][]telemetry.Kind{"v1": laketest.Kinds(), "v2": {telemetry.KindFlow}} {
		t.Run(version, func(t *testing.T) { goldenVersion(t, filepath.Join("testdata", version), kinds) })
	}
}

func goldenVersion(t *testing.T, root string, kinds []telemetry.Kind) {
	d, err := disk.Dir(root)
	if err != nil {
		t.Fatal(err)
	}
	for _, kind := range kinds {
		name := kind.String() + ".parquet"
		if _, err := os.Stat(filepath.Join(root, name)); *update && errors.Is(err, os.ErrNotExist) {
			golden(t, root, kind)
		}
		rows, err := readFile(d, name, lake.Want{})
		if err != nil {
			t.Fatal(err)
		}
		want, err := os.ReadFile(filepath.Join(root, kind.String()+".txt"))
		if err != nil {
			t.Fatal(err)
		}
		lines := strings.Split(strings.TrimSuffix(string(want), "\n"), "\n")
		if len(lines) != goldenRows || !slices.Equal(lines, rows) {
			t.Errorf("%s: %d rows, %d in the text beside it, or others", name, len(rows), len(lines))
		}
	}
}

// golden writes the file of a kind, and its rows as text.
func golden(t *testing.T, root string, kind telemetry.Kind) {
	t.Helper()
	m := laketest.New(1, 1)
	m.Nasty = true
	b := m.Batch(kind, m.Source(0), goldenRows)
	for i := range b.Len() {
		b.Head(i).Occurred = m.Start + telemetry.Instant(i/2*1000)
	}
	d := disktest.NewMemory()
	f := write(t, d, lake.Options{}, b)[0]
	text := strings.Join(dumps(b), "\n") + "\n"
	for name, content := range map[string][]byte{".parquet": disktest.Bytes(t, d, f.Name), ".txt": []byte(text)} {
		if err := os.WriteFile(filepath.Join(root, kind.String()+name), content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}
