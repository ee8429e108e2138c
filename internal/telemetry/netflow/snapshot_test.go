package netflow_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"slices"
	"testing"

	"stormglass/internal/telemetry"
	"stormglass/internal/telemetry/netflow"
)

// learnt makes a store that knows a little of everything.
func learnt() *netflow.Templates {
	store := netflow.NewTemplates(netflow.Limits{})
	d := netflow.New(store)
	decodeWith(d, noon,
		v9Packet(0, 1, template9(256, append(slices.Clone(counted), field{10, 2}, field{95, 4}, field{48, 2})...),
			options9(300, 1, field{2, 4}, field{82, 4}), data(300, u32(3), []byte("eth3")),
			options9(301, 1, field{1, 4}, field{95, 4}, field{96, 4}), data(301, u32(0), []byte{3, 0, 0, 53}, []byte("dns\x00")),
			options9(302, 1, field{1, 4}, field{48, 2}, field{50, 4}), data(302, u32(0), u16(5), u32(100))),
		ipfixMessage(0, 8, set(2, u16(256, 2, 8, 4, 0x8001, 0xffff), u32(64999)), options10(300, 1, field{149, 4}, field{160, 8}, field{34, 4}),
			data(300, u32(8), u64(uint64(noon/1e6)), u32(7))))
	d.Decode(&telemetry.Datagram{At: noon, Data: v9Packet(0, 1, plain9)}, new(telemetry.Set)) // of a file
	decodeFrom(d, 77, v5Packet(0, 20, v5Record(1, 1, 0, 0)))
	return store
}

// TestSnapshot restarts a collector.
func TestSnapshot(t *testing.T) {
	saved := learnt().Snapshot()
	store := netflow.NewTemplates(netflow.Limits{})
	if err := store.Restore(saved); err != nil {
		t.Fatal(err)
	}
	if again := store.Snapshot(); !bytes.Equal(again, saved) {
		t.Errorf("a snapshot of what was restored is\n%x, not\n%x", again, saved)
	}
	if err := store.Restore(saved); err != nil || !bytes.Equal(store.Snapshot(), saved) {
		t.Errorf("restoring twice changes something: %v", err)
	}
	d := netflow.New(store)
	record := data(256, hundred, u16(3), []byte{3, 0, 0, 53}, u16(5))
	s := decodeWith(d, noon, v9Packet(1, 1, record))
	want := "192.0.2.10:0 > 198.51.100.20:0 octets=10000 packets=100 oneway=true service=dns domain=1 rate=100 in=3"
	if got := flowText(one(t, s)); got != want {
		t.Errorf("flow is %s, not %s", got, want)
	}
	if got := extra(s, 0); got != "applicationId=3:53 samplerId=5 observer.ingress.interface.name=eth3" {
		t.Errorf("pairs are %q", got)
	}
	a, _ := learnt().Memory()
	if b, _ := store.Memory(); a != b {
		t.Errorf("%d octets after a restart, %d before", b, a)
	}
	// A rate that changed over the restart is told.
	if s = decodeFrom(d, 77, v5Packet(0, 30)); len(events(s)) != 1 {
		t.Errorf("events are %q", events(s))
	}
}

// TestDamagedSnapshot changes each byte: a store stays as it was.
func TestDamagedSnapshot(t *testing.T) {
	saved := learnt().Snapshot()
	store := netflow.NewTemplates(netflow.Limits{})
	empty := store.Snapshot()
	for i := range saved {
		damaged := slices.Clone(saved)
		damaged[i] ^= 0x55
		if err := store.Restore(damaged); !errors.Is(err, netflow.ErrSnapshot) {
			t.Fatalf("byte %d: %v", i, err)
		}
		if err := store.Restore(saved[:i]); !errors.Is(err, netflow.ErrSnapshot) {
			t.Fatalf("%d bytes: %v", i, err)
		}
		reset(damaged)
		if err := netflow.NewTemplates(netflow.Limits{}).Restore(damaged); err != nil && !errors.Is(err, netflow.ErrSnapshot) {
			t.Fatalf("byte %d with its checksum: %v", i, err)
		}
	}
	if !bytes.Equal(store.Snapshot(), empty) {
		t.Error("damaged snapshots left something")
	}
}

// reset makes the checksum of a snapshot right.
func reset(b []byte) {
	if end := len(b) - 4; end >= 0 {
		binary.BigEndian.PutUint32(b[end:], crc32.Checksum(b[:end], crc32.MakeTable(crc32.Castagnoli)))
	}
}

// FuzzRestore restores what is no snapshot: what is taken gives the same when it is saved and restored once more,
// and stays within the limits.
func FuzzRestore(f *testing.F) {
	f.Add(learnt().Snapshot())
	f.Add(netflow.NewTemplates(netflow.Limits{}).Snapshot())
	f.Fuzz(func(t *testing.T, b []byte) {
		reset(b)
		limits := netflow.Limits{Exporters: 4, Domains: 4, Templates: 8, Fields: 16, Names: 4, Samplers: 4, Memory: 1 << 16}
		store := netflow.NewTemplates(limits)
		if store.Restore(b) != nil {
			if len(store.Exporters()) > 0 {
				t.Fatal("an error, and exporters")
			}
			return
		}
		for _, x := range store.Exporters() {
			if x.Domains > limits.Domains || x.Templates > limits.Templates || x.Interfaces > limits.Names || x.Names > limits.Names {
				t.Fatalf("beyond the limits: %+v", x)
			}
		}
		if memory, _ := store.Memory(); memory > limits.Memory || len(store.Exporters()) > limits.Exporters {
			t.Fatalf("%d octets, %d exporters", memory, len(store.Exporters()))
		}
		saved := store.Snapshot()
		again := netflow.NewTemplates(limits)
		if err := again.Restore(saved); err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(again.Snapshot(), saved) {
			t.Fatal("saved again it is another")
		}
		netflow.New(store).Decode(&telemetry.Datagram{From: router, At: noon, Data: v9Packet(0, 1, data(256, hundred))}, new(telemetry.Set))
	})
}
