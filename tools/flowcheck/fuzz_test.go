package flowcheck

import (
	"encoding/binary"
	"slices"
	"testing"

	"stormglass/internal/telemetry"
	"stormglass/internal/telemetry/netflow"
)

// join writes packets behind each other, each after two bytes with its length; cut takes them apart.
func join(packets ...[]byte) (b []byte) {
	for _, p := range packets {
		b = append(append(b, u16(uint16(len(p)))...), p...)
	}
	return b
}

func cut(b []byte) (packets [][]byte) {
	for len(b) >= 2 && len(packets) < 16 {
		n := min(int(binary.BigEndian.Uint16(b)), len(b)-2)
		packets = append(packets, whole(slices.Clone(b[2:2+n])))
		b = b[2+n:]
	}
	return packets
}

// whole makes the numbers of a header fit: goflow2 reads as many sets as v9 counts, and trusts the length of IPFIX.
func whole(p []byte) []byte {
	if len(p) >= 4 && p[0] == 0 && p[1] == 9 {
		binary.BigEndian.PutUint16(p[2:], 0xffff)
	}
	if len(p) >= 4 && p[0] == 0 && p[1] == 10 {
		binary.BigEndian.PutUint16(p[2:], uint16(len(p)))
	}
	return p
}

// FuzzPeer decodes packets with both. Where neither sees anything wrong with them, both must see the same records with
// the same elements. (Where we do, it is not asked: a template whose records have no bytes makes it run for ever.)
func FuzzPeer(f *testing.F) {
	for _, packets := range seeds() {
		f.Add(join(packets...))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		store := netflow.NewTemplates(netflow.Limits{})
		d, s := netflow.New(store), new(telemetry.Set)
		var all []telemetry.Datagram
		for _, p := range cut(b) {
			all = append(all, telemetry.Datagram{From: router, Data: p})
			d.Decode(&all[len(all)-1], s)
		}
		if _, held := store.Memory(); len(s.Problems.List) > 0 || held > 0 || changed(s) {
			return
		}
		differences, _, _, err := compare(all)
		if err == nil && len(differences) > 0 { // goflow2 takes padding behind the last set for an error
			t.Fatalf("%q", differences)
		}
	})
}

// changed reports whether a template was changed or withdrawn, after which goflow2, which is shown packets twice, knows
// another one.
func changed(s *telemetry.Set) bool {
	return slices.ContainsFunc(s.Batch(telemetry.KindEvent).Event, func(e telemetry.Event) bool { return e.Dataset == netflow.DatasetTemplate })
}
