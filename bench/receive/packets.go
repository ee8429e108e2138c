package main

import (
	"encoding/binary"
	"math/rand/v2"
	"net/netip"
	"time"
)

// NetFlow version 9, RFC 3954, with the fields that a router exports for unsampled IPv4.
const (
	templateID    = 260
	perPacket     = 28
	headerBytes   = 20
	recordBytes   = 50
	packetBytes   = headerBytes + 4 + perPacket*recordBytes
	uptime        = 3_600_000 // of the exporter when it sends, milliseconds: records count back from it
	innerCount    = 200_000
	outerCount    = 1_000_000
	busiest       = 20_000 // outer addresses that half of all flows go to
	metIndicators = 100
)

// template gives the fields of a record: type and length.
var template = [...][2]uint16{
	{8, 4}, {12, 4}, {15, 4}, {10, 2}, {14, 2}, {2, 4}, {1, 4}, {22, 4}, {21, 4}, {7, 2}, {11, 2}, // addresses, interfaces, counts, times, ports
	{6, 1}, {4, 1}, {5, 1}, {16, 4}, {17, 4}, {9, 1}, {13, 1}, {61, 1}, // flags, protocol, service, systems, masks, direction
}

// packets are datagrams that are made beforehand. Sender and sequence are put in when one is sent.
type packets struct {
	all          [][]byte
	templates    []byte
	met          []netip.Addr // outer addresses that are indicators
	inner, outer int          // distinct addresses
}

// newPackets makes n datagrams; one flow in so many meets intelligence.
func newPackets(n, exporters, meets int) *packets {
	rng := rand.New(rand.NewPCG(11, uint64(exporters)))
	p := &packets{templates: templatePacket()}
	for i := range metIndicators {
		p.met = append(p.met, netip.AddrFrom4([4]byte{203, 0, 113, byte(i)}))
	}
	space := make([]byte, n*packetBytes)
	inner, outer := make([]bool, innerCount), make([]bool, outerCount)
	flows := 0
	for i := range n {
		b := space[i*packetBytes : (i+1)*packetBytes : (i+1)*packetBytes]
		header(b, perPacket)
		binary.BigEndian.PutUint16(b[headerBytes:], templateID)
		binary.BigEndian.PutUint16(b[headerBytes+2:], 4+perPacket*recordBytes)
		for r := range perPacket {
			in, out := rng.IntN(innerCount), rng.IntN(busiest)
			if flows%2 == 1 {
				out = rng.IntN(outerCount)
			}
			inner[in], outer[out] = true, true
			peer := uint32(0x40000000) + uint32(out)*7
			if flows++; meets > 0 && flows%meets == 0 {
				a := p.met[flows/meets%metIndicators].As4()
				peer = binary.BigEndian.Uint32(a[:])
			}
			record(b[headerBytes+4+r*recordBytes:], rng, 0x0a000000+uint32(in), peer)
		}
		p.all = append(p.all, b)
	}
	p.inner, p.outer = count(inner), count(outer)
	return p
}

func count(set []bool) (n int) {
	for _, in := range set {
		if in {
			n++
		}
	}
	return n
}

var ports = [...]uint16{443, 443, 443, 443, 80, 53, 53, 123, 22, 8080}

// record writes one flow, of either direction.
func record(b []byte, rng *rand.Rand, inner, outer uint32) {
	src, dst, sport, dport := inner, outer, uint16(1024+rng.IntN(60_000)), ports[rng.IntN(len(ports))]
	if rng.IntN(2) == 0 {
		src, dst, sport, dport = dst, src, dport, sport
	}
	count := uint32(1 + rng.IntN(40))
	last := uptime - uint32(rng.IntN(15_000))
	be := binary.BigEndian
	be.PutUint32(b[0:], src)
	be.PutUint32(b[4:], dst)
	be.PutUint32(b[8:], 0x0afe0001)
	be.PutUint16(b[12:], uint16(1+rng.IntN(8)))
	be.PutUint16(b[14:], uint16(1+rng.IntN(8)))
	be.PutUint32(b[16:], count)
	be.PutUint32(b[20:], count*uint32(40+rng.IntN(1400)))
	be.PutUint32(b[24:], last-uint32(rng.IntN(60_000)))
	be.PutUint32(b[28:], last)
	be.PutUint16(b[32:], sport)
	be.PutUint16(b[34:], dport)
	b[36], b[37] = 0x1b, 6
	if dport == 53 || sport == 53 || dport == 123 || sport == 123 {
		b[36], b[37] = 0, 17
	}
	be.PutUint32(b[39:], 64512)
	be.PutUint32(b[43:], 3320)
	b[47], b[48], b[49] = 24, 20, 0
}

// header writes all but time, sequence and source id.
func header(b []byte, records uint16) {
	binary.BigEndian.PutUint16(b, 9)
	binary.BigEndian.PutUint16(b[2:], records)
	binary.BigEndian.PutUint32(b[4:], uptime)
}

// stamp puts in what differs each time that a datagram is sent. The exporter's clock stands still, as the records
// count from it; the time of day goes on.
func stamp(b []byte, now time.Time, sequence, source uint32) {
	binary.BigEndian.PutUint32(b[8:], uint32(now.Unix()))
	binary.BigEndian.PutUint32(b[12:], sequence)
	binary.BigEndian.PutUint32(b[16:], source)
}

func templatePacket() []byte {
	b := make([]byte, headerBytes, headerBytes+8+4*len(template))
	header(b, 1)
	b = binary.BigEndian.AppendUint16(b, 0)
	b = binary.BigEndian.AppendUint16(b, uint16(8+4*len(template)))
	b = binary.BigEndian.AppendUint16(b, templateID)
	b = binary.BigEndian.AppendUint16(b, uint16(len(template)))
	for _, f := range template {
		b = binary.BigEndian.AppendUint16(b, f[0])
		b = binary.BigEndian.AppendUint16(b, f[1])
	}
	return b
}
