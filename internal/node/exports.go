package node

import (
	"net/netip"

	"stormglass/internal/telemetry"
	"stormglass/internal/telemetry/netflow"
	"stormglass/internal/telemetry/pcap"
	"stormglass/internal/telemetry/sflow"
)

// Exports decodes what routers export, and keeps what their packets say of later ones: templates, sampling
// rates, names. NetFlow and sFlow may come to the same port: the packets tell which they are.
type Exports struct {
	Netflow *netflow.Templates
	Sflow   *sflow.Stats
}

// NewExports gives Exports that know of no exporter yet.
func NewExports(l netflow.Limits) *Exports {
	return &Exports{Netflow: netflow.NewTemplates(l), Sflow: sflow.NewStats()}
}

// Decoder makes a decoder for one goroutine.
func (e *Exports) Decoder() *ExportDecoder {
	return &ExportDecoder{netflow: netflow.New(e.Netflow), sflow: sflow.New(e.Sflow)}
}

// ExportDecoder decodes export packets. It serves one goroutine.
type ExportDecoder struct {
	netflow *netflow.Decoder
	sflow   *sflow.Decoder
}

// Decode decodes a datagram that came to a port for export packets.
func (d *ExportDecoder) Decode(dg *telemetry.Datagram, s *telemetry.Set) {
	if sflow.Is(dg.Data) {
		d.sflow.Decode(dg, s)
		return
	}
	d.netflow.Decode(dg, s)
}

// captured makes what decodes the export packets of one capture, whose exporters are nobody else's.
func captured() pcap.Exports { return NewExports(netflow.Limits{}).Decoder() }

// Datagram decodes a datagram out of a capture, if it is an export packet.
func (d *ExportDecoder) Datagram(_ netip.AddrPort, dg *telemetry.Datagram, s *telemetry.Set) bool {
	if !sflow.Is(dg.Data) && !netflow.Is(dg.Data) {
		return false
	}
	d.Decode(dg, s)
	return true
}
