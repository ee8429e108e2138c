package netflow_test

import (
	"encoding/binary"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"stormglass/internal/telemetry"
	"stormglass/internal/telemetry/netflow"
	"stormglass/internal/telemetry/telemetrytest"
)

// seeds are packets of every kind, for fuzzing.
func seeds() [][]byte {
	enterprise := set(2, u16(256, 5), fieldsOf(counted[:2]), u16(371, 0xffff, 0x8001, 4), u32(29305), u16(152, 8))
	long := slices.Concat(hundred[:8], []byte{3, 'b', 'o', 'b'}, u32(7), u64(uint64(noon/1e6)))
	return [][]byte{
		v5Packet(0, 1<<14|10, v5Record(3, 1500, 1, 2), v5Record(1, 40, 3, 4)),
		v9Packet(0, 1, plain9, data(256, hundred, hundred), data(257, hundred)),
		v9Packet(1, 1, options9(300, 1, field{1, 4}, field{48, 2}, field{50, 4}), data(300, u32(0), u16(1), u32(10))),
		v9Packet(2, 1, options9(301, 1, field{2, 4}, field{82, 4}), data(301, u32(3), []byte("eth0")), options9(302, 1, field{1, 4}, field{41, 4}), data(302, u32(0, 1))),
		ipfixMessage(0, 0, enterprise, data(256, long, long), set(2, u16(256, 0))),
		ipfixMessage(0, 7, options10(300, 1, field{149, 4}, field{160, 8}, field{311, 8}), data(300, u32(7), u64(uint64(noon/1e6)), f64(0.5))),
		v9Packet(3, 1, template9(258, field{8, 4}, field{12, 4}, field{233, 1}, field{231, 4}, field{232, 4}, field{104, 24}),
			data(258, hundred[:8], []byte{2}, u32(1, 2), ipv4(17, 1, 2, u16(1, 2)))),
	}
}

// cut takes packets apart that stand behind each other, each after two bytes with its length.
func cut(b []byte) (packets [][]byte) {
	for len(b) >= 2 && len(packets) < 32 {
		n := min(int(binary.BigEndian.Uint16(b)), len(b)-2)
		packets = append(packets, b[2:2+n:2+n])
		b = b[2+n:]
	}
	return packets
}

func join(packets ...[]byte) (b []byte) {
	for _, p := range packets {
		b = append(append(b, u16(uint16(len(p)))...), p...)
	}
	return b
}

var fuzzLimits = netflow.Limits{
	Exporters: 2, Domains: 3, Templates: 8, Fields: 40, Names: 4, Samplers: 4, Memory: 1 << 15, ExporterMemory: 1 << 14,
	HeldBytes: 4096, HeldTotal: 6000, Elements: 8, Records: 500,
}

// FuzzDecode decodes packets of two exporters. Decoded in another store they give the same; records are numbered
// one after the other and as many as the packets have room for; counts are multiples of the rate; the store stays within
// its limits; and it is the same after a restart.
func FuzzDecode(f *testing.F) {
	for _, p := range seeds() {
		f.Add(join(p))
	}
	f.Add(join(seeds()...))
	f.Fuzz(func(t *testing.T, b []byte) {
		packets := cut(b)
		store, s := fuzzed(packets)
		_, again := fuzzed(packets)
		if diff := cmp.Diff(telemetrytest.Records(s), telemetrytest.Records(again)); diff != "" {
			t.Fatalf("decoded again:\n%s", diff)
		}
		room := 0
		for _, p := range packets {
			room += len(p)
		}
		checkSet(t, s, room)
		checkStore(t, store)
		restored := netflow.NewTemplates(fuzzLimits)
		if err := restored.Restore(store.Snapshot()); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(store.Snapshot(), restored.Snapshot()); diff != "" {
			t.Fatalf("after a restart:\n%s", diff)
		}
	})
}

func fuzzed(packets [][]byte) (*netflow.Templates, *telemetry.Set) {
	store, s := netflow.NewTemplates(fuzzLimits), new(telemetry.Set)
	d := netflow.New(store)
	for i, p := range packets {
		from := router
		if len(p) > 0 && p[len(p)-1]&1 != 0 {
			from = router2
		}
		d.Decode(&telemetry.Datagram{From: from, At: noon + telemetry.Instant(i)*second, Data: p}, s)
	}
	return store, s
}

func checkSet(t *testing.T, s *telemetry.Set, room int) {
	t.Helper()
	fl, ev := flows(s), s.Batch(telemetry.KindEvent).Event
	seen := make([]bool, s.Ordinal)
	for i := range fl {
		f := &fl[i]
		seen[f.Ordinal-1] = true
		for _, n := range [...]uint64{f.SrcBytes, f.DstBytes, f.SrcPackets, f.DstPackets} {
			if n != telemetry.NoCount && (n > 1<<63-1 || f.Sampling > 1 && n < 1<<63-1 && n%uint64(f.Sampling) != 0) {
				t.Fatalf("a count of %d at a rate of %d", n, f.Sampling)
			}
		}
		if f.Duration < 0 || f.Doubt < 0 || f.Received == 0 || f.Occurred < 0 {
			t.Fatalf("times of %+v", f)
		}
	}
	for i := range ev {
		seen[ev[i].Ordinal-1] = true
	}
	if len(fl)+len(ev) != len(seen) || slices.Contains(seen, false) {
		t.Fatalf("%d flows and %d events up to %d", len(fl), len(ev), s.Ordinal)
	}
	// A record takes a byte at least, and what changed a template or a rate four.
	if len(fl)+len(ev) > 2*room || s.Read != uint64(len(fl)+len(ev)) || s.Lines != s.Read+s.Problems.Losses()-lossesWithin(s) {
		t.Fatalf("%d records of %d bytes; %d lines, %d read, problems %v", len(fl)+len(ev), room, s.Lines, s.Read, s.Problems.List)
	}
}

// lossesWithin counts what was lost of records that were read.
func lossesWithin(s *telemetry.Set) (n uint64) {
	for _, p := range s.Problems.List {
		if !p.Notice && len(p.Reason) > 14 && p.Reason[:14] == "sampled frame:" {
			n += p.Count
		}
	}
	return n
}

func checkStore(t *testing.T, store *netflow.Templates) {
	t.Helper()
	l := fuzzLimits
	templates, held := store.Memory()
	if templates > l.Memory || held > l.HeldTotal || templates < 0 || held < 0 {
		t.Fatalf("%d octets of templates, %d held", templates, held)
	}
	all := store.Exporters()
	if len(all) > l.Exporters {
		t.Fatalf("%d exporters", len(all))
	}
	for _, x := range all {
		if x.Domains > l.Domains || x.Templates > l.Templates || x.Interfaces > l.Names || x.Names > l.Names || x.HeldOctets > l.HeldBytes {
			t.Fatalf("beyond the limits: %+v", x)
		}
	}
}
