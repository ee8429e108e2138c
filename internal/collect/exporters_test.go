package collect

import (
	"context"
	"net/netip"
	"testing"

	"github.com/google/go-cmp/cmp"

	"stormglass/internal/telemetry"
)

// Flows are handed on by exporter, each a sensor of its own; a sensor that was stated holds for all.
func TestExportersAreSensors(t *testing.T) {
	x, y := netip.MustParseAddr("192.0.2.1"), netip.MustParseAddr("192.0.2.2")
	for _, tt := range []struct {
		name, stated string
		exporters    []netip.Addr
		want         map[string][]uint64
	}{
		{"one", "", []netip.Addr{x, x}, map[string][]uint64{"192.0.2.1": {1, 2}}},
		{"several", "", []netip.Addr{x, {}, y, x, {}}, map[string][]uint64{"192.0.2.1": {1, 4}, "pcap": {2, 5}, "192.0.2.2": {3}}},
		{"none", "", []netip.Addr{{}, {}}, map[string][]uint64{"pcap": {1, 2}}},
		{"stated", "core", []netip.Addr{x, y}, map[string][]uint64{"core": {1, 2}}},
	} {
		var s telemetry.Set
		for _, exporter := range tt.exporters {
			b, i := s.Append(telemetry.KindFlow)
			b.Flow[i].Exporter = exporter
		}
		got := map[string][]uint64{}
		r := Reader{Source: telemetry.Source{Sensor: tt.stated}, Handle: func(_ context.Context, b *telemetry.Batch) error {
			for i := range b.Flow {
				got[b.Source.Sensor] = append(got[b.Source.Sensor], b.Flow[i].Ordinal)
			}
			return nil
		}}
		src := &telemetry.Source{Name: "a.pcap", Sensor: "pcap"}
		if tt.stated != "" {
			src.Sensor = tt.stated
		}
		if err := r.hand(t.Context(), s.Batch(telemetry.KindFlow), src); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s (-want +got)\n%s", tt.name, diff)
		}
	}
}
