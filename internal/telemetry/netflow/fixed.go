package netflow

import (
	"encoding/binary"
	"net/netip"
)

// Ops for elements of the lengths in which exporters nearly always send them, where no other element of the template
// sets the same field: these need no questions asked.
const (
	opFixed op = iota + 128
	opSrc4
	opDst4
	opNextHop4
	opSrcPort2
	opDstPort2
	opProto1
	opTOS1
	opFlags1
	opSrcBytes4
	opSrcBytes8
	opSrcPackets4
	opSrcPackets8
	opStartUp4
	opEndUp4
	opInIf2
	opInIf4
	opOutIf2
	opOutIf4
	opSrcAS4
	opDstAS4
	opSrcMask1
	opDstMask1
)

type fixedKey struct {
	op     op
	form   form
	length uint16
}

var fixedOps = map[fixedKey]op{
	{opSrc, formIPv4, 4}: opSrc4, {opDst, formIPv4, 4}: opDst4, {opNextHop, formIPv4, 4}: opNextHop4,
	{opSrcPort, formUnsigned, 2}: opSrcPort2, {opDstPort, formUnsigned, 2}: opDstPort2,
	{opProto, formUnsigned, 1}: opProto1, {opTOS, formUnsigned, 1}: opTOS1, {opFlags, formUnsigned, 1}: opFlags1,
	{opSrcBytes, formUnsigned, 4}: opSrcBytes4, {opSrcBytes, formUnsigned, 8}: opSrcBytes8,
	{opSrcPackets, formUnsigned, 4}: opSrcPackets4, {opSrcPackets, formUnsigned, 8}: opSrcPackets8,
	{opStartUp, formUnsigned, 4}: opStartUp4, {opEndUp, formUnsigned, 4}: opEndUp4,
	{opInIf, formUnsigned, 2}: opInIf2, {opInIf, formUnsigned, 4}: opInIf4,
	{opOutIf, formUnsigned, 2}: opOutIf2, {opOutIf, formUnsigned, 4}: opOutIf4,
	{opSrcAS, formUnsigned, 4}: opSrcAS4, {opDstAS, formUnsigned, 4}: opDstAS4,
	{opSrcMask, formUnsigned, 1}: opSrcMask1, {opDstMask, formUnsigned, 1}: opDstMask1,
}

// fix gives steps the ops above where they can have them.
func (t *template) fix() {
	var users [256]int
	for i := range t.steps {
		users[t.steps[i].op]++
	}
	for i := range t.steps {
		s := &t.steps[i]
		if users[s.op] != 1 {
			continue
		}
		if o, ok := fixedOps[fixedKey{s.op, s.form, s.len}]; ok {
			s.op = o
		}
	}
}

// fixed does such a step.
func (r *record) fixed(o op, b []byte) {
	f := r.flow
	switch o {
	case opSrc4:
		f.Src = netip.AddrFrom4([4]byte(b))
	case opDst4:
		f.Dst = netip.AddrFrom4([4]byte(b))
	case opSrcPort2:
		f.SrcPort = binary.BigEndian.Uint16(b)
	case opDstPort2:
		f.DstPort = binary.BigEndian.Uint16(b)
	case opProto1:
		f.Proto = b[0]
	case opTOS1:
		f.TOS = b[0]
	case opFlags1:
		f.TCPFlags |= b[0]
	case opSrcBytes4:
		f.SrcBytes = uint64(binary.BigEndian.Uint32(b))
	case opSrcBytes8:
		f.SrcBytes = min(binary.BigEndian.Uint64(b), maxCount)
	case opSrcPackets4:
		f.SrcPackets = uint64(binary.BigEndian.Uint32(b))
	case opSrcPackets8:
		f.SrcPackets = min(binary.BigEndian.Uint64(b), maxCount)
	case opStartUp4:
		r.startUp, r.has = binary.BigEndian.Uint32(b), r.has|hasStartUp
	case opEndUp4:
		r.endUp, r.has = binary.BigEndian.Uint32(b), r.has|hasEndUp
	default:
		r.fixedRoute(o, b)
	}
}

// fixedRoute does such a step for what routers know of a flow.
func (r *record) fixedRoute(o op, b []byte) {
	f := r.flow
	switch o {
	case opNextHop4:
		if hop := [4]byte(b); hop != [4]byte{} {
			f.NextHop = netip.AddrFrom4(hop)
		}
	case opInIf2:
		f.InIf = uint32(binary.BigEndian.Uint16(b))
	case opInIf4:
		f.InIf = binary.BigEndian.Uint32(b)
	case opOutIf2:
		f.OutIf = uint32(binary.BigEndian.Uint16(b))
	case opOutIf4:
		f.OutIf = binary.BigEndian.Uint32(b)
	case opSrcAS4:
		f.SrcAS = binary.BigEndian.Uint32(b)
	case opDstAS4:
		f.DstAS = binary.BigEndian.Uint32(b)
	case opSrcMask1:
		f.SrcMask = b[0]
	case opDstMask1:
		f.DstMask = b[0]
	default:
	}
}
