package service

import (
	"context"
	"encoding/binary"
	"testing"

	"stormglass/internal/depot"
	"stormglass/internal/disk"
	"stormglass/internal/wal"
)

// heldNumbers gives how often each numbered flow is in a folder whose service is dead: committed, or in the log behind the
// position that the last commit names. It reads the log by docs/format/received.md, not by the program's own reader.
func heldNumbers(t *testing.T, data string) (committed, logged map[uint64]int) {
	t.Helper()
	committed, logged = map[uint64]int{}, map[uint64]int{}
	v, err := depot.OpenView(context.Background(), data, depot.WithFiles)
	if err != nil {
		return committed, logged // it was killed before it had made the folder
	}
	from := v.State.Log
	if err := v.Close(); err != nil {
		t.Fatal(err)
	}
	committed = keptNumbers(t, data)
	folder, err := disk.Dir(data)
	if err != nil {
		t.Fatal(err)
	}
	_, err = wal.Read(folder, depot.LogDir, from, func(_ wal.Position, kind uint8, payload []byte) error {
		if kind != 1 {
			t.Errorf("a frame of kind %d", kind)
			return nil
		}
		n, size := binary.Uvarint(payload)
		for rest := payload[size+int(n):]; len(rest) > 0; {
			rest = rest[1+int(rest[0])+2+8:]
			n, size := binary.Uvarint(rest)
			for _, number := range numberedOf(rest[size : size+int(n)]) {
				logged[number]++
			}
			rest = rest[size+int(n):]
		}
		return nil
	})
	if err != nil {
		t.Fatalf("read the log: %v", err)
	}
	return committed, logged
}
