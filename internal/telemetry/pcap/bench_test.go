package pcap_test

import (
	"bytes"
	"fmt"
	"testing"

	"stormglass/internal/telemetry"
	"stormglass/internal/telemetry/pcap"
)

// mixed is a made-up capture: questions, requests, and conversations that carry much, of 200 clients.
func mixed(b *testing.B) (data []byte, packets int) {
	w := newWire(b)
	bulk := string(make([]byte, 1400))
	for i := range 2000 {
		client := fmt.Sprintf("192.0.2.%d", 1+i%200)
		from := fmt.Sprintf("%s:%d", client, 10000+i)
		name := fmt.Sprintf("host%d.example.com.", i%500)
		w.udp(from, "192.0.2.53:53", message(b, uint16(i), name, false))
		w.udp("192.0.2.53:53", from, message(b, uint16(i), name, true, name+" 60 IN A 198.51.100.1"))
		w.tcp(from, there, "S", 99, 0, "").tcp(there, from, "SA", 199, 100, "").tcp(from, there, "A", 100, 200, "GET / HTTP/1.1\r\nHost: www.example.com\r\nUser-Agent: x\r\n\r\n")
		w.tcp(there, from, "A", 200, 150, "HTTP/1.1 200 OK\r\nContent-Length: 28000\r\n\r\n")
		for n := range uint32(20) {
			w.tcp(there, from, "A", 241+n*1400, 150, bulk)
		}
		w.tcp(from, there, "FA", 150, 28241, "").tcp(there, from, "FA", 28241, 151, "")
	}
	return w.pcap(), len(w.frames)
}

func BenchmarkRead(b *testing.B) {
	data, packets := mixed(b)
	s := new(telemetry.Set)
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		s.Reset()
		s.Ordinal = 0
		if err := pcap.New(nil).Read(b.Context(), bytes.NewReader(data), s, func() error { s.Reset(); return nil }); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(packets)*float64(b.N)/b.Elapsed().Seconds(), "packets/s")
}
