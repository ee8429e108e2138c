package flowcheck

import (
	"bytes"
	"encoding/binary"
	"net/netip"

	"github.com/netsampler/goflow2/v2/decoders/netflow"
	"github.com/netsampler/goflow2/v2/decoders/netflowlegacy"

	"stormglass/internal/telemetry"
)

// peerField is an element of a record as goflow2 reads it.
type peerField struct {
	pen   uint32
	id    uint16
	value []byte
}

// peerRecord is a record of flows, with what its packet says.
type peerRecord struct {
	version, domain, seconds, nanos, uptime uint32
	fields                                  []peerField
}

// peer decodes with goflow2. What comes before its template it passes over, so it is shown all packets twice.
type peer struct {
	templates map[netip.Addr]netflow.NetFlowTemplateSystem
	records   []peerRecord
	options   int
}

func (p *peer) decode(dg *telemetry.Datagram) error {
	if len(dg.Data) >= 2 && binary.BigEndian.Uint16(dg.Data) == 5 {
		return p.v5(dg.Data)
	}
	if p.templates == nil {
		p.templates = map[netip.Addr]netflow.NetFlowTemplateSystem{}
	}
	from := dg.From.Addr()
	if p.templates[from] == nil {
		p.templates[from] = netflow.CreateTemplateSystem()
	}
	var v9 netflow.NFv9Packet
	var ipfix netflow.IPFIXPacket
	err := netflow.DecodeMessageVersion(bytes.NewBuffer(dg.Data), p.templates[from], &v9, &ipfix)
	if v9.Version == 9 {
		p.sets(v9.FlowSets, peerRecord{version: 9, domain: v9.SourceId, seconds: v9.UnixSeconds, uptime: v9.SystemUptime})
	} else {
		p.sets(ipfix.FlowSets, peerRecord{version: 10, domain: ipfix.ObservationDomainId, seconds: ipfix.ExportTime})
	}
	return err
}

func (p *peer) sets(sets []any, head peerRecord) {
	for _, s := range sets {
		switch s := s.(type) {
		case netflow.DataFlowSet:
			for _, r := range s.Records {
				p.add(head, r.Values)
			}
		case netflow.OptionsDataFlowSet:
			p.options += len(s.Records)
		}
	}
}

func (p *peer) add(head peerRecord, values []netflow.DataField) {
	for _, v := range values {
		b, _ := v.Value.([]byte)
		head.fields = append(head.fields, peerField{v.Pen, v.Type, b})
	}
	p.records = append(p.records, head)
}

// v5 gives records of NetFlow v5 the elements that v9 would have.
func (p *peer) v5(data []byte) error {
	var packet netflowlegacy.PacketNetFlowV5
	if err := netflowlegacy.DecodeMessageVersion(bytes.NewBuffer(data), &packet); err != nil {
		return err
	}
	for i := range packet.Records {
		r := &packet.Records[i]
		head := peerRecord{version: 5, domain: uint32(packet.EngineType)<<8 | uint32(packet.EngineId), seconds: packet.UnixSecs, nanos: packet.UnixNSecs, uptime: packet.SysUptime}
		put := func(id uint16, size int, n uint64) {
			head.fields = append(head.fields, peerField{0, id, binary.BigEndian.AppendUint64(nil, n)[8-size:]})
		}
		put(8, 4, uint64(r.SrcAddr))
		put(12, 4, uint64(r.DstAddr))
		put(15, 4, uint64(r.NextHop))
		put(10, 2, uint64(r.Input))
		put(14, 2, uint64(r.Output))
		put(2, 4, uint64(r.DPkts))
		put(1, 4, uint64(r.DOctets))
		put(22, 4, uint64(r.First))
		put(21, 4, uint64(r.Last))
		put(7, 2, uint64(r.SrcPort))
		put(11, 2, uint64(r.DstPort))
		put(6, 1, uint64(r.TCPFlags))
		put(4, 1, uint64(r.Proto))
		put(5, 1, uint64(r.Tos))
		put(16, 2, uint64(r.SrcAS))
		put(17, 2, uint64(r.DstAS))
		put(9, 1, uint64(r.SrcMask))
		put(13, 1, uint64(r.DstMask))
		put(34, 2, uint64(packet.SamplingInterval&0x3fff))
		p.records = append(p.records, head)
	}
	return nil
}
