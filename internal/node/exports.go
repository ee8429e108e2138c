package node

import (
	"net/netip"

	"stormglass/internal/telemetry"
	"stormglass/internal/telemetry/netflow"
	"stormglass/internal/telemetry/pcap"
	"stormglass/internal/telemetry/sflow"
)

// exports decodes the packets that routers export. It serves one goroutine.
type exports struct {
	netflow *netflow.Decoder
	sflow   *sflow.Decoder
}

// captured makes what decodes the export packets of one capture, whose exporters are nobody else's.
func captured() pcap.Exports {
	return exports{netflow: netflow.New(netflow.NewTemplates(netflow.Limits{})), sflow: sflow.New(nil)}
}

// Datagram implements pcap.Exports.
func (e exports) Datagram(_ netip.AddrPort, dg *telemetry.Datagram, s *telemetry.Set) bool {
	switch {
	case sflow.Is(dg.Data):
		e.sflow.Decode(dg, s)
	case netflow.Is(dg.Data):
		e.netflow.Decode(dg, s)
	default:
		return false
	}
	return true
}
