package nfcapd

import "stormglass/internal/telemetry"

// extensionsV1 are the optional extensions of layout 1 by their number, with the octets that each has.
var extensionsV1 = [...]struct {
	octets int
	read   func(r *record, b []byte)
}{
	4:  {4, func(r *record, b []byte) { r.flow.InIf, r.flow.OutIf = uint32(le.Uint16(b)), uint32(le.Uint16(b[2:])) }},
	5:  {8, func(r *record, b []byte) { r.flow.InIf, r.flow.OutIf = le.Uint32(b), le.Uint32(b[4:]) }},
	6:  {4, func(r *record, b []byte) { r.flow.SrcAS, r.flow.DstAS = uint32(le.Uint16(b)), uint32(le.Uint16(b[2:])) }},
	7:  {8, func(r *record, b []byte) { r.flow.SrcAS, r.flow.DstAS = le.Uint32(b), le.Uint32(b[4:]) }},
	8:  {4, func(r *record, b []byte) { r.misc(b[0], b[1], b[2], b[3]) }},
	9:  {4, func(r *record, b []byte) { r.flow.NextHop = stated(addr4(b)) }},
	10: {16, func(r *record, b []byte) { r.flow.NextHop = stated(addr6(b)) }},
	11: {4, func(r *record, b []byte) { r.address(fieldBGPNextHopV4, addr4(b)) }},
	12: {16, func(r *record, b []byte) { r.address(fieldBGPNextHopV6, addr6(b)) }},
	13: {4, func(r *record, b []byte) { r.flow.SrcVLAN, r.flow.DstVLAN = le.Uint16(b), le.Uint16(b[2:]) }},
	14: {4, func(r *record, b []byte) { r.flow.DstPackets = uint64(le.Uint32(b)) }},
	15: {8, func(r *record, b []byte) { r.flow.DstPackets = le.Uint64(b) }},
	16: {4, func(r *record, b []byte) { r.flow.DstBytes = uint64(le.Uint32(b)) }},
	17: {8, func(r *record, b []byte) { r.flow.DstBytes = le.Uint64(b) }},
	18: {4, func(r *record, b []byte) { r.flows(uint64(le.Uint32(b))) }},
	19: {8, func(r *record, b []byte) { r.flows(le.Uint64(b)) }},
	20: {16, func(r *record, b []byte) { r.mac(fieldSrcMAC, b); r.mac(fieldPostDstMAC, b[8:]) }},
	21: {16, func(r *record, b []byte) { r.mac(fieldDstMAC, b); r.mac(fieldPostSrcMAC, b[8:]) }},
	22: {40, readMPLS},
	23: {4, func(r *record, b []byte) { r.flow.Exporter = stated(addr4(b)) }},
	24: {16, func(r *record, b []byte) { r.flow.Exporter = stated(addr6(b)) }},
	25: {4, func(r *record, b []byte) { r.engine = uint16(b[2])<<8 | uint16(b[3]) }},
	26: {8, readAdjacent},
	27: {8, func(r *record, b []byte) { r.flow.Received = r.instant(le.Uint64(b)) }},
	37: {20, func(r *record, b []byte) { r.firewall(le.Uint64(b), b[14], le.Uint32(b[8:]), le.Uint16(b[16:])) }},
	38: {4, func(r *record, b []byte) { r.flow.NATSrcPort, r.flow.NATDstPort = le.Uint16(b), le.Uint16(b[2:]) }},
	39: {8, func(r *record, b []byte) { r.translated(addr4(b), addr4(b[4:])) }},
	40: {32, func(r *record, b []byte) { r.translated(addr6(b), addr6(b[16:])) }},
	41: {24, func(r *record, b []byte) { r.acl(fieldIngressACL, b); r.acl(fieldEgressACL, b[12:]) }},
	42: {24, func(r *record, b []byte) { r.text(fieldUser, b) }},
	43: {72, func(r *record, b []byte) { r.text(fieldUser, b) }},
	45: {24, readLatency},
	46: {12, readNATV1},
	47: {8, func(r *record, b []byte) { r.translated(addr4(b), addr4(b[4:])) }},
	48: {8, readPortBlock},
}

// readNATV1 reads an event of a translator, whose time is that of the flow.
func readNATV1(r *record, b []byte) {
	r.nat(0, b[0], 0)
	for i, id := range [...]telemetry.FieldID{fieldEgressVRF, fieldIngressVRF} {
		r.number(id, uint64(le.Uint32(b[4+4*i:])))
	}
}
