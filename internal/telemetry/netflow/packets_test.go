package netflow_test

import (
	"encoding/binary"
	"slices"
)

// field is a field of a template: its element and length.
type field struct{ id, length uint16 }

func u16(n ...uint16) (b []byte) {
	for _, n := range n {
		b = binary.BigEndian.AppendUint16(b, n)
	}
	return b
}

func u32(n ...uint32) (b []byte) {
	for _, n := range n {
		b = binary.BigEndian.AppendUint32(b, n)
	}
	return b
}

func u64(n ...uint64) (b []byte) {
	for _, n := range n {
		b = binary.BigEndian.AppendUint64(b, n)
	}
	return b
}

// set makes a set of records, padded to four bytes.
func set(id uint16, body ...[]byte) []byte {
	all := slices.Concat(body...)
	for len(all)%4 != 0 {
		all = append(all, 0)
	}
	return slices.Concat(u16(id, uint16(len(all)+4)), all)
}

// data makes a set of data.
func data(id uint16, records ...[]byte) []byte { return set(id, records...) }

func fieldsOf(fields []field) (b []byte) {
	for _, f := range fields {
		b = append(b, u16(f.id, f.length)...)
	}
	return b
}

// template9 makes a set with a template of NetFlow v9, template10 one of IPFIX.
func template9(id uint16, fields ...field) []byte {
	return set(0, u16(id, uint16(len(fields))), fieldsOf(fields))
}

func template10(id uint16, fields ...field) []byte {
	return set(2, u16(id, uint16(len(fields))), fieldsOf(fields))
}

// options9 and options10 make sets with a template of options, of which the first fields are scope.
func options9(id uint16, scope int, fields ...field) []byte {
	return set(1, u16(id, uint16(4*scope), uint16(4*(len(fields)-scope))), fieldsOf(fields))
}

func options10(id uint16, scope int, fields ...field) []byte {
	return set(3, u16(id, uint16(len(fields)), uint16(scope)), fieldsOf(fields))
}

// Of the exporter in most tests: it was up for an hour at noon.
const uptime = 3_600_000

func noonSeconds() uint32 { return uint32(noon / 1e9) }

// v9Packet makes a packet of NetFlow v9 of a source.
func v9Packet(sequence, source uint32, sets ...[]byte) []byte {
	return slices.Concat(u16(9, uint16(len(sets))), u32(uptime, noonSeconds(), sequence, source), slices.Concat(sets...))
}

// ipfixMessage makes a message of IPFIX of an observation domain.
func ipfixMessage(sequence, domain uint32, sets ...[]byte) []byte {
	body := slices.Concat(sets...)
	return slices.Concat(u16(10, uint16(16+len(body))), u32(noonSeconds(), sequence, domain), body)
}

// v5Packet makes a packet of NetFlow v5.
func v5Packet(sequence uint32, sampling uint16, records ...[]byte) []byte {
	return slices.Concat(u16(5, uint16(len(records))), u32(uptime, noonSeconds(), 0, sequence), []byte{0, 3}, u16(sampling), slices.Concat(records...))
}

// v5Record makes a record of it: packets and octets from 192.0.2.10:1025 to 198.51.100.20:443.
func v5Record(packets, octets, start, end uint32) []byte {
	return slices.Concat([]byte{192, 0, 2, 10, 198, 51, 100, 20, 203, 0, 113, 1}, u16(3, 4), u32(packets, octets, start, end),
		u16(1025, 443), []byte{0, 0x1b, 6, 8}, u16(64496, 64497), []byte{24, 16, 0, 0})
}
