package service

import (
	"net/netip"
	"testing"

	"stormglass/internal/collect/listen"
)

// gated hands nothing on before it is opened, as a pipeline that does not come to it.
type gated struct {
	*listen.UDP
	open chan struct{}
}

func (g *gated) Queues() []<-chan *listen.Block {
	var gates []<-chan *listen.Block
	for _, q := range g.UDP.Queues() {
		out := make(chan *listen.Block)
		go func() { // ends with the queue
			defer close(out)
			for b := range q {
				<-g.open
				out <- b
			}
		}()
		gates = append(gates, out)
	}
	return gates
}

// Whatever is lost is told, to the datagram: what was sent is what was received and what the kernel dropped; what was
// received is what was refused, dropped at the queue, left, and taken in; and the gaps in the sequence numbers of each exporter say the same.
func TestForcedLossIsTheTruth(t *testing.T) {
	const each = 20
	c := configured(t)
	c.Collect.NetFlow[0].Buffer, c.Collect.NetFlow[0].Queue = 64<<10, 1
	c.Collect.NetFlow[0].Allow = []netip.Prefix{netip.MustParsePrefix("127.0.1.0/24")}
	var g *gated
	s, start := opened(t, c, func(s *Service) {
		g = &gated{s.bound()[0].(*listen.UDP), make(chan struct{})}
		s.bound()[0] = g
	})
	to := s.bound()[0].Addr()
	var routers []*numbered
	for i, from := range []string{"127.0.1.1", "127.0.1.2", "127.0.1.3"} {
		routers = append(routers, newNumbered(t, from, to, each, uint64(i)<<32))
	}
	stranger := newNumbered(t, "127.0.2.1", to, each, 9<<32)
	sent := uint64(0)
	all := func(routers ...*numbered) {
		for _, r := range routers {
			if !r.send(t) {
				t.Fatal("nobody listens")
			}
			sent++
		}
	}
	all(routers...) // the first of a sequence tells where it begins
	for range 500 { // nobody reads yet
		all(routers...)
	}
	stop := start()
	read := func() bool { st := g.Stats(); return st.Datagrams+st.LostKernel == sent }
	until(t, "all read", read)
	for range 50 {
		all(stranger)
		until(t, "refused", read)
	}
	until(t, "lost at the queue", func() bool {
		for range 50 {
			all(routers...)
		}
		return g.Stats().LostQueue > 100
	})
	close(g.open)
	until(t, "all taken in", func() bool {
		st := g.Stats()
		return st.Datagrams+st.LostKernel == sent && st.Refused+st.LostQueue+taken(s, g) == st.Datagrams
	})
	all(routers...) // so that what was lost at last is a gap too
	until(t, "the last taken in", func() bool { st := g.Stats(); return st.Refused+st.LostQueue+taken(s, g) == sent-st.LostKernel })
	stop()

	st := g.Stats()
	if !st.KernelKnown || st.LostKernel == 0 || st.LostQueue == 0 || st.Refused == 0 {
		t.Errorf("nothing was lost where it was meant to: %+v", st)
	}
	if sent != st.Datagrams+st.LostKernel || st.Datagrams != st.Refused+st.LostQueue+st.Left+st.HandedOver || st.HandedOver != taken(s, g) {
		t.Errorf("%d were sent, %d taken in: %+v", sent, taken(s, g), st)
	}
	kept := perRouter(t, c.Data, each)
	gaps := map[netip.Addr]uint64{}
	for _, x := range s.running.Load().State().Exporters {
		gaps[x.Exporter] = x.LostPackets
	}
	lost := uint64(0)
	for i, r := range routers {
		at := netip.MustParseAddrPort(r.conn.LocalAddr().String()).Addr()
		if want := uint64(r.sequence) - kept[uint64(i)]; gaps[at] != want {
			t.Errorf("%s sent %d, %d are kept, and by its sequence numbers %d are missing", at, r.sequence, kept[uint64(i)], gaps[at])
		}
		lost += gaps[at]
	}
	if lost != st.LostKernel+st.LostQueue {
		t.Errorf("%d are missing by sequence numbers, %d were dropped by the kernel and %d at the queue", lost, st.LostKernel, st.LostQueue)
	}
	if kept[9] != 0 {
		t.Errorf("%d of a stranger are kept", kept[9])
	}
	t.Logf("sent %d: %d lost in the kernel, %d at the queue, %d refused, %d kept", sent, st.LostKernel, st.LostQueue, st.Refused, st.HandedOver)
}

// taken is how many datagrams of a listener were decoded and kept.
func taken(s *Service, l listener) uint64 {
	n := s.running.Load()
	if n == nil {
		return 0
	}
	return n.State().Counts[l.Name()].Datagrams
}

// perRouter gives how many datagrams of each router are kept, and sees that they are kept whole and once.
func perRouter(t *testing.T, data string, each int) map[uint64]uint64 {
	t.Helper()
	flows := map[uint64]uint64{}
	for number, times := range keptNumbers(t, data) {
		if times != 1 {
			t.Errorf("flow %d is kept %d times", number, times)
		}
		flows[number>>32]++
	}
	for r, n := range flows {
		if n%uint64(each) != 0 {
			t.Errorf("router %d: %d flows are no whole datagrams", r, n)
		}
		flows[r] = n / uint64(each)
	}
	return flows
}
