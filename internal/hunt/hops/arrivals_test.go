package hops

import (
	"math/rand/v2"
	"net/netip"
	"testing"
)

// TestLatest: what the tree finds is what looking through all sessions finds.
func TestLatest(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 1))
	from := func(n int) netip.Addr { return netip.AddrFrom4([4]byte{192, 0, 2, byte(n)}) }
	for range 300 {
		a := arrivals{}
		for range rnd.IntN(40) {
			begin := rnd.Int64N(100 * patience)
			a.list = append(a.list, session{from: from(rnd.IntN(5)), to: from(9), begin: begin, end: begin + rnd.Int64N(20*patience), port: 22})
		}
		a.index()
		for range 50 {
			s := session{from: from(9), to: from(rnd.IntN(6)), begin: rnd.Int64N(120 * patience)}
			var want *session
			for i := range a.list {
				if b := &a.list[i]; b.begin <= s.begin && s.begin <= b.end+patience && b.from != s.to {
					want = b
				}
			}
			if got := a.latest(&s); got != want {
				t.Fatalf("%+v of %+v: %+v, want %+v", s, a.list, got, want)
			}
		}
	}
}
