package telemetry

import (
	"net/netip"
	"testing"
)

// TestMissIsBounded: however many senders there seem to be, a set tells of so many apart, and of no fewer records.
func TestMissIsBounded(t *testing.T) {
	const hour = Instant(3600 * 1e9)
	var s Set
	n := int64(0)
	for i := range 3 * MaxMissed {
		s.Miss(Missed{Kind: KindFlow, Exporter: netip.AddrFrom4([4]byte{192, 0, 2, byte(i)}), Domain: uint32(i), From: hour, To: 2*hour + Instant(i%3)*hour, Records: 2})
		n += 2
	}
	s.Miss(Missed{Kind: KindFlow, To: 9 * hour, Records: -1}) // late ones never make it less
	got, last := int64(0), Instant(0)
	for _, m := range s.Missed {
		got, last = got+m.Records, max(last, m.To)
	}
	if len(s.Missed) > MaxMissed+1 || got != n || last != 9*hour {
		t.Errorf("%d apart, %d of %d records, up to hour %d", len(s.Missed), got, n, last/hour)
	}
	s.Reset()
	for range 5 {
		s.Miss(Missed{Kind: KindFlow, Exporter: netip.AddrFrom4([4]byte{192, 0, 2, 1}), From: hour, To: hour + 1, Records: 1})
	}
	if len(s.Missed) != 1 || s.Missed[0].Records != 5 {
		t.Errorf("one sender and hour: %+v", s.Missed)
	}
}
