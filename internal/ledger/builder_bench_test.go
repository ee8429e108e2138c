//go:build unix

package ledger

import (
	"encoding/binary"
	"fmt"
	"math"
	"math/rand/v2"
	"net/netip"
	"runtime"
	"slices"
	"sync"
	"syscall"
	"testing"
	"time"

	"stormglass/internal/telemetry"
)

// zipf draws numbers below n with a probability that falls as rank^-s, by its inverse integral. It
// serves s below 1, which rand.Zipf does not.
func zipf(r *rand.Rand, s float64, n int) int {
	u := r.Float64()
	var x float64
	if s == 1 {
		x = math.Pow(float64(n), u)
	} else {
		x = math.Pow(u*(math.Pow(float64(n), 1-s)-1)+1, 1/(1-s))
	}
	return min(n-1, int(x)-1)
}

// flow is as much of a flow as the ledger sees.
type flow struct {
	own, peer netip.Addr
	fact      Fact
}

// makeFlows makes flows of one day: 300,000 subscribers by zipf 0.6, 2 million peers by zipf 1.1, and
// 15 in 100 flows with any of 8 million. The sensor follows the peer; one in four is seen by a second one.
func makeFlows(n int, day telemetry.Day, seed uint64) []flow {
	r := rand.New(rand.NewPCG(seed, 1))
	flows := make([]flow, 0, n)
	for len(flows) < n {
		own, peer := zipf(r, 0.6, 300_000), zipf(r, 1.1, 2_000_000)
		if r.IntN(100) < 15 {
			peer = 2_000_000 + r.IntN(8_000_000)
		}
		at := telemetry.Instant(day)*86400e9 + telemetry.Instant(float64(len(flows))/float64(n)*86400e9)
		f := flow{own: mixed(uint32(own), 10), peer: mixed(uint32(peer), 20)}
		f.fact = Fact{Kind: telemetry.KindFlow, At: at, Roles: 1, Sensor: uint32(peer*7919) % 20, Bytes: r.Uint64N(100_000), Packets: r.Uint64N(100)}
		f.fact.Peer = Peer{Kind: PeerToken, Bytes: f.own.As16()}
		flows = append(flows, f)
		if r.IntN(4) == 0 && len(flows) < n {
			f.fact.Sensor = (f.fact.Sensor + 1) % 20
			flows = append(flows, f)
		}
	}
	return flows
}

// mixed scatters numbers over the addresses of a few hundred networks.
func mixed(n uint32, base byte) netip.Addr {
	var b [4]byte
	binary.BigEndian.PutUint32(b[:], n*2654435761)
	b[0] = base + b[0]%60
	return netip.AddrFrom4(b)
}

// tell hands a flow to a builder: both of its addresses.
func (f *flow) tell(b *Builder) {
	b.Addr(f.peer, &f.fact)
	own := f.fact
	own.Peer = Peer{}
	b.Addr(f.own, &own)
}

// cpu gives the processor time that this process has used: other programs on the machine count less than
// they do in wall time.
func cpu() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// BenchmarkBuilderAdd adds flows, two addresses each, to tables that are not full: the least a flow
// costs. Beside it, a Go map of rows that keeps less: one sensor and no peers.
func BenchmarkBuilderAdd(b *testing.B) {
	flows := makeFlows(1<<20, firstDay, 1)
	b.Run("table", func(b *testing.B) {
		build := NewBuilder(folderOf(b), "tmp", BuilderOptions{TableBytes: 512 << 20})
		benchFlows(b, flows, func(f *flow) { f.tell(build) })
	})
	b.Run("map", func(b *testing.B) {
		m := plainMap{}
		benchFlows(b, flows, func(f *flow) {
			m.add(f.peer, &f.fact)
			m.add(f.own, &f.fact)
		})
	})
}

// benchFlows hands over each flow once, and then goes on with the first until the benchmark is over.
func benchFlows(b *testing.B, flows []flow, tell func(*flow)) {
	for i := range flows {
		tell(&flows[i])
	}
	b.ReportAllocs()
	n, began := 0, cpu()
	for b.Loop() {
		tell(&flows[n%len(flows)])
		n++
	}
	b.ReportMetric(float64(n)/(cpu()-began).Seconds()/1e6, "Mflows/cpu-s")
}

// plainMap is the simplest table.
type plainMap map[mapKey]*mapRow

type mapKey struct {
	addr [16]byte
	day  telemetry.Day
	kind telemetry.Kind
}

type mapRow struct {
	first, last             int64
	records, bytes, packets uint64
	hours                   uint32
	roles                   uint8
}

func (m plainMap) add(a netip.Addr, f *Fact) {
	at := momentOf(f.At)
	k := mapKey{a.As16(), at.day, f.Kind}
	second := int64(at.day)*secondDay + int64(at.second)
	r := m[k]
	if r == nil {
		r = &mapRow{first: second, last: second}
		m[k] = r
	}
	r.first, r.last = min(r.first, second), max(r.last, second)
	r.records++
	r.bytes += f.Bytes
	r.packets += f.Packets
	r.hours |= at.hour()
	r.roles |= f.Roles
}

// BenchmarkBuilderDay makes the segment of a day of 1.67 million flows (50 million in 30 days): adds,
// spills, sorts, merges, writes and syncs, on one core.
func BenchmarkBuilderDay(b *testing.B) {
	runtime.GOMAXPROCS(1)
	defer runtime.GOMAXPROCS(runtime.NumCPU())
	flows := makeFlows(1_670_000, firstDay, 1)
	for _, table := range []int64{64 << 20, 256 << 20} {
		b.Run(fmt.Sprintf("table=%dMiB", table>>20), func(b *testing.B) {
			fs := folderOf(b)
			build := NewBuilder(fs, "tmp", BuilderOptions{TableBytes: table})
			b.ReportAllocs()
			commit, adding, began := 0, time.Duration(0), cpu()
			var info Info
			for b.Loop() {
				start := cpu()
				for i := range flows {
					flows[i].tell(build)
				}
				adding += cpu() - start
				made, err := build.Finish(b.Context(), segmentName(commit))
				if err != nil {
					b.Fatal(err)
				}
				info = made[0].Info
				commit++
			}
			facts := float64(commit * len(flows))
			b.ReportMetric(facts/(cpu()-began).Seconds()/1e6, "Mflows/cpu-s")
			b.ReportMetric(facts/adding.Seconds()/1e6, "Mflows/cpu-s-adding")
			b.ReportMetric(float64(info.Rows), "rows")
			b.ReportMetric(float64(info.Bytes)/float64(info.Rows), "B/row")
		})
	}
}

// BenchmarkBuilders makes the segment of a day with one builder for each core.
func BenchmarkBuilders(b *testing.B) {
	flows := makeFlows(1_670_000, firstDay, 1)
	for _, workers := range []int{1, 2, 4, 16} {
		b.Run(fmt.Sprintf("builders=%d", workers), func(b *testing.B) {
			fs := folderOf(b)
			builders := make([]*Builder, workers)
			for i := range builders {
				builders[i] = NewBuilder(fs, "tmp", BuilderOptions{TableBytes: DefaultTableBytes / int64(workers)})
			}
			commit, began := 0, cpu()
			for b.Loop() {
				var wg sync.WaitGroup
				batches := make(chan []flow)
				for _, build := range builders {
					wg.Go(func() {
						for batch := range batches {
							for i := range batch {
								batch[i].tell(build)
							}
						}
					})
				}
				for batch := range slices.Chunk(flows, 4096) {
					batches <- batch
				}
				close(batches)
				wg.Wait()
				if _, err := Finish(b.Context(), builders, segmentName(commit)); err != nil {
					b.Fatal(err)
				}
				commit++
			}
			b.ReportMetric(float64(commit*len(flows))/b.Elapsed().Seconds()/1e6, "Mflows/s")
			b.ReportMetric(float64(commit*len(flows))/(cpu()-began).Seconds()/1e6, "Mflows/cpu-s")
		})
	}
}

// BenchmarkBuilderNames adds names, a fifth of which are new on the day.
func BenchmarkBuilderNames(b *testing.B) {
	runtime.GOMAXPROCS(1)
	defer runtime.GOMAXPROCS(runtime.NumCPU())
	r := rand.New(rand.NewPCG(1, 1))
	names := make([]string, 1_000_000)
	for i := range names {
		n := zipf(r, 0.9, 1_000_000)
		names[i] = fmt.Sprintf("%s%d.site%d.example.%s", []string{"www", "api", "cdn-"}[n%3], n%17, n/17, []string{"com", "net", "org"}[n%3])
	}
	build := NewBuilder(folderOf(b), "tmp", BuilderOptions{})
	f := Fact{Kind: telemetry.KindDNS, At: telemetry.Instant(firstDay) * 86400e9, Peer: Peer{Kind: PeerToken}}
	b.ReportAllocs()
	commit, began := 0, cpu()
	for b.Loop() {
		for i, name := range names {
			f.Peer.Bytes[2] = byte(i)
			build.Name(name, &f)
		}
		if _, err := build.Finish(b.Context(), segmentName(commit)); err != nil {
			b.Fatal(err)
		}
		commit++
	}
	b.ReportMetric(float64(commit*len(names))/(cpu()-began).Seconds()/1e6, "Mnames/cpu-s")
}

// BenchmarkMerge merges 8 segments of a day each into one, on one core.
func BenchmarkMerge(b *testing.B) {
	fs := folderOf(b)
	var names []string
	var rows uint64
	for day := range telemetry.Day(8) {
		build := NewBuilder(fs, "tmp", BuilderOptions{TableBytes: 256 << 20})
		for _, f := range makeFlows(500_000, firstDay+day, uint64(day)) {
			f.tell(build)
		}
		made, err := build.Finish(b.Context(), segmentName(0))
		if err != nil {
			b.Fatal(err)
		}
		names, rows = append(names, made[0].Name), rows+made[0].Info.Rows
	}
	segs := openAll(b, fs, names)
	runtime.GOMAXPROCS(1)
	defer runtime.GOMAXPROCS(runtime.NumCPU())
	b.ReportAllocs()
	n, began := 0, cpu()
	for b.Loop() {
		w, err := NewWriter(fs, fmt.Sprint("merged-", n), JoinMeta(segs), WriterOptions{})
		if err != nil {
			b.Fatal(err)
		}
		if err := Merge(b.Context(), w, segs, MergeOptions{}); err != nil {
			b.Fatal(err)
		}
		if _, err := w.Close(); err != nil {
			b.Fatal(err)
		}
		n++
	}
	b.ReportMetric(float64(rows)*float64(n)/(cpu()-began).Seconds()/1e6, "Mrows/cpu-s")
}
