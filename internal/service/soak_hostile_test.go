package service

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/netip"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"stormglass/internal/collect/listen"
	"stormglass/internal/config"
	"stormglass/internal/web/api"
)

// hostileFor is how long everything goes on at once.
func hostileFor() time.Duration {
	if soaking() {
		return time.Minute
	}
	return 4 * time.Second
}

// everything gives a configuration with every kind of socket: netflow, sflow, syslog over UDP, TCP and TLS, in this order.
func everything(t *testing.T) *config.Config {
	t.Helper()
	c := configured(t)
	u := config.DefaultUDP()
	u.Address = "127.0.0.1:0"
	c.Collect.NetFlow, c.Collect.SFlow, c.Collect.Syslog = []config.UDP{u}, []config.UDP{u}, []config.UDP{u}
	c.Collect.NetFlow[0].Sockets = 2
	l := config.DefaultTLSStream()
	l.Address = "127.0.0.1:0"
	l.TLS, _ = secured(t)
	c.Collect.SyslogTLS = []config.TLSStream{l}
	c.FoldEvery = time.Second
	return c
}

// Everything that can be done to the ports of a service, at once, does not keep it from answering, from keeping what real routers
// send, and from telling what became of every datagram.
func TestHostile(t *testing.T) {
	c := everything(t)
	tokens := tokenFiles(t, c, "honest", "hostile")
	s, stop := run(t, c)
	at := client{t, "http://" + s.http.said(), tokens[0]}
	d := &honest{t: t, s: s, at: at}
	for i := range 4 {
		r := newNumbered(t, fmt.Sprintf("127.0.1.%d", 1+i), s.bound()[0].Addr(), 20, uint64(i)<<32)
		r.once = true // so that its template is all that its flows can be read by
		r.send(t)
		d.routers = append(d.routers, r)
	}
	until(t, "known", func() bool { return taken(s, s.bound()[0]) == uint64(len(d.routers)) })

	ctx, cancel := context.WithTimeout(t.Context(), hostileFor())
	defer cancel()
	a := attacked(ctx, t, s, tokens[1])
	d.work(ctx)
	a.wg.Wait()
	t.Logf("%d connections; %d datagrams of routers, %d lines handed in, %d times ready, heap up to %d MiB", a.connections.Load(), d.sent(), d.lines, d.ready, d.heap>>20)
	until(t, "all taken in", func() bool {
		for _, l := range s.bound() {
			if st := l.Stats(); st.Refused+st.LostQueue+taken(s, l) != st.Datagrams {
				return false
			}
		}
		return true
	})
	for _, r := range d.routers {
		r.send(t) // so that what was lost at last is a gap
	}
	until(t, "the last taken in", func() bool {
		st := s.bound()[0].Stats()
		return st.Datagrams+st.LostKernel == a.sent[s.bound()[0].Addr()].Load()+d.sent() && st.LostQueue+taken(s, s.bound()[0]) == st.Datagrams
	})
	stop()
	for _, l := range s.bound() {
		st := l.Stats()
		if st.Datagrams != st.Refused+st.LostQueue+st.Left+st.HandedOver || st.HandedOver != taken(s, l) {
			t.Errorf("%s: %d were taken in: %+v", l.Name(), taken(s, l), st)
		}
		sent, udp := a.sent[l.Addr()]
		if !udp {
			continue
		}
		want := sent.Load()
		if l == s.bound()[0] {
			want += d.sent()
		}
		if st.Datagrams+st.LostKernel != want {
			t.Errorf("%s: %d were sent: %+v", l.Name(), want, st)
		}
	}
	d.check(c.Data, s.bound()[0].Stats())
}

// attacked begins everything.
func attacked(ctx context.Context, t *testing.T, s *Service, token string) *attack {
	var udp [3]netip.AddrPort
	for i := range udp {
		udp[i] = s.bound()[i].Addr()
	}
	tcp, secure, web := s.bound()[3].Addr(), s.bound()[4].Addr(), netip.MustParseAddrPort(s.http.said())
	a := newAttack(t, udp[:]...)
	a.each(ctx, 2, time.Millisecond, func(_ context.Context, rng *rand.Rand) { a.datagrams(udp[0], rng, forged(rng)...) })
	for _, to := range udp {
		a.each(ctx, 1, 2*time.Millisecond, func(_ context.Context, rng *rand.Rand) { a.datagrams(to, rng, garbage(rng, 1500), garbage(rng, 1500)) })
		a.each(ctx, 1, 20*time.Millisecond, func(_ context.Context, rng *rand.Rand) { a.datagrams(to, rng, garbage(rng, 65_507)) })
	}
	a.each(ctx, 3, 5*time.Millisecond, func(ctx context.Context, _ *rand.Rand) { a.endless(ctx, tcp) })
	a.each(ctx, 40, 10*time.Millisecond, func(ctx context.Context, _ *rand.Rand) { a.half(ctx, secure, "\x16\x03\x01\x02\x00\x01") })
	for _, to := range []netip.AddrPort{tcp, secure, web} {
		a.each(ctx, 2, 10*time.Millisecond, func(ctx context.Context, rng *rand.Rand) { a.half(ctx, to, string(garbage(rng, 4000))) })
	}
	a.each(ctx, 8, 10*time.Millisecond, func(ctx context.Context, _ *rand.Rand) { a.drip(ctx, web, token) })
	a.each(ctx, 20, 10*time.Millisecond, func(ctx context.Context, _ *rand.Rand) { a.drip(ctx, web, "wrong") })
	a.each(ctx, 10, 10*time.Millisecond, func(ctx context.Context, _ *rand.Rand) { a.unread(ctx, web, token) })
	return a
}

// honest is those whom a service is for, in the midst of all that.
type honest struct {
	t       *testing.T
	s       *Service
	at      client
	routers []*numbered

	lines, ready int
	heap         uint64
}

// work exports flows, hands lines in and asks whether the service is ready, until the context ends.
func (d *honest) work(ctx context.Context) {
	var wg sync.WaitGroup
	wg.Go(func() {
		for ctx.Err() == nil {
			d.look() //nolint:contextcheck // a request that was begun is ended
			time.Sleep(50 * time.Millisecond)
		}
	})
	tick := time.NewTicker(2 * time.Millisecond)
	defer tick.Stop()
	for ctx.Err() == nil {
		for _, r := range d.routers {
			r.send(d.t)
		}
		<-tick.C
	}
	wg.Wait()
}

func (d *honest) look() {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	d.heap = max(d.heap, m.HeapAlloc)
	if code := d.at.do(http.MethodGet, "/readyz", "", nil); code != http.StatusOK {
		d.t.Errorf("readyz: %d", code)
	}
	d.ready++
	var in api.Ingested
	line := fmt.Sprintf(`{"@timestamp":"2026-11-20T10:00:00Z","source":{"ip":"10.0.0.1","bytes":%d},"destination":{"ip":"198.51.100.9","port":443},"network":{"transport":"tcp"},"event":{"dataset":"made.up","category":"network"}}`+"\n", handedIn+d.lines)
	if code := d.at.do(http.MethodPost, fmt.Sprintf("/api/v1/ingest?name=line-%d", d.lines), line, &in); code != http.StatusOK || in.Records != 1 || in.Known {
		d.t.Errorf("hand a line in: %d, %+v", code, in)
	}
	d.lines++
}

func (d *honest) sent() (n uint64) {
	for _, r := range d.routers {
		n += uint64(r.sequence)
	}
	return n
}

// check sees what is kept: all that was handed in, and of each router all that its sequence numbers do not say is lost.
func (d *honest) check(data string, st listen.Stats) {
	kept := map[uint64]uint64{}
	honest := func(sensor string) bool { // garbage holds flows too
		return !strings.HasPrefix(sensor, "127.") || strings.HasPrefix(sensor, "127.0.1.")
	}
	for number, times := range keptOf(d.t, data, honest) {
		if times != 1 {
			d.t.Errorf("flow %d is kept %d times", number, times)
		}
		kept[number>>32]++
	}
	if n := kept[handedIn>>32]; n != uint64(d.lines) {
		d.t.Errorf("%d lines were acknowledged, %d are kept", d.lines, n)
	}
	state := d.s.running.Load().State()
	lost := uint64(0)
	for i, r := range d.routers {
		at := netip.MustParseAddrPort(r.conn.LocalAddr().String()).Addr()
		gap := uint64(0)
		for _, x := range state.Exporters {
			if x.Exporter == at {
				gap = x.LostPackets
			}
		}
		if want := (uint64(r.sequence) - gap) * uint64(r.each); kept[uint64(i)] != want {
			d.t.Errorf("router %s sent %d datagrams, %d are missing by their numbers: %d flows are kept, want %d", at, r.sequence, gap, kept[uint64(i)], want)
		}
		lost += gap
	}
	if lost > st.LostKernel+st.LostQueue {
		d.t.Errorf("%d datagrams of routers are missing, %d were dropped", lost, st.LostKernel+st.LostQueue)
	}
	d.t.Logf("%d datagrams of routers of %d were dropped; templates %d MiB, waiting for them %d MiB, %d exporters", lost, d.sent(), state.Templates>>20, state.Held>>20, len(state.Exporters))
	if state.Templates > 128<<20 || state.Held > 64<<20 || d.heap > 512<<20 {
		d.t.Errorf("memory: templates %d, held %d, heap %d", state.Templates, state.Held, d.heap)
	}
}
