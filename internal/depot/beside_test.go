package depot

import (
	"context"
	"errors"
	"net/netip"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"stormglass/internal/telemetry"
	"stormglass/internal/wal"
)

// someFlows makes flows of one source, on a day of its own.
func someFlows(n, records int) *telemetry.Batch {
	at := telemetry.InstantOf(time.Date(2026, 3, 1+n%20, n%24, 0, 0, 0, time.UTC))
	b := &telemetry.Batch{Kind: telemetry.KindFlow, Source: &telemetry.Source{Name: "live", ID: telemetry.SourceID{1, byte(n)}, Sensor: "edge-r1"}}
	for i := range records {
		j := b.Append(uint64(i + 1))
		f := &b.Flow[j]
		f.Occurred, f.Proto, f.DstPort = at, 6, 443
		f.Src, f.Dst = netip.AddrFrom4([4]byte{10, 0, byte(n), byte(i)}), netip.AddrFrom4([4]byte{203, 0, 113, byte(i)})
	}
	return b
}

// TestIntakesBesideEachOther: while one intake is committed the next takes records in, upkeep runs and registers
// are loaded again. Nothing is lost, and the position of the log never goes back.
func TestIntakesBesideEachOther(t *testing.T) {
	root := t.TempDir()
	d, err := Open(t.Context(), root, Options{FileRows: 50, SnapshotAfter: 5})
	if err != nil {
		t.Fatal(err)
	}
	const rounds, records = 12, 40
	var wg sync.WaitGroup
	errs := make(chan error, 4*rounds)
	for n := range rounds {
		in, err := d.Begin()
		if err != nil {
			t.Fatal(err)
		}
		if err := in.Add(t.Context(), someFlows(n, records)); err != nil {
			t.Fatal(err)
		}
		in.Log = wal.Position(n + 1)
		wg.Go(func() { errs <- in.Commit(context.Background(), nil) })
		if n%4 == 3 {
			wg.Go(func() {
				_, err := d.Maintain(context.Background())
				errs <- err
			})
			text := "networks:\n- {prefix: 192.0.2.0/25, class: server}\n# " + string(rune('a'+n)) + "\n"
			if err := os.WriteFile(filepath.Join(root, RegistersDir, "networks.yaml"), []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
			if changed, err := d.LoadRegisters(); err != nil || !changed {
				t.Fatalf("registers changed: %v, %v", changed, err)
			}
		}
	}
	wg.Wait()
	close(errs)
	for err := range errs {
		if err != nil {
			t.Error(err)
		}
	}
	if got := d.Log(); got != rounds {
		t.Errorf("the log is kept up to %d, want %d", got, rounds)
	}
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(root, dirtyFile)); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the folder is left dirty: %v", err)
	}
	v, err := OpenView(t.Context(), root, WithAll)
	if err != nil {
		t.Fatal(err)
	}
	defer v.Close()
	var mu sync.Mutex
	rows := 0
	err = v.Rows(t.Context(), Wanted{Workers: 2}, func(b *telemetry.Batch) error {
		mu.Lock()
		defer mu.Unlock()
		rows += b.Len()
		return nil
	})
	if err != nil || rows != rounds*records || v.State.Log != rounds {
		t.Errorf("%d rows, want %d; log at %d; %v", rows, rounds*records, v.State.Log, err)
	}
}

// TestRegistersThatCannotBeRead keeps those in force.
func TestRegistersThatCannotBeRead(t *testing.T) {
	root := t.TempDir()
	d, err := Open(t.Context(), root, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	before := d.Registers()
	if err := os.WriteFile(filepath.Join(root, RegistersDir, "networks.yaml"), []byte("networks: 7\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if changed, err := d.LoadRegisters(); changed || err == nil || d.Registers() != before {
		t.Errorf("changed %v, %v", changed, err)
	}
}
