package lake_test

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"stormglass/internal/disk"
	"stormglass/internal/disk/disktest"
	"stormglass/internal/lake"
	"stormglass/internal/lake/laketest"
	"stormglass/internal/telemetry"
)

// ids gives ids that sort in the order in which they are given out.
func ids() func() string {
	var n atomic.Int64
	return func() string { return fmt.Sprintf("%06d", n.Add(1)) }
}

func own(int) lake.Class { return "own" }

// write writes batches and gives the files.
func write(t testing.TB, fs disk.FS, o lake.Options, batches ...*telemetry.Batch) []lake.File {
	t.Helper()
	if o.NewID == nil {
		o.NewID = ids()
	}
	w := lake.NewWriter(fs, "lake", o)
	for _, b := range batches {
		if err := w.Add(b, own); err != nil {
			t.Fatal(err)
		}
	}
	files, err := w.Finish(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// read gives the rows of files as text, in the order in which they are given.
func read(t testing.TB, fs disk.FS, want lake.Want, files ...lake.File) (rows []string) {
	t.Helper()
	for _, f := range files {
		got, err := readFile(fs, f.Name, want)
		if err != nil {
			t.Fatal(err)
		}
		rows = append(rows, got...)
	}
	return rows
}

func readFile(fs disk.FS, name string, want lake.Want) (rows []string, err error) {
	r, err := lake.Open(fs, name)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	err = r.Batches(context.Background(), want, func(b *telemetry.Batch) error {
		if b.Len() == 0 || b.Len() > 4096 || b.Source == nil {
			return fmt.Errorf("a batch of %d records, source %v", b.Len(), b.Source)
		}
		for i := range b.Len() {
			rows = append(rows, laketest.Dump(b, i))
		}
		return nil
	})
	return rows, err
}

func dumps(batches ...*telemetry.Batch) (rows []string) {
	for _, b := range batches {
		for i := range b.Len() {
			rows = append(rows, laketest.Dump(b, i))
		}
	}
	return rows
}

// sorted gives texts in order, for comparing what comes in no order.
func sorted(s []string) []string {
	slices.Sort(s)
	return s
}

func diff(t testing.TB, want, got []string) {
	t.Helper()
	if d := gocmp.Diff(sorted(want), sorted(got)); d != "" {
		if len(d) > 4000 {
			d = d[:4000] + "…"
		}
		t.Fatalf("rows -want +got:\n%s", d)
	}
}

// TestRoundTrip: what is read is what was written, every field, for every kind.
func TestRoundTrip(t *testing.T) {
	for _, kind := range laketest.Kinds() {
		t.Run(kind.String(), func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				m := laketest.New(rapid.Uint64().Draw(t, "seed"), rapid.IntRange(1, 3).Draw(t, "hours"))
				m.Nasty = rapid.Bool().Draw(t, "nasty")
				fs := disktest.NewMemory()
				w := lake.NewWriter(fs, "lake", lake.Options{NewID: ids(), Rows: rapid.IntRange(50, 3000).Draw(t, "rows")})
				var want []string
				for range rapid.IntRange(1, 4).Draw(t, "batches") {
					b := m.Batch(kind, m.Source(rapid.IntRange(0, 4).Draw(t, "source")), rapid.IntRange(0, 400).Draw(t, "records"))
					if err := w.Add(b, func(i int) lake.Class { return []lake.Class{"own", "transit"}[b.Head(i).Ordinal%2] }); err != nil {
						t.Fatal(err)
					}
					want = append(want, dumps(b)...)
					clear(b.Texts) // the lake must not lean on the memory of a batch
				}
				files, err := w.Finish(context.Background())
				if err != nil {
					t.Fatal(err)
				}
				var got []string
				for _, f := range files {
					rows, err := readFile(fs, f.Name, lake.Want{})
					if err != nil {
						t.Fatal(err)
					}
					if uint64(len(rows)) != f.Rows {
						t.Fatalf("%s: %d rows, %d in its entry", f.Name, len(rows), f.Rows)
					}
					if err := lake.Verify(context.Background(), fs, &f); err != nil {
						t.Fatal(err)
					}
					got = append(got, rows...)
				}
				diffRapid(t, want, got)
			})
		})
	}
}

func diffRapid(t *rapid.T, want, got []string) {
	if d := gocmp.Diff(sorted(want), sorted(got)); d != "" {
		t.Fatalf("rows -want +got:\n%s", d[:min(len(d), 4000)])
	}
}

// TestFiles: what a manifest is told of files is true, and rows lie in the partition of their time.
func TestFiles(t *testing.T) {
	m := laketest.New(7, 3)
	fs := disktest.NewMemory()
	var batches []*telemetry.Batch
	for n := range 6 {
		batches = append(batches, m.Batch(telemetry.KindDNS, m.Source(n), 500))
	}
	files := write(t, fs, lake.Options{}, batches...)
	total := uint64(0)
	for _, f := range files {
		want := fmt.Sprintf("lake/dns/%s/%02d/own-", f.Day, f.Hour)
		if !strings.HasPrefix(f.Name, want) || !strings.HasSuffix(f.Name, ".parquet") {
			t.Errorf("%s lies not at %s", f.Name, want)
		}
		got := lake.File{Name: f.Name, Kind: f.Kind, Day: f.Day, Hour: f.Hour, Class: f.Class, Bytes: f.Bytes, Sum: f.Sum}
		r, err := lake.Open(fs, f.Name)
		if err != nil {
			t.Fatal(err)
		}
		if day, hour, class, ok := r.Partition(); !ok || day != f.Day || hour != f.Hour || class != f.Class {
			t.Errorf("%s says %s %d %s", f.Name, day, hour, class)
		}
		last := map[*telemetry.Source]telemetry.Instant{}
		err = r.Batches(t.Context(), lake.Want{}, func(b *telemetry.Batch) error {
			for i := range b.Len() {
				h := b.Head(i)
				if h.Occurred.Day() != f.Day || h.Occurred.Time().Hour()*boolInt(h.Occurred.Known()) != f.Hour {
					t.Fatalf("%s holds a row of %s", f.Name, h.Occurred.Time())
				}
				if h.Occurred < last[b.Source] {
					t.Fatalf("%s: rows are not sorted by time", f.Name)
				}
				last[b.Source] = h.Occurred
				got.Rows++
				if h.Occurred.Known() && (got.First == 0 || h.Occurred < got.First) {
					got.First = h.Occurred
				}
				got.Last = max(got.Last, h.Occurred)
				if !slices.Contains(got.Sensors, b.Source.Sensor) {
					got.Sensors = append(got.Sensors, b.Source.Sensor)
				}
			}
			return nil
		})
		if err := errors.Join(err, r.Close()); err != nil {
			t.Fatal(err)
		}
		slices.Sort(got.Sensors)
		if d := gocmp.Diff(f, got); d != "" {
			t.Errorf("-told +found:\n%s", d)
		}
		total += got.Rows
	}
	if total != 3000 || len(files) != 4 {
		t.Errorf("%d rows in %d files, not 3000 in 3 hours and undated", total, len(files))
	}
	if !slices.IsSortedFunc(files, func(a, b lake.File) int { return cmp.Compare(a.Name, b.Name) }) {
		t.Error("files are not sorted by name")
	}
}

func boolInt(b bool) int {
	if b {
		return 1
	}
	return 0
}
