package longpair

import (
	"slices"
	"testing"
)

// FuzzRow: a row, or a note, that can be read is written as one that reads as the same.
func FuzzRow(f *testing.F) {
	r := row{connections: 24, bytes: 3600, regular: noRegular, interval: 3600, port: 443, ways: sentOut | sentIn}
	r.active.set(5)
	f.Add(r.append(nil))
	f.Add([]byte{2, 60, 100, 1, 187, 3}) // a note: begin 1, lasted 60, 100 bytes, port 443
	f.Fuzz(func(t *testing.T, b []byte) {
		if x, ok := rowOf(b); ok {
			again, ok := rowOf(x.append(nil))
			if !ok || again != x {
				t.Fatalf("%+v, then %+v %v", x, again, ok)
			}
			if x.active.count() > Days*24 {
				t.Fatalf("%d hours", x.active.count())
			}
			var p pair
			p.add(Days-1, b)
			if p.active.count() > 24 || slices.Max(p.active[:Days*24/8-3]) > 0 {
				t.Fatalf("the last day has hours of others: %v", p.active)
			}
		}
		if x, ok := notedOf(b); ok && (x.lasted < 0 && len(b) < 10 || len(b) < 6) {
			t.Fatalf("%+v of %d bytes", x, len(b))
		}
	})
}
