package lake_test

import (
	"context"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"stormglass/internal/disk/disktest"
	"stormglass/internal/fault"
	"stormglass/internal/lake"
	"stormglass/internal/lake/laketest"
	"stormglass/internal/telemetry"
)

// TestRewrite: the rows kept of all files are in the one written, sorted by time, and no others.
func TestRewrite(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		kind := rapid.SampledFrom(laketest.Kinds()).Draw(rt, "kind")
		m := laketest.New(rapid.Uint64().Draw(rt, "seed"), 1)
		d := disktest.NewMemory()
		w := lake.NewWriter(d, "lake", lake.Options{NewID: ids(), Rows: 100})
		drop := uint64(rapid.IntRange(1, 4).Draw(rt, "drop"))
		var want []string
		for n := range rapid.IntRange(1, 5).Draw(rt, "batches") {
			b := m.Batch(kind, m.Source(n%3), 120)
			for i := range b.Len() {
				if h := b.Head(i); h.Occurred.Known() && h.Ordinal%drop != 0 {
					want = append(want, laketest.Dump(b, i))
				}
			}
			if err := w.Add(b, own); err != nil {
				rt.Fatal(err)
			}
		}
		files, err := w.Finish(context.Background())
		if err != nil {
			rt.Fatal(err)
		}
		files = slices.DeleteFunc(files, func(f lake.File) bool { return f.Day == 0 })
		f, err := lake.Rewrite(context.Background(), d, files, "lake", "joined", func(b *telemetry.Batch, i int) bool {
			return b.Head(i).Ordinal%drop != 0
		})
		if err != nil {
			rt.Fatal(err)
		}
		if drop == 1 {
			if f.Rows != 0 || f.Name != "" {
				rt.Fatalf("nothing was kept, yet there is %+v", f)
			}
			return
		}
		if err := lake.Verify(context.Background(), d.Crash(m.Rand), &f); err != nil {
			rt.Fatal(err)
		}
		got, err := readFile(d, f.Name, lake.Want{})
		if err != nil {
			rt.Fatal(err)
		}
		if uint64(len(got)) != f.Rows {
			rt.Fatalf("%d rows, %d told", len(got), f.Rows)
		}
		diffRapid(rt, want, got)
	})
}

// TestRewriteSorts: rows of files that lie over each other in time, of more than a row group, come
// out by time.
func TestRewriteSorts(t *testing.T) {
	if testing.Short() {
		t.Skip("600,000 rows")
	}
	d := disktest.NewMemory()
	const rows = 200_000
	var files []lake.File
	for n := range 3 {
		w := lake.NewWriter(d, "lake", lake.Options{NewID: func() string { return string(rune('a' + n)) }})
		b := &telemetry.Batch{Kind: telemetry.KindFlow, Source: &telemetry.Source{Name: "udp", Sensor: string(rune('a' + n))}}
		for i := range rows {
			at := b.Append(uint64(i))
			b.Flow[at].Occurred = benchHour + telemetry.Instant(i*(n+1)*1000+n)
			if b.Len() == 4000 {
				if err := w.Add(b, own); err != nil {
					t.Fatal(err)
				}
				b.Reset()
			}
		}
		more, err := w.Finish(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, more...)
	}
	f, err := lake.Rewrite(t.Context(), d, files, "lake", "joined", nil)
	if err != nil {
		t.Fatal(err)
	}
	if f.Rows != 3*rows || len(f.Sensors) != 3 || f.First != files[0].First || f.Last != files[2].Last {
		t.Errorf("%+v", f)
	}
	r, err := lake.Open(d, f.Name)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	var window []telemetry.Instant
	last := telemetry.Instant(0)
	err = r.Batches(t.Context(), lake.Want{}, func(b *telemetry.Batch) error {
		// Sources take turns within a window; no row is earlier than those of the windows before.
		for i := range b.Len() {
			window = append(window, b.Head(i).Occurred)
		}
		if len(window) >= 1<<14 {
			if slices.Min(window) < last {
				t.Fatal("rows are not sorted by time")
			}
			window = window[:0]
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestRewriteRefuses what is of two partitions, or nothing.
func TestRewriteRefuses(t *testing.T) {
	m := laketest.New(1, 2)
	d := disktest.NewMemory()
	files := write(t, d, lake.Options{}, m.Batch(telemetry.KindDNS, m.Source(0), 100))
	for _, in := range [][]lake.File{nil, files} {
		if _, err := lake.Rewrite(t.Context(), d, in, "lake", "joined", nil); fault.KindOf(err) != fault.Invalid {
			t.Errorf("%d files: %v", len(in), err)
		}
	}
	before := names(t, d, "lake")
	if _, err := lake.Rewrite(t.Context(), disktest.FailAt(d, 12, disktest.Dead), files[:1], "lake", "joined", nil); err == nil {
		t.Error("no error of a dead disk")
	}
	if after := names(t, d, "lake"); !slices.Equal(before, after) && len(after) > len(before)+1 {
		t.Errorf("left %q", after)
	}
}
