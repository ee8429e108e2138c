package netflow_test

import (
	"net/netip"
	"testing"
	"time"

	"stormglass/internal/telemetry"
	"stormglass/internal/telemetry/netflow"
)

// crowd sends packets of many exporters to one store.
type crowd struct {
	*testing.T
	store *netflow.Templates
	d     *netflow.Decoder
	s     telemetry.Set
	now   telemetry.Instant
}

func newCrowd(t *testing.T, exporters int) *crowd {
	store := netflow.NewTemplates(netflow.Limits{Exporters: exporters})
	return &crowd{T: t, store: store, d: netflow.New(store), now: noon}
}

// send gives the number of flows that came of some packets of an exporter.
func (c *crowd) send(from netip.Addr, packets ...[]byte) int {
	c.s.Reset()
	for _, p := range packets {
		c.d.Decode(&telemetry.Datagram{From: netip.AddrPortFrom(from, 1), At: c.now, Data: p}, &c.s)
	}
	return len(flows(&c.s))
}

func (c *crowd) pass(d time.Duration) { c.now += telemetry.Instant(d) }

// numbered gives the n-th address after another.
func numbered(from string, n int) netip.Addr {
	b := netip.MustParseAddr(from).As4()
	b[2], b[3] = b[2]+byte(n>>8), b[3]+byte(n)
	return netip.AddrFrom4(b)
}

// settle has some routers send for a while.
func (c *crowd) settle(routers int) {
	for i := range 10 {
		for r := range routers {
			packet := v9Packet(uint32(i), 1, data(256, hundred, hundred, hundred, hundred, hundred, hundred, hundred, hundred))
			if i == 0 {
				c.send(numbered("192.0.2.0", r), v9Packet(0, 1, plain9))
			}
			c.send(numbered("192.0.2.0", r), packet)
		}
		c.pass(time.Minute)
	}
}

// keep counts the routers whose templates are still known.
func (c *crowd) kept(routers int) (n int) {
	for r := range routers {
		n += c.send(numbered("192.0.2.0", r), v9Packet(99, 1, data(256, hundred)))
	}
	return n
}

// Forged exporters with a record each push out themselves, and no router that has sent for a while.
func TestForgedExportersPushNobodyOut(t *testing.T) {
	const routers = 40
	c := newCrowd(t, 512)
	c.settle(routers)
	for i := range 4300 {
		c.send(numbered("198.51.0.0", i), v9Packet(0, 1, plain9, data(256, hundred)))
	}
	if n := c.kept(routers); n != routers || len(c.store.Exporters()) > 512 || c.store.Dropped() == 0 {
		t.Errorf("%d of %d routers are kept, %d exporters, %d dropped", n, routers, len(c.store.Exporters()), c.store.Dropped())
	}
	c.pass(5 * time.Minute) // it goes on, with a router that is new in the middle of it
	fresh := netip.MustParseAddr("203.0.113.1")
	c.send(fresh, v9Packet(0, 1, plain9))
	for i := range 4300 {
		if i%8 == 0 {
			c.send(fresh, v9Packet(uint32(i), 1, data(256, hundred, hundred)))
		}
		c.send(numbered("198.51.0.0", i), v9Packet(0, 1, plain9, data(256, hundred)))
	}
	if c.send(fresh, v9Packet(1, 1, data(256, hundred))) != 1 {
		t.Error("a new router that goes on sending is pushed out")
	}
}

// Where all that are known go on sending, a newcomer is refused and counted; once they are silent for long it comes in.
func TestNewcomersComeIn(t *testing.T) {
	const routers = 16
	c := newCrowd(t, routers)
	c.settle(routers)
	fresh := netip.MustParseAddr("203.0.113.1")
	if c.send(fresh, v9Packet(0, 1, plain9, data(256, hundred))) != 0 || len(problems(&c.s)) != 1 {
		t.Errorf("a newcomer came in where all are settled: %q", problems(&c.s))
	}
	if n := c.kept(routers); n != routers {
		t.Errorf("%d of %d routers are kept", n, routers)
	}
	c.pass(3 * time.Hour)
	got := 0
	for range routers { // it may be barred for a few datagrams
		got += c.send(fresh, v9Packet(0, 1, plain9, data(256, hundred)))
	}
	if got == 0 {
		t.Error("a newcomer does not come in although all others are silent")
	}
}

// Where memory is used up and all are settled, the one that takes most gives way.
func TestMemoryOfTheSettled(t *testing.T) {
	c := newCrowd(t, 100)
	c.settle(4)
	templates, _ := c.store.Memory()
	c.store = netflow.NewTemplates(netflow.Limits{Memory: templates + 4000})
	c.d, c.now = netflow.New(c.store), noon
	c.settle(4)
	for i := range 40 {
		c.send(numbered("192.0.2.0", 3), v9Packet(uint32(i), 1, template9(uint16(300+i), counted...)))
	}
	if n := c.kept(3); n != 3 || c.store.Dropped() == 0 {
		t.Errorf("%d of 3 are kept, %d dropped", n, c.store.Dropped())
	}
}
