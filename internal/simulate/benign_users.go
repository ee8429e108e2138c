package simulate

import (
	"encoding/binary"
	"math/rand/v2"
	"net/netip"
	"time"
)

// subscribers are the mobile users: names looked up, pages opened.
type subscribers struct {
	*cast
	sessions *arrivals
	popular  *rand.Zipf
}

func newSubscribers(c *cast) part {
	return &subscribers{
		cast: c, sessions: c.arrive(3600*c.cfg.volume(), evening),
		popular: rand.NewZipf(c.rng, 1.15, 6, places-1),
	}
}

func (p *subscribers) play(s *slot) {
	for at := range p.sessions.in(s) {
		v := p.subscriber()
		if p.chance(0.05) { // a name mistyped, or made up by an app
			s.talk(p.ask(at, v.v4, "x"+word(p.rng.Uint64())+".example", "A", "NXDOMAIN"))
			continue
		}
		p.visit(s, at, v, placeOf(int(p.popular.Uint64())))
	}
}

// subscriber picks a user. Six of ten have IPv6 besides; each sticks to a kind of software.
func (c *cast) subscriber() visitor {
	n := c.rng.IntN(min(2500*c.cfg.Scale, 1<<21))
	v := visitor{v4: in4("100.64.0.10", uint32(n)), client: &clients[n%len(clients)]}
	if n%10 < 6 {
		a := netip.MustParseAddr("2001:db8:a100::1").As16()
		binary.BigEndian.PutUint32(a[4:], 0xa1000000|uint32(n))
		v.v6 = netip.AddrFrom16(a)
	}
	return v
}

// longLived are connections that stay for hours: messages pushed, work tunnels.
type longLived struct {
	*cast
	sessions *arrivals
}

func newLongLived(c *cast) part {
	return &longLived{cast: c, sessions: c.arrive(25*c.cfg.volume(), evening)}
}

func (p *longLived) play(s *slot) {
	for at := range p.sessions.in(s) {
		v, to := p.subscriber(), placeOf(p.rng.IntN(60))
		s.talk(p.secure(at, v.v4, to.v4, 443, &handshake{client: v.client, server: to.name, cert: to.cert},
			p.size(60_000), p.size(200_000), time.Hour+p.upTo(8*time.Hour)))
	}
}

// website are visits from outside to the operator's own pages.
type website struct {
	*cast
	visits *arrivals
}

func newWebsite(c *cast) part {
	return &website{cast: c, visits: c.arrive(450*c.cfg.volume(), office)}
}

func (p *website) play(s *slot) {
	web := p.site.host("web-1")
	for at := range p.visits.in(s) {
		from := peer(8, p.rng.IntN(6000))
		cl := &clients[p.rng.IntN(len(clients))]
		if p.chance(0.15) {
			s.talk(p.fetch(at, from, web.v4, &request{method: "GET", host: "www." + operatorDomain, uri: "/", agent: cl.agent, status: 301}, 0))
			at = at.Add(p.upTo(300 * time.Millisecond))
		}
		s.talk(p.secure(at, from, web.v4, 443, &handshake{client: cl, server: "www." + operatorDomain, cert: digest(61, 32)},
			p.amount(600, 4000), p.size(90_000), p.upTo(40*time.Second)))
	}
}

// mail are messages that come and go.
type mail struct {
	*cast
	messages *arrivals
}

func newMail(c *cast) part {
	return &mail{cast: c, messages: c.arrive(110*c.cfg.volume(), office)}
}

func (p *mail) play(s *slot) {
	server := p.site.host("mail-1")
	for at := range p.messages.in(s) {
		other := peer(40, p.rng.IntN(400))
		if p.chance(0.6) {
			s.talk(p.call(at, other, server.v4, 25, protoTCP).answer("smtp", p.size(30_000), 600, p.upTo(9*time.Second)))
			continue
		}
		to := placeOf(p.rng.IntN(900))
		t := p.ask(at, server.v4, to.name, "MX", "NOERROR", "mx."+to.name)
		s.talk(t)
		s.talk(p.call(at.Add(t.length+p.upTo(time.Second)), server.v4, other, 25, protoTCP).answer("smtp", p.size(30_000), 700, p.upTo(9*time.Second)))
	}
}

// noise is what the Internet throws at everybody: scans that nobody answers, some of which the
// lists in front of the routers log.
type noise struct {
	*cast
	probes *arrivals
}

func newNoise(c *cast) part {
	return &noise{cast: c, probes: c.arrive(1100*float64(min(c.cfg.Scale, 20)), flat)}
}

var probedPorts = []uint16{22, 23, 80, 443, 445, 3389, 8080, 8443, 5900, 1433, 6379, 7547, 161}

func (p *noise) play(s *slot) {
	for at := range p.probes.in(s) {
		from := peer(120, p.rng.IntN(900))
		port := probedPorts[p.rng.IntN(len(probedPorts))]
		if p.chance(0.4) {
			d := p.site.edges()[p.rng.IntN(3)]
			t := p.call(at, from, d.v4, port, protoTCP)
			s.talk(t)
			if p.chance(0.2) {
				s.say(at, d, d.denied(netip.AddrPortFrom(from, t.srcPort), netip.AddrPortFrom(d.v4, port)))
			}
			continue
		}
		t := p.call(at, from, in4("192.0.2.64", uint32(p.rng.IntN(60))), port, protoTCP)
		if p.chance(0.2) {
			t.refuse(p.upTo(time.Millisecond))
		}
		s.talk(t)
	}
}
