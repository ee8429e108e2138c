package dnswire

import (
	"encoding/binary"

	"github.com/miekg/dns"
)

// Clear reports whether a datagram is a DNS message beyond doubt, on whatever port: one question of the Internet
// class and of a known type, header bits that make sense, and records that fill it to its last octet.
func Clear(b []byte) bool {
	if len(b) < headerSize+5 {
		return false
	}
	flags := binary.BigEndian.Uint16(b[2:])
	counts := [4]int{}
	for i := range counts {
		counts[i] = int(binary.BigEndian.Uint16(b[4+2*i:]))
	}
	response := flags&0x8000 != 0
	switch {
	case flags&0x7840 != 0 || counts[0] != 1: // an opcode, or the bit that is always zero
		return false
	case !response && (flags&0x008f != 0 || counts[1] != 0 || counts[2] != 0 || counts[3] > 2):
		return false
	case flags&15 > dns.RcodeNotZone || counts[1]+counts[2]+counts[3] > len(b)/11:
		return false
	}
	name, off, err := dns.UnpackDomainName(b, headerSize)
	if err != nil || len(name) < 2 || off+4 > len(b) || binary.BigEndian.Uint16(b[off+2:]) != dns.ClassINET {
		return false
	}
	if _, known := dns.TypeToString[binary.BigEndian.Uint16(b[off:])]; !known {
		return false
	}
	off += 4
	for range counts[1] + counts[2] + counts[3] {
		if off = passRecord(b, off); off < 0 {
			return false
		}
	}
	return off == len(b)
}

// passRecord gives the place behind a record, -1 when it does not end within the message.
func passRecord(b []byte, off int) int {
	for off < len(b) && b[off] != 0 {
		if b[off] >= 0xc0 {
			off++
			break
		}
		off += 1 + int(b[off])
	}
	if off += 11; off > len(b) {
		return -1
	}
	if off += int(binary.BigEndian.Uint16(b[off-2:])); off > len(b) {
		return -1
	}
	return off
}
