package analyse_test

import (
	"encoding/binary"
	"fmt"
	"net/netip"
	"testing"

	"stormglass/internal/hunt/analyse"
	"stormglass/internal/hunt/analyse/analysetest"
	"stormglass/internal/hunt/beacon"
	"stormglass/internal/hunt/longpair"
	"stormglass/internal/telemetry"
)

// flooded gives an analyser a beacon of a day, a call each 216 s, and in half an hour of that day so many flows besides; pair says whose the
// n-th is.
func flooded(t *testing.T, a analyse.Analyser, l analyse.Limits, floods int, pair func(n int) (src, dst netip.Addr)) *analysetest.Run {
	t.Helper()
	return analysetest.Within(t, a, analyse.Env{}, l, func(each func(*telemetry.Batch)) {
		b := &telemetry.Batch{Kind: telemetry.KindFlow, Source: &telemetry.Source{Name: "a test"}}
		n := uint64(0)
		call := func(at int64, src, dst netip.Addr) {
			n++
			f := &b.Flow[b.Append(n)]
			f.Src, f.Dst, f.SrcPort, f.DstPort, f.Proto, f.SrcBytes, f.DstBytes, f.Answered = src, dst, 40_000, 443, 6, 100, 100, telemetry.Answered
			f.Occurred = telemetry.Instant((day + at) * 1e9)
			if b.Len() == 1000 {
				each(b)
				b.Reset()
			}
		}
		for at := int64(0); at < 86_400; at += 216 {
			call(at, netip.MustParseAddr("10.1.1.1"), netip.MustParseAddr("203.0.113.9"))
			if at == 216*185 { // 11:06
				for i := range floods {
					src, dst := pair(i)
					call(40_000+int64(i)*1800/int64(floods), src, dst)
				}
			}
		}
		each(b)
	})
}

// beaconIn gives what is told of the beacon.
func beaconIn(r *analysetest.Run) map[string]string {
	for _, x := range r.Records {
		if x.Ends.Src.String() == "10.1.1.1" {
			return x.Fields
		}
	}
	return nil
}

// TestStrobesTakeNoRoom: a few pairs that call all the time for half an hour, more often than a strobe does in a day, do not fill the disk
// with their times: the beacon of that day is told of whole, and so are they.
func TestStrobesTakeNoRoom(t *testing.T) {
	const pairs, each = 6, 300_000
	r := flooded(t, beacon.Analyser{}, analyse.Limits{Memory: 1 << 20, Disk: 4 << 20}, pairs*each, func(n int) (src, dst netip.Addr) {
		return netip.AddrFrom4([4]byte{10, 9, 9, byte(n % pairs)}), netip.MustParseAddr("198.51.100.7")
	})
	if f := beaconIn(r); f["stormglass.beacon.connections"] != "400" || f["stormglass.beacon.score"] != "1" {
		t.Errorf("the beacon is told of as %v", f)
	}
	strobes := 0
	for _, x := range r.Records {
		if x.Fields["stormglass.beacon.strobe"] == "true" {
			strobes++
			if got := x.Fields["stormglass.beacon.connections"]; got != "300000" {
				t.Errorf("%s has %s connections, want 300000", x.Ends.Src, got)
			}
		}
	}
	if strobes != pairs {
		t.Errorf("%d strobes are told of, want %d", strobes, pairs)
	}
	if got := r.Ran[0].Fields["event.outcome"]; got != "success" {
		t.Errorf("it ran as %s: %v", got, r.Ran[0].Fields)
	}
}

// TestManyOftenTakeNoRoom: the same with pairs of which longpair keeps as many notes as it does of any.
func TestManyOftenTakeNoRoom(t *testing.T) {
	const pairs, each = 4, 300_000
	limits := analyse.Limits{Memory: 128 << 10, Disk: 512 << 10}
	from := netip.MustParseAddr("10.1.1.1")
	quiet := flooded(t, counted{longpair.Analyser{}}, limits, 0, nil)
	r := flooded(t, counted{longpair.Analyser{}}, limits, pairs*each, func(n int) (src, dst netip.Addr) {
		return from, netip.AddrFrom4([4]byte{198, 51, 100, byte(n % pairs)})
	})
	if want, got := quiet.Records[0].Fields, r.Records[len(r.Records)-1].Fields; got["row"] != want["row"] {
		t.Errorf("the pair is told of as %v, want %v", got, want)
	}
}

// TestRowsOfAFloodGoFirst: where a day has more rows than it may, those of pairs with few calls in few hours go, whatever their addresses:
// a flood to lower addresses hides no beacon.
func TestRowsOfAFloodGoFirst(t *testing.T) {
	const floods = 20_000
	for _, per := range []int{2, 5} {
		r := flooded(t, narrow{beacon.Analyser{}}, analyse.DefaultLimits(), floods, func(n int) (src, dst netip.Addr) {
			return netip.MustParseAddr("10.1.1.2"), netip.AddrFrom4([4]byte(binary.BigEndian.AppendUint32(nil, 16<<24+uint32(n/per))))
		})
		if f := beaconIn(r); f["stormglass.beacon.connections"] != "400" || f["stormglass.beacon.score"] != "1" {
			t.Errorf("%d each: the beacon is told of as %v", per, f)
		}
		if ran := r.Ran[0].Fields; ran["event.outcome"] != "unknown" || r.Account.Dropped == 0 {
			t.Errorf("%d each: it is not said that rows did not fit: %v", per, ran)
		}
	}
}

// narrow is an analyser with room for few rows.
type narrow struct{ beacon.Analyser }

func (n narrow) Bounds() analyse.Bounds {
	b := n.Analyser.Bounds()
	b.Rows = 64 << 10
	return b
}

// counted tells of each pair of a day its row, in place of what its analyser says of it.
type counted struct{ longpair.Analyser }

func (counted) Judge(w *analyse.Window) error {
	return w.Each(func(key []byte, rows []analyse.Row) error {
		r := &analyse.Record{At: w.Span(w.Day).Last}
		r.Text("row", fmt.Sprintf("%x %x", key, rows[0].Value))
		return w.Emit(r)
	})
}
