package flowcheck

import (
	"encoding/binary"
	"net/netip"
	"slices"
)

// Packets of our own, with addresses for documentation.
var router = netip.MustParseAddrPort("192.0.2.1:2055")

const (
	uptime      = 3_600_000
	noonSeconds = 1772625600
)

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

func set(id uint16, body ...[]byte) []byte {
	all := slices.Concat(body...)
	return slices.Concat(u16(id, uint16(len(all)+4)), all)
}

// template makes the fields of a template: elements and their lengths.
func template(set16, id uint16, fields ...[2]uint16) []byte {
	b := u16(id, uint16(len(fields)))
	for _, f := range fields {
		b = append(b, u16(f[0], f[1])...)
	}
	return set(set16, b)
}

func v9(sequence uint32, sets ...[]byte) []byte {
	return slices.Concat(u16(9, 100), u32(uptime, noonSeconds, sequence, 1), slices.Concat(sets...))
}

func ipfix(sequence uint32, sets ...[]byte) []byte {
	body := slices.Concat(sets...)
	return slices.Concat(u16(10, uint16(16+len(body))), u32(noonSeconds, sequence, 1), body)
}

// routerFields are what a router of a carrier states of a flow.
var routerFields = [][2]uint16{
	{8, 4},
	{12, 4},
	{15, 4},
	{10, 4},
	{14, 4},
	{2, 8},
	{1, 8},
	{22, 4},
	{21, 4},
	{7, 2},
	{11, 2},
	{6, 1},
	{4, 1},
	{5, 1},
	{16, 4},
	{17, 4},
	{9, 1},
	{13, 1},
	{61, 1},
	{48, 2},
	{89, 1},
}

// routerPackets make a packet with templates, and one with 28 records.
func routerPackets(version int) (learn, flows []byte) {
	var records [][]byte
	for i := range byte(28) {
		records = append(records, slices.Concat([]byte{192, 0, 2, i + 1, 198, 51, 100, i + 1, 203, 0, 113, i + 1}, u32(3, 4), u64(uint64(i)+1, 1500*uint64(i)+99),
			u32(uptime-9000, uptime-1000), u16(1024+uint16(i), 443), []byte{0x1b, 6, 8}, u32(64496, 64497), []byte{24, 16, 0, 0, 1, 64}))
	}
	options := set(1, u16(300, 4, 8, 1, 4, 48, 2, 50, 4))
	if version == 9 {
		return v9(0, template(0, 256, routerFields...), options, set(300, u32(0), u16(1), u32(1000))), v9(1, set(256, records...))
	}
	fields := slices.Clone(routerFields)
	fields[7], fields[8] = [2]uint16{152, 8}, [2]uint16{153, 8}
	for i, r := range records {
		records[i] = slices.Concat(r[:36], u64(noonSeconds*1000-9000, noonSeconds*1000-1000), r[44:])
	}
	options = set(3, u16(300, 3, 1, 149, 4, 48, 2, 50, 4))
	return ipfix(0, template(2, 256, fields...), options, set(300, u32(1), u16(1), u32(1000))), ipfix(1, set(256, records...))
}

// v5Packet makes a packet of NetFlow v5 with 28 records.
func v5Packet() []byte {
	b := slices.Concat(u16(5, 28), u32(uptime, noonSeconds, 0, 0), []byte{0, 1}, u16(1000))
	for i := range byte(28) {
		b = slices.Concat(b, []byte{192, 0, 2, i + 1, 198, 51, 100, 20, 203, 0, 113, 1}, u16(3, 4), u32(3, 1500, uptime-5000, uptime-1000),
			u16(1025, 443), []byte{0, 0x1b, 6, 8}, u16(64496, 64497), []byte{24, 16, 0, 0})
	}
	return b
}

// seeds are shaped like what exporters send.
func seeds() [][][]byte {
	nine, nineData := routerPackets(9)
	ten, tenData := routerPackets(10)
	both := set(2, u16(256, 6, 8, 4, 12, 4, 371, 0xffff, 0x8001, 4), u32(29305), u16(0x8002, 0xffff), u32(64999), u16(152, 8))
	session := template(0, 260, [][2]uint16{{27, 16}, {28, 16}, {233, 1}, {231, 4}, {232, 4}, {225, 4}, {227, 2}, {323, 8}, {56, 6}, {70, 3}}...)
	six := netip.MustParseAddr("2001:db8::5").AsSlice()
	return [][][]byte{
		{nine, nineData},
		{ten, tenData},
		{v5Packet()},
		{ipfix(0, both), ipfix(0, set(256, []byte{192, 0, 2, 1, 198, 51, 100, 1, 3, 'b', 'o', 'b'}, u32(9), []byte{2, 1, 1}, u64(noonSeconds*1000)))},
		{v9(0, session), v9(1, set(260, six, six, []byte{2}, u32(1, 2), []byte{203, 0, 113, 9}, u16(9), u64(noonSeconds*1000), []byte{0, 0, 94, 0, 83, 1, 0, 6, 75}))},
	}
}
