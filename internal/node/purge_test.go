package node

import (
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"stormglass/internal/depot"
	"stormglass/internal/depot/depottest"
	"stormglass/internal/observable"
	"stormglass/internal/telemetry"
)

// TestPurgedIsGoneFromEveryFile purges a prefix and looks for its addresses in every byte and every row.
func TestPurgedIsGoneFromEveryFile(t *testing.T) {
	ctx := context.Background()
	dir, logs := filepath.Join(depottest.Dir(t), "data"), t.TempDir()
	const kept = "2026-03-01T10:00:03Z fw1 accept dst=192.0.2.1\n"
	log := filepath.Join(logs, "flow_203.0.113.7-x.log")
	text := "2026-03-01T10:00:00Z 203.0.113.7 said hello to www.example.com\n" + kept +
		"2026-03-01T10:00:01Z fw1 source:203.0.113.8 7.113.0.203.in-addr.arpa\n2026-03-01T10:00:02Z fw1 http://203.0.113.9:80/abc ::ffff:203.0.113.7\n"
	if err := os.WriteFile(log, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	err := Keeping(ctx, dir, "test", func(ctx context.Context, k *Keeper) error {
		if _, err := k.Ingest(ctx, &Ingest{Paths: []string{log}, Sensor: "at 203.0.113.9"}); err != nil {
			return err
		}
		v, err := observable.Parse("203.0.113.0/24")
		if err != nil {
			return err
		}
		p, err := k.Purge(ctx, v, "request 7")
		if err == nil && p.Records != 3 {
			t.Errorf("%d records went, want 3", p.Records)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	inFiles(t, dir, "203.0.113.", "7.113.0.203")
	if err := rowsOf(t, dir, 1, "203.0.113."); err != nil {
		t.Error(err)
	}
}

// inFiles looks for texts in the bytes of all files below a folder.
func inFiles(t *testing.T, dir string, texts ...string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(p string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		b, err := os.ReadFile(p)
		for _, s := range texts {
			if strings.Contains(string(b), s) {
				t.Errorf("%s holds %s", p, s)
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// rowsOf looks for a text in all rows of the lake and what they say of their sources.
func rowsOf(t *testing.T, dir string, want int, text string) error {
	t.Helper()
	v, err := depot.OpenView(context.Background(), dir, depot.WithFiles)
	if err != nil {
		return err
	}
	n := 0
	err = v.Rows(context.Background(), depot.Wanted{}, func(b *telemetry.Batch) error {
		for i := range b.Len() {
			n++
			if b.Kind == telemetry.KindEvent && strings.Contains(b.Event[i].Raw, text) {
				t.Errorf("a record holds %s: %s", text, b.Event[i].Raw)
			}
		}
		if strings.Contains(b.Source.Name+b.Source.Sensor, text) {
			t.Errorf("a source holds %s: %s, %s", text, b.Source.Name, b.Source.Sensor)
		}
		return nil
	})
	if n != want {
		t.Errorf("%d rows are left, want %d", n, want)
	}
	if cerr := v.Close(); err == nil {
		err = cerr
	}
	return err
}
