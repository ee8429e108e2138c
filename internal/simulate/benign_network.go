package simulate

import (
	"net/netip"
	"time"
)

// timekeeping: everybody asks the time server, which asks outside.
type timekeeping struct {
	*cast
	tickers []*ticker
	clients []netip.Addr
}

func newTimekeeping(c *cast) part {
	p := &timekeeping{cast: c}
	for _, d := range c.site.devices {
		p.clients = append(p.clients, d.inner)
	}
	for _, h := range c.site.hosts {
		if h.role != "ntp" {
			p.clients = append(p.clients, h.v4)
		}
	}
	p.clients = append(p.clients, c.site.host("ntp-1").v4)
	for range p.clients {
		p.tickers = append(p.tickers, c.tick(c.cfg.pace(1024*time.Second, time.Hour), time.Second))
	}
	return p
}

func (p *timekeeping) play(s *slot) {
	server := p.site.host("ntp-1").v4
	for i, from := range p.clients {
		for at := range p.tickers[i].in(s) {
			to := server
			if from == server {
				to = peer(60, p.rng.IntN(4))
			}
			t := p.call(at, from, to, 123, protoUDP).answer("ntp", 48, 48, p.upTo(30*time.Millisecond))
			t.srcPort = 123
			s.talk(t)
		}
	}
}

// polling: the monitoring servers read every router's counters, and the routers send messages.
type polling struct {
	*cast
	reads, syslog *ticker
}

func newPolling(c *cast) part {
	return &polling{cast: c, reads: c.tick(c.cfg.pace(5*time.Minute, 30*time.Minute), 2*time.Second), syslog: c.tick(c.cfg.pace(time.Hour, 4*time.Hour), time.Minute)}
}

func (p *polling) play(s *slot) {
	for at := range p.reads.in(s) {
		for _, d := range p.site.devices {
			t := p.call(at.Add(p.upTo(20*time.Second)), p.site.host("nms-1").v4, d.inner, 161, protoUDP)
			s.talk(t.answer("snmp", p.amount(800, 1600), p.amount(6000, 24000), p.upTo(3*time.Second)))
		}
	}
	for at := range p.syslog.in(s) {
		for _, d := range p.site.devices {
			t := p.call(at, d.inner, p.site.host("log-1").v4, 514, protoUDP).retry(p.amount(3, 30), p.upTo(40*time.Minute))
			t.up, t.service = t.upPackets*140, "syslog"
			s.talk(t)
		}
	}
}

// peering: BGP sessions with neighbours, which now and then start anew.
type peering struct {
	*cast
	sessions []*session
}

type session struct {
	device   *device
	neighbor netip.Addr
	as       int
	since    time.Time
	until    time.Time
}

func newPeering(c *cast) part {
	p := &peering{cast: c}
	for i, d := range c.site.edges() {
		for j := range 2 {
			n := i*2 + j
			x := &session{device: d, neighbor: peer(1, n), as: 64501 + n, since: c.cfg.Start}
			x.until = x.since.Add(c.upTo(40 * time.Hour))
			p.sessions = append(p.sessions, x)
		}
	}
	return p
}

func (p *peering) play(s *slot) {
	for _, x := range p.sessions {
		if !s.has(x.until) {
			continue
		}
		length := x.until.Sub(x.since)
		bytes := uint64(length/time.Second) * 60
		t := p.call(x.since, x.neighbor, x.device.v4, 179, protoTCP).answer("bgp", bytes, bytes/2, length)
		s.talk(t)
		s.say(x.until, x.device, x.device.neighbor(x.neighbor, x.as, false))
		back := x.until.Add(30*time.Second + p.upTo(3*time.Minute))
		s.say(back, x.device, x.device.neighbor(x.neighbor, x.as, true))
		x.since = back
		x.until = back.Add(12*time.Hour + p.upTo(60*time.Hour))
	}
}

// links: interfaces go down and come back.
type links struct {
	*cast
	flaps *arrivals
}

func newLinks(c *cast) part { return &links{cast: c, flaps: c.arrive(70, flat)} }

func (p *links) play(s *slot) {
	for at := range p.flaps.in(s) {
		d := p.site.devices[p.rng.IntN(len(p.site.devices))]
		port := p.rng.IntN(8)
		s.say(at, d, d.linkState(port, false))
		s.say(at.Add(2*time.Second+p.upTo(4*time.Minute)), d, d.linkState(port, true))
	}
}

// administration: people log in to routers from the jump hosts, some change something.
type administration struct {
	*cast
	logins  *arrivals
	commits int
}

func newAdministration(c *cast) part {
	return &administration{cast: c, logins: c.arrive(60, office)}
}

var administrators = []string{"op-anna", "op-ben", "op-carla", "op-dmitri", "auto-config"}

func (p *administration) play(s *slot) {
	for at := range p.logins.in(s) {
		d := p.site.devices[p.rng.IntN(len(p.site.devices))]
		user := administrators[p.rng.IntN(len(administrators))]
		from := p.site.host([]string{"jump-1", "jump-2"}[p.rng.IntN(2)]).v4
		if user == "auto-config" {
			from = p.site.host("cfg-1").v4
		}
		length := time.Minute + p.upTo(25*time.Minute)
		s.talk(p.call(at, from, d.inner, 22, protoTCP).answer("ssh", p.size(9000), p.size(60_000), length))
		in := at.Add(time.Second + p.upTo(4*time.Second))
		s.talk(p.call(in, d.inner, p.site.host("aaa-1").v4, 49, protoTCP).answer("", 180, 140, p.upTo(80*time.Millisecond)))
		if p.chance(0.08) {
			s.say(in, d, d.loginFailed(in, user, from))
			in = in.Add(4*time.Second + p.upTo(8*time.Second))
		}
		s.say(in, d, d.login(in, user, from))
		if !p.chance(0.4) {
			continue
		}
		change := in.Add(20*time.Second + p.upTo(length/2))
		if l := d.configuring(user); l != nil {
			s.say(change.Add(-10*time.Second), d, l)
		}
		p.commits++
		s.say(change, d, d.configured(user, from, p.commits))
	}
}
