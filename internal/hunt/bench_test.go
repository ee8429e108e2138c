package hunt

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"net/netip"
	"testing"

	"stormglass/internal/intel"
	"stormglass/internal/observable"
	"stormglass/internal/telemetry"
)

type nowhere struct{ hits int }

func (n *nowhere) Hits(_ *telemetry.Batch, hits []Hit) { n.hits += len(hits) }

// million is how many addresses, and how many domains, the benchmarks hunt.
const million = 1_000_000

func benchDomain(rnd *rand.Rand) string {
	b := make([]byte, 6+rnd.IntN(9))
	for i := range b {
		b[i] = byte('a' + rnd.IntN(26))
	}
	return fmt.Sprintf("%s%d.%s", b, rnd.IntN(1000), []string{"com", "net", "org", "info", "co.uk"}[rnd.IntN(5)])
}

func benchAddr(rnd *rand.Rand) netip.Addr {
	var b [4]byte
	binary.BigEndian.PutUint32(b[:], rnd.Uint32())
	return netip.AddrFrom4(b)
}

func benchIndex(b *testing.B) *intel.Index {
	b.Helper()
	rnd := rand.New(rand.NewPCG(99, 1))
	l := intel.NewLoader()
	src := l.Source(&intel.Source{})
	for range million {
		l.Indicator(intel.Indicator{Value: observable.OfAddr(benchAddr(rnd)), Source: src})
		l.Indicator(intel.Indicator{Value: observable.Of(observable.Domain, benchDomain(rnd)), Source: src})
	}
	return mustIndex(b, l)
}

// logLine writes a line as a carrier's collector sees it: firewall, DNS, proxy, RADIUS, mail.
func logLine(w *bytes.Buffer, rnd *rand.Rand, n int) {
	switch n % 5 {
	case 0:
		fmt.Fprintf(w, "DROP IN=eth0 OUT=eth1 SRC=%s DST=%s LEN=60 TOS=0x00 PROTO=TCP SPT=%d DPT=443", benchAddr(rnd), benchAddr(rnd), rnd.IntN(65536))
	case 1:
		name := benchDomain(rnd)
		fmt.Fprintf(w, "client @0x7f %s#5353 (www.%s): query: www.%s IN A +E(0)", benchAddr(rnd), name, name)
	case 2:
		fmt.Fprintf(w, "85 %s TCP_MISS/200 5121 GET http://cdn.%s/path/file%d.js?x=%d - HIER_DIRECT/%s text/html", benchAddr(rnd), benchDomain(rnd), rnd.IntN(1000), rnd.IntN(1<<30), benchAddr(rnd))
	case 3:
		fmt.Fprintf(w, "(%d) Login OK: [user%d@isp.example/<via Auth-Type = PAP>] (from client bras%d port %d cli 02-00-5e-%02x) Framed-IP %s", rnd.IntN(100000), rnd.IntN(1000000), rnd.IntN(40), rnd.IntN(4096), rnd.IntN(256), benchAddr(rnd))
	case 4:
		fmt.Fprintf(w, "(0%d) Passed CLEAN sha256=%016x%016x%016x%016x size=%d from <bob@%s> host 2001:db8:%x::%x", rnd.IntN(1000), rnd.Uint64(), rnd.Uint64(), rnd.Uint64(), rnd.Uint64(), rnd.IntN(1<<20), benchDomain(rnd), rnd.IntN(1<<14), rnd.IntN(256))
	}
}

// textBatch makes events of log lines and gives their bytes of text.
func textBatch() (*telemetry.Batch, int64) {
	rnd := rand.New(rand.NewPCG(5, 5))
	batch := &telemetry.Batch{Kind: telemetry.KindEvent, Source: &telemetry.Source{}}
	var size int64
	for n := range 100_000 {
		var w bytes.Buffer
		logLine(&w, rnd, n)
		size += int64(w.Len())
		batch.Pairs = append(batch.Pairs, telemetry.Pair{Field: telemetry.FieldMessage, Text: w.String()})
		batch.Event = append(batch.Event, telemetry.Event{Host: "log1", Pairs: telemetry.Span{Start: uint32(n), Len: 1}})
	}
	return batch, size
}

func flowBatch() *telemetry.Batch {
	rnd := rand.New(rand.NewPCG(6, 6))
	batch := &telemetry.Batch{Kind: telemetry.KindFlow, Source: &telemetry.Source{}}
	for range 4096 {
		batch.Flow = append(batch.Flow, telemetry.Flow{Ends: telemetry.Ends{
			Src: netip.AddrFrom4([4]byte{100, 64, byte(rnd.IntN(64)), byte(rnd.IntN(256))}), Dst: benchAddr(rnd), DstPort: 443, Proto: 6,
		}})
	}
	return batch
}

func dnsBatch() *telemetry.Batch {
	rnd := rand.New(rand.NewPCG(7, 7))
	batch := &telemetry.Batch{Kind: telemetry.KindDNS, Source: &telemetry.Source{}}
	for i := range 4096 {
		batch.Append(uint64(i))
		d := &batch.DNS[i]
		d.Ends = telemetry.Ends{Src: netip.AddrFrom4([4]byte{100, 64, byte(rnd.IntN(64)), byte(rnd.IntN(256))}), Dst: netip.AddrFrom4([4]byte{10, 0, 0, 53}), DstPort: 53, Proto: 17}
		d.Query = "www." + benchDomain(rnd)
		batch.AddText(&d.Answers, benchAddr(rnd).String())
	}
	return batch
}

// BenchmarkText matches the texts of log lines; the unit is bytes of text.
func BenchmarkText(b *testing.B) {
	batch, size := textBatch()
	b.SetBytes(size)
	benchEngine(b, batch)
}

// BenchmarkFlows matches flow records.
func BenchmarkFlows(b *testing.B) {
	benchEngine(b, flowBatch())
	b.ReportMetric(float64(b.N)*4096/b.Elapsed().Seconds()/1e6, "Mflows/s")
}

func benchEngine(b *testing.B, batch *telemetry.Batch) {
	b.Helper()
	e := &Engine{Index: benchIndex(b), Sink: &nowhere{}}
	b.ReportAllocs()
	for b.Loop() {
		if err := e.Batch(context.Background(), batch); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkObserve observes batches of a kind; what takes the observations does nothing.
func BenchmarkObserve(b *testing.B) {
	texts, size := textBatch()
	for _, x := range []struct {
		name  string
		batch *telemetry.Batch
		size  int64
	}{{"flows", flowBatch(), 0}, {"dns", dnsBatch(), 0}, {"text", texts, size}} {
		b.Run(x.name, func(b *testing.B) {
			var o Observer
			n := 0
			b.SetBytes(x.size)
			b.ReportAllocs()
			for b.Loop() {
				o.Batch(x.batch, Networks{}, func(*Observation) { n++ })
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(x.batch.Len()), "ns/record")
			b.ReportMetric(float64(n)/float64(b.N)/float64(x.batch.Len()), "values/record")
		})
	}
}
