package node

import (
	"bytes"
	"compress/gzip"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A file of intelligence that is cut off or a bomb is left out with the reason; the others are put in force, and a service goes on.
func TestBrokenIntelIsLeftOut(t *testing.T) {
	var whole, bomb bytes.Buffer
	z := gzip.NewWriter(&whole)
	for i := range 20_000 {
		_, _ = z.Write([]byte("203.0." + string(rune('0'+i%10)) + ".1\n")) // into a buffer
	}
	_ = z.Close()
	z = gzip.NewWriter(&bomb)
	line := strings.Repeat("203.0.113.9\n", 10_000)
	for range 7000 {
		_, _ = z.Write([]byte(line))
	}
	_ = z.Close()
	data, feeds := t.TempDir(), t.TempDir()
	writeFile(t, feeds, "b-cut.txt.gz", whole.String()[:whole.Len()/2])
	writeFile(t, feeds, "c-bomb.txt.gz", bomb.String())
	writeFile(t, feeds, "d-good.txt", "203.0.113.77\n")
	err := Keeping(t.Context(), data, "test", func(ctx context.Context, k *Keeper) error {
		added, err := k.AddIntel(ctx, nil, []string{feeds})
		if err != nil {
			return err
		}
		if len(added.Files) != 1 || len(added.Skipped) != 2 || !strings.Contains(added.Skipped[0].Skipped, "cut off") {
			t.Errorf("added %d, left out %d", len(added.Files), len(added.Skipped))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	s, stop := serving(t, t.TempDir(), ServiceConfig{WatchIntel: []string{feeds}})
	defer stop()
	waitFor(t, func() bool { return s.Values() == 1 })
}

// A copy of intelligence that a crash left without a row is removed.
func TestCopyWithoutARow(t *testing.T) {
	data := t.TempDir()
	none := func(context.Context, *Keeper) error { return nil }
	if err := Keeping(t.Context(), data, "test", none); err != nil {
		t.Fatal(err)
	}
	left := filepath.Join(data, "intel", strings.Repeat("ab", 32)+".zst")
	if err := os.WriteFile(left, []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := Keeping(t.Context(), data, "test", none); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(left); err == nil {
		t.Error("it is still there")
	}
}
