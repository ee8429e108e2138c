package lake_test

import (
	"context"
	"fmt"
	"math"
	"net/netip"
	"sort"
	"testing"

	"stormglass/internal/disk"
	"stormglass/internal/lake"
	"stormglass/internal/observable"
	"stormglass/internal/telemetry"
)

// flows makes flows of one hour as an exporter gives them: subscribers zipf 0.6 over 300 k, peers
// zipf 1.1 over 2 M and 15 % uniform over 8 M, times of a millisecond.
type flows struct {
	s          uint64
	subs, peer []uint32
	n, of      int
	source     []*telemetry.Source
}

func zipf(n int, s float64, size int) []uint32 {
	cdf, sum := make([]float64, n), 0.0
	for i := range cdf {
		sum += 1 / math.Pow(float64(i+1), s)
		cdf[i] = sum
	}
	out := make([]uint32, size)
	for i := range out {
		out[i] = uint32(sort.SearchFloat64s(cdf, (float64(i)+0.5)/float64(size)*sum))
	}
	return out
}

func newFlows(of int) *flows {
	return &flows{s: 88172645463325252, of: of, peer: zipf(2_000_000, 1.1, 1<<20), subs: zipf(300_000, 0.6, 1<<19), source: []*telemetry.Source{
		{Name: "udp/2055", Sensor: "edge-r1", ID: telemetry.SourceID{1}},
		{Name: "udp/2055", Sensor: "edge-r2", ID: telemetry.SourceID{2}},
		{Name: "udp/2055", Sensor: "core-r1", ID: telemetry.SourceID{3}},
		{Name: "udp/2055", Sensor: "core-r2", ID: telemetry.SourceID{4}},
	}}
}

func (g *flows) rand() uint64 {
	g.s ^= g.s << 13
	g.s ^= g.s >> 7
	g.s ^= g.s << 17
	return g.s * 2685821657736338717
}

func addr4(v uint32) netip.Addr {
	return netip.AddrFrom4([4]byte{byte(v >> 24), byte(v >> 16), byte(v >> 8), byte(v)})
}

func peerAddr(rank uint32) netip.Addr { return addr4(rank*2654435761 + 0x2f3a5b1) }

var benchHour = telemetry.Instant(1_763_618_400 * 1e9)

// batch fills b with n flows.
func (g *flows) batch(b *telemetry.Batch, n int) {
	b.Reset()
	b.Source = g.source[g.n/n%len(g.source)]
	ports := [8]uint16{443, 443, 443, 80, 53, 53, 22, 8080}
	for range n {
		x, y := g.rand(), g.rand()
		f := &b.Flow[b.Append(uint64(g.n/len(g.source)))]
		at := int64(float64(g.n) / float64(g.of) * 3600e3)
		f.Occurred = benchHour + telemetry.Instant(at+int64(x>>60))*1e6
		rank := g.peer[x>>20&(1<<20-1)]
		if x%100 < 15 {
			rank = 2_000_000 + uint32(y>>20)%8_000_000
		}
		f.Src, f.Dst = addr4(0x64400000+g.subs[y>>8&(1<<19-1)]), peerAddr(rank)
		if x&(1<<50) != 0 {
			f.Src, f.Dst = f.Dst, f.Src
		}
		f.SrcPort, f.DstPort, f.Proto = uint16(1024+y%64000), ports[x>>8&7], 6
		if f.DstPort == 53 {
			f.Proto = 17
		}
		f.SrcPackets = 1 + y>>40&0x3f
		f.SrcBytes = f.SrcPackets * (40 + x>>40%1400)
		f.TCPFlags = uint8(y>>30) & 0x1f
		f.Duration = 1e6 * (1 + 9*0)
		f.OneWay = true
		g.n++
	}
}

func hourOfFlows(b *testing.B, rows int) []*telemetry.Batch {
	b.Helper()
	g := newFlows(rows)
	var all []*telemetry.Batch
	for range rows / 4000 {
		x := &telemetry.Batch{Kind: telemetry.KindFlow}
		g.batch(x, 4000)
		all = append(all, x)
	}
	return all
}

func BenchmarkWrite(b *testing.B) {
	const rows = 2_000_000
	batches := hourOfFlows(b, rows)
	dir, err := disk.Dir(b.TempDir())
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	b.ResetTimer()
	var size int64
	files := 0
	for i := range b.N {
		w := lake.NewWriter(dir, fmt.Sprintf("lake%d", i), lake.Options{NewID: ids(), Encoders: 1})
		for _, x := range batches {
			if err := w.Add(x, own); err != nil {
				b.Fatal(err)
			}
		}
		out, err := w.Finish(context.Background())
		if err != nil {
			b.Fatal(err)
		}
		size, files = 0, len(out)
		for _, f := range out {
			size += f.Bytes
		}
	}
	b.ReportMetric(float64(rows)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
	b.ReportMetric(float64(size)/rows, "B/row")
	b.ReportMetric(float64(files), "files")
}

func BenchmarkRead(b *testing.B) {
	const rows = 2_000_000
	dir, err := disk.Dir(b.TempDir())
	if err != nil {
		b.Fatal(err)
	}
	files := write(b, dir, lake.Options{Memory: 1 << 30}, hourOfFlows(b, rows)...)
	wants := map[string]lake.Want{"all": {}}
	for _, n := range []int{1, 1000, 100_000} {
		var absent, some lake.Want
		for i := range n {
			absent.Values = append(absent.Values, observable.OfAddr(peerAddr(uint32(20_000_000+i))))
			v := uint32(20_000_000 + i)
			if i%2 == 0 {
				v = uint32(2000 + i*7)
			}
			some.Values = append(some.Values, observable.OfAddr(peerAddr(v)))
		}
		wants[fmt.Sprintf("absent-%d", n)], wants[fmt.Sprintf("half-%d", n)] = absent.Prepared(), some.Prepared()
	}
	for name, want := range wants {
		b.Run(name, func(b *testing.B) {
			given := 0
			b.ReportAllocs()
			for range b.N {
				given = 0
				for _, f := range files {
					r, err := lake.Open(dir, f.Name)
					if err != nil {
						b.Fatal(err)
					}
					err = r.Batches(context.Background(), want, func(x *telemetry.Batch) error {
						given += x.Len()
						return nil
					})
					if err != nil {
						b.Fatal(err)
					}
					r.Close()
				}
			}
			b.ReportMetric(float64(given), "rows-given")
			b.ReportMetric(rows*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
		})
	}
}
