package depot_test

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"stormglass/internal/depot"
	"stormglass/internal/depot/depottest"
)

// TestLostManifestIsTold takes the manifest away, whole: a folder of records must not look like a new one, and
// nothing of it may be dropped.
func TestLostManifestIsTold(t *testing.T) {
	for _, tt := range []struct {
		name string
		harm func(manifest string) error
		want string
	}{
		{"no folder", os.RemoveAll, "there is no folder manifest"},
		{"an empty folder", func(manifest string) error {
			if err := os.RemoveAll(manifest); err != nil {
				return err
			}
			return os.Mkdir(manifest, 0o700)
		}, "it names nothing, and ledger/names/"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			ctx, dir := context.Background(), filepath.Join(depottest.Dir(t), "data")
			d, err := depot.Open(ctx, dir, depot.Options{})
			if err != nil {
				t.Fatal(err)
			}
			if err := d.Close(); err != nil {
				t.Fatal(err)
			}
			kept := filepath.Join(dir, "ledger/names/2026-03-01-x.seg")
			if err := os.WriteFile(kept, []byte("rows"), 0o600); err != nil {
				t.Fatal(err)
			}
			if err := tt.harm(filepath.Join(dir, "manifest")); err != nil {
				t.Fatal(err)
			}
			for range 2 {
				if _, err := depot.Open(ctx, dir, depot.Options{}); err == nil || !strings.Contains(err.Error(), tt.want) {
					t.Errorf("opening for writing: %v", err)
				}
				if _, err := depot.OpenView(ctx, dir, depot.WithFiles); err == nil || !strings.Contains(err.Error(), tt.want) {
					t.Errorf("opening for reading: %v", err)
				}
			}
			if _, err := os.Stat(kept); err != nil {
				t.Errorf("what was kept: %v", err)
			}
		})
	}
}

// TestStoppedFirstIngestIsNoLostManifest leaves files of an ingest that never committed.
func TestStoppedFirstIngestIsNoLostManifest(t *testing.T) {
	ctx, dir := context.Background(), filepath.Join(depottest.Dir(t), "data")
	d, err := depot.Open(ctx, dir, depot.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	left := filepath.Join(dir, "ledger/names/2026-03-01-x.seg")
	for _, name := range []string{left, filepath.Join(dir, "tmp/dirty")} {
		if err := os.WriteFile(name, []byte("rows"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	v, err := depot.OpenView(ctx, dir, depot.WithFiles)
	if err != nil {
		t.Fatal(err)
	}
	if err := v.Close(); err != nil {
		t.Error(err)
	}
	if d, err = depot.Open(ctx, dir, depot.Options{}); err != nil {
		t.Fatal(err)
	}
	if err := d.Close(); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(left); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("what was left: %v", err)
	}
}
