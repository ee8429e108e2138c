package sigma

import (
	"math/rand/v2"
	"net/netip"
	"os"
	"runtime"
	"testing"
	"time"

	"github.com/gaissmai/bart"
	"golang.org/x/sys/unix"

	"stormglass/content"
	"stormglass/internal/hunt/sigma/pipeline"
	"stormglass/internal/hunt/sigma/rule"
	"stormglass/internal/telemetry"
)

// carrierSets are the sets of an operator of some size.
type carrierSets map[string]Set

func (s carrierSets) Set(name string) (Set, bool) {
	set, ok := s[name]
	return set, ok
}

func carrier() carrierSets {
	prefixes := func(all ...string) Set {
		var s Set
		for _, p := range all {
			s.Prefixes = append(s.Prefixes, SetPrefix{Prefix: netip.MustParsePrefix(p)})
		}
		return s
	}
	return carrierSets{
		"infrastructure":      prefixes("192.0.2.0/24", "10.255.0.0/16", "2001:db8:ff::/48"),
		"management_prefixes": prefixes("10.250.0.0/20", "10.251.7.0/24"),
		"tunnel_peers":        prefixes("10.254.1.1/32", "10.254.1.2/32", "10.254.2.0/24"),
		"servers":             prefixes("10.250.1.10/32", "10.250.1.11/32", "10.250.2.0/24"),
	}
}

// carrierJoined answers as registers do: a prefix look-up.
type carrierJoined struct{ approved *bart.Lite }

func (j carrierJoined) Field(_ telemetry.Kind, name string) (func(*telemetry.Batch, int) (string, bool), bool) {
	return func(b *telemetry.Batch, i int) (string, bool) {
		if j.approved.Contains(b.Ends(i).Dst) {
			return "approved", true
		}
		return "unknown", true
	}, isRegistered(name)
}

// flows are those of subscribers, with one of fifty to or from the operator's own devices.
func flows(n int) *telemetry.Batch {
	r := rand.New(rand.NewPCG(1, 2))
	ports := []uint16{443, 443, 443, 443, 80, 53, 53, 22, 8080, 5222, 123, 49, 1812, 161, 69, 18022}
	b := &telemetry.Batch{Kind: telemetry.KindFlow}
	any4 := func() netip.Addr {
		return netip.AddrFrom4([4]byte{byte(1 + r.IntN(222)), byte(r.IntN(256)), byte(r.IntN(256)), byte(r.IntN(256))})
	}
	device := func() netip.Addr { return netip.AddrFrom4([4]byte{10, 255, byte(r.IntN(4)), byte(r.IntN(256))}) }
	for range n {
		f := &b.Flow[b.Append(uint64(b.Len()+1))]
		f.Src, f.Dst, f.SrcPort, f.DstPort, f.Proto = any4(), any4(), uint16(1024+r.IntN(60000)), ports[r.IntN(len(ports))], 6
		switch r.IntN(100) {
		case 0:
			f.Src = device()
		case 1:
			f.Dst = device()
		}
		if f.DstPort == 53 || f.DstPort == 123 || f.DstPort == 161 || f.DstPort == 69 || f.DstPort == 1812 {
			f.Proto = 17
		}
		f.SrcPackets, f.DstPackets = uint64(1+r.IntN(20)), uint64(r.IntN(20))
		f.SrcBytes, f.DstBytes = f.SrcPackets*uint64(40+r.IntN(1400)), f.DstPackets*uint64(40+r.IntN(1400))
	}
	return b
}

func flowProgram(t testing.TB) *Program {
	text, err := os.ReadFile("testdata/flows.yml")
	if err != nil {
		t.Fatal(err)
	}
	approved := new(bart.Lite)
	approved.Insert(netip.MustParsePrefix("10.250.1.0/28"))
	p := program(t, parse(t, string(text)), Options{Sets: carrier(), Joined: carrierJoined{approved}}, telemetry.KindFlow)
	for _, r := range p.Unusable() {
		t.Fatalf("%s: %s", r.Rule.Title, r.Unusable)
	}
	return p
}

// cpuSeconds is what the process has used of processors: the machine is shared, so wall time says little.
func cpuSeconds() float64 {
	var u unix.Rusage
	if err := unix.Getrusage(unix.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano()).Seconds()
}

func BenchmarkFlowRules(b *testing.B) {
	p, records := flowProgram(b), flows(4096)
	e := p.Evaluator()
	found := 0
	b.ReportAllocs()
	begun := cpuSeconds()
	for b.Loop() {
		e.Batch(records, func(int, int) { found++ })
	}
	b.ReportMetric(float64(b.N)*4096/(cpuSeconds()-begun), "flows/cpu-s")
	b.ReportMetric(float64(found)/float64(b.N), "found/batch")
}

func benchmarkEvents(b *testing.B, p *Program, records *telemetry.Batch) {
	e := p.Evaluator()
	found := 0
	e.Batch(records, func(int, int) {})
	b.ReportAllocs()
	begun := cpuSeconds()
	for b.Loop() {
		e.Batch(records, func(int, int) { found++ })
	}
	b.ReportMetric(float64(b.N*records.Len())/(cpuSeconds()-begun), "events/cpu-s")
	b.ReportMetric(float64(found)/float64(b.N*records.Len()), "found/event")
	candidates, evaluated, cut := uint64(0), uint64(0), uint64(0)
	for _, r := range p.Stats().Rules {
		candidates, evaluated, cut = candidates+r.Candidates, evaluated+r.Evaluated, cut+r.Cut
	}
	n := float64((b.N + 1) * records.Len())
	b.ReportMetric(float64(candidates)/n, "candidates/event")
	b.ReportMetric(float64(evaluated)/n, "asked/event")
	b.ReportMetric(float64(cut), "cut")
}

func BenchmarkMixedEvents(b *testing.B) {
	c := newCorpus(1)
	p := corpusProgram(b, c, 3000, logSources)
	benchmarkEvents(b, p, c.events(4096))
}

// BenchmarkNetworkRecords asks the same 3,000 rules of records of the network.
func BenchmarkNetworkRecords(b *testing.B) {
	c := newCorpus(1)
	p := corpusProgram(b, c, 3000, logSources)
	b.Run("dns", func(b *testing.B) { benchmarkEvents(b, p, c.questions(4096)) })
	b.Run("http", func(b *testing.B) { benchmarkEvents(b, p, c.requests(4096)) })
	b.Run("flow", func(b *testing.B) { benchmarkEvents(b, p, flows(4096)) })
}

// BenchmarkOneByOne is the peer of BenchmarkMixedEvents without the index: every rule is asked of every record.
func BenchmarkOneByOne(b *testing.B) {
	c := newCorpus(1)
	p := corpusProgram(b, c, 3000, logSources)
	for _, k := range p.kinds {
		if k != nil {
			k.index = newIndex(k.sources, make([]*need, len(k.plans)))
		}
	}
	benchmarkEvents(b, p, c.events(512))
}

// BenchmarkProgramMemory tells what 3,000 rules take, without what was parsed of them.
func BenchmarkProgramMemory(b *testing.B) {
	c := newCorpus(1)
	rules, _ := rule.Parse("corpus.yml", []byte(c.rules(3000, logSources)))
	all := &rule.Collection{Rules: rules}
	all.Resolve()
	set, _ := pipeline.Load(content.Pipelines())
	for b.Loop() {
		before := heap()
		p := Compile(all, set, Options{})
		b.ReportMetric(float64(heap()-before)/(1<<20), "MiB")
		runtime.KeepAlive(p)
	}
}

func heap() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

func BenchmarkCompile(b *testing.B) {
	c := newCorpus(1)
	text := []byte(c.rules(3000, logSources))
	set, _ := pipeline.Load(content.Pipelines())
	for _, part := range []string{"parse", "compile"} {
		b.Run(part, func(b *testing.B) {
			var cpu float64
			for b.Loop() {
				begun := cpuSeconds()
				rules, _ := rule.Parse("corpus.yml", text)
				all := &rule.Collection{Rules: rules}
				all.Resolve()
				if part == "compile" {
					begun = cpuSeconds()
					Compile(all, set, Options{})
				}
				cpu += cpuSeconds() - begun
			}
			b.ReportMetric(cpu/float64(b.N), "cpu-s")
		})
	}
}
