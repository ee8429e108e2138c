package analyse_test

import (
	"context"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"net/netip"
	"os"
	"runtime"
	"strconv"
	"testing"
	"testing/fstest"
	"time"

	"stormglass/internal/hunt"
	"stormglass/internal/hunt/analyse"
	"stormglass/internal/hunt/beacon"
	"stormglass/internal/hunt/dnstunnel"
	"stormglass/internal/hunt/habit"
	"stormglass/internal/hunt/hops"
	"stormglass/internal/hunt/longpair"
	"stormglass/internal/hunt/newdomain"
	"stormglass/internal/hunt/unheard"
	"stormglass/internal/register"
	"stormglass/internal/telemetry"
)

// TestSoakAttack has all analysers look at as much attack traffic as this machine gets through in some minutes (STORMGLASS_SOAK_MINUTES, else
// thirty), within an eighth of the limits of a hunt, so that a slow machine too gets through more than there is room for. All of it is of half an hour of the last of 22 days of a quiet network: flows from and to random
// addresses, some pairs that call without end, sessions to routers from random machines, questions for random names, logins of random accounts.
// Memory and disk keep to their bounds, what had no room is said, and of what goes on in the quiet network is told, or that it could not be.
func TestSoakAttack(t *testing.T) {
	if os.Getenv("STORMGLASS_SOAK") == "" {
		t.Skip("STORMGLASS_SOAK is not set")
	}
	minutes, err := strconv.Atoi(os.Getenv("STORMGLASS_SOAK_MINUTES"))
	if err != nil {
		minutes = 30
	}
	r, err := register.Load(fstest.MapFS{
		"registers/networks.yaml": {Data: []byte("networks:\n  - {prefix: 192.0.2.0/24, class: infrastructure}\n")},
		"registers/servers.yaml":  {Data: []byte("servers:\n  - {service: jump, addresses: [192.0.2.200]}\n")},
	})
	if err != nil {
		t.Fatal(err)
	}
	env := analyse.Env{Registers: r}
	list := []analyse.Analyser{
		beacon.Analyser{},
		longpair.Analyser{},
		dnstunnel.Analyser{},
		hops.Analyser{},
		newdomain.Analyser{},
		habit.FirstSeen{},
		habit.Hours{},
		habit.Dormant{},
		unheard.Silence{},
		unheard.Sequence{},
		unheard.Accounting{},
	}
	limits := analyse.DefaultLimits()
	limits.Memory, limits.Disk = limits.Memory/8, limits.Disk/8
	g := analyse.New(env, limits, list...)
	a := &soak{t: t, source: g.Source(), rnd: rand.New(rand.NewPCG(1, 1))}
	for d := range soakDays - 1 {
		a.quiet(d, 0, 24)
	}
	a.quiet(soakDays-1, 0, 11)
	var most, disk uint64
	started, said := time.Now(), time.Now()
	long := time.Duration(minutes) * time.Minute
	for round := 0; ; round++ {
		passed := time.Since(started)
		if passed >= long {
			break
		}
		a.attack(11*time.Hour + passed*(30*time.Minute)/long)
		if round%8 == 0 {
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			most, disk = max(most, m.HeapInuse), max(disk, uint64(analyse.OnDisk(g)))
		}
		if time.Since(said) > long/12 {
			said = time.Now()
			t.Logf("%4.0f s: %.1f M records, at most %d MiB of heap and %d MiB of notes on disk so far", passed.Seconds(), float64(a.records)/1e6, most>>20, disk>>20)
		}
	}
	a.quiet(soakDays-1, 12, 24)
	a.source.Commit()
	if bound := uint64(limits.Memory)*4 + 32<<20; most > bound { // what the collector has not come to is in it
		t.Errorf("%d bytes of heap, more than %d", most, bound)
	}
	if bound := uint64(limits.Disk + limits.Memory); disk > bound {
		t.Errorf("%d bytes on disk, more than %d", disk, bound)
	}
	gathered := time.Since(started)
	a.judge(g, env, list)
	t.Logf("%d records in %s, judged in %s", a.records, gathered.Round(time.Second), (time.Since(started) - gathered).Round(time.Second))
}

const soakDays = 22

type soak struct {
	t       *testing.T
	source  *analyse.Source
	rnd     *rand.Rand
	records uint64
}

func (a *soak) put(b *telemetry.Batch) {
	a.records += uint64(b.Len())
	if err := a.source.Batch(a.t.Context(), b); err != nil {
		a.t.Fatal(err)
	}
}

func soakBatch(k telemetry.Kind) *telemetry.Batch {
	return &telemetry.Batch{Kind: k, Source: &telemetry.Source{Name: "a soak"}}
}

// at is a time of one of the days.
func soakAt(d int, after time.Duration) telemetry.Instant {
	return telemetry.Instant(int64(day+d*86_400)*1e9 + int64(after))
}

func soakFlow(b *telemetry.Batch, at telemetry.Instant, src, dst netip.Addr, port uint16, lasted time.Duration) {
	f := &b.Flow[b.Append(uint64(b.Len()+1))]
	f.Occurred, f.Src, f.Dst, f.SrcPort, f.DstPort, f.Proto, f.Duration = at, src, dst, 40_000, port, 6, lasted
	f.SrcBytes, f.DstBytes, f.Answered = 100, 100, telemetry.Answered
	f.SrcLocal, f.DstLocal = telemetry.LocalNo, telemetry.LocalNo
	for _, x := range []struct {
		a  netip.Addr
		to *telemetry.Local
	}{{src, &f.SrcLocal}, {dst, &f.DstLocal}} {
		if b := x.a.As4(); b[0] == 192 && b[1] == 0 && b[2] == 2 {
			*x.to = telemetry.LocalYes
		}
	}
}

func soakLogin(b *telemetry.Batch, at telemetry.Instant, user string, from netip.Addr) {
	i := b.Append(uint64(b.Len() + 1))
	e := &b.Event[i]
	e.Occurred, e.Host, e.Src = at, "edge-r1", from
	for _, p := range [][2]string{{"user.name", user}, {"event.action", "login"}, {"event.outcome", "success"}, {"observer.vendor", "cisco"}} {
		b.AddPair(&e.Pairs, telemetry.FieldNamed(p[0]), p[1])
	}
}

func soakAsk(b *telemetry.Batch, at telemetry.Instant, who netip.Addr, name string) {
	d := &b.DNS[b.Append(uint64(b.Len()+1))]
	d.Occurred, d.Src, d.Query = at, who, name
}

func ours(n byte) netip.Addr { return netip.AddrFrom4([4]byte{192, 0, 2, n}) }

func outside(n uint32) netip.Addr {
	return netip.AddrFrom4([4]byte(binary.BigEndian.AppendUint32(nil, n)))
}

// quiet is some hours of what goes on: a beacon each ten minutes, a pair that speaks each hour, people at work; on the last day a chain of
// sessions, names that carry data, and an account from where it never was, at an hour that is not its own.
func (a *soak) quiet(d, from, to int) {
	flows, events, asked := soakBatch(telemetry.KindFlow), soakBatch(telemetry.KindEvent), soakBatch(telemetry.KindDNS)
	for h := from; h < to; h++ {
		hour := time.Duration(h) * time.Hour
		for m := range 6 {
			soakFlow(flows, soakAt(d, hour+time.Duration(m)*10*time.Minute), ours(7), netip.MustParseAddr("203.0.113.9"), 443, time.Second)
		}
		soakFlow(flows, soakAt(d, hour+5*time.Minute), ours(8), netip.MustParseAddr("203.0.113.10"), 8443, time.Second)
		if h >= 8 && h < 17 {
			soakLogin(events, soakAt(d, hour+time.Minute), "op-anna", netip.MustParseAddr("192.0.2.30"))
		}
		soakAsk(asked, soakAt(d, hour), ours(7), "www.carrier.example")
		if d != soakDays-1 {
			continue
		}
		switch h {
		case 3:
			soakLogin(events, soakAt(d, hour), "op-anna", netip.MustParseAddr("192.0.2.77"))
		case 14:
			soakFlow(flows, soakAt(d, hour), ours(1), ours(2), 22, 30*time.Minute)
			soakFlow(flows, soakAt(d, hour+5*time.Minute), ours(2), ours(3), 22, 10*time.Minute)
			for i := range 200 {
				soakAsk(asked, soakAt(d, hour+time.Duration(i)*time.Second), ours(9), fmt.Sprintf("%016x%016x.t.tunnel.example", a.rnd.Uint64(), a.rnd.Uint64()))
			}
		}
	}
	for _, b := range []*telemetry.Batch{flows, events, asked} {
		a.put(b)
	}
}

// attack is about 20,000 records of attack traffic at some time of the last day.
func (a *soak) attack(after time.Duration) {
	at := soakAt(soakDays-1, after)
	b := soakBatch(telemetry.KindFlow)
	for i := range 4096 {
		mine := ours(byte(a.rnd.IntN(256)))
		switch i % 4 {
		case 0: // to anywhere, once each
			soakFlow(b, at, mine, outside(16<<24+a.rnd.Uint32N(1<<31)), 443, 0)
		case 1: // from anywhere
			soakFlow(b, at, outside(16<<24+a.rnd.Uint32N(1<<31)), mine, 443, 0)
		case 2: // to some, again and again
			soakFlow(b, at, mine, outside(198<<24|18<<16|a.rnd.Uint32N(20_000)), 443, 0)
		case 3: // some pairs without end
			soakFlow(b, at, mine, outside(198<<24|51<<16|100<<8|a.rnd.Uint32N(8)), 443, 0)
		}
	}
	for range 3 {
		a.put(b)
	}
	s := soakBatch(telemetry.KindFlow)
	for range 1024 { // sessions to routers, from machines that are none of the network
		soakFlow(s, at, outside(10<<24|a.rnd.Uint32N(1<<24)), ours(byte(a.rnd.IntN(256))), 22, time.Second)
		s.Flow[s.Len()-1].SrcLocal = telemetry.LocalYes
	}
	a.put(s)
	q := soakBatch(telemetry.KindDNS)
	for i := range 2048 {
		name := fmt.Sprintf("%016x.victim.example", a.rnd.Uint64())
		if i%2 == 0 {
			name = fmt.Sprintf("www.%016x.example", a.rnd.Uint64())
		}
		soakAsk(q, at, ours(byte(a.rnd.IntN(256))), name)
	}
	a.put(q)
	e := soakBatch(telemetry.KindEvent)
	for range 1024 {
		soakLogin(e, at, fmt.Sprintf("u%x", a.rnd.Uint32()), outside(a.rnd.Uint32()))
	}
	a.put(e)
}

// judge has the analysers tell of the last day, and sees that what went on is told of, or that it is said why it may not be.
func (a *soak) judge(g *analyse.Gather, env analyse.Env, list []analyse.Analyser) {
	extracts := map[int][]*analyse.Extract{}
	rows := map[int]int64{}
	err := g.Extracts(func(n int, x *analyse.Extract) error {
		extracts[n] = append(extracts[n], x)
		rows[n] += analyse.RowBytes(x)
		return nil
	})
	if err != nil {
		a.t.Fatal(err)
	}
	wanted := map[string]string{"beacon": "203.0.113.9", "longpair": "203.0.113.10", "hops": "192.0.2.3", "dnstunnel": "tunnel.example", "firstseen": "op-anna", "hours": "op-anna"}
	for n, x := range list {
		account := &hunt.AnalyserAccount{Name: x.Name()}
		found, outcome := false, ""
		err := analyse.Judge(a.t.Context(), x, env, telemetry.Day(day/86_400+soakDays-1), extracts[n], account, func(_ context.Context, b *telemetry.Batch) error {
			for i := range b.Event {
				e := &b.Event[i]
				found = found || e.Dst.String() == wanted[x.Name()]
				for _, p := range b.PairsOf(e.Pairs) {
					found = found || p.Text == wanted[x.Name()]
					if e.Dataset == analyse.DatasetRan && p.Field == telemetry.FieldNamed("event.outcome") {
						outcome = p.Text
					}
				}
			}
			return nil
		})
		if err != nil {
			a.t.Fatal(err)
		}
		g.Account(n, account)
		a.t.Logf("%-10s %d notes, %d dropped (%.1f %%), %d KiB of rows, %d told, %s %q", x.Name(), account.Notes, account.Dropped,
			100*float64(account.Dropped)/float64(max(1, account.Notes)), rows[n]>>10, account.Derived, outcome, account.NotAssessed)
		if wanted[x.Name()] != "" && !found && outcome != "unknown" {
			a.t.Errorf("%s: what went on is not told of, nor that it could not be", x.Name())
		}
		if wanted[x.Name()] != "" {
			a.t.Logf("%-10s found: %v", x.Name(), found)
		}
		for _, e := range extracts[n] {
			if err := e.Close(); err != nil {
				a.t.Fatal(err)
			}
		}
	}
	if err := g.Close(); err != nil {
		a.t.Fatal(err)
	}
}
