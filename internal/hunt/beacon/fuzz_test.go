package beacon

import (
	"bytes"
	"testing"
)

// FuzzObservation: observations that can be read are written as what reads as the same, and there are no more of them than bytes.
func FuzzObservation(f *testing.F) {
	f.Add((&observation{at: 1_700_000_000, size: -1, port: 443, proto: 6, answered: true}).append(nil))
	f.Add((&observation{at: 1_700_000_000, size: 500, port: 443, proto: 6, cut: true, srcPort: 40_000, lasted: 60}).append(nil))
	f.Add((&observation{at: 1, size: 1, uid: 7}).append(nil))
	f.Fuzz(func(t *testing.T, b []byte) {
		list := observationsOf(b, nil)
		if len(list) > len(b) {
			t.Fatalf("%d of %d bytes", len(list), len(b))
		}
		var row []byte
		for i := range list {
			row = list[i].append(row)
		}
		var twice []byte
		for _, o := range observationsOf(row, nil) {
			twice = o.append(twice)
		}
		if !bytes.Equal(row, twice) {
			t.Fatalf("%x, then %x", row, twice)
		}
		inOrder(list)
		if n := len(connections(list)); n > len(list) {
			t.Fatalf("%d connections of %d observations", n, len(list))
		}
	})
}
