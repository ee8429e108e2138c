package sflow_test

import (
	"net/netip"
	"strings"
	"sync"
	"testing"

	"stormglass/internal/telemetry"
	"stormglass/internal/telemetry/sflow"
)

func one(t *testing.T, d *sflow.Decoder) sflow.Agent {
	t.Helper()
	all := d.Stats().Agents()
	if len(all) != 1 {
		t.Fatalf("%d agents", len(all))
	}
	return all[0]
}

// TestLoss holds that what is lost on the way is counted: datagrams by their numbers, samples by those of
// their source; and that the sampling rate can be told from the pool.
func TestLoss(t *testing.T) {
	d := sflow.New(nil)
	decode(d, datagramOf(10, flowAt(1, 512, 1000, tcp)), datagramOf(11, flowAt(2, 512, 1500, tcp)),
		datagramOf(15, flowAt(6, 512, 3500, tcp)), datagramOf(13), datagramOf(15))
	a := one(t, d)
	if a.Datagrams != 5 || a.LostDatagrams != 1 || a.LateDatagrams != 2 || a.Restarts != 0 {
		t.Errorf("datagrams %d, lost %d, late %d, restarts %d", a.Datagrams, a.LostDatagrams, a.LateDatagrams, a.Restarts)
	}
	if a.Samples != 3 || a.LostSamples != 3 || a.Pool != 2500 || a.Pooled != 5 || a.Effective() != 500 {
		t.Errorf("samples %d, lost %d, pool %d of %d", a.Samples, a.LostSamples, a.Pool, a.Pooled)
	}
}

// TestMissed holds that samples that are lost, or could not be taken, are told of as records of their agent.
func TestMissed(t *testing.T) {
	drop := func(n, drops int) []byte { return part(1, n, 3, 512, 512*n, drops, 3, 4, 1, tcp) }
	s := decode(sflow.New(nil), datagramOf(1, drop(1, 100)), datagramOf(5, drop(6, 100)), datagramOf(6, drop(7, 130)))
	var got int64
	for _, m := range s.Missed {
		got += m.Records
		if m.Kind != telemetry.KindFlow || !m.Exporter.IsValid() || m.From > m.To {
			t.Errorf("%+v", m)
		}
	}
	if got != 4+30 {
		t.Errorf("%d samples missing, want 34", got)
	}
}

// TestWrap holds that counters which begin again at zero are no loss.
func TestWrap(t *testing.T) {
	d := sflow.New(nil)
	decode(d, datagramOf(0xffffffff, flowAt(0xffffffff, 512, 0xffffff00, tcp)), datagramOf(0, flowAt(0, 512, 0x100, tcp)))
	if a := one(t, d); a.LostDatagrams != 0 || a.LostSamples != 0 || a.Restarts != 0 || a.Pool != 512 {
		t.Errorf("%+v", a)
	}
}

// TestRestart holds that an agent that begins anew loses nothing.
func TestRestart(t *testing.T) {
	d := sflow.New(nil)
	decode(d, datagramOf(1_000_000, flowAt(70_000, 512, 1000, tcp)), datagramOf(1, flowAt(1, 512, 10, tcp)), datagramOf(2, flowAt(2, 512, 20, tcp)))
	if a := one(t, d); a.LostDatagrams != 0 || a.LostSamples != 0 || a.Restarts != 1 || a.LateDatagrams != 0 || a.Pool != 10 {
		t.Errorf("%+v", a)
	}
}

// TestDrops holds that what an agent says it could not sample is counted from its first statement on.
func TestDrops(t *testing.T) {
	drop := func(n, drops int) []byte { return part(1, n, 3, 512, 512*n, drops, 3, 4, 1, tcp) }
	missed := func(n, drops int) []byte { return part(5, n, 0, 3, drops, 3, 0, 258, 1, tcp) }
	d := sflow.New(nil)
	decode(d, datagramOf(1, drop(1, 100)), datagramOf(2, drop(2, 130)), datagramOf(3, missed(1, 7)), datagramOf(4, missed(2, 9)))
	if a := one(t, d); a.Drops != 32 || a.Discarded != 2 || a.Samples != 2 {
		t.Errorf("%+v", a)
	}
}

// TestSamplingChanged holds that another rate gives an event, once for each datagram.
func TestSamplingChanged(t *testing.T) {
	d := sflow.New(nil)
	s := decode(d, datagramOf(1, flowAt(1, 512, 512, tcp)), datagramOf(2, flowAt(2, 1024, 1024, tcp), flowAt(3, 512, 1536, tcp)))
	laws(t, s)
	events := s.Batch(telemetry.KindEvent)
	if events.Len() != 1 {
		t.Fatalf("%d events", events.Len())
	}
	e := events.Event[0]
	var pairs []string
	for _, p := range events.PairsOf(e.Pairs) {
		pairs = append(pairs, p.Field.String()+"="+p.Text)
	}
	got := strings.Join(append(pairs, e.Dataset, e.Host, e.Raw), " | ")
	want := "sflow.sub_agent=7 | sflow.source=0:3 | sflow.rate_before=512 | sflow.rate=1024 | sflow.sampling | 192.0.2.1 | the sampling rate of agent 192.0.2.1 went from 1 in 512 to 1 in 1024"
	if got != want {
		t.Errorf("\n%s\n%s", got, want)
	}
	if a := one(t, d); a.SamplingChanges != 2 || a.Sampling != 512 {
		t.Errorf("%d changes, now %d", a.SamplingChanges, a.Sampling)
	}
}

// TestUnknownForms holds that forms are counted by name, and not without bound.
func TestUnknownForms(t *testing.T) {
	d := sflow.New(nil)
	for n := range 200 {
		decode(d, datagramOf(n, part(n<<12|9, 1)))
	}
	a := one(t, d)
	if len(a.Unknown) != 65 || a.Unknown["enterprise 7 format 9"] != 1 || a.Unknown["others"] != 136 {
		t.Errorf("%d forms, others %d", len(a.Unknown), a.Unknown["others"])
	}
}

// TestFlood holds that forged agents and sources cost a bounded amount of memory, and that a real agent which
// goes on sending keeps its counts.
func TestFlood(t *testing.T) {
	stats := sflow.NewStats()
	d := sflow.New(stats)
	s := new(telemetry.Set)
	send := func(from netip.Addr, data []byte) {
		dg := telemetry.Datagram{From: netip.AddrPortFrom(from, 6343), At: at, Data: data}
		d.Decode(&dg, s)
		s.Reset()
	}
	forged := netip.MustParseAddr("198.51.0.0")
	for n := range 3 * sflow.MaxAgents {
		send(forged, datagramOf(1, flowAt(1, 1, 1)))
		forged = forged.Next()
		if n%64 == 0 {
			send(addr("192.0.2.9"), datagramOf(n/64+1, flowAt(n/64+1, 512, n)))
		}
	}
	all := stats.Agents()
	if len(all) != sflow.MaxAgents || stats.Evicted() == 0 {
		t.Errorf("%d agents, %d evicted", len(all), stats.Evicted())
	}
	kept := false
	for i := range all {
		kept = kept || all[i].From == addr("192.0.2.9") && all[i].Datagrams == 3*sflow.MaxAgents/64
	}
	if !kept {
		t.Error("the agent that went on sending was pushed out")
	}

	before := sources(stats)
	for n := range sflow.MaxSources/256 + 10 {
		var samples [][]byte
		for i := range 256 {
			samples = append(samples, part(1, 1, n*256+i, 512, 1, 0, 3, 4, 0))
		}
		send(addr("192.0.2.10"), datagramOf(n+1, samples...))
	}
	if n := sources(stats); n > sflow.MaxSources || n < before {
		t.Errorf("%d sources, %d before", n, before)
	}
}

func sources(stats *sflow.Stats) (n int) {
	all := stats.Agents()
	for i := range all {
		n += all[i].Sources
	}
	return n
}

// TestShared holds that decoders share their Stats, and that these can be read meanwhile.
func TestShared(t *testing.T) {
	stats := sflow.NewStats()
	var wg sync.WaitGroup
	for worker := range 4 {
		wg.Go(func() {
			d := sflow.New(stats)
			for n := range 500 {
				data := words(5, 1, netip.AddrFrom4([4]byte{192, 0, 2, byte(n % 7)}), worker, n, n, 1, flowAt(n, 512, n, tcp))
				decode(d, data)
				if n%50 == 0 {
					stats.Agents()
				}
			}
		})
	}
	wg.Wait()
	total := uint64(0)
	for _, a := range stats.Agents() {
		total += a.Samples
	}
	if total != 2000 {
		t.Errorf("%d samples", total)
	}
}
