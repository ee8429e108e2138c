package hops

import (
	"encoding/binary"
	"testing"
)

// FuzzSession: a session that can be read is written as one that reads as the same.
func FuzzSession(f *testing.F) {
	f.Add(binary.BigEndian.AppendUint16(binary.AppendVarint(binary.AppendVarint(nil, 1e18), 1e18+5e9), 22))
	f.Fuzz(func(t *testing.T, b []byte) {
		s, ok := sessionOf(b)
		if !ok {
			return
		}
		again, ok := sessionOf(binary.BigEndian.AppendUint16(binary.AppendVarint(binary.AppendVarint(nil, s.begin), s.end), s.port))
		if !ok || again != s {
			t.Fatalf("%+v, then %+v %v", s, again, ok)
		}
		a := arrivals{list: []session{s, s}}
		a.index()
		if got := a.latest(&session{begin: s.begin}); got != nil && (got.begin != s.begin || s.end < s.begin-patience) {
			t.Fatalf("%+v lasts at %d", got, s.begin)
		}
	})
}
