package service

import (
	"context"
	"math"
	"os"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"stormglass/internal/config"
)

// soakMinutes is how long a soak goes on: STORMGLASS_SOAK_MINUTES, else half an hour.
func soakMinutes(t *testing.T) time.Duration {
	t.Helper()
	if !soaking() {
		t.Skip("STORMGLASS_SOAK is not set")
	}
	return time.Duration(soakNumber(t, "STORMGLASS_SOAK_MINUTES", 30)) * time.Minute
}

func soakNumber(t *testing.T, name string, without int) int {
	t.Helper()
	text := os.Getenv(name)
	if text == "" {
		return without
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return n
}

// A service that receives flows at a constant rate takes the same memory in the end as before. STORMGLASS_SOAK_RATE is flows a
// second; 100,000 fill 6 to 9 GB of disk in half an hour.
func TestSoakFlows(t *testing.T) {
	long := soakMinutes(t)
	c := configured(t)
	u := config.DefaultUDP()
	u.Address, u.Sockets = "127.0.0.1:0", 2
	c.Collect.NetFlow = []config.UDP{u}
	c.Memory, c.FoldEvery, c.UpkeepEvery = 2<<30, 5*time.Second, time.Minute
	s, stop := run(t, c)
	ctx, cancel := context.WithTimeout(t.Context(), long)
	defer cancel()
	var wg sync.WaitGroup
	wg.Go(func() { export(ctx, t, s, 4, soakNumber(t, "STORMGLASS_SOAK_RATE", 100_000)) })
	m := measured(ctx, long)
	wg.Wait()
	m.report(t, s)
	stop()
}

// The same of a service with all inputs, whose intelligence is exchanged now and then, and which is asked all the time.
func TestSoakEverything(t *testing.T) {
	long := soakMinutes(t)
	c := everything(t)
	c.Memory, c.FoldEvery, c.UpkeepEvery = 2<<30, 5*time.Second, time.Minute
	logs := t.TempDir()
	c.Collect.Watch = []string{logs}
	token := tokenFile(t, c)
	s, stop := run(t, c)
	ctx, cancel := context.WithTimeout(t.Context(), long)
	defer cancel()
	d := &daily{t: t, s: s, at: client{t, "http://" + s.http.said(), token}, logs: logs}
	var wg sync.WaitGroup
	wg.Go(func() { export(ctx, t, s, 4, soakNumber(t, "STORMGLASS_SOAK_RATE", 100_000)/4) })
	for _, work := range []func(context.Context){d.samples, d.syslogUDP, d.syslogTCP, d.syslogTLS, d.zeek, d.handIn, d.ask, d.exchange} {
		wg.Go(func() { work(ctx) })
	}
	m := measured(ctx, long)
	wg.Wait()
	m.report(t, s)
	stop()
	d.check()
}

// export sends flows of some routers at a rate together, flows a second.
func export(ctx context.Context, t *testing.T, s *Service, routers, rate int) {
	const each, beat = 28, 5 * time.Millisecond
	var all []*numbered
	for i := range routers {
		all = append(all, newNumbered(t, "127.0.1."+strconv.Itoa(1+i), s.bound()[0].Addr(), each, uint64(i)<<32))
	}
	tick := time.NewTicker(beat)
	defer tick.Stop()
	due, sent := 0.0, 0
	for ctx.Err() == nil {
		<-tick.C
		for due += float64(rate) * beat.Seconds() / each; sent < int(due); sent++ {
			all[sent%routers].send(t)
		}
	}
}

// memories is what a process held, over time.
type memories struct {
	heap, resident []int // MiB
	goroutines     []int
	every          time.Duration
}

// measured looks at this process until the context ends. The heap is what is left after a collection.
func measured(ctx context.Context, long time.Duration) *memories {
	m := &memories{every: max(time.Second, long/600)}
	tick := time.NewTicker(m.every)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return m
		case <-tick.C:
		}
		runtime.GC()
		var now runtime.MemStats
		runtime.ReadMemStats(&now)
		m.heap, m.resident, m.goroutines = append(m.heap, int(now.HeapAlloc>>20)), append(m.resident, residentMiB()), append(m.goroutines, runtime.NumGoroutine())
	}
}

// report tells how it went, and complains of what grew to the last third from those before. What is least in a third
// is what is held after a commit; what is most goes up and down with what comes between two. Where commits take longer than what is
// between them there is always something of two, and the least goes up and down too: so the greater one before is what the
// last is held against.
func (m *memories) report(t *testing.T, s *Service) {
	t.Helper()
	third := len(m.heap) / 3
	if third < 10 {
		t.Fatalf("looked %d times", len(m.heap))
	}
	for _, x := range []struct {
		what  string
		all   []int
		slack int
	}{{"heap, MiB", m.heap, 24}, {"resident, MiB", m.resident, 128}, {"goroutines", m.goroutines, 40}} {
		first, middle, last := span(x.all[:third]), span(x.all[third:2*third]), span(x.all[2*third:])
		t.Logf("%s: %v, %v, %v (least and most of each third)", x.what, first, middle, last)
		if before := max(first[0], middle[0]); last[0] > before+before/5+x.slack {
			t.Errorf("%s: at least %d and %d in the thirds before, %d in the last", x.what, first[0], middle[0], last[0])
		}
	}
	for i := 0; i < len(m.heap); i += max(1, len(m.heap)/12) {
		t.Logf("%5.0f s: heap %d MiB, resident %d MiB, %d goroutines", (time.Duration(i+1) * m.every).Seconds(), m.heap[i], m.resident[i], m.goroutines[i])
	}
	st, err := s.Status(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range st.Listeners {
		t.Logf("%s %s: %d datagrams, %d records, %d lost in the kernel, %d at the queue", l.Name, l.Address, l.Datagrams, l.Records, l.LostKernel, l.LostQueue)
	}
	for _, h := range st.Memory {
		if h.Bound > 0 && h.Bytes > h.Bound+h.Bound/2 {
			t.Errorf("%s holds %d bytes, its bound is %d", h.Name, h.Bytes, h.Bound)
		}
	}
	used := uint64(0)
	for _, p := range st.Disk.Used {
		used += p.Bytes
	}
	t.Logf("%d records, %d folds of %.2f s, %d MiB of disk", st.Pipeline.Records, st.Pipeline.Folds, st.Pipeline.FoldSeconds/float64(max(1, st.Pipeline.Folds)), used>>20)
}

func span(all []int) [2]int {
	out := [2]int{math.MaxInt, 0}
	for _, n := range all {
		out[0], out[1] = min(out[0], n), max(out[1], n)
	}
	return out
}

// residentMiB is what this process has in memory, 0 where the system does not tell.
func residentMiB() int {
	b, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	_, rest, _ := strings.Cut(string(b), "VmRSS:")
	n, _ := strconv.Atoi(first(strings.TrimLeft(rest, " \t")))
	return n >> 10
}
