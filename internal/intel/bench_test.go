package intel

import (
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"net/netip"
	"strings"
	"testing"

	"stormglass/internal/observable"
)

const million = 1_000_000

func addrOf(n uint32) netip.Addr {
	var b [4]byte
	binary.BigEndian.PutUint32(b[:], n)
	return netip.AddrFrom4(b)
}

// addrIndex holds a million indicators: addresses, and one in twenty a prefix of 20 to 31 bits.
func addrIndex(b *testing.B) (*Index, []netip.Addr) {
	b.Helper()
	rnd := rand.New(rand.NewPCG(12345, 1))
	l := NewLoader()
	src := l.Source(&Source{})
	addrs := make([]netip.Addr, 0, million)
	for i := range million {
		a := addrOf(rnd.Uint32())
		if i%20 == 0 {
			p := netip.PrefixFrom(a, 20+i%12).Masked()
			l.Indicator(Indicator{Value: observable.Of(observable.Prefix, p.String()), Source: src})
			continue
		}
		addrs = append(addrs, a)
		l.Indicator(Indicator{Value: observable.OfAddr(a), Source: src})
	}
	x, err := l.Index()
	if err != nil {
		b.Fatal(err)
	}
	return x, addrs
}

// flowAddrs gives address pairs of flows: a subscriber behind carrier-grade NAT and a peer by a Zipf
// law, one in 10,000 an indicator.
func flowAddrs(known []netip.Addr) [][2]netip.Addr {
	rnd := rand.New(rand.NewPCG(88, 2))
	zipf := rand.NewZipf(rnd, 1.1, 1, 2_000_000)
	out := make([][2]netip.Addr, 1<<20)
	for i := range out {
		out[i] = [2]netip.Addr{addrOf(0x64400000 + uint32(rnd.IntN(300_000))), addrOf(uint32(zipf.Uint64())*2654435761 + 0x2f3a5b1)}
		if i%10_000 == 0 {
			out[i][1] = known[rnd.IntN(len(known))]
		}
	}
	return out
}

// BenchmarkFlowAddrs looks both addresses of a flow up; the unit is flows.
func BenchmarkFlowAddrs(b *testing.B) {
	x, known := addrIndex(b)
	flows := flowAddrs(known)
	b.Run("index", func(b *testing.B) {
		var ms []Match
		hits := 0
		for i := 0; b.Loop(); i++ {
			f := &flows[i&(1<<20-1)]
			ms = x.Addr(f[1], x.Addr(f[0], ms[:0]))
			hits += len(ms)
		}
		perSecond(b, "Mflows/s")
	})
	b.Run("gomap", func(b *testing.B) {
		m := make(map[netip.Addr]uint32, million)
		for i, a := range known {
			m[a] = uint32(i)
		}
		hits := 0
		for i := 0; b.Loop(); i++ {
			f := &flows[i&(1<<20-1)]
			for _, a := range f {
				if _, ok := m[a]; ok {
					hits++
				}
			}
		}
		perSecond(b, "Mflows/s")
	})
}

func domainName(rnd *rand.Rand) string {
	const letters = "abcdefghijklmnopqrstuvwxyz"
	n := 5 + rnd.IntN(10)
	s := make([]byte, n)
	for i := range s {
		s[i] = letters[rnd.IntN(26)]
	}
	return fmt.Sprintf("%s%d.%s", s, rnd.IntN(1000), []string{"com", "net", "org", "info", "co.uk", "xyz"}[rnd.IntN(6)])
}

// BenchmarkDomains looks a name with its parents up among a million.
func BenchmarkDomains(b *testing.B) {
	rnd := rand.New(rand.NewPCG(777, 1))
	l := NewLoader()
	src := l.Source(&Source{})
	m := make(map[string]uint32, million)
	known := make([]string, million)
	for i := range known {
		known[i] = domainName(rnd)
		m[known[i]] = uint32(i)
		l.Indicator(Indicator{Value: observable.Of(observable.Domain, known[i]), Source: src})
	}
	x, err := l.Index()
	if err != nil {
		b.Fatal(err)
	}
	sub := []string{"www.", "api.eu.", "cdn.a1.b2.", "", "mail."}
	queries := make([]string, 1<<20)
	for i := range queries {
		queries[i] = sub[rnd.IntN(5)] + "q" + domainName(rnd)
		if i%10_000 == 0 {
			queries[i] = sub[rnd.IntN(5)] + known[rnd.IntN(million)]
		}
	}
	b.Run("index", func(b *testing.B) {
		var ms []Match
		for i := 0; b.Loop(); i++ {
			ms = x.Domain(queries[i&(1<<20-1)], ms[:0])
		}
		perSecond(b, "Mnames/s")
	})
	b.Run("gomap", func(b *testing.B) {
		hits := 0
		for i := 0; b.Loop(); i++ {
			for s, ok := queries[i&(1<<20-1)], true; ok; _, s, ok = strings.Cut(s, ".") {
				if _, hit := m[s]; hit {
					hits++
				}
			}
		}
		perSecond(b, "Mnames/s")
	})
}

func perSecond(b *testing.B, unit string) {
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds()/1e6, unit)
}

// BenchmarkBuild builds an index of a million addresses, domains and hashes.
func BenchmarkBuild(b *testing.B) {
	rnd := rand.New(rand.NewPCG(3, 3))
	values := make([]observable.Value, million)
	for i := range values {
		switch i % 3 {
		case 0:
			values[i] = observable.OfAddr(addrOf(rnd.Uint32()))
		case 1:
			values[i] = observable.Of(observable.Domain, domainName(rnd))
		case 2:
			values[i] = observable.Of(observable.SHA256, fmt.Sprintf("%016x%016x%016x%016x", rnd.Uint64(), rnd.Uint64(), rnd.Uint64(), rnd.Uint64()))
		}
	}
	for b.Loop() {
		l := NewLoader()
		src := l.Source(&Source{})
		for _, v := range values {
			l.Indicator(Indicator{Value: v, Source: src})
		}
		if _, err := l.Index(); err != nil {
			b.Fatal(err)
		}
	}
}
