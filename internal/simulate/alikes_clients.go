package simulate

import (
	"net/netip"
	"strings"
	"time"
)

// harmlessClients are look-alikes of who calls whom: AAA-12, FLW-02, FLW-04, FLW-08, FLW-09, DNS-03 and DNS-04.
func (p *plan) harmlessClients() {
	asker, second := p.site.device("agg-r1").inner, p.site.host("aaa-2").v4
	tacacs := p.notFlow("AAA-12", "a router asks the second AAA server, which the register states", asker, second)
	p.every(p.on(20, 5, 30), 4, 30*time.Minute, 5*time.Minute, func(s *slot, at time.Time) {
		s.talk(p.call(at, asker, second, 49, protoTCP).answer("", 190, 150, 90*time.Millisecond).mark(tacacs, inFlow))
	})

	edge, prober := p.site.device("edge-r2").v4, peer(123, 9)
	probe := p.notFlow("FLW-02", "somebody outside asks for an exchange of keys, and nobody answers", edge, prober)
	p.every(p.on(20, 3, 20), 5, 40*time.Minute, 10*time.Minute, func(s *slot, at time.Time) {
		s.talk(p.call(at, prober, edge, 500, protoUDP).retry(3, 4*time.Second).mark(probe, inFlow))
	})

	guarded, scanner := p.site.device("edge-r4").v4, peer(123, 10)
	reset := p.notFlow("FLW-04", "a scanner outside knocks at the management, and is refused", guarded, scanner)
	p.every(p.on(20, 2, 40), 6, 20*time.Minute, 5*time.Minute, func(s *slot, at time.Time) {
		s.talk(p.call(at, scanner, guarded, 22, protoTCP).refuse(p.upTo(time.Millisecond)).mark(reset, inFlow))
	})

	router, aaa := p.site.device("edge-r3").inner, p.site.host("aaa-1").v4
	radius := p.notFlow("FLW-08", "a router asks its AAA server by RADIUS", router, aaa)
	p.every(p.on(20, 6, 10), 5, 20*time.Minute, 5*time.Minute, func(s *slot, at time.Time) {
		s.talk(p.call(at, router, aaa, 1812, protoUDP).answer("radius", 240, 160, 60*time.Millisecond).mark(radius, inFlow))
	})

	med := p.site.host("med-2").v4
	licence := p.notFlow("FLW-09", "a server asks its maker for a licence twice an hour all month, which the register states", med, makerAddress)
	for n := 0; p.midnight(n).Before(p.cfg.end()); n++ {
		p.every(p.midnight(n).Add(11*time.Minute), 48, 30*time.Minute, 20*time.Second, func(s *slot, at time.Time) {
			s.talk(p.call(at, med, makerAddress, 443, protoTCP).answer("ssl", p.amount(700, 760), p.amount(900, 1100), 2*time.Second).mark(licence, inFlow))
		})
	}

	roaming, partner := p.site.host("edns-1").v4, peer(72, 54)
	long := p.notFlow("DNS-03", "the roaming DNS asks a partner's by TCP, since the answer is long", roaming, partner)
	p.every(p.on(20, 4, 0), 4, time.Hour, 10*time.Minute, func(s *slot, at time.Time) {
		s.talk(p.call(at, roaming, partner, 53, protoTCP).answer("dns", 120, p.amount(2000, 9000), 80*time.Millisecond).mark(long, inFlow))
	})

	name := "mx." + strings.Replace(indicatorOf("lookup-domain").value, ".", "s.", 1)
	p.notName("DNS-04", "the mail server asks for a domain whose name has a letter more than a published one", p.site.host("mail-1").v4, name, p.on(20, 8, 0))
}

// notName declares a look-alike that is a question, and plans three of them.
func (p *plan) notName(id, reason string, from netip.Addr, name string, t time.Time) {
	of := p.alike(LookAlike{ID: "alike-" + id, Like: id, Reason: reason, Observed: from.String() + " + " + name, Subject: from.String()})
	p.every(t, 3, 50*time.Minute, time.Minute, func(s *slot, at time.Time) {
		s.talk(p.ask(at, from, name, "A", "NOERROR", placeOf(731).v4.String()).mark(of, inDNS))
	})
}
