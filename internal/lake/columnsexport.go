package lake

import (
	"net/netip"

	"stormglass/internal/telemetry"
)

// directions are the words for telemetry.Direction.
var directions = []string{telemetry.Ingress: "ingress", telemetry.Egress: "egress"}

// export are the columns of what exporters state of flows, of schema flow/2.
func export() []column {
	of := func(b *telemetry.Batch, i int) *telemetry.Export { return &b.Flow[i].Export }
	return []column{
		addrs("observer.ip", func(b *telemetry.Batch, i int) *netip.Addr { return &of(b, i).Exporter }),
		zeroless("stormglass.observer.domain", typeUint64, func(b *telemetry.Batch, i int) *uint32 { return &of(b, i).Domain }),
		zeroless("stormglass.flow.sampling_rate", typeUint64, func(b *telemetry.Batch, i int) *uint32 { return &of(b, i).Sampling }),
		zeroless("observer.ingress.interface.id", typeUint64, func(b *telemetry.Batch, i int) *uint32 { return &of(b, i).InIf }),
		zeroless("observer.egress.interface.id", typeUint64, func(b *telemetry.Batch, i int) *uint32 { return &of(b, i).OutIf }),
		zeroless("source.as.number", typeUint64, func(b *telemetry.Batch, i int) *uint32 { return &of(b, i).SrcAS }),
		zeroless("destination.as.number", typeUint64, func(b *telemetry.Batch, i int) *uint32 { return &of(b, i).DstAS }),
		addrs("stormglass.flow.next_hop", func(b *telemetry.Batch, i int) *netip.Addr { return &of(b, i).NextHop }),
		addrs("source.nat.ip", func(b *telemetry.Batch, i int) *netip.Addr { return &of(b, i).NATSrc }),
		zeroless("source.nat.port", typeUint16, func(b *telemetry.Batch, i int) *uint16 { return &of(b, i).NATSrcPort }),
		addrs("destination.nat.ip", func(b *telemetry.Batch, i int) *netip.Addr { return &of(b, i).NATDst }),
		zeroless("destination.nat.port", typeUint16, func(b *telemetry.Batch, i int) *uint16 { return &of(b, i).NATDstPort }),
		zeroless("network.vlan.id", typeUint16, func(b *telemetry.Batch, i int) *uint16 { return &of(b, i).SrcVLAN }),
		zeroless("stormglass.flow.destination_vlan", typeUint16, func(b *telemetry.Batch, i int) *uint16 { return &of(b, i).DstVLAN }),
		small("stormglass.flow.tos", func(b *telemetry.Batch, i int) *uint8 { return &of(b, i).TOS }),
		small("stormglass.flow.source_mask", func(b *telemetry.Batch, i int) *uint8 { return &of(b, i).SrcMask }),
		small("stormglass.flow.destination_mask", func(b *telemetry.Batch, i int) *uint8 { return &of(b, i).DstMask }),
		codes("network.direction", directions, func(b *telemetry.Batch, i int) *telemetry.Direction { return &of(b, i).Direction }),
	}
}

// zeroless numbers are null when zero.
func zeroless[T uint16 | uint32](name string, typ number, at func(*telemetry.Batch, int) *T) column {
	c := numbers(name, typ, at)
	c.width = 4
	return c
}
