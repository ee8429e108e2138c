package flowcheck

import (
	"bytes"
	"testing"

	peernetflow "github.com/netsampler/goflow2/v2/decoders/netflow"
	"github.com/netsampler/goflow2/v2/decoders/netflowlegacy"
	protoproducer "github.com/netsampler/goflow2/v2/producer/proto"

	"stormglass/internal/telemetry"
	"stormglass/internal/telemetry/netflow"
)

// benchmark runs one packet of 28 records.
func benchmark(b *testing.B, decode func()) {
	b.ReportAllocs()
	for b.Loop() {
		decode()
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(28*b.N), "ns/record")
}

// BenchmarkDecode puts both side by side: ours makes typed flows, the peer's decoder lists of fields, and of those its
// producer makes typed flows.
func BenchmarkDecode(b *testing.B) {
	for _, name := range []string{"v5", "v9", "ipfix"} {
		learn, packet := v5Packet(), v5Packet()
		switch name {
		case "v9":
			learn, packet = routerPackets(9)
		case "ipfix":
			learn, packet = routerPackets(10)
		}
		b.Run(name+"/ours", func(b *testing.B) {
			d, s := netflow.New(netflow.NewTemplates(netflow.Limits{})), new(telemetry.Set)
			d.Decode(&telemetry.Datagram{From: router, Data: learn}, s)
			dg, n := telemetry.Datagram{From: router, Data: packet}, 0
			benchmark(b, func() {
				if n%64 == 0 { // a batch of some thousand records
					s.Reset()
				}
				n++
				d.Decode(&dg, s)
			})
		})
		b.Run(name+"/goflow2", func(b *testing.B) { benchmarkPeer(b, learn, packet, false) })
		b.Run(name+"/goflow2 with producer", func(b *testing.B) { benchmarkPeer(b, learn, packet, true) })
	}
}

func benchmarkPeer(b *testing.B, learn, packet []byte, produce bool) {
	b.Helper()
	if packet[1] == 5 {
		benchmark(b, func() {
			var p netflowlegacy.PacketNetFlowV5
			if err := netflowlegacy.DecodeMessageVersion(bytes.NewBuffer(packet), &p); err != nil || len(p.Records) != 28 {
				b.Fatal(len(p.Records), err)
			}
			if produce {
				if m, err := protoproducer.ProcessMessageNetFlowLegacy(&p); err != nil || len(m) != 28 {
					b.Fatal(len(m), err)
				}
			}
		})
		return
	}
	templates := peernetflow.CreateTemplateSystem()
	sampling := protoproducer.CreateSamplingSystem()
	config, err := (&protoproducer.ProducerConfig{}).Compile()
	if err != nil {
		b.Fatal(err)
	}
	decode := func(data []byte, want int) {
		var v9 peernetflow.NFv9Packet
		var ipfix peernetflow.IPFIXPacket
		if err := peernetflow.DecodeMessageVersion(bytes.NewBuffer(data), templates, &v9, &ipfix); err != nil {
			b.Fatal(err)
		}
		if !produce {
			return
		}
		n := 0
		if v9.Version == 9 {
			m, err := protoproducer.ProcessMessageNetFlowV9Config(&v9, sampling, config)
			if n = len(m); err != nil {
				b.Fatal(err)
			}
		} else {
			m, err := protoproducer.ProcessMessageIPFIXConfig(&ipfix, sampling, config)
			if n = len(m); err != nil {
				b.Fatal(err)
			}
		}
		if want > 0 && n != want {
			b.Fatal(n)
		}
	}
	decode(learn, 0)
	benchmark(b, func() { decode(packet, 28) })
}
