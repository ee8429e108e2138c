package lake_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"stormglass/internal/disk"
	"stormglass/internal/disk/disktest"
	"stormglass/internal/lake"
	"stormglass/internal/lake/laketest"
	"stormglass/internal/observable"
	"stormglass/internal/telemetry"
)

// smallFile writes one file of few rows and gives it with its bytes.
func smallFile(t testing.TB, kind telemetry.Kind) (lake.File, []byte) {
	t.Helper()
	d := disktest.NewMemory()
	m := laketest.New(11, 1)
	b := m.Batch(kind, m.Source(0), 20)
	for i := range b.Len() {
		b.Head(i).Occurred = m.Start + telemetry.Instant(i)
	}
	files := write(t, d, lake.Options{}, b)
	if len(files) != 1 {
		t.Fatalf("%d files", len(files))
	}
	return files[0], disktest.Bytes(t, d, files[0].Name)
}

// placed gives a disk that holds content under a file's name.
func placed(t testing.TB, f lake.File, content []byte) disk.FS {
	t.Helper()
	d := disktest.NewMemory()
	if err := d.MkdirAll(f.Name[:strings.LastIndexByte(f.Name, '/')]); err != nil {
		t.Fatal(err)
	}
	disktest.Put(t, d, f.Name, content)
	return d
}

// TestFlips: whichever byte of a file changes, reading gives the rows written or *CorruptError, and
// Verify always notices.
func TestFlips(t *testing.T) {
	for _, kind := range []telemetry.Kind{telemetry.KindFlow, telemetry.KindDNS, telemetry.KindEvent} {
		t.Run(kind.String(), func(t *testing.T) {
			f, content := smallFile(t, kind)
			want := read(t, placed(t, f, content), lake.Want{}, f)
			hunted := lake.Want{Values: []observable.Value{observable.OfAddr(telemetry.ParseAddr("192.0.2.7"))}}
			some := read(t, placed(t, f, content), hunted, f)
			unread := 0
			for at := range content {
				damaged := slices.Clone(content)
				damaged[at] ^= 1 << (at % 8)
				d := placed(t, f, damaged)
				switch got, err := readFile(d, f.Name, lake.Want{}); {
				case err != nil:
					mustBeCorrupt(t, at, err)
				case !slices.Equal(got, want):
					t.Fatalf("byte %d changed: other rows, no error", at)
				default:
					unread++
				}
				switch got, err := readFile(d, f.Name, hunted); {
				case err != nil:
					mustBeCorrupt(t, at, err)
				case !slices.Equal(got, some):
					t.Fatalf("byte %d changed: other rows for a value, no error", at)
				}
				if err := lake.Verify(context.Background(), d, &f); err == nil {
					t.Fatalf("byte %d changed: Verify sees nothing", at)
				}
				verifyAlone(t, d, f, at)
			}
			t.Logf("%d of %d bytes are not read by Batches (filters)", unread, len(content))
		})
	}
}

// verifyAlone: also without what the manifest keeps, a change is noticed.
func verifyAlone(t *testing.T, d disk.FS, f lake.File, at int) {
	t.Helper()
	r, err := lake.Open(d, f.Name)
	if err != nil {
		return
	}
	defer r.Close()
	if err := r.Verify(context.Background()); err == nil {
		t.Fatalf("byte %d changed: the file's own checksums say nothing", at)
	}
}

func mustBeCorrupt(t *testing.T, at int, err error) {
	t.Helper()
	c, ok := errors.AsType[*lake.CorruptError](err)
	if !ok || c.File == "" || strings.Contains(err.Error(), "panic") {
		t.Fatalf("byte %d: %v", at, err)
	}
}

// TestTruncated: a file that ends early is damaged, wherever it ends; so is one that goes on.
func TestTruncated(t *testing.T) {
	f, content := smallFile(t, telemetry.KindMail)
	for n := range content {
		_, err := readFile(placed(t, f, content[:n]), f.Name, lake.Want{})
		mustBeCorrupt(t, n, err)
	}
	_, err := readFile(placed(t, f, append(content, 0)), f.Name, lake.Want{})
	mustBeCorrupt(t, len(content), err)
}

// TestSwapped: a file that is whole, but not the one that was written, is noticed.
func TestSwapped(t *testing.T) {
	f, _ := smallFile(t, telemetry.KindTLS)
	d := disktest.NewMemory()
	m := laketest.New(12, 1)
	other := write(t, d, lake.Options{}, m.Batch(telemetry.KindTLS, m.Source(0), 20))[0]
	f.Name = other.Name
	if _, ok := errors.AsType[*lake.CorruptError](lake.Verify(t.Context(), d, &f)); !ok {
		t.Error("another file in its place was not noticed")
	}
}
