package analyse_test

import (
	"encoding/binary"
	"math/rand/v2"
	"net/netip"
	"runtime"
	"testing"

	"stormglass/internal/hunt/analyse"
	"stormglass/internal/hunt/analyse/analysetest"
	"stormglass/internal/hunt/beacon"
	"stormglass/internal/hunt/dnstunnel"
	"stormglass/internal/telemetry"
)

const day = 20_000 * 86_400 // seconds

// TestAttack: half an hour of traffic from random sources and for random names (in little: as much in proportion to the bounds as 30
// minutes at 600,000 a second are to those of a hunt) keeps to the bounds, is counted as dropped, and does not hide a beacon that has
// been there all day. Nor does it when each pair has as many notes as seem worth keeping.
func TestAttack(t *testing.T) {
	for _, each := range []int{1, 4, 100} { // notes of a pair: from four on few notes are no sign of an attack
		attack(t, each)
	}
}

func attack(t *testing.T, per int) {
	t.Helper()
	const attacks = 400_000
	limits := analyse.Limits{Memory: 1 << 20, Disk: 4 << 20}
	rnd := rand.New(rand.NewPCG(1, 1))
	var before, most runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	r := analysetest.Within(t, beacon.Analyser{}, analyse.Env{}, limits, func(each func(*telemetry.Batch)) {
		b := &telemetry.Batch{Kind: telemetry.KindFlow, Source: &telemetry.Source{Name: "a test"}}
		for i := range attacks {
			b.Reset()
			f := &b.Flow[b.Append(uint64(i+1))]
			pair := rnd.IntN(attacks / per)
			f.Dst, f.DstPort, f.Proto = netip.AddrFrom4([4]byte{198, 18, byte(pair >> 8), byte(pair)}), 443, 6
			f.Src = netip.AddrFrom4([4]byte{10, byte(pair >> 16), byte(pair >> 8), 77})
			f.SrcBytes = 100
			f.Occurred = telemetry.Instant((day + 40_000 + int64(i)*1800/attacks) * 1e9)
			if i%1000 == 0 { // the beacon, in between
				f.Src, f.Dst = netip.MustParseAddr("10.1.1.1"), netip.MustParseAddr("203.0.113.9")
				f.Occurred = telemetry.Instant((day + int64(i)/1000*216) * 1e9)
			}
			each(b)
			if i%100_000 == 99_999 {
				runtime.GC()
				runtime.ReadMemStats(&most)
				if more := int64(most.HeapAlloc) - int64(before.HeapAlloc); more > 8<<20 {
					t.Errorf("after %d: %d bytes more in memory", i+1, more)
				}
			}
		}
	})
	if r.Account.Dropped == 0 {
		t.Errorf("%d each: nothing was dropped: the test asks too little", per)
	}
	if ran := r.Ran[0].Fields; ran["event.outcome"] != "unknown" {
		t.Errorf("%d each: it is not said that there was no room: %v", per, ran)
	}
	if r.Account.Notes != attacks {
		t.Errorf("%d notes, want %d", r.Account.Notes, attacks)
	}
	for _, x := range r.Records {
		if x.Ends.Src.String() == "10.1.1.1" {
			if x.Fields["stormglass.beacon.connections"] != "400" || x.Fields["stormglass.beacon.score"] != "1" {
				t.Errorf("the beacon is told of as %v", x.Fields)
			}
			return
		}
	}
	t.Errorf("%d each: the beacon is not told of", per)
}

// TestAttackByNames: random names below one domain, and random domains, keep to the bounds.
func TestAttackByNames(t *testing.T) {
	rnd := rand.New(rand.NewPCG(2, 1))
	r := analysetest.Within(t, dnstunnel.Analyser{}, analyse.Env{}, analyse.Limits{Memory: 1 << 20, Disk: 4 << 20}, func(each func(*telemetry.Batch)) {
		b := &telemetry.Batch{Kind: telemetry.KindDNS, Source: &telemetry.Source{Name: "a test"}}
		for i := range 300_000 {
			b.Reset()
			d := &b.DNS[b.Append(uint64(i+1))]
			d.Src, d.Occurred = netip.MustParseAddr("10.1.1.1"), telemetry.Instant((day+int64(i)/200)*1e9)
			var random [8]byte
			binary.BigEndian.PutUint64(random[:], rnd.Uint64())
			for j := range random {
				random[j] = 'a' + random[j]%26
			}
			d.Query = string(random[:]) + ".victim.example"
			if i%2 == 0 {
				d.Query = "www." + string(random[:]) + ".example"
			}
			each(b)
		}
	})
	if r.Account.Dropped == 0 {
		t.Error("nothing was dropped: the test asks too little")
	}
	if len(r.Records) != 1 || r.Records[0].Fields["dns.question.registered_domain"] != "victim.example" {
		t.Errorf("%d records: %+v", len(r.Records), r.Records)
	}
}
