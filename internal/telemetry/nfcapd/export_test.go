package nfcapd_test

import (
	"encoding/binary"
	"math/rand/v2"
	"slices"
)

// exporter makes packets of flow export with made-up content: documentation addresses only, the same
// for the same seed. It knows nothing of the decoder under test.
type exporter struct {
	rand *rand.Rand
	at   uint64 // milliseconds since 1970 of the packets
}

func newExporter(seed uint64) *exporter {
	return &exporter{rand.New(rand.NewPCG(seed, 1)), 1_704_164_645_000} // 2024-01-02 03:04:05 UTC
}

// uptime is how long the made-up exporters have been running, in milliseconds.
const uptime = 3_600_000

// column is one field of a template: element, octets, and what makes its values.
type column struct {
	id, octets int
	value      func(x *exporter) []byte
}

func be(n uint64, octets int) []byte {
	b := binary.BigEndian.AppendUint64(nil, n)
	if octets > 8 {
		return append(make([]byte, octets-8), b...)
	}
	return b[8-octets:]
}

func some(id, octets int, limit uint64) column {
	return column{id, octets, func(x *exporter) []byte { return be(x.rand.Uint64N(limit), octets) }}
}

func oneOf(id, octets int, of ...uint64) column {
	return column{id, octets, func(x *exporter) []byte { return be(of[x.rand.IntN(len(of))], octets) }}
}

func v4(id int, prefix ...byte) column {
	return column{id, 4, func(x *exporter) []byte {
		return append(slices.Clone(prefix), byte(1+x.rand.IntN(254)))
	}}
}

func v6(id int, subnet byte) column {
	return column{id, 16, func(x *exporter) []byte {
		b := append([]byte{0x20, 0x01, 0x0d, 0xb8, 0, subnet}, make([]byte, 10)...)
		binary.BigEndian.PutUint32(b[12:], x.rand.Uint32())
		return b
	}}
}

func word(id, octets int, of ...string) column {
	return column{id, octets, func(x *exporter) []byte {
		b := make([]byte, octets)
		copy(b, of[x.rand.IntN(len(of))])
		return b
	}}
}

func mac(id int) column {
	return column{id, 6, func(x *exporter) []byte { return be(0x00005e005300+x.rand.Uint64N(256), 6) }}
}

// set makes one set of records, padded to a multiple of four octets.
func (x *exporter) set(id, n int, columns []column) []byte {
	var b []byte
	for range n {
		for _, c := range columns {
			b = append(b, c.value(x)...)
		}
	}
	return framed(id, b)
}

func framed(id int, body []byte) []byte {
	for len(body)%4 != 0 {
		body = append(body, 0)
	}
	b := append(be(uint64(id), 2), be(uint64(len(body)+4), 2)...)
	return append(b, body...)
}

func template(set, id int, columns []column) []byte {
	b := append(be(uint64(id), 2), be(uint64(len(columns)), 2)...)
	for _, c := range columns {
		b = append(append(b, be(uint64(c.id), 2)...), be(uint64(c.octets), 2)...)
	}
	return framed(set, b)
}

// v9 makes a packet of NetFlow v9 that holds the sets given.
func (x *exporter) v9(domain uint32, sets ...[]byte) []byte {
	b := append(be(9, 2), be(uint64(len(sets)), 2)...)
	b = append(b, be(uptime, 4)...)
	b = append(b, be(x.at/1000, 4)...)
	b = append(b, be(1, 4)...)
	b = append(b, be(uint64(domain), 4)...)
	return append(b, slices.Concat(sets...)...)
}

// ipfix makes a message of IPFIX that holds the sets given.
func (x *exporter) ipfix(domain uint32, sets ...[]byte) []byte {
	body := slices.Concat(sets...)
	b := append(be(10, 2), be(uint64(len(body)+16), 2)...)
	b = append(b, be(x.at/1000, 4)...)
	b = append(b, be(1, 4)...)
	b = append(b, be(uint64(domain), 4)...)
	return append(b, body...)
}

// v5 makes a packet of NetFlow v5 with n records; sampling is one in so many, 0 for none.
func (x *exporter) v5(engine uint16, sampling uint16, n int) []byte {
	b := append(be(5, 2), be(uint64(n), 2)...)
	b = append(b, be(uptime, 4)...)
	b = append(b, be(x.at/1000, 4)...)
	b = append(b, make([]byte, 8)...)
	b = append(b, be(uint64(engine), 2)...)
	if sampling > 0 {
		sampling |= 1 << 14
	}
	b = append(b, be(uint64(sampling), 2)...)
	columns := []column{
		v4(8, 192, 0, 2), v4(12, 198, 51, 100), v4(15, 203, 0, 113), some(10, 2, 99), some(14, 2, 99), some(2, 4, 1e6), some(1, 4, 1e9),
		oneOf(22, 4, uptime-70_123, uptime-60_001), oneOf(21, 4, uptime-50_456, uptime-40_002),
		some(7, 2, 65536), some(11, 2, 65536), oneOf(0, 1, 0), some(6, 1, 64), oneOf(4, 1, 6, 17, 1), oneOf(5, 1, 0, 8, 184),
		some(16, 2, 65535), some(17, 2, 65535), some(9, 1, 33), some(13, 1, 33), oneOf(0, 2, 0),
	}
	for range n {
		for _, c := range columns {
			b = append(b, c.value(x)...)
		}
	}
	return b
}

// What the templates below share: times relative to the uptime (v9) or absolute (IPFIX), counts, ports.
func basics() []column {
	return []column{
		some(2, 8, 1e6), some(1, 8, 1e12), oneOf(22, 4, uptime-70_123, uptime-60_001), oneOf(21, 4, uptime-50_456, uptime-60_001),
		some(7, 2, 65536), some(11, 2, 65536), oneOf(4, 1, 6, 17, 47), some(6, 1, 64), oneOf(5, 1, 0, 8, 184),
	}
}

func (x *exporter) absolute() []column {
	return []column{
		some(2, 4, 1e6), some(1, 4, 1e9), oneOf(152, 8, x.at-1_000, x.at-77), oneOf(153, 8, x.at-50, x.at),
		some(7, 2, 65536), some(11, 2, 65536), oneOf(4, 1, 6, 17), some(6, 1, 64),
	}
}

// icmp are the columns of flows of ICMP whose type and code stand in element 32.
func icmp(id, proto int) []column {
	return []column{
		some(2, 4, 1e3), some(1, 4, 1e6), oneOf(22, 4, uptime-70_123), oneOf(21, 4, uptime-50_456),
		oneOf(id, 2, 0x0800, 0x0000, 0x0301, 0x8000), oneOf(4, 1, uint64(proto)),
	}
}

// packet is what nfcapd is sent, with the last octet of the exporter's loopback address.
type packet struct {
	from byte
	data []byte
}

// scene gives packets with about n flows of every form.
func scene(n int) []packet {
	x := newExporter(7)
	a4, a6 := []column{v4(8, 192, 0, 2), v4(12, 198, 51, 100)}, []column{v6(27, 1), v6(28, 2)}
	route := []column{
		some(10, 4, 1<<31), some(14, 4, 1<<31), some(16, 4, 1<<32), some(17, 4, 1<<32), v4(15, 203, 0, 113), v4(18, 203, 0, 113),
		some(9, 1, 33), some(13, 1, 33), oneOf(61, 1, 0, 1), oneOf(55, 1, 0, 46), some(58, 2, 4096), some(59, 2, 4096), oneOf(89, 1, 64, 128),
	}
	layer2 := []column{mac(56), mac(57), mac(80), mac(81)}
	for i := range 10 {
		layer2 = append(layer2, some(70+i, 3, 1<<24))
	}
	out := []column{some(24, 4, 1e6), some(23, 4, 1e9), some(128, 4, 1<<32), some(129, 4, 1<<32)}
	route6 := []column{v6(62, 3), v6(63, 4), some(29, 1, 129), some(30, 1, 129), some(58, 2, 4096)}
	nsel := []column{
		some(148, 4, 1<<32), v4(8, 192, 0, 2), some(7, 2, 65536), some(10, 2, 9), v4(12, 198, 51, 100), some(11, 2, 65536), some(14, 2, 9),
		oneOf(4, 1, 6, 17), v4(225, 203, 0, 113), v4(226, 198, 51, 100), some(227, 2, 65536), some(228, 2, 65536),
		oneOf(233, 1, 1, 2, 3, 5), some(33002, 2, 2100), oneOf(323, 8, x.at-10, x.at-20), oneOf(152, 8, x.at-5_000),
		some(231, 4, 1e6), some(232, 4, 1e6), some(33000, 12, 1<<60), some(33001, 12, 1<<60), word(40000, 20, "alice", "bob", ""),
	}
	nel := []column{
		oneOf(323, 8, x.at-10, x.at-20), oneOf(230, 1, 1, 2, 4, 5), v4(8, 192, 0, 2), v4(225, 203, 0, 113), v4(12, 198, 51, 100), v4(226, 198, 51, 100),
		some(7, 2, 65536), some(227, 2, 65536), some(11, 2, 65536), some(228, 2, 65536), oneOf(4, 1, 6, 17), some(234, 4, 99), some(235, 4, 99),
		some(361, 2, 65536), some(362, 2, 65536), some(363, 2, 9), some(364, 2, 512),
	}
	forms := [][]column{
		slices.Concat(a4, basics()), slices.Concat(a4, basics(), route), slices.Concat(a6, basics(), route6),
		slices.Concat(a4, basics(), layer2), slices.Concat(a6, basics(), out), slices.Concat(a4, icmp(32, 1)), slices.Concat(a6, icmp(139, 58)),
	}
	var all []packet
	for i, columns := range forms {
		id := 300 + i
		per := max(1, 1000/(20+4*len(columns)*2))
		all = append(all, packet{1, x.v9(11, template(0, id, columns))})
		for left := n; left > 0; left -= per {
			all = append(all, packet{1, x.v9(11, x.set(id, min(left, per), columns))})
		}
	}
	for i, columns := range [][]column{nsel, nel} {
		all = append(all, packet{2, x.v9(22, template(0, 400+i, columns), x.set(400+i, min(n, 8), columns))})
	}
	abs := slices.Concat(a6, x.absolute(), []column{some(10, 4, 99), some(14, 4, 99)})
	all = append(all, packet{3, x.ipfix(33, template(2, 500, abs), x.set(500, min(n, 12), abs))})
	return append(append(all, sampled(x, min(n, 10))...), packet{4, x.v5(0x0102, 0, min(n, 20))}, packet{5, x.v5(0x0304, 100, min(n, 20))})
}

// sampled gives flows whose sampling rate the exporters state in options data, in the three ways there are:
// for the whole of it (34, 35), by sampler (48, 49, 50) and as IPFIX does (302, 304, 305, 306).
func sampled(x *exporter, n int) []packet {
	flows := slices.Concat([]column{v4(8, 192, 0, 2), v4(12, 198, 51, 100)}, basics())
	all := slices.Concat(be(600, 2), be(4, 2), be(8, 2), be(1, 2), be(4, 2), be(34, 2), be(4, 2), be(35, 2), be(1, 2))
	allData := slices.Concat(be(0, 4), be(64, 4), be(2, 1))
	named := slices.Concat(be(610, 2), be(4, 2), be(12, 2), be(1, 2), be(4, 2), be(48, 2), be(1, 2), be(49, 2), be(1, 2), be(50, 2), be(4, 2))
	namedData := slices.Concat(be(0, 4), be(7, 1), be(2, 1), be(512, 4))
	byNumber := append(slices.Clone(flows), oneOf(48, 1, 7))
	ipfix := slices.Concat(be(620, 2), be(4, 2), be(1, 2), be(302, 2), be(8, 2), be(304, 2), be(2, 2), be(305, 2), be(4, 2), be(306, 2), be(4, 2))
	ipfixData := slices.Concat(be(9, 8), be(1, 2), be(2, 4), be(198, 4))
	selected := slices.Concat([]column{v4(8, 192, 0, 2), v4(12, 198, 51, 100)}, x.absolute(), []column{oneOf(302, 8, 9)})
	return []packet{
		{6, x.v9(44, framed(1, all))},
		{6, x.v9(44, framed(600, allData))},
		{6, x.v9(44, template(0, 601, flows), x.set(601, n, flows))},
		{7, x.v9(55, framed(1, named))},
		{7, x.v9(55, framed(610, namedData))},
		{7, x.v9(55, template(0, 611, byNumber), x.set(611, n, byNumber))},
		{8, x.ipfix(66, framed(3, ipfix))},
		{8, x.ipfix(66, framed(620, ipfixData))},
		{8, x.ipfix(66, template(2, 621, selected), x.set(621, n, selected))},
	}
}
