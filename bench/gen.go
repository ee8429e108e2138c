package main

import (
	"encoding/binary"
	"math"
	"net/netip"
	"sort"
	"time"

	"stormglass/internal/telemetry"
)

// The made-up operator: subscribers behind carrier-grade NAT by a Zipf law of exponent 0.6, peers by one of
// exponent 1.1 over 2 M, and 15 % of the flows with one of 8 M further peers, any as likely as the
// other: scans. One record tells of one direction, as exporters do.
const (
	subscribers = 300_000
	peers       = 2_000_000
	scanned     = 8_000_000
	sensors     = 8
)

// flow is one record before it is a telemetry.Flow or a NetFlow packet.
type flow struct {
	at               telemetry.Instant
	src, dst         uint32
	sport, dport     uint16
	proto, flags     uint8
	packets, octets  uint32
	sensor           int
	in, out          uint16
	lastsMillisecond uint32
}

// generator makes flows of days in the order of their time.
type generator struct {
	random
	peers, subscribers []uint32
	first              telemetry.Instant
	step               float64 // nanoseconds between flows
	made               int64
}

func newGenerator(first telemetry.Day, days float64, flows int64) *generator {
	return &generator{
		random: 88172645463325252, peers: zipf(peers, 1.1, 1<<22, 7), subscribers: zipf(subscribers, 0.6, 1<<20, 9),
		first: telemetry.Instant(first) * telemetry.Instant(24*time.Hour), step: days * float64(24*time.Hour) / float64(flows),
	}
}

// at gives the time of the n-th flow.
func (g *generator) at(n int64) telemetry.Instant {
	return g.first + telemetry.Instant(float64(n)*g.step)
}

// before gives how many flows there are before a time.
func (g *generator) before(t telemetry.Instant) int64 {
	n := int64(float64(t-g.first) / g.step)
	for g.at(n) < t {
		n++
	}
	for n > 0 && g.at(n-1) >= t {
		n--
	}
	return n
}

var ports = [8]uint16{443, 443, 443, 80, 53, 53, 22, 8080}

func (g *generator) next(f *flow) {
	a, b := g.random.next(), g.random.next()
	rank := g.peers[a>>20&(1<<22-1)]
	if a%100 < 15 {
		rank = peers + uint32(b>>20)%scanned
	}
	f.at = g.at(g.made)
	f.src, f.dst, f.sensor = subscriber(g.subscribers[b>>8&(1<<20-1)]), peer(rank), int(rank*2654435761>>16)%sensors
	f.sport, f.dport = uint16(1024+b%64000), ports[a>>8&7]
	if a>>50&1 == 1 {
		f.src, f.dst, f.sport, f.dport = f.dst, f.src, f.dport, f.sport
	}
	f.proto = 6
	if f.dport == 53 || f.sport == 53 {
		f.proto = 17
	}
	f.packets = 1 + uint32(b>>40)&63
	f.octets = f.packets * (40 + uint32(a>>40)%1400)
	f.flags = uint8(b>>30) & 31
	f.in, f.out = uint16(b>>50)%64, uint16(a>>55)%64
	f.lastsMillisecond = uint32(b>>34) % 60_000
	g.made++
}

// subscriber and peer give addresses: those of peers lie scattered over 16.0.0.0 to 79.255.255.255.
func subscriber(rank uint32) uint32 { return 100<<24 | 64<<16 + rank }
func peer(rank uint32) uint32       { return 16<<24 + (rank*2654435761+0x2f3a5b1)&(1<<30-1) }

func addr(a uint32) netip.Addr {
	var b [4]byte
	binary.BigEndian.PutUint32(b[:], a)
	return netip.AddrFrom4(b)
}

// fill turns a flow into a record.
func (f *flow) fill(r *telemetry.Flow, ordinal uint64) {
	*r = telemetry.Flow{
		Head: telemetry.Head{Ordinal: ordinal, Occurred: f.at},
		Ends: telemetry.Ends{Src: addr(f.src), Dst: addr(f.dst), SrcPort: f.sport, DstPort: f.dport, Proto: f.proto},

		Duration: time.Duration(f.lastsMillisecond) * time.Millisecond, OneWay: true, TCPFlags: f.flags,
		SrcBytes: uint64(f.octets), SrcPackets: uint64(f.packets), DstBytes: telemetry.NoCount, DstPackets: telemetry.NoCount,
	}
}

// values gives n addresses to look for, of which so many percent are peers beyond the 2,000 busiest,
// so that they may have been met; nobody ever meets the others. A few, and they are among the next
// 20,000, which most days meet.
func values(n, percent int) []netip.Addr {
	r := random(1 + n)
	out, ranks := make([]netip.Addr, n), uint32(4_000_000)
	if n <= 10 {
		ranks = 20_000
	}
	for i := range out {
		x := r.next()
		out[i] = addr(193<<24 + uint32(x>>20)&(1<<24-1))
		if int(x%100) < percent {
			out[i] = addr(peer(2000 + uint32(x>>20)%ranks))
		}
	}
	return out
}

type random uint64

func (r *random) next() uint64 {
	s := uint64(*r)
	s ^= s << 13
	s ^= s >> 7
	s ^= s << 17
	*r = random(s)
	return s * 2685821657736338717
}

// zipf gives ranks below n, each as often as the law says, shuffled.
func zipf(n int, exponent float64, size int, seed random) []uint32 {
	sums, sum := make([]float64, n), 0.0
	for i := range sums {
		sum += math.Pow(float64(i+1), -exponent)
		sums[i] = sum
	}
	out := make([]uint32, size)
	for i := range out {
		out[i] = uint32(sort.SearchFloat64s(sums, (float64(i)+0.5)/float64(size)*sum))
	}
	for i := size - 1; i > 0; i-- {
		j := seed.next() % uint64(i+1)
		out[i], out[j] = out[j], out[i]
	}
	return out
}
