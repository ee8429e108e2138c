package nfcapd

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"net/netip"
	"strconv"
	"unicode/utf8"

	"stormglass/internal/telemetry"
)

// readGeneric reads times, counts, ports and what else every flow has.
func readGeneric(r *record, b []byte) {
	f := r.flow
	r.first, r.last = le.Uint64(b), le.Uint64(b[8:])
	f.Received = r.instant(le.Uint64(b[16:]))
	f.SrcPackets, f.SrcBytes = le.Uint64(b[24:]), le.Uint64(b[32:])
	f.SrcPort, f.DstPort = le.Uint16(b[40:]), le.Uint16(b[42:])
	f.Proto, f.TCPFlags, f.TOS = b[44], b[45], b[47]
	r.number(fieldForwarding, uint64(b[46]))
}

func readMisc(r *record, b []byte) {
	f := r.flow
	f.InIf, f.OutIf = le.Uint32(b), le.Uint32(b[4:])
	r.misc(b[11], b[10], b[8], b[9])
	if len(b) >= 14 {
		r.number(fieldBiflow, uint64(b[12]))
		r.number(fieldEndReason, uint64(b[13]))
	}
}

// misc sets what both layouts keep together. A direction of 0 is ingress or not stated: there is no telling.
func (r *record) misc(tos, direction, src, dst uint8) {
	r.flow.SrcMask, r.flow.DstMask = src, dst
	if direction == 1 {
		r.flow.Direction = telemetry.Egress
	}
	r.number(fieldPostTOS, uint64(tos))
}

// flows keeps of how many flows a record is the sum.
func (r *record) flows(n uint64) {
	if n > 1 {
		r.number(fieldFlows, n)
	}
}

func (r *record) vlans(src, dst uint32) {
	if src > 0xffff || dst > 0xffff {
		r.number(fieldSrcVLAN, uint64(src))
		r.number(fieldDstVLAN, uint64(dst))
		return
	}
	r.flow.SrcVLAN, r.flow.DstVLAN = uint16(src), uint16(dst)
}

func (r *record) address(id telemetry.FieldID, a netip.Addr) {
	if !a.IsUnspecified() {
		r.buf = a.AppendTo(r.buf[:0])
		r.pair(id, r.buf)
	}
}

// readMPLS reads ten sections of a label stack: label, traffic class and bottom of stack, as nfdump writes them.
func readMPLS(r *record, b []byte) {
	for i, id := range fieldMPLS {
		n := uint64(le.Uint32(b[4*i:]))
		if n == 0 {
			continue
		}
		r.buf = strconv.AppendUint(r.buf[:0], n>>4, 10)
		r.buf = append(r.buf, '-', '0'+byte(n>>1&7), '-', '0'+byte(n&1))
		r.pair(id, r.buf)
	}
}

// mac keeps the address that the low six octets of a number are.
func (r *record) mac(id telemetry.FieldID, b []byte) {
	if le.Uint64(b) == 0 {
		return
	}
	r.buf = r.buf[:0]
	for i := 5; i >= 0; i-- {
		r.buf = hex.AppendEncode(r.buf, b[i:i+1])
		if i > 0 {
			r.buf = append(r.buf, ':')
		}
	}
	r.pair(id, r.buf)
}

func readAdjacent(r *record, b []byte) {
	r.number(fieldNextAS, uint64(le.Uint32(b)))
	r.number(fieldPrevAS, uint64(le.Uint32(b[4:])))
}

func readLatency(r *record, b []byte) {
	r.number(fieldClientLatency, le.Uint64(b))
	r.number(fieldServerLatency, le.Uint64(b[8:]))
	r.number(fieldAppLatency, le.Uint64(b[16:]))
}

// firewall sets what a firewall says of a session. One that it denied carried no conversation.
func (r *record) firewall(at uint64, event uint8, connection uint32, extended uint16) {
	r.isEvent, r.event = true, at
	r.number(fieldFirewallEvent, uint64(event))
	r.number(fieldExtendedEvent, uint64(extended))
	r.number(fieldFlowID, uint64(connection))
	r.number(fieldEventTime, at)
	r.flow.State = telemetry.FirewallEvent(uint64(event))
	if event == telemetry.FirewallDenied {
		r.flow.Answered = telemetry.Unanswered
	}
}

func (r *record) translated(src, dst netip.Addr) {
	r.flow.NATSrc, r.flow.NATDst = stated(src), stated(dst)
}

// acl keeps three numbers that name an access list, its entry and that one's extension, as nfdump writes them.
// They stand in the file as the firewall sent them.
func (r *record) acl(id telemetry.FieldID, b []byte) {
	if le.Uint64(b) == 0 && le.Uint32(b[8:]) == 0 {
		return
	}
	r.buf = r.buf[:0]
	for i := range 3 {
		if i > 0 {
			r.buf = append(r.buf, '/')
		}
		n := uint64(binary.BigEndian.Uint32(b[4*i:]))
		r.buf = strconv.AppendUint(append(r.buf, "0x"...), n, 16)
	}
	r.pair(id, r.buf)
}

// text keeps a text up to its first nil octet.
func (r *record) text(id telemetry.FieldID, b []byte) {
	if i := bytes.IndexByte(b, 0); i >= 0 {
		b = b[:i]
	}
	switch {
	case len(b) == 0:
	case !utf8.Valid(b):
		r.skip("text is not UTF-8", id.String())
	default:
		r.pair(id, b)
	}
}

// readNAT reads an event of a translator. Early versions kept the VRFs in the same place.
func readNAT(r *record, b []byte) {
	if len(b) >= 24 {
		r.number(fieldEgressVRF, uint64(le.Uint32(b[8:])))
		r.number(fieldIngressVRF, uint64(le.Uint32(b[12:])))
		r.nat(le.Uint64(b), b[20], le.Uint32(b[16:]))
		return
	}
	r.nat(le.Uint64(b), b[12], le.Uint32(b[8:]))
}

func (r *record) nat(at uint64, event uint8, pool uint32) {
	r.isEvent, r.event = true, at
	r.number(fieldNATEvent, uint64(event))
	r.number(fieldNATPool, uint64(pool))
	r.number(fieldEventTime, at)
	r.flow.State = telemetry.NATEvent(uint64(event))
}

func readPortBlock(r *record, b []byte) {
	for i, id := range [...]telemetry.FieldID{fieldPortStart, fieldPortEnd, fieldPortStep, fieldPortCount} {
		r.number(id, uint64(le.Uint16(b[2*i:])))
	}
}

// readApplication reads who classified (RFC 6759) and the number that he gave, which may be of any length.
func readApplication(r *record, b []byte) {
	n := uint64(0)
	for _, o := range b[1:min(len(b), 9)] {
		n = n<<8 | uint64(o)
	}
	r.buf = strconv.AppendUint(r.buf[:0], uint64(b[0]), 10)
	r.buf = strconv.AppendUint(append(r.buf, ':'), n, 10)
	r.pair(fieldApplication, r.buf)
}

func passPayload(r *record, _ []byte) { r.set.Pass(r.line, "payload of flows: not kept") }

// tunnel keeps the outer ends of a packet that was looked into.
func (r *record) tunnel(src, dst netip.Addr, proto uint32) {
	r.address(fieldTunnelSrc, src)
	r.address(fieldTunnelDst, dst)
	r.number(fieldTunnelProto, uint64(proto))
}
