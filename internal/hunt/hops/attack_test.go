package hops

import (
	"encoding/binary"
	"math/rand/v2"
	"net/netip"
	"runtime"
	"strings"
	"testing"
	"time"

	"stormglass/internal/hunt/analyse"
	"stormglass/internal/hunt/analyse/analysetest"
	"stormglass/internal/telemetry"
)

// TestAttack: for half an hour what looks like sessions comes to a router: from random addresses of ours, or from those of all machines, and
// goes on from there. Memory and time keep to the bounds; a chain among machines is told of while strangers flood, and where it is not it
// is said that not all was looked at.
func TestAttack(t *testing.T) {
	const attacks, size = 400_000, 2000
	for _, c := range []struct {
		name  string
		from  func(n uint32) netip.Addr
		found bool
	}{
		{"strangers", func(n uint32) netip.Addr {
			return netip.AddrFrom4([4]byte(binary.BigEndian.AppendUint32(nil, 10<<24|n%(1<<24))))
		}, true},
		{"machines", func(n uint32) netip.Addr { return netip.AddrFrom4([4]byte{192, 0, 2, byte(n % 128)}) }, false},
	} {
		rnd := rand.New(rand.NewPCG(1, 1))
		var before, after runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		started := time.Now()
		env := analyse.Env{Registers: registers(t, "servers:\n  - {service: jump, addresses: [\"192.0.2.200\"]}\n")}
		r := analysetest.Within(t, Analyser{}, env, analyse.Limits{Memory: 1 << 20, Disk: 8 << 20}, func(feed func(*telemetry.Batch)) {
			b := &telemetry.Batch{Kind: telemetry.KindFlow, Source: &telemetry.Source{Name: "a test"}}
			session := func(at time.Duration, src, dst netip.Addr, lasted time.Duration) {
				f := &b.Flow[b.Append(uint64(b.Len()+1))]
				f.Occurred = telemetry.InstantOf(time.Date(2024, 11, 20, 8, 0, 0, 0, time.UTC).Add(at))
				f.Src, f.Dst, f.DstPort, f.Proto, f.Duration, f.Answered = src, dst, 22, 6, lasted, telemetry.Answered
				f.SrcLocal, f.DstLocal = telemetry.LocalYes, telemetry.LocalYes
			}
			victim := netip.MustParseAddr("192.0.2.5")
			for n := range attacks / size {
				b.Reset()
				for i := range size {
					at := time.Duration(n*size+i) * 30 * time.Minute / attacks
					session(at, c.from(rnd.Uint32()), victim, time.Second)
					if i%2 == 0 { // and on from it
						session(at, victim, c.from(rnd.Uint32()), time.Second)
					}
				}
				feed(b)
			}
			runtime.GC()
			runtime.ReadMemStats(&after)
			b.Reset()
			session(20*time.Minute, netip.MustParseAddr("192.0.2.1"), netip.MustParseAddr("192.0.2.2"), time.Hour)
			session(40*time.Minute, netip.MustParseAddr("192.0.2.2"), netip.MustParseAddr("192.0.2.3"), time.Minute)
			feed(b)
		})
		if more := int64(after.HeapAlloc) - int64(before.HeapAlloc); more > 8<<20 {
			t.Errorf("%s: %d bytes more in memory", c.name, more)
		}
		found := false
		for _, x := range r.Records {
			found = found || x.Fields["stormglass.hops.path"] == "192.0.2.1 > 192.0.2.2 > 192.0.2.3"
		}
		said := r.Ran[0].Fields["event.outcome"] == "unknown" && r.Account.Dropped > 0
		if c.found && !found {
			t.Errorf("%s: the chain is not told of", c.name)
		}
		if !found && !said {
			t.Errorf("%s: neither is the chain told of, nor is it said that not all was looked at: %v", c.name, r.Ran[0].Fields)
		}
		t.Logf("%s: %d told, %d left out, found %v, %s, in %s", c.name, len(r.Records), r.Account.Dropped, found, strings.Join(r.Account.NotAssessed, ", "), time.Since(started))
	}
}
