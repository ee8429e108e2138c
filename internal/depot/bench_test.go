//go:build unix

package depot

import (
	"fmt"
	"math/rand/v2"
	"net/netip"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"stormglass/internal/telemetry"
)

// Flows as bench/receive sends them: 200,000 inner addresses, half of the flows with one of 20,000 busy
// outer ones and the others with any of a million, 28 records a datagram, 16 exporters.
const (
	benchExporters = 16
	benchInner     = 200_000
	benchOuter     = 1_000_000
	benchBusy      = 20_000
	benchDatagram  = 28
)

// benchFlow is as much of a flow as differs from one to the next.
type benchFlow struct {
	inner, outer  uint32
	port          uint16
	known         uint16
	packets, each uint16
	ago, length   uint16 // milliseconds: before it was sent
	in, out       uint8
	outward       bool
	exporter      uint8
	sent          uint32 // milliseconds into the benchmark
}

// benchFlows makes flows of 30 seconds, in runs of so many of one exporter.
func benchFlows(n, run int) []benchFlow {
	rng := rand.New(rand.NewPCG(11, 16))
	ports := [...]uint16{443, 443, 443, 443, 80, 53, 53, 123, 22, 8080}
	flows := make([]benchFlow, n)
	for i := range flows {
		f := &flows[i]
		f.inner, f.outer = uint32(rng.IntN(benchInner)), uint32(rng.IntN(benchBusy))
		if i%2 == 1 {
			f.outer = uint32(rng.IntN(benchOuter))
		}
		f.port, f.known = uint16(1024+rng.IntN(60_000)), ports[rng.IntN(len(ports))]
		f.packets, f.each = uint16(1+rng.IntN(40)), uint16(40+rng.IntN(1400))
		f.ago, f.length = uint16(rng.IntN(15_000)), uint16(rng.IntN(60_000))
		f.in, f.out = uint8(1+rng.IntN(8)), uint8(1+rng.IntN(8))
		f.outward, f.exporter = rng.IntN(2) == 0, uint8(i/run%benchExporters)
		f.sent = uint32(uint64(i) * 30_000 / uint64(n))
	}
	return flows
}

var benchStart = time.Date(2026, 3, 4, 10, 20, 0, 0, time.UTC)

// fill writes the flow into a record, as package netflow does.
func (b *benchFlow) fill(f *telemetry.Flow) {
	f.Received = telemetry.InstantOf(benchStart) + telemetry.Instant(b.sent)*1e6
	last := f.Received - telemetry.Instant(b.ago)*1e6
	f.Occurred, f.Duration = last-telemetry.Instant(b.length)*1e6, time.Duration(b.length)*time.Millisecond
	f.Src, f.Dst = benchAddr(0x0a000000+b.inner), benchAddr(0x40000000+b.outer*7)
	f.SrcPort, f.DstPort, f.Proto, f.TCPFlags = b.port, b.known, 6, 0x1b
	if b.known == 53 || b.known == 123 {
		f.Proto, f.TCPFlags = 17, 0
	}
	if !b.outward {
		f.Src, f.Dst, f.SrcPort, f.DstPort = f.Dst, f.Src, f.DstPort, f.SrcPort
	}
	f.SrcPackets, f.SrcBytes, f.DstPackets, f.DstBytes = uint64(b.packets), uint64(b.packets)*uint64(b.each), telemetry.NoCount, telemetry.NoCount
	f.OneWay, f.InIf, f.OutIf, f.SrcAS, f.DstAS, f.SrcMask, f.DstMask = true, uint32(b.in), uint32(b.out), 64512, 3320, 24, 20
	f.NextHop, f.Direction = benchAddr(0x0afe0001), telemetry.Ingress
	f.Exporter, f.Domain = benchAddr(0x7f000101+uint32(b.exporter)), 256+uint32(b.exporter)
}

func benchAddr(v uint32) netip.Addr {
	return netip.AddrFrom4([4]byte{byte(v >> 24), byte(v >> 16), byte(v >> 8), byte(v)})
}

// processorTime gives what this process has used: other programs on the machine count less than they do in wall time.
func processorTime(b *testing.B) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// BenchmarkIntake takes flows in with two goroutines, and commits: nine million of 30 seconds, and a
// million, as a quiet network has them. A batch holds the flows of one exporter that came in a row: 16 datagrams, or one.
func BenchmarkIntake(b *testing.B) {
	for _, c := range []struct{ flows, datagrams int }{{9_000_000, 16}, {1_000_000, 16}, {1_000_000, 1}} {
		b.Run(fmt.Sprintf("flows=%d/datagrams=%d", c.flows, c.datagrams), func(b *testing.B) {
			flows := benchFlows(c.flows, c.datagrams*benchDatagram)
			d, err := Open(b.Context(), b.TempDir(), Options{})
			if err != nil {
				b.Fatal(err)
			}
			b.Cleanup(func() {
				if err := d.Close(); err != nil {
					b.Error(err)
				}
			})
			b.ReportAllocs()
			var used, adding time.Duration
			n := 0
			for b.Loop() {
				began := processorTime(b)
				in, err := d.Begin()
				if err != nil {
					b.Fatal(err)
				}
				addFlows(b, in, flows, c.datagrams*benchDatagram)
				adding += processorTime(b) - began
				if err := in.Commit(b.Context(), nil); err != nil {
					b.Fatal(err)
				}
				used += processorTime(b) - began
				n += len(flows)
			}
			b.ReportMetric(float64(n)/used.Seconds()/1e3, "kflows/cpu-s")
			b.ReportMetric(float64(n)/adding.Seconds()/1e3, "kflows/cpu-s-adding")
		})
	}
}

// addFlows hands flows over in batches of one exporter, from two goroutines.
func addFlows(b *testing.B, in *Intake, flows []benchFlow, run int) {
	var next atomic.Int64
	var group sync.WaitGroup
	for g := range 2 {
		group.Go(func() {
			sources := make([]telemetry.Source, benchExporters)
			for i := range sources {
				sources[i] = telemetry.Source{Name: "netflow 0.0.0.0:2055", ID: telemetry.SourceID{byte(g + 1)}, Sensor: benchAddr(0x7f000101 + uint32(i)).String()}
			}
			batch := &telemetry.Batch{Kind: telemetry.KindFlow}
			for ordinal := uint64(0); ; {
				from := int(next.Add(int64(run))) - run
				if from >= len(flows) {
					return
				}
				batch.Reset()
				for i := from; i < min(from+run, len(flows)); i++ {
					ordinal++
					flows[i].fill(&batch.Flow[batch.Append(ordinal)])
				}
				batch.Source = &sources[flows[from].exporter]
				if err := in.Add(b.Context(), batch); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	group.Wait()
}
