package analyse_test

import (
	"context"
	"encoding/binary"
	"math/rand/v2"
	"net/netip"
	"runtime"
	"syscall"
	"testing"
	"testing/fstest"
	"time"

	"stormglass/internal/hunt"
	"stormglass/internal/hunt/analyse"
	"stormglass/internal/hunt/beacon"
	"stormglass/internal/hunt/hops"
	"stormglass/internal/hunt/longpair"
	"stormglass/internal/hunt/unheard"
	"stormglass/internal/register"
	"stormglass/internal/telemetry"
)

// BenchmarkFlows takes flows through all analysers that look at them, an eighth of the limits of a hunt, and has them tell of their day:
// five million pairs, each once or twice, and a flood from random addresses, which keeps spilling and making room.
func BenchmarkFlows(b *testing.B) {
	const flows = 8_000_000
	r, err := register.Load(fstest.MapFS{"registers/networks.yaml": {Data: []byte("networks:\n  - {prefix: 192.0.2.0/24, class: infrastructure}\n")}})
	if err != nil {
		b.Fatal(err)
	}
	env := analyse.Env{Registers: r}
	list := []analyse.Analyser{beacon.Analyser{}, longpair.Analyser{}, hops.Analyser{}, unheard.Silence{}, unheard.Accounting{}}
	limits := analyse.DefaultLimits()
	limits.Memory, limits.Disk = limits.Memory/8, limits.Disk/8
	for name, outside := range map[string]func(*rand.Rand) uint32{
		"again": func(r *rand.Rand) uint32 { return 198<<24 | 18<<16 | r.Uint32N(20_000) },
		"flood": func(r *rand.Rand) uint32 { return 16<<24 + r.Uint32N(1<<31) },
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				rnd := rand.New(rand.NewPCG(1, 1))
				runtime.GC()
				var most uint64
				started := processorTime(b)
				g := analyse.New(env, limits, list...)
				s := g.Source()
				batch := &telemetry.Batch{Kind: telemetry.KindFlow, Source: &telemetry.Source{Name: "a benchmark"}}
				for n := 0; n < flows; {
					batch.Reset()
					for range 4096 {
						f := &batch.Flow[batch.Append(uint64(n+1))]
						f.Occurred = telemetry.Instant((day + int64(n)*1800/flows) * 1e9)
						f.Src = netip.AddrFrom4([4]byte{192, 0, 2, byte(rnd.IntN(256))})
						f.Dst = netip.AddrFrom4([4]byte(binary.BigEndian.AppendUint32(nil, outside(rnd))))
						f.DstPort, f.Proto, f.SrcBytes, f.DstBytes, f.Answered = 443, 6, 100, 100, telemetry.Answered
						f.SrcLocal, f.DstLocal = telemetry.LocalYes, telemetry.LocalNo
						n++
					}
					if err := s.Batch(b.Context(), batch); err != nil {
						b.Fatal(err)
					}
					if n%(1<<20) < 4096 {
						var m runtime.MemStats
						runtime.ReadMemStats(&m)
						most = max(most, m.HeapInuse)
					}
				}
				s.Commit()
				gathered := processorTime(b)
				judge(b, g, env, list)
				b.ReportMetric(flows/(gathered-started).Seconds(), "flows/s")
				b.ReportMetric((processorTime(b) - gathered).Seconds(), "s-judging")
				b.ReportMetric(float64(most)/(1<<20), "MiB")
			}
		})
	}
}

func judge(b *testing.B, g *analyse.Gather, env analyse.Env, list []analyse.Analyser) {
	b.Helper()
	err := g.Extracts(func(n int, x *analyse.Extract) error {
		none := func(context.Context, *telemetry.Batch) error { return nil }
		if err := analyse.Judge(b.Context(), list[n], env, x.Day, []*analyse.Extract{x}, &hunt.AnalyserAccount{}, none); err != nil {
			return err
		}
		return x.Close()
	})
	if err != nil {
		b.Fatal(err)
	}
	if err := g.Close(); err != nil {
		b.Fatal(err)
	}
}

// processorTime is what the process used so far.
func processorTime(b *testing.B) time.Duration {
	b.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
