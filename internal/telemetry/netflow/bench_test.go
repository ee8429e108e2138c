package netflow_test

import (
	"slices"
	"testing"

	"stormglass/internal/telemetry"
	"stormglass/internal/telemetry/netflow"
)

// routerFields are what a router of a carrier states of a flow: 21 elements.
var routerFields = []field{
	{8, 4},
	{12, 4},
	{15, 4},
	{10, 4},
	{14, 4},
	{2, 8},
	{1, 8},
	{22, 4},
	{21, 4},
	{7, 2},
	{11, 2},
	{6, 1},
	{4, 1},
	{5, 1},
	{16, 4},
	{17, 4},
	{9, 1},
	{13, 1},
	{61, 1},
	{48, 2},
	{89, 1},
}

// routerPackets make a packet with templates, and one with 28 records.
func routerPackets(version int) (learn, flows []byte) {
	var records [][]byte
	for i := range byte(28) {
		records = append(records, slices.Concat([]byte{192, 0, 2, i, 198, 51, 100, i, 203, 0, 113, i}, u32(3, 4), u64(uint64(i), 1500*uint64(i)),
			u32(uptime-9000, uptime-1000), u16(1024+uint16(i), 443), []byte{0x1b, 6, 0}, u32(64496, 64497), []byte{24, 16, 0, 0, 1, 64}))
	}
	samplers := []field{{1, 4}, {48, 2}, {50, 4}}
	if version == 9 {
		return v9Packet(0, 1, template9(256, routerFields...), options9(300, 1, samplers...), data(300, u32(0), u16(1), u32(1000))),
			v9Packet(1, 1, data(256, records...))
	}
	fields := slices.Clone(routerFields)
	fields[7], fields[8] = field{152, 8}, field{153, 8}
	for i, r := range records {
		records[i] = slices.Concat(r[:36], u64(uint64(noon/1e6)-9000, uint64(noon/1e6)-1000), r[44:])
	}
	samplers[0] = field{149, 4}
	return ipfixMessage(0, 1, template10(256, fields...), options10(300, 1, samplers...), data(300, u32(1), u16(1), u32(1000))),
		ipfixMessage(1, 1, data(256, records...))
}

func v5Bench() (learn, flows []byte) {
	p := v5Packet(0, 1000, slices.Repeat([][]byte{v5Record(3, 1500, uptime-5000, uptime)}, 28)...)
	return p, p
}

func BenchmarkDecode(b *testing.B) {
	for _, c := range []struct {
		name    string
		packets func() (learn, flows []byte)
	}{
		{"v5", v5Bench},
		{"v9", func() (a, b []byte) { return routerPackets(9) }},
		{"ipfix", func() (a, b []byte) { return routerPackets(10) }},
	} {
		b.Run(c.name, func(b *testing.B) {
			learn, p := c.packets()
			d, s := netflow.New(netflow.NewTemplates(netflow.Limits{})), new(telemetry.Set)
			dg := telemetry.Datagram{From: router, At: noon, Data: learn}
			d.Decode(&dg, s)
			dg.Data = p
			s.Reset()
			d.Decode(&dg, s)
			if len(flows(s)) != 28 || flows(s)[1].Sampling != 1000 {
				b.Fatalf("%d flows, %v", len(flows(s)), s.Problems.List)
			}
			b.ReportAllocs()
			records := 0
			for b.Loop() {
				if records%(28*64) == 0 { // a batch of some thousand records, as the receiver makes it
					s.Reset()
				}
				d.Decode(&dg, s)
				records += 28
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(records), "ns/record")
			b.ReportMetric(float64(records)/b.Elapsed().Seconds()/1e6, "Mrecords/s")
		})
	}
}

// TestAllocations has a record of a typical template cost no allocation.
func TestAllocations(t *testing.T) {
	learn, p := routerPackets(9)
	d, s := netflow.New(netflow.NewTemplates(netflow.Limits{})), new(telemetry.Set)
	decodeWith(d, noon, learn)
	dg := telemetry.Datagram{From: router, At: noon, Data: p}
	if n := testing.AllocsPerRun(200, func() { s.Reset(); d.Decode(&dg, s) }); n > 0 {
		t.Errorf("%v allocations for a packet of 28 records", n)
	}
}
