package depot

import (
	"errors"
	"math/rand/v2"
	"path"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"stormglass/internal/disk"
	"stormglass/internal/disk/disktest"
	"stormglass/internal/telemetry"
	"stormglass/internal/wal"
)

// damaged makes a folder and flips a bit of one of its files.
func damaged(t *testing.T, seed uint64, below string) (w *crashWorld, m *disktest.Memory, name string) {
	t.Helper()
	w = newCrashWorld(seed)
	m = disktest.NewMemory()
	for range 3 {
		w.run(t, m)
		w.now = w.now.AddDate(0, 0, w.rng.IntN(4))
	}
	if w.rng.IntN(2) == 0 {
		w.run(t, m)
	}
	var names []string
	for n := range filesBelow(t, m, below) {
		names = append(names, n)
	}
	slices.Sort(names)
	name = names[w.rng.IntN(len(names))]
	flip(t, m, name, w.rng)
	return w, m, name
}

func flip(t *testing.T, f disk.FS, name string, rng *rand.Rand) {
	t.Helper()
	disktest.Flip(t, f, name, rng.IntN(8*len(disktest.Bytes(t, f, name))))
}

// days of a file or segment.
func daysOf(s *State, name string) (from, to telemetry.Day) {
	if f, ok := s.Files[name]; ok {
		return f.Day, f.Day
	}
	i := s.Segments[name].Info
	return i.FirstDay, i.LastDay
}

// whatChecks names what a check finds wrong.
func whatChecks(t *testing.T, f disk.FS, s *State) []Fault {
	t.Helper()
	c, err := Check(t.Context(), f, s)
	if err != nil {
		t.Fatal(err)
	}
	return c.Faults
}

// repaired repairs what a check finds.
func (w *crashWorld) repaired(t *testing.T, f disk.FS) []Fault {
	t.Helper()
	d, err := w.open(t.Context(), f)
	if err != nil {
		t.Fatal(err)
	}
	c, err := Check(t.Context(), f, d.manifest.state)
	if err == nil {
		err = d.Repair(t.Context(), c)
	}
	if err != nil {
		t.Fatalf("repair: %v", err)
	}
	if faults := whatChecks(t, f, d.manifest.state); len(faults) > 0 {
		t.Errorf("after the repair: %+v", faults)
	}
	tidy(t, f, d.manifest.state)
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	return c.Faults
}

// TestDamagedSegment flips a bit of a segment: a check names it and its days, readers answer from the rest, and a
// repair makes the ledger again from the rows.
func TestDamagedSegment(t *testing.T) {
	for seed := range uint64(rounds(8, 300)) {
		w, m, name := damaged(t, seed, ledgerDir)
		v, err := openView(t.Context(), m, "the folder", WithAll)
		if err != nil {
			t.Fatal(err)
		}
		from, to := daysOf(v.State, name)
		faults := whatChecks(t, m, v.State)
		if len(faults) != 1 || faults[0].What != name || faults[0].From != from || faults[0].To != to {
			t.Errorf("seed %d: a check of damaged %s finds %+v", seed, name, faults)
		}
		for _, h := range v.Damaged {
			if h.What != name || h.From != from || h.To != to {
				t.Errorf("seed %d: %s is damaged, a reader says %+v", seed, name, h)
			}
		}
		if err := v.Close(); err != nil {
			t.Fatal(err)
		}
		if faults = w.repaired(t, m); len(faults) != 1 || !strings.Contains(faults[0].Repaired, "made again") {
			t.Errorf("seed %d: repaired %+v", seed, faults)
		}
		w.laws(t, m)
		w.goesOn(t, m)
		quarantined(t, m, name)
	}
}

// TestDamagedRows flips a bit of a file of the lake: its rows are a hole from the repair on, and all the rest
// stays.
func TestDamagedRows(t *testing.T) {
	for seed := range uint64(rounds(8, 300)) {
		w, m, name := damaged(t, seed, lakeDir)
		h := look(t, m)
		from, to := daysOf(h.view.State, name)
		faults := whatChecks(t, m, h.view.State)
		if len(faults) != 1 || faults[0].What != name || faults[0].From != from || faults[0].To != to {
			t.Errorf("seed %d: a check of damaged %s finds %+v", seed, name, faults)
		}
		f := h.view.State.Files[name]
		switch {
		case len(h.damaged) == 0: // a part that readers do without: all rows are there
			w.laws(t, m)
		case len(h.damaged) > 1 || h.damaged[0].What != name || h.damaged[0].From != from || h.damaged[0].Rows != f.Rows:
			t.Errorf("seed %d: %s is damaged, a reader says %+v", seed, name, h.damaged)
		}
		w.repaired(t, m)
		after := look(t, m)
		if len(after.damaged) != 0 || len(after.view.State.Holes) != 1 || after.view.State.Holes[0].What != name {
			t.Errorf("seed %d: after the repair readers miss %+v, holes %+v", seed, after.damaged, after.view.State.Holes)
		}
		if got := after.view.Held(f.Kind, f.Day).Damaged; got != f.Rows {
			t.Errorf("seed %d: %d rows count as damaged, want %d", seed, got, f.Rows)
		}
		if diff := cmp.Diff(h.ledger, after.ledger); diff != "" {
			t.Errorf("seed %d: the ledger changed with the rows gone (-before +after):\n%s", seed, diff)
		}
		quarantined(t, m, name)
		if t.Failed() {
			return
		}
	}
}

func quarantined(t *testing.T, f disk.FS, name string) {
	t.Helper()
	for n := range filesBelow(t, f, quarantineDir) {
		if strings.HasSuffix(n, path.Base(name)) {
			return
		}
	}
	t.Errorf("%s is not in quarantine", name)
}

// TestDamagedBoth damages a segment and rows of one of its days: that day cannot be made again, which both stay
// to say; of the other days nothing is lost.
func TestDamagedBoth(t *testing.T) {
	for seed := range uint64(rounds(6, 100)) {
		w, m, name := damaged(t, seed, ledgerDir)
		v := stateOfFolder(t, m)
		from, to := daysOf(v, name)
		var rows string
		for _, f := range (&View{State: v}).Files() {
			if from <= f.Day && f.Day <= to {
				rows = f.Name
			}
		}
		flip(t, m, rows, w.rng)
		w.repaired(t, m)
		after := stateOfFolder(t, m)
		var what []string
		for _, h := range after.Holes {
			what = append(what, h.What)
		}
		slices.Sort(what)
		want := []string{name, rows}
		slices.Sort(want)
		if diff := cmp.Diff(want, what); diff != "" {
			t.Errorf("seed %d: holes (-want +got):\n%s", seed, diff)
		}
	}
}

// stateOfFolder gives what the manifest says.
func stateOfFolder(t *testing.T, f disk.FS) *State {
	t.Helper()
	s, _, err := readManifest(f, WithAll)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// TestUpkeepMeetsDamage: upkeep takes what is damaged or gone out of the way and goes on.
func TestUpkeepMeetsDamage(t *testing.T) {
	met := 0
	for seed := range uint64(rounds(12, 200)) {
		w, m, name := damaged(t, seed, []string{lakeDir, ledgerDir}[seed%2])
		if seed%4 < 2 {
			if err := m.Remove(name); err != nil {
				t.Fatal(err)
			}
		}
		for range 8 {
			w.now = w.now.AddDate(0, 0, 10)
			w.run(t, m)
		}
		s := stateOfFolder(t, m)
		_, isSegment := s.Segments[name] // it is used until it is to be merged
		_, isFile := s.Files[name]
		if used := isSegment || isFile; used == (len(s.Holes) > 0) {
			t.Errorf("seed %d: %s in use: %v, holes %+v", seed, name, used, s.Holes)
		}
		met += len(s.Holes)
		for _, h := range s.Holes {
			if h.What != name {
				t.Errorf("seed %d: %s was damaged, and there is a hole %+v", seed, name, h)
			}
		}
	}
	if met == 0 {
		t.Error("upkeep met no damage")
	}
}

// TestTornManifest cuts the end of the manifest's log, as a loss of power does that tears the last write: what was
// acknowledged before the last edit is there. A flipped bit is told, and nothing is guessed.
func TestTornManifest(t *testing.T) {
	for seed := range uint64(rounds(10, 200)) {
		w := newCrashWorld(seed)
		m := disktest.NewMemory()
		w.run(t, m)
		d, err := w.open(t.Context(), m)
		if err != nil {
			t.Fatal(err)
		}
		f := disktest.FailAt(m, 1+w.rng.IntN(60), disktest.Dead) // nobody closes it
		d.fs = f
		_ = w.take(t.Context(), d)
		entry := stateOfFolder(t, m).Entry
		var segment string
		for name := range filesBelow(t, m, manifestDir) {
			if path.Base(name) > path.Base(segment) && strings.HasSuffix(name, ".log") {
				segment = name
			}
		}
		if segment == "" {
			t.Fatalf("no segment among %v", filesBelow(t, m, manifestDir))
		}
		if seed%2 == 0 {
			disktest.Put(t, m, segment+".new", append(disktest.Bytes(t, m, segment), make([]byte, 1+w.rng.IntN(90))...))
			if err := m.Rename(segment+".new", segment); err != nil {
				t.Fatal(err)
			}
			w.goesOn(t, m)
			if got := stateOfFolder(t, m).Entry; got < entry {
				t.Errorf("seed %d: entry %d was there, now %d", seed, entry, got)
			}
			continue
		}
		content := disktest.Bytes(t, m, segment)
		disktest.Flip(t, m, segment, w.rng.IntN(8*len(content)/2)) // in the first half, which later frames vouch for
		_, err = openView(t.Context(), m, "the folder", WithAll)
		if err == nil {
			t.Errorf("seed %d: nobody noticed", seed)
		} else if _, ok := errors.AsType[*wal.DamageError](err); !ok {
			t.Errorf("seed %d: %v", seed, err)
		}
		before := disktest.Bytes(t, m, segment)
		if _, err := w.open(t.Context(), m); err == nil {
			t.Errorf("seed %d: opened for writing", seed)
		}
		if string(before) != string(disktest.Bytes(t, m, segment)) {
			t.Errorf("seed %d: a damaged manifest was written to", seed)
		}
	}
}
