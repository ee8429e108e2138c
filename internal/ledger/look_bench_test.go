package ledger

import (
	"context"
	"encoding/binary"
	"fmt"
	"math"
	"math/rand/v2"
	"net/netip"
	"os"
	"slices"
	"strconv"
	"testing"
	"time"

	"stormglass/internal/disk"
	"stormglass/internal/disk/disktest"
	"stormglass/internal/telemetry"
)

// The benchmarks look back over a month of a made-up network: customers by a Zipf law of 0.6 behind
// 300,000 addresses, peers by one of 1.1 over 2,000,000, and 15 % noise from 8,000,000. 50,000,000
// flows come to about 21,600,000 rows, at which the bars of the design are set;
// STORMGLASS_BENCH_ROWS=21600000 asks for as many.
const (
	benchDays   = 30
	benchOwn    = 300_000
	benchPeers  = 2_000_000
	benchNoise  = 8_000_000
	flowsPerRow = 2.31
)

func benchRows() int {
	if n, err := strconv.Atoi(os.Getenv("STORMGLASS_BENCH_ROWS")); err == nil {
		return n
	}
	return 300_000
}

// network draws flows.
type network struct {
	rng    *rand.Rand
	tokens bool // peers are tokens
}

func (n network) own() uint32 {
	return 100<<24 | 64<<16 + uint32(benchOwn*math.Pow(n.rng.Float64(), 2.5))
}

func (n network) peer() uint32 {
	if n.rng.IntN(100) < 15 {
		return outside(benchPeers + n.rng.Uint32N(benchNoise))
	}
	u := n.rng.Float64()
	rank := math.Pow(1-u*(1-math.Pow(benchPeers, -0.1)), -10) - 1
	return outside(uint32(min(rank, benchPeers-1)))
}

// outside scatters ranks over the addresses.
func outside(rank uint32) uint32 {
	x := rank*0x9e3779b1 + 0x1234567
	x ^= x >> 15
	return x * 0x85ebca6b
}

func ipv4(a uint32) netip.Addr {
	return netip.AddrFrom4([4]byte(binary.BigEndian.AppendUint32(nil, a)))
}

// day gives the rows of a day's flows, in order.
func (n network) day(day telemetry.Day, flows int) []*Row {
	rows := map[uint32]*Row{}
	add := func(a uint32, at int64, sensor uint32, bytes uint64, p Peer) {
		r := rows[a]
		if r == nil {
			k := AddrKey(ipv4(a))
			r = &Row{Value: k[:], Day: day, First: at}
			rows[a] = r
		}
		r.Last = at
		r.Hours |= 1 << (at % secondDay / 3600)
		r.Roles |= 1 << (at & 1)
		r.Sensors = AddSeen(r.Sensors, Seen{Sensor: sensor, Records: 1, Bytes: bytes, Packets: bytes/700 + 1})
		r.Peers, r.More = AddPeer(r.Peers, r.More, p)
	}
	for i := range flows {
		at := int64(day)*secondDay + int64(i)*secondDay/int64(flows)
		own, peer := n.own(), n.peer()
		sensor := peer % 40
		if n.rng.IntN(10) == 0 {
			sensor = n.rng.Uint32N(40)
		}
		bytes := 40 + n.rng.Uint64N(1<<(6+n.rng.Uint32N(16)))
		add(own, at, own%40, bytes, Peer{})
		add(peer, at, sensor, bytes, n.seen(own))
	}
	all := make([]*Row, 0, len(rows))
	for _, r := range rows {
		all = append(all, r)
	}
	slices.SortFunc(all, (*Row).Compare)
	return all
}

// seen gives the operator's end as a peer.
func (n network) seen(own uint32) Peer {
	p := Peer{Kind: PeerAddr, Bytes: AddrKey(ipv4(own))}
	if n.tokens {
		p.Kind = PeerToken
		binary.BigEndian.PutUint64(p.Bytes[:], mix64(uint64(own)))
		binary.BigEndian.PutUint64(p.Bytes[8:], mix64(^uint64(own)))
	}
	return p
}

// month writes a month of segments and opens them.
func month(b *testing.B) (disk.FS, []*Segment) {
	b.Helper()
	folder, err := disk.Dir(b.TempDir())
	if err != nil {
		b.Fatal(err)
	}
	n := network{rng: rand.New(rand.NewPCG(1, 2))}
	flows := int(float64(benchRows()) * flowsPerRow / benchDays)
	var segs []*Segment
	var rows, size float64
	var took time.Duration
	for i := range benchDays {
		all := n.day(telemetry.Day(20000+i), flows)
		name := fmt.Sprintf("%02d.seg", i)
		start := time.Now()
		info := writeRows(b, folder, name, Meta{}, WriterOptions{}, all)
		took += time.Since(start)
		segs = append(segs, openOne(b, folder, name))
		rows, size = rows+float64(info.Rows), size+float64(info.Bytes)
	}
	b.Logf("%.0f rows in %d segments, %.1f B/row, written at %.2f M rows/s", rows, len(segs), size/rows, rows/took.Seconds()/1e6)
	return folder, segs
}

// wanted draws values of which so many in a hundred lie among those that were probably seen.
func wanted(n, present int) []Probe {
	rng := rand.New(rand.NewPCG(uint64(n), 9))
	probes := make([]Probe, n)
	for i := range probes {
		rank := benchPeers + benchNoise + rng.Uint32N(1<<30)
		if rng.IntN(100) < present {
			rank = 2000 + rng.Uint32N(benchPeers-2000)
		}
		probes[i] = AddrProbe(ipv4(outside(rank)))
	}
	return probes
}

func BenchmarkLook(b *testing.B) {
	folder, segs := month(b)
	rng := rand.New(rand.NewPCG(3, 3))
	prefixes := make([]Probe, 0, 100)
	for range 100 {
		p, _ := ipv4(rng.Uint32()).Prefix(24)
		prefixes = append(prefixes, PrefixProbes(p)...)
	}
	for _, bench := range []struct {
		name   string
		probes []Probe
	}{
		{"1 everywhere", []Probe{AddrProbe(ipv4(outside(0)))}},
		{"1 present", []Probe{AddrProbe(ipv4(outside(5000)))}},
		{"1 absent", wanted(1, 0)},
		{"1,000 half present", wanted(1000, 50)},
		{"100,000 5 % present", wanted(100_000, 5)},
		{"100 prefixes of 24", prefixes},
	} {
		b.Run(bench.name, func(b *testing.B) {
			b.ReportAllocs()
			var hits int
			for b.Loop() {
				hits = 0
				err := Look(context.Background(), segs, bench.probes, allDays, func(int, *Row) error {
					hits++
					return nil
				})
				if err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(hits), "rows")
		})
	}
	b.Run("open and 1,000", func(b *testing.B) { openLook(b, folder, segs, wanted(1000, 50)) })
}

// openLook does what a process of its own does: it opens segments and asks them once.
func openLook(b *testing.B, folder disk.FS, segs []*Segment, probes []Probe) {
	fresh := make([]*Segment, len(segs))
	for b.Loop() {
		for i, s := range segs {
			var err error
			if fresh[i], err = Open(folder, s.Name()); err != nil {
				b.Fatal(err)
			}
		}
		if err := Look(context.Background(), fresh, probes, allDays, func(int, *Row) error { return nil }); err != nil {
			b.Fatal(err)
		}
		for _, s := range fresh {
			if err := s.Close(); err != nil {
				b.Fatal(err)
			}
		}
	}
}

// BenchmarkSegment writes and reads the rows of a day.
func BenchmarkSegment(b *testing.B) {
	for _, tokens := range []bool{false, true} {
		rows := network{rng: rand.New(rand.NewPCG(1, 2)), tokens: tokens}.day(20000, int(float64(benchRows())*flowsPerRow/benchDays))
		per := func(b *testing.B) {
			b.ReportMetric(float64(b.N*len(rows))/b.Elapsed().Seconds()/1e6, "Mrows/s")
		}
		folder := disktest.NewMemory()
		info := writeRows(b, folder, "a.seg", Meta{}, WriterOptions{}, rows)
		for _, o := range []WriterOptions{{}, {NoFilter: true}} {
			b.Run(fmt.Sprintf("write/tokens=%t/filter=%t", tokens, !o.NoFilter), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					writeRows(b, disktest.NewMemory(), "a.seg", Meta{}, o, rows)
				}
				per(b)
				b.ReportMetric(float64(info.Bytes)/float64(info.Rows), "B/row")
			})
		}
		s := openOne(b, folder, "a.seg")
		b.Run(fmt.Sprintf("scan/tokens=%t", tokens), func(b *testing.B) {
			for b.Loop() {
				var r Row
				c := s.Scan()
				for c.Next(&r) {
				}
				if c.Err() != nil {
					b.Fatal(c.Err())
				}
			}
			per(b)
		})
	}
}
