package geo

import (
	"bytes"
	"encoding/binary"
	"math/rand/v2"
	"net/netip"
	"runtime"
	"testing"
	"testing/fstest"

	"stormglass/internal/telemetry"
)

// table is a dump of n prefixes of 16 to 24 bits, each told by 20 peers.
func table(n int) []byte {
	r := rand.New(rand.NewPCG(1, 2))
	prefixes := make(map[netip.Prefix][][]uint32, n)
	for len(prefixes) < n {
		b := binary.BigEndian.AppendUint32(nil, r.Uint32())
		p := netip.PrefixFrom(netip.AddrFrom4([4]byte(b)), 16+r.IntN(9)).Masked()
		path := []uint32{r.Uint32N(80_000) + 1, r.Uint32N(80_000) + 1, r.Uint32N(80_000) + 1}
		paths := make([][]uint32, 20)
		for i := range paths {
			paths[i] = path
		}
		prefixes[p] = paths
	}
	return mrt(false, prefixes)
}

// BenchmarkDump reads a routing table of 200,000 prefixes; it also reports what a prefix takes in memory.
func BenchmarkDump(b *testing.B) {
	data := table(200_000)
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		r := &routes{}
		d := dump{origins: r.put}
		if err := d.read(bytes.NewReader(data)); err != nil {
			b.Fatal(err)
		}
	}
	var before, after runtime.MemStats
	runtime.GC()
	runtime.GC()
	runtime.ReadMemStats(&before)
	r := &routes{}
	d := dump{origins: r.put}
	if err := d.read(bytes.NewReader(data)); err != nil {
		b.Fatal(err)
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	b.ReportMetric(float64(int64(after.HeapAlloc)-int64(before.HeapAlloc))/float64(d.Records), "B/prefix")
	b.ReportMetric(float64(d.Records)*float64(b.N)/b.Elapsed().Seconds(), "prefixes/s")
	runtime.KeepAlive(r)
	runtime.KeepAlive(data)
}

// BenchmarkField computes fields of flows between random addresses, half of which the files know.
func BenchmarkField(b *testing.B) {
	r := rand.New(rand.NewPCG(3, 4))
	networks := map[netip.Prefix]map[string]any{}
	for range 50_000 {
		a := binary.BigEndian.AppendUint32(nil, r.Uint32()&0x7fffffff)
		networks[netip.PrefixFrom(netip.AddrFrom4([4]byte(a)), 20).Masked()] = map[string]any{
			"country": map[string]any{"iso_code": "DE"}, "autonomous_system_number": r.Uint32N(80_000) + 1, "is_hosting_provider": r.IntN(2) == 0,
		}
	}
	d, err := Load(fstest.MapFS{"a.mmdb": {Data: mmdb("x", networks)}, "b.mrt": {Data: table(50_000)}})
	if err != nil {
		b.Fatal(err)
	}
	batch := &telemetry.Batch{Kind: telemetry.KindFlow}
	for range 4096 {
		a := binary.BigEndian.AppendUint32(nil, r.Uint32())
		batch.Flow = append(batch.Flow, telemetry.Flow{Ends: telemetry.Ends{Src: netip.AddrFrom4([4]byte(a)), Dst: netip.AddrFrom4([4]byte(a))}})
	}
	for _, name := range []string{"source.geo.country_iso_code", "source.as.number", "stormglass.access.source.ip"} {
		b.Run(name, func(b *testing.B) {
			get, ok := d.Field(telemetry.KindFlow, name)
			if !ok {
				b.Fatal("no field")
			}
			b.ReportAllocs()
			i := 0
			for b.Loop() {
				get(batch, i&4095)
				i++
			}
		})
	}
}
