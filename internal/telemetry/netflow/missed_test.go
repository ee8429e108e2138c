package netflow_test

import (
	"net/netip"
	"testing"

	"stormglass/internal/telemetry"
	"stormglass/internal/telemetry/netflow"
)

// TestMissed: what sequences tell to be lost is told of with its exporter, its domain and the time between the packets around it.
func TestMissed(t *testing.T) {
	v5 := func(sequence uint32) []byte {
		return v5Packet(sequence, 0, v5Record(1, 1, uptime, uptime), v5Record(1, 1, uptime, uptime))
	}
	two := data(256, hundred, hundred)
	const second = telemetry.Instant(1e9)
	for _, c := range []struct {
		name    string
		packets [][]byte
		domain  uint32
		records []int64 // of each that is told of
	}{
		{"in order", [][]byte{v5(10), v5(12)}, 3, nil},
		{"two records of v5", [][]byte{v5(10), v5(14)}, 3, []int64{2}},
		{"late ones are taken back", [][]byte{v5(10), v5(14), v5(12)}, 3, []int64{2, -2}},
		{"packets of v9 stand for what its packets hold", [][]byte{v9Packet(7, 1, plain9, two), v9Packet(11, 1, two)}, 1, []int64{3}},
		{"four records of IPFIX", [][]byte{ipfixMessage(0, 1, plain10), ipfixMessage(0, 1, two), ipfixMessage(6, 1, two)}, 1, []int64{4}},
		{"numbers far ahead say that something is lost, not how much", [][]byte{v5(10), v5(1 << 30)}, 3, []int64{0}},
	} {
		d, s := netflow.New(netflow.NewTemplates(netflow.Limits{})), new(telemetry.Set)
		from := netip.AddrPortFrom(netip.AddrFrom4([4]byte{192, 0, 2, 7}), 1)
		for i, p := range c.packets {
			d.Decode(&telemetry.Datagram{From: from, At: noon + telemetry.Instant(i)*second, Data: p}, s)
		}
		var got []int64
		for _, m := range s.Missed {
			got = append(got, m.Records)
			if m.Exporter != from.Addr() || m.Domain != c.domain || m.Kind != telemetry.KindFlow || m.To <= noon || m.From > m.To {
				t.Errorf("%s: %+v", c.name, m)
			}
		}
		if len(got) != len(c.records) {
			t.Errorf("%s: %v, want %v", c.name, got, c.records)
			continue
		}
		for i := range got {
			if got[i] != c.records[i] {
				t.Errorf("%s: %v, want %v", c.name, got, c.records)
			}
		}
		s.Reset()
		if len(s.Missed) != 0 {
			t.Errorf("%s: a set that is reset tells of it again", c.name)
		}
	}
}
