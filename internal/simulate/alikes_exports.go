package simulate

import (
	"net/netip"
	"time"
)

// alikeRouters: routers that do what the intruder's routers do, and may.
type alikeRouters struct {
	*cast
	partner, upgrade, manager netip.Addr
	beside                    netip.Addr
	tunnels, upgrades, reads  schedule
	neighbours                schedule
	partners, get, read, next *Occurrence
}

func newAlikeRouters(c *cast) part {
	tunnelEnd := indicatorOf("tunnel-end").value
	p := &alikeRouters{
		cast: c, partner: peer(70, 1), upgrade: peer(71, 1), manager: netip.MustParseAddr("10.20.0.40"), beside: netip.MustParseAddr(tunnelEnd).Next(),
		tunnels:    c.series(c.moment(0, 5*time.Minute), 26*c.cfg.Days, 54*time.Minute),
		upgrades:   c.series(c.moment(0.5, time.Hour), 3, 22*time.Minute),
		reads:      c.series(c.moment(0, 6*time.Hour), 12*c.cfg.Days, 117*time.Minute),
		neighbours: c.series(c.moment(0, 12*time.Hour), 4, 71*time.Minute),
	}
	p.partners = c.alike(LookAlike{
		ID: "alike-tunnel", Reason: "a tunnel to a partner, by contract", Observed: p.partner.String(), Near: tunnelEnd,
		Subject: c.site.device("edge-r2").v4.String(),
	})
	p.next = c.alike(LookAlike{
		ID: "alike-tunnel-end", Reason: "a tunnel to the address behind the published one", Observed: p.beside.String(), Near: tunnelEnd,
		Subject: c.site.device("edge-r3").v4.String(),
	})
	p.read = c.alike(LookAlike{
		ID: "alike-management", Reason: "a router is administered from the management network", Observed: p.manager.String(), Near: indicatorOf("administers").value,
		Subject: p.manager.String(),
	})
	p.get = c.alike(LookAlike{
		ID: "alike-upgrade", Reason: "a router gets software from its maker", Observed: p.upgrade.String(), Near: indicatorOf("carried-to").value,
		Subject: c.site.device("core-r1").v4.String(),
	})
	return p
}

func (p *alikeRouters) play(s *slot) {
	for _, at := range p.tunnels.due(s) {
		s.talk(p.lasting(at, "edge-r2", p.partner, protoGRE, p.amount(9e6, 30e6), p.amount(9e6, 30e6)).mark(p.partners, inFlow))
	}
	for _, at := range p.neighbours.due(s) {
		s.talk(p.lasting(at, "edge-r3", p.beside, protoIPIP, p.amount(2e6, 4e6), p.amount(2e6, 4e6)).mark(p.next, inFlow))
	}
	for _, at := range p.reads.due(s) {
		t := p.call(at, p.manager, p.site.device("edge-r2").inner, 22, protoTCP)
		s.talk(t.answer("ssh", p.amount(5e4, 2e5), p.amount(6e5, 2e6), time.Minute+p.upTo(5*time.Minute)).mark(p.read, asEnd))
	}
	for _, at := range p.upgrades.due(s) {
		down := p.amount(3e8, 7e8)
		t := p.call(at, p.site.device("core-r1").v4, p.upgrade, 443, protoTCP)
		s.talk(t.answer("ssl", down/300, down, 3*time.Minute+p.upTo(10*time.Minute)).mark(p.get, asEnd))
	}
}

// lasting is a tunnel of most of an hour.
func (p *alikeRouters) lasting(at time.Time, from string, to netip.Addr, proto uint8, up, down uint64) *talk {
	return p.tunnel(at, p.site.device(from).v4, to, proto, up, down, 45*time.Minute+p.upTo(8*time.Minute))
}
