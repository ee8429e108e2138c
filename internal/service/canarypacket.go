package service

import (
	"encoding/binary"
	"net/netip"
	"time"
)

// Numbers of NetFlow version 9 (RFC 3954, sections 5 and 8).
const (
	canaryVersion  = 9
	canaryTemplate = 256
	canaryDomain   = 0x5347 // source id: "SG"
)

// canaryFields are the fields of the record, with their lengths: the elements are numbered as in RFC 3954, section 8.
var canaryFields = [...][2]uint16{
	{27, 16}, // IPV6_SRC_ADDR
	{28, 16}, // IPV6_DST_ADDR
	{7, 2},   // L4_SRC_PORT
	{11, 2},  // L4_DST_PORT
	{4, 1},   // PROTOCOL
	{6, 1},   // TCP_FLAGS
	{1, 4},   // IN_BYTES
	{2, 4},   // IN_PKTS
	{22, 4},  // FIRST_SWITCHED
	{21, 4},  // LAST_SWITCHED
}

// canaryPacket makes a datagram of NetFlow 9, its template in it, that tells of one packet, a SYN that nobody answered, from
// one address to another.
func canaryPacket(from, to netip.Addr, sequence uint32, at time.Time) []byte {
	const uptime = 60_000 // milliseconds
	b := make([]byte, 0, 160)
	u16 := func(n uint16) { b = binary.BigEndian.AppendUint16(b, n) }
	u32 := func(n uint32) { b = binary.BigEndian.AppendUint32(b, n) }
	u16(canaryVersion)
	u16(2) // a template and a record
	u32(uptime)
	u32(uint32(at.Unix()))
	u32(sequence)
	u32(canaryDomain)

	u16(0) // a set of templates
	u16(uint16(8 + 4*len(canaryFields)))
	u16(canaryTemplate)
	u16(uint16(len(canaryFields)))
	size := 4
	for _, f := range canaryFields {
		u16(f[0])
		u16(f[1])
		size += int(f[1])
	}
	padding := -size & 3
	u16(canaryTemplate)
	u16(uint16(size + padding))
	src, dst := from.As16(), to.As16()
	b = append(append(b, src[:]...), dst[:]...)
	u16(49152)
	u16(9) // discard
	b = append(b, 6, 2)
	u32(60)
	u32(1)
	u32(uptime)
	u32(uptime)
	return append(b, make([]byte, padding)...)
}
