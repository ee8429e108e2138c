package lake_test

import (
	"context"
	"errors"
	"io/fs"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"testing"

	"pgregory.net/rapid"

	"stormglass/internal/disk"
	"stormglass/internal/disk/disktest"
	"stormglass/internal/fault"
	"stormglass/internal/lake"
	"stormglass/internal/lake/laketest"
	"stormglass/internal/telemetry"
)

// names lists all files below a folder.
func names(t testing.TB, d disk.FS, dir string) (all []string) {
	t.Helper()
	entries, err := d.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		name := dir + "/" + e.Name()
		if e.IsDir() {
			all = append(all, names(t, d, name)...)
		} else {
			all = append(all, name)
		}
	}
	return all
}

// TestConcurrentAdd: several goroutines add to the same and to other partitions, with so little
// memory that files are written all the time; nothing is lost or doubled.
func TestConcurrentAdd(t *testing.T) {
	d := disktest.NewMemory()
	w := lake.NewWriter(d, "lake", lake.Options{NewID: ids(), Memory: 2 << 20})
	want := make([][]string, 4)
	var wait sync.WaitGroup
	for g := range want {
		wait.Go(func() {
			m := laketest.New(uint64(g), 30)
			m.Next = uint64(g) << 32
			for n := range 20 {
				b := m.Batch(laketest.Kinds()[n%8], m.Source(n%3), 300)
				if err := w.Add(b, own); err != nil {
					t.Error(err)
					return
				}
				want[g] = append(want[g], dumps(b)...)
			}
		})
	}
	wait.Wait()
	files, err := w.Finish(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if len(files) < 8*30 {
		t.Errorf("%d files", len(files))
	}
	var all []string
	for _, rows := range want {
		all = append(all, rows...)
	}
	diff(t, all, read(t, d, lake.Want{}, files...))
}

// TestMemory: what a writer holds stays below its bound, by the count of the runtime.
func TestMemory(t *testing.T) {
	if testing.Short() {
		t.Skip("fills 64 MiB")
	}
	const bound = 64 << 20
	d, err := disk.Dir(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	g := newFlows(1 << 20)
	b := &telemetry.Batch{Kind: telemetry.KindFlow}
	g.batch(b, 4096)
	before := heap()
	w := lake.NewWriter(d, "lake", lake.Options{NewID: ids(), Memory: bound, Encoders: 1})
	most := uint64(0)
	for n := range 256 {
		g.batch(b, 4096)
		if err := w.Add(b, own); err != nil {
			t.Fatal(err)
		}
		if n%8 == 7 {
			most = max(most, heap())
		}
	}
	files, err := w.Finish(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d files, %d MiB held at most", len(files), (most-before)>>20)
	if most-before > bound {
		t.Errorf("the writer held %d MiB", (most-before)>>20)
	}
	if most-before < bound/3 || len(files) < 2 {
		t.Errorf("the bound did not bite: %d MiB, %d files", (most-before)>>20, len(files))
	}
}

func heap() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// TestAbort: nothing is left, before Finish and after.
func TestAbort(t *testing.T) {
	for _, finish := range []bool{false, true} {
		d := disktest.NewMemory()
		w := lake.NewWriter(d, "lake", lake.Options{NewID: ids(), Rows: 100})
		m := laketest.New(1, 2)
		for range 5 {
			if err := w.Add(m.Batch(telemetry.KindTLS, m.Source(0), 200), own); err != nil {
				t.Fatal(err)
			}
		}
		if len(names(t, d, "lake")) == 0 {
			t.Fatal("no file was written while adding")
		}
		if finish {
			if _, err := w.Finish(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Abort(); err != nil {
			t.Fatal(err)
		}
		if left := names(t, d, "lake"); len(left) > 0 {
			t.Errorf("left after Abort: %q", left)
		}
		if err := w.Add(m.Batch(telemetry.KindTLS, nil, 1), own); fault.KindOf(err) != fault.Conflict {
			t.Errorf("Add after Abort: %v", err)
		}
	}
}

// TestRefused: what cannot be kept is an error of the caller.
func TestRefused(t *testing.T) {
	m := laketest.New(1, 1)
	long := m.Batch(telemetry.KindEvent, m.Source(0), 1)
	long.Event[0].Raw = strings.Repeat("x", 33<<20)
	many := m.Batch(telemetry.KindDNS, m.Source(0), 1)
	for range 1<<20 + 1 {
		many.AddText(&many.DNS[0].Answers, "")
	}
	wide := m.Batch(telemetry.KindDNS, m.Source(0), 1)
	for range 3 {
		wide.AddText(&wide.DNS[0].Answers, strings.Repeat("x", 12<<20))
	}
	for name, c := range map[string]struct {
		batch *telemetry.Batch
		class lake.Class
		id    string
	}{
		"a kind without rows": {&telemetry.Batch{Kind: telemetry.KindConfig}, "own", "1"},
		"no class":            {m.Batch(telemetry.KindDNS, nil, 1), "", "1"},
		"a class with a path": {m.Batch(telemetry.KindDNS, nil, 1), "../own", "1"},
		"no id":               {m.Batch(telemetry.KindDNS, nil, 1), "own", ""},
		"an id with a path":   {m.Batch(telemetry.KindDNS, nil, 1), "own", "a/b"},
		"a text too long":     {long, "own", "1"},
		"too many texts":      {many, "own", "1"},
		"a list too long":     {wide, "own", "1"},
	} {
		w := lake.NewWriter(disktest.NewMemory(), "lake", lake.Options{NewID: func() string { return c.id }})
		err := w.Add(c.batch, func(int) lake.Class { return c.class })
		_, err2 := w.Finish(t.Context())
		if err = errors.Join(err, err2); fault.KindOf(unjoin(err)) != fault.Invalid {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func unjoin(err error) error {
	for {
		j, ok := err.(interface{ Unwrap() []error })
		if !ok || len(j.Unwrap()) == 0 {
			return err
		}
		err = j.Unwrap()[0]
	}
}

// TestDurable: after Finish a loss of power takes nothing; before it, nothing that was told.
func TestDurable(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		d := disktest.NewMemory()
		m := laketest.New(rapid.Uint64().Draw(rt, "seed"), 3)
		b := m.Batch(telemetry.KindMail, m.Source(1), 60)
		w := lake.NewWriter(d, "lake", lake.Options{NewID: ids(), Rows: 10})
		if err := w.Add(b, own); err != nil {
			rt.Fatal(err)
		}
		files, err := w.Finish(context.Background())
		if err != nil {
			rt.Fatal(err)
		}
		after := d.Crash(m.Rand)
		var got []string
		for _, f := range files {
			if err := lake.Verify(context.Background(), after, &f); err != nil {
				rt.Fatal(err)
			}
			rows, err := readFile(after, f.Name, lake.Want{})
			if err != nil {
				rt.Fatal(err)
			}
			got = append(got, rows...)
		}
		diffRapid(rt, dumps(b), got)
	})
}

// TestDiskFails: whatever call fails, in whatever way, the error comes out, and Abort leaves nothing.
func TestDiskFails(t *testing.T) {
	for _, how := range []disktest.How{disktest.Once, disktest.Short, disktest.Full, disktest.Late} {
		failed := 0
		for n := 1; ; n++ {
			d := disktest.NewMemory()
			m := laketest.New(3, 2)
			w := lake.NewWriter(disktest.FailAt(d, n, how), "lake", lake.Options{NewID: ids(), Rows: 40, Encoders: 1})
			err := w.Add(m.Batch(telemetry.KindHTTP, m.Source(0), 90), own)
			if err == nil {
				_, err = w.Finish(t.Context())
			}
			if err == nil {
				break
			}
			failed++
			if !errors.Is(err, syscall.EIO) && !errors.Is(err, syscall.ENOSPC) {
				t.Fatalf("%s at call %d: %v", how, n, err)
			}
			if err := w.Abort(); err != nil && !errors.Is(err, syscall.EIO) {
				t.Fatal(err)
			}
			if left := names(t, d, "lake"); len(left) > 0 {
				t.Errorf("%s at call %d: left %q", how, n, left)
			}
		}
		if failed < 10 {
			t.Errorf("only %d calls could fail", failed)
		}
	}
}
