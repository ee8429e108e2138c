package sflow_test

import (
	"testing"

	"stormglass/internal/telemetry"
	"stormglass/internal/telemetry/sflow"
)

// FuzzDecode holds the laws of a set for any datagram, that it gives the same twice, and that the samples before
// a cut are those of the whole.
func FuzzDecode(f *testing.F) {
	for _, data := range [][]byte{
		datagram(flowOf(tcp), flowOf(tcp, part(1001, 100, 0, 200, 0))),
		datagram(part(3, 9, 0, 70000, 512, 51200, 0, 0, 60000, 0, 70000, 1, tcp), part(2, 1, 3, 1, part(1, 1))),
		datagram(flowOf(tcp, part(1003, 1, addr("192.0.2.253"), 64500, 64501, 64502, 2, 2, 2, 64503, 64504, 1, 2, 64505, 64506, 1, 64500<<16|20, 100))),
		datagram(flowOf(part(4, 100, 6, addr("2001:db8::1"), addr("2001:db8::2"), 5000, 22, 2, 0), part(1004, 106, "alice", 106, "bob"), part(1005, 1, "http://example.com/", "h"))),
		datagram(flowOf(tcp, part(1006, 1, addr("192.0.2.252"), 2, 100<<12, 200<<12, 1, 300<<12), part(1007, 1, addr("192.0.2.10"), 1, addr("0.0.0.0")), part(1012, 1, 7))),
		datagram(part(5, 1, 0, 3, 0, 3, 0, 258, 1, tcp)),
	} {
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		s, again := decode(sflow.New(nil), data), decode(sflow.New(nil), data)
		laws(t, s)
		if a, b := describe(s), describe(again); a != b {
			t.Fatalf("not the same twice:\n%s\n%s", a, b)
		}
		if !sflow.Is(data) && len(data) >= 4 && data[3] != 5 && s.Len() > 0 {
			t.Fatal("records of what is no sFlow")
		}
		if len(data) > 4 {
			half := decode(sflow.New(nil), data[:len(data)-4])
			laws(t, half)
			flows, fewer := s.Batch(telemetry.KindFlow).Flow, half.Batch(telemetry.KindFlow).Flow
			if len(fewer) > len(flows) {
				t.Fatalf("%d flows of less, %d of the whole", len(fewer), len(flows))
			}
			for i := range min(len(fewer), len(flows)-1) {
				if fewer[i].Ends != flows[i].Ends || fewer[i].SrcBytes != flows[i].SrcBytes {
					t.Fatalf("flow %d changes with the end of the datagram", i)
				}
			}
		}
	})
}

// BenchmarkDecode gives the time for a datagram with five samples of headers of 128 bytes.
func BenchmarkDecode(b *testing.B) {
	head := append(append([]byte{}, frame...), make([]byte, 128-len(frame))...)
	var plain, rich [][]byte
	for n := range 5 {
		plain = append(plain, flowAt(n, 512, 512*n, rawHeader(1, head)))
		rich = append(rich, flowAt(n, 512, 512*n, rawHeader(1, head), part(1001, 100, 0, 200, 0), part(1002, 1, addr("192.0.2.254"), 24, 16),
			part(1003, 1, addr("192.0.2.253"), 64500, 64501, 64502, 1, 2, 3, 64503, 64504, 64505, 2, 64500<<16|20, 64500<<16|30, 100)))
	}
	for _, c := range []struct {
		name string
		data []byte
	}{{"header", datagram(plain...)}, {"header, switch, router, gateway", datagram(rich...)}} {
		b.Run(c.name, func(b *testing.B) {
			d, s := sflow.New(nil), new(telemetry.Set)
			dg := telemetry.Datagram{At: at, Data: c.data}
			b.ReportAllocs()
			for b.Loop() {
				s.Reset()
				d.Decode(&dg, s)
			}
			b.ReportMetric(float64(b.N)*5/b.Elapsed().Seconds(), "records/s")
		})
	}
}
