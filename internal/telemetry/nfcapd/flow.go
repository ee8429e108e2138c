package nfcapd

import (
	"fmt"

	"stormglass/internal/telemetry"
)

// flowHeader is what stands before the extensions of a flow of layout 2.
const flowHeader = 12

// Flags of a flow of layout 2.
const (
	flagEvent   = 1
	flagSampled = 2
)

// readFlow reads a flow of layout 2: a header and extensions in any order, each with its number and size.
func readFlow(_ *Decoder, r *record, data []byte) string {
	if len(data) < flowHeader {
		return "flow record is too short"
	}
	left := le.Uint16(data[4:])
	r.engine = uint16(data[6])<<8 | uint16(data[7])
	r.exporter = le.Uint16(data[8:])
	r.isEvent, r.sampled = data[10]&flagEvent != 0, data[10]&flagSampled != 0
	for data = data[flowHeader:]; left > 0; left-- {
		if len(data) < recordHeader {
			return "flow record ends before its extensions"
		}
		id, size := le.Uint16(data), int(le.Uint16(data[2:]))
		if size < recordHeader || size > len(data) {
			return "extension does not fit into its record"
		}
		r.extension(id, data[recordHeader:size])
		data = data[size:]
	}
	if len(data) >= recordHeader { // less is padding
		r.skip("octets after the last extension of a record", fmt.Sprintf("%d octets", len(data)))
	}
	return ""
}

// extension reads one extension. Later versions may make one longer, never shorter.
func (r *record) extension(id uint16, data []byte) {
	if int(id) >= len(extensions) || extensions[id].read == nil {
		r.skip("extension is not known", fmt.Sprintf("extension %d of %d octets", id, len(data)))
		return
	}
	x := &extensions[id]
	if len(data) < x.octets {
		r.skip("extension is too short", fmt.Sprintf("extension %d of %d octets", id, len(data)))
		return
	}
	x.read(r, data)
}

// extensions are those of layout 2 by their number, with the octets that each has at least.
var extensions = [...]struct {
	octets int
	read   func(r *record, b []byte)
}{
	1: {48, readGeneric},
	2: {8, func(r *record, b []byte) { r.flow.Src, r.flow.Dst = addr4(b), addr4(b[4:]) }},
	3: {32, func(r *record, b []byte) { r.flow.Src, r.flow.Dst = addr6(b), addr6(b[16:]) }},
	4: {12, readMisc},
	5: {24, func(r *record, b []byte) {
		r.flows(le.Uint64(b))
		r.flow.DstPackets, r.flow.DstBytes = le.Uint64(b[8:]), le.Uint64(b[16:])
	}},
	6:  {8, func(r *record, b []byte) { r.vlans(le.Uint32(b), le.Uint32(b[4:])) }},
	7:  {8, func(r *record, b []byte) { r.flow.SrcAS, r.flow.DstAS = le.Uint32(b), le.Uint32(b[4:]) }},
	8:  {4, func(r *record, b []byte) { r.address(fieldBGPNextHopV4, addr4(b)) }},
	9:  {16, func(r *record, b []byte) { r.address(fieldBGPNextHopV6, addr6(b)) }},
	10: {4, func(r *record, b []byte) { r.flow.NextHop = stated(addr4(b)) }},
	11: {16, func(r *record, b []byte) { r.flow.NextHop = stated(addr6(b)) }},
	12: {4, func(r *record, b []byte) { r.flow.Exporter = stated(addr4(b)) }},
	13: {16, func(r *record, b []byte) { r.flow.Exporter = stated(addr6(b)) }},
	14: {40, readMPLS},
	15: {32, func(r *record, b []byte) {
		for i, id := range [...]telemetry.FieldID{fieldSrcMAC, fieldPostDstMAC, fieldDstMAC, fieldPostSrcMAC} {
			r.mac(id, b[8*i:])
		}
	}},
	16: {8, readAdjacent},
	17: {24, readLatency},
	18: {8, func(r *record, b []byte) { r.selector, r.named = int64(le.Uint64(b)), true }},
	19: {15, func(r *record, b []byte) {
		r.firewall(le.Uint64(b), b[14], le.Uint32(b[8:]), le.Uint16(b[12:]))
	}},
	20: {8, func(r *record, b []byte) { r.translated(addr4(b), addr4(b[4:])) }},
	21: {32, func(r *record, b []byte) { r.translated(addr6(b), addr6(b[16:])) }},
	22: {4, func(r *record, b []byte) { r.flow.NATSrcPort, r.flow.NATDstPort = le.Uint16(b), le.Uint16(b[2:]) }},
	23: {24, func(r *record, b []byte) { r.acl(fieldIngressACL, b); r.acl(fieldEgressACL, b[12:]) }},
	24: {0, func(r *record, b []byte) { r.text(fieldUser, b) }},
	25: {16, readNAT},
	26: {8, readPortBlock},
	27: {4, readApplication},
	28: {0, func(r *record, b []byte) { r.text(fieldLabel, b) }},
	29: {0, passPayload},
	30: {0, passPayload},
	31: {12, func(r *record, b []byte) { r.tunnel(addr4(b), addr4(b[4:]), le.Uint32(b[8:])) }},
	32: {36, func(r *record, b []byte) { r.tunnel(addr6(b), addr6(b[16:]), le.Uint32(b[32:])) }},
	33: {12, func(r *record, b []byte) {
		r.number(fieldPoint, le.Uint64(b))
		r.flow.Domain = le.Uint32(b[8:])
	}},
	36: {8, func(r *record, b []byte) {
		r.number(fieldEgressVRF, uint64(le.Uint32(b)))
		r.number(fieldIngressVRF, uint64(le.Uint32(b[4:])))
	}},
}
