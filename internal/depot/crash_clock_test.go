package depot

import (
	"testing"
	"time"

	"stormglass/internal/disk/disktest"
	"stormglass/internal/telemetry"
)

// run is one run of the program: it takes something in and does the upkeep.
func (w *crashWorld) run(t *testing.T, m *disktest.Memory) *Maintained {
	t.Helper()
	d, err := w.open(t.Context(), m)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.take(t.Context(), d); err != nil {
		t.Fatal(err)
	}
	up, err := d.Maintain(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	return up
}

// TestClockLeaps starts the program with wrong clocks, one run each, between runs with the right one.
// Nothing is lost by it, whatever retention says.
func TestClockLeaps(t *testing.T) {
	for _, leaps := range [][]time.Duration{
		{10 * 365 * 24 * time.Hour},
		{-365 * 24 * time.Hour},
		{-365 * 24 * time.Hour, 10 * 365 * 24 * time.Hour},
		{10 * 365 * 24 * time.Hour, -20 * 365 * 24 * time.Hour},
		{731 * 24 * time.Hour},
		{-40 * 365 * 24 * time.Hour},
	} {
		w := newCrashWorld(3)
		m := disktest.NewMemory()
		for _, leap := range leaps {
			w.run(t, m)
			right := w.now
			w.now = right.Add(leap)
			w.run(t, m)
			w.laws(t, m)
			w.now = right.Add(time.Hour)
			w.run(t, m)
			w.laws(t, m)
		}
		if t.Failed() {
			t.Fatalf("leaps %v", leaps)
		}
	}
}

// TestClockRight removes what is over its time when the clock was not wrong: at the second run of a folder that
// lay still for years, and at once when time passed while it was open.
func TestClockRight(t *testing.T) {
	const years = 3 * 365 * 24 * time.Hour
	w := newCrashWorld(4)
	m := disktest.NewMemory()
	w.run(t, m)
	before := look(t, m).view.State
	w.now = w.now.Add(years)
	if up := w.run(t, m); len(up.Expired) > 0 {
		t.Errorf("the first run after years removed %+v", up.Expired)
	}
	w.run(t, m)
	after := look(t, m).view.State
	for name, f := range before.Files {
		if _, there := after.Files[name]; there {
			t.Errorf("%s of day %s is kept after %s", name, f.Day, years)
		}
	}

	d, err := w.open(t.Context(), m)
	if err != nil {
		t.Fatal(err)
	}
	w.now = w.now.Add(years)
	up, err := d.Maintain(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if len(up.Expired) == 0 || len(d.manifest.state.Files) > 0 || len(d.manifest.state.Segments) > 0 {
		t.Errorf("after %s in one run %d files and %d segments are left", years, len(d.manifest.state.Files), len(d.manifest.state.Segments))
	}
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
}

// TestExpiryAndCrash lets the power fail while what is over its time is removed: a record is there or counted as
// expired, never both and never neither.
func TestExpiryAndCrash(t *testing.T) {
	for n := 1; ; n += rounds(23, 1) {
		w := newCrashWorld(6)
		m := disktest.NewMemory()
		w.run(t, m)
		w.run(t, m)
		all := held{view: look(t, m).view}.records()
		d, err := w.open(t.Context(), m)
		if err != nil {
			t.Fatal(err)
		}
		if err := d.Close(); err != nil {
			t.Fatal(err)
		}
		f := disktest.FailAt(m, n, disktest.Dead)
		if d, err = w.open(t.Context(), f); err == nil {
			w.now = w.now.AddDate(3, 0, 0)
			_, err = d.Maintain(t.Context())
		}
		m = m.Crash(w.rng)
		left := held{view: look(t, m).view}.records()
		if left != all {
			t.Fatalf("call %d (%v): of %d records %d are there or counted as expired", n, err, all, left)
		}
		if !f.Tripped() {
			return
		}
	}
}

// records counts what the manifest says is held or was removed.
func (h held) records() uint64 {
	var n uint64
	for kind := range telemetry.NumKinds {
		days := map[telemetry.Day]bool{}
		for _, f := range h.view.State.Files {
			days[f.Day] = true
		}
		for _, x := range h.view.State.Expired {
			days[x.Day] = true
		}
		for day := range days {
			there := h.view.Held(kind, day)
			n += there.Rows
			for _, x := range there.Expired {
				n += x.Rows
			}
		}
	}
	return n
}
