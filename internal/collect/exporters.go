package collect

import (
	"context"
	"net/netip"

	"stormglass/internal/telemetry"
)

// hand hands a batch on. Flows of several exporters are handed on one exporter after the other, each as a sensor of its own: two
// routers that saw the same packets must not be added up. Who states a sensor for the source means it for all.
func (r *Reader) hand(ctx context.Context, b *telemetry.Batch, src *telemetry.Source) error {
	b.Source = src
	if b.Kind != telemetry.KindFlow || r.Source.Sensor != "" {
		return r.Handle(ctx, b)
	}
	all := exportersOf(b)
	if len(all) == 1 {
		b.Source = sensorOf(src, all[0])
		return r.Handle(ctx, b)
	}
	part := *b
	for _, x := range all {
		part.Flow = nil
		for i := range b.Flow {
			if b.Flow[i].Exporter == x {
				part.Flow = append(part.Flow, b.Flow[i])
			}
		}
		part.Source = sensorOf(src, x)
		if err := r.Handle(ctx, &part); err != nil {
			return err
		}
	}
	return nil
}

// exportersOf gives the exporters of a batch's flows in the order in which they come, the invalid address for flows without.
func exportersOf(b *telemetry.Batch) []netip.Addr {
	var all []netip.Addr
	known := map[netip.Addr]bool{}
	for i := range b.Flow {
		x := b.Flow[i].Exporter
		if i > 0 && x == b.Flow[i-1].Exporter || known[x] {
			continue
		}
		known[x] = true
		all = append(all, x)
	}
	return all
}

// sensorOf gives a source as an exporter saw it.
func sensorOf(src *telemetry.Source, exporter netip.Addr) *telemetry.Source {
	if !exporter.IsValid() {
		return src
	}
	own := *src
	own.Sensor = exporter.String()
	return &own
}
