package simulate

import (
	"fmt"
	"net/netip"
	"strings"
	"time"
)

// Parties that many ask for.
const (
	makerDomain    = "galewright.example" // of the routers
	guardDomain    = "avguard.example"    // anti-virus look-ups
	resolverDomain = "openresolve.example"
)

// publicResolver is a resolver outside that subscribers use.
var publicResolver = netip.MustParseAddr("198.18.53.53")

// newNames is who asks what: routers and mediation for their makers, the mail server a list of known files, subscribers at public
// resolvers, over HTTPS, and for the long names of a content network.
func newNames(c *cast) part {
	p := newPlan(c)
	for n := 0; p.midnight(n).Before(c.cfg.end()); n++ {
		m := p.midnight(n)
		for i, d := range c.site.large() {
			p.at(m.Add(time.Duration(5+3*i)*time.Minute+p.upTo(time.Minute)), func(s *slot, at time.Time) {
				s.talk(p.ask(at, d.v4, "licence."+makerDomain, "A", "NOERROR", peer(71, 2).String()))
			})
		}
		for i, name := range []string{"med-1", "med-2", "cdr-1", "cdr-2", "edns-1", "nms-1", "cfg-1"} {
			p.at(m.Add(time.Duration(9+4*i)*time.Minute+p.upTo(time.Minute)), func(s *slot, at time.Time) {
				s.talk(p.ask(at, p.site.host(name).v4, "updates."+makerDomain, "A", "NOERROR", peer(71, 3).String()))
			})
		}
		p.every(m.Add(time.Minute), 60, 24*time.Minute, 20*time.Minute, p.longNames)
		p.every(m.Add(2*time.Minute), 40, 36*time.Minute, 30*time.Minute, p.otherResolvers)
	}
	return p
}

// longNames is a subscriber who loads from a content network with names that say everything.
func (p *plan) longNames(s *slot, at time.Time) {
	n := p.rng.Uint64N(600)
	name := fmt.Sprintf("e%s-%s.r%d.%s", digest(n, 8), strings.Repeat("a", 4), n%7, cdnDomain)
	s.talk(p.ask(at, p.subscriber().v4, name, "A", "NOERROR", in4("198.18.200.0", uint32(20+n%200)).String()))
}

// otherResolvers is a subscriber who asks a resolver outside, by UDP or over HTTPS.
func (p *plan) otherResolvers(s *slot, at time.Time) {
	v := p.subscriber()
	if p.chance(0.5) {
		s.talk(p.secure(at, v.v4, publicResolver, 443, &handshake{client: v.client, server: "dns." + resolverDomain, cert: digest(71, 32)}, 3000, 9000, p.upTo(5*time.Minute)))
		return
	}
	t := p.ask(at, v.v4, placeOf(p.rng.IntN(200)).name, "A", "NOERROR", placeOf(7).v4.String())
	t.dst = publicResolver
	s.talk(t)
}
