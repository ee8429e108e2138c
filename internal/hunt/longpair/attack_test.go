package longpair

import (
	"math/rand/v2"
	"net/netip"
	"strings"
	"testing"
	"time"

	"stormglass/internal/hunt/analyse"
	"stormglass/internal/hunt/analyse/analysetest"
	"stormglass/internal/telemetry"
)

// talk appends a conversation of a pair.
func talk(b *telemetry.Batch, at time.Duration, src, dst netip.Addr) *telemetry.Flow {
	f := &b.Flow[b.Append(uint64(b.Len()+1))]
	f.Occurred, f.Src, f.Dst, f.SrcPort, f.DstPort, f.Proto = telemetry.InstantOf(from.Add(at)), src, dst, 40_000, 443, 6
	f.SrcBytes, f.DstBytes, f.Answered = 100, 50, telemetry.Answered
	return f
}

var ours, theirs = netip.MustParseAddr("10.1.1.1"), netip.MustParseAddr("203.0.113.9")

// TestAttack: on the last day of a week random addresses outside talk to ours for half an hour, once each, or so often that few notes are no
// sign of them (as much in proportion to the bounds as 30 minutes at 1.5 M a second are to those of a hunt). The pair that talked all week
// is told of, and what had no room is counted and said.
func TestAttack(t *testing.T) {
	for _, each := range []int{1, 5, 60} {
		rnd := rand.New(rand.NewPCG(1, uint64(each)))
		r := analysetest.Within(t, Analyser{}, analyse.Env{}, analyse.Limits{Memory: 1 << 20, Disk: 4 << 20}, func(feed func(*telemetry.Batch)) {
			b := &telemetry.Batch{Kind: telemetry.KindFlow, Source: &telemetry.Source{Name: "a test"}}
			hour := func(h int) { talk(b, time.Duration(h)*time.Hour, ours, theirs) }
			for h := range 6*24 + 4 {
				hour(h)
			}
			feed(b)
			const attacks, size = 400_000, 2000
			for n := range attacks / size {
				b.Reset()
				for i := range size {
					pair := uint32(rnd.IntN(attacks / each))
					at := 6*24*time.Hour + 4*time.Hour + 10*time.Minute + time.Duration(n*size+i)*30*time.Minute/attacks
					talk(b, at, netip.AddrFrom4([4]byte{198, 18 + byte(pair>>16), byte(pair >> 8), byte(pair)}), ours)
				}
				feed(b)
			}
			b.Reset()
			for h := 6*24 + 5; h < 7*24; h++ {
				hour(h)
			}
			feed(b)
		})
		if r.Account.Dropped == 0 {
			t.Errorf("%d each: nothing was dropped: the test asks too little", each)
		}
		if len(r.Records) != 1 || r.Records[0].Ends.Dst != theirs || r.Records[0].Fields["stormglass.longpair.hours"] != "0.994" { // 167 of 168
			t.Errorf("%d each: %d records, %+v", each, len(r.Records), r.Records)
		}
		if last := r.Ran[len(r.Ran)-1].Fields; last["event.outcome"] != "unknown" || !strings.Contains(last["event.reason"], "no room for") {
			t.Errorf("%d each: it is not said that there was no room: %v", each, last)
		}
	}
}

// TestTooMany: who has more conversations in the first hour of each day than are kept is not hidden thereby.
func TestTooMany(t *testing.T) {
	r := analysetest.Within(t, Analyser{}, analyse.Env{}, analyse.DefaultLimits(), func(feed func(*telemetry.Batch)) {
		for d := range Days {
			b := &telemetry.Batch{Kind: telemetry.KindFlow, Source: &telemetry.Source{Name: "a test"}}
			begin := time.Duration(d) * 24 * time.Hour
			for range 1<<14 + 1000 {
				talk(b, begin, ours, theirs)
			}
			for h := range time.Duration(24) {
				talk(b, begin+h*time.Hour, ours, theirs)
			}
			feed(b)
		}
	})
	if len(r.Records) != 1 || r.Records[0].Fields["stormglass.longpair.hours"] != "1" || r.Records[0].Fields["stormglass.longpair.connections"] != "121856" { // 7 (16,384 + 1,000 + 24)
		t.Errorf("%+v", r.Records)
	}
}
