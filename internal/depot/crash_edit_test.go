package depot

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"stormglass/internal/disk/disktest"
	"stormglass/internal/lake"
	"stormglass/internal/telemetry"
	"stormglass/internal/wal"
)

// TestLargeEdit commits an edit that no frame holds, as an ingest makes that spreads over many hours.
func TestLargeEdit(t *testing.T) {
	e := &Edit{Why: "ingest"}
	for n := range 60_000 {
		e.AddFiles = append(e.AddFiles, File{File: lake.File{
			Name: fmt.Sprintf("lake/flow/2020-01-01/00/own-%028x.parquet", n), Day: telemetry.Day(n), Rows: 1, Bytes: 1 << 20, First: 1, Last: 2,
			Sensors: []string{"zeek"}, Sum: [32]byte{byte(n), 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200},
		}})
	}
	m := disktest.NewMemory()
	w := newCrashWorld(1)
	o := w.options(m)
	o.FrameBytes = 0
	d, err := Open(t.Context(), "the folder", o)
	if err != nil {
		t.Fatal(err)
	}
	if err := d.commit(e); err != nil {
		t.Fatal(err)
	}
	s := stateOfFolder(t, m.Crash(rand.New(w.rng)))
	if len(s.Files) != 60_000 || s.Entry != 1 {
		t.Errorf("%d files after entry %d", len(s.Files), s.Entry)
	}
	if wal.MaxPayload < partBytes+1 {
		t.Error("a part does not fit into a frame")
	}
}
