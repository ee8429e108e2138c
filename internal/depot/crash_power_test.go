package depot

import (
	"math/rand/v2"
	"testing"

	"stormglass/internal/disk"
	"stormglass/internal/disk/disktest"
	"stormglass/internal/fault"
)

// work does steps until something does not work.
func (w *crashWorld) work(t *testing.T, f disk.FS, steps int) error {
	d, err := w.open(t.Context(), f)
	if err != nil {
		return err
	}
	for range steps {
		if err = w.step(t.Context(), d); err != nil {
			break
		}
	}
	if cerr := d.Close(); err == nil {
		err = cerr
	}
	return err
}

// goesOn opens what a crash left as a reader, then as a writer, and goes on with it.
func (w *crashWorld) goesOn(t *testing.T, f disk.FS) {
	t.Helper()
	if _, err := f.Stat(formatFile); err == nil {
		w.laws(t, f)
	} else if _, err := openView(t.Context(), f, "the folder", WithAll); fault.KindOf(err) != fault.NotFound {
		t.Fatalf("a folder that was not finished: %v", err)
	}
	d, err := w.open(t.Context(), f)
	if err != nil {
		t.Fatalf("open again: %v", err)
	}
	tidy(t, f, d.manifest.state)
	w.laws(t, f)
	if err := w.take(t.Context(), d); err != nil {
		t.Fatalf("take in after a crash: %v", err)
	}
	if _, err := d.Maintain(t.Context()); err != nil {
		t.Fatalf("upkeep after a crash: %v", err)
	}
	w.laws(t, f)
	if err := d.Close(); err != nil {
		t.Fatalf("close: %v", err)
	}
	if t.Failed() {
		t.FailNow()
	}
}

// whole makes a folder and does something with it, so that a crash has something to take.
func (w *crashWorld) whole(t *testing.T) *disktest.Memory {
	t.Helper()
	m := disktest.NewMemory()
	if err := w.work(t, m, 4); err != nil {
		t.Fatal(err)
	}
	return m
}

// TestPowerLoss lets the power fail in the middle of whatever is being done, time after time: what was
// acknowledged is there, all else is there whole or not at all.
func TestPowerLoss(t *testing.T) {
	for seed := range uint64(rounds(8, 600)) {
		w := newCrashWorld(seed)
		m := w.whole(t)
		for range 4 {
			err := w.work(t, disktest.FailAt(m, 1+w.rng.IntN(1500), disktest.Dead), 2+w.rng.IntN(8))
			m = m.Crash(rand.New(w.rng))
			w.goesOn(t, m)
			if t.Failed() {
				t.Fatalf("seed %d, stopped by %v", seed, err)
			}
		}
	}
}
