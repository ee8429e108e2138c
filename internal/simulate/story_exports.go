package simulate

import (
	"net/netip"
	"time"
)

// What the routers' own exports show best: routers as ends of tunnels, as servers for somebody outside, and as
// clients that give away what they hold.

// tunnels: traffic of the call-record servers is sent out of the network inside tunnels that begin on edge routers:
// GRE from edge-r1, later IP in IP from edge-r3. Only the exports see them.
type tunnels struct {
	*cast
	to        netip.Addr
	gre, ipip schedule
	greHit    *Occurrence
	ipipHit   *Occurrence
	from      [2]*device // of GRE, of IP in IP
}

func newTunnels(c *cast) part {
	p := &tunnels{cast: c, to: netip.MustParseAddr(indicatorOf("tunnel-end").value), from: [2]*device{c.site.device("edge-r1"), c.site.device("edge-r3")}}
	p.gre = c.series(c.moment(0, 15*time.Hour+30*time.Minute), 24*c.cfg.Days, 55*time.Minute)
	p.ipip = c.series(c.moment(0.5, 3*time.Hour+10*time.Minute), 12*c.cfg.Days, 2*time.Hour)
	p.greHit = c.plant("tunnel-gre", "tunnel-end", Planted{
		What: "edge-r1 carries traffic out in a GRE tunnel", Techniques: []string{"T1572", "T1599"}, Role: WeCalled, Subject: p.from[0].v4.String(),
	})
	p.ipipHit = c.plant("tunnel-ipip", "tunnel-end", Planted{
		What: "edge-r3 carries traffic out in a tunnel of IP in IP", Techniques: []string{"T1572", "T1599"}, Role: WeCalled, Subject: p.from[1].v4.String(),
	})
	return p
}

func (p *tunnels) play(s *slot) {
	for _, at := range p.gre.due(s) {
		s.talk(p.tunnel(at, p.from[0].v4, p.to, protoGRE, p.amount(20e6, 60e6), p.amount(4e5, 9e5), 40*time.Minute+p.upTo(10*time.Minute)).mark(p.greHit, inFlow))
	}
	for _, at := range p.ipip.due(s) {
		s.talk(p.tunnel(at, p.from[1].v4, p.to, protoIPIP, p.amount(4e6, 8e6), p.amount(9e4, 2e5), 20*time.Minute+p.upTo(5*time.Minute)).mark(p.ipipHit, inFlow))
	}
}

// outsideManagement: somebody outside administers routers: over SSH, and over a second SSH server on a high port.
type outsideManagement struct {
	*cast
	from      netip.Addr
	ssh, high schedule
	sshHit    *Occurrence
	highHit   *Occurrence
}

func newOutsideManagement(c *cast) part {
	return &outsideManagement{
		cast: c, from: netip.MustParseAddr(indicatorOf("administers").value),
		ssh:  c.series(c.moment(0.5, 2*time.Hour), 5, 37*time.Minute),
		high: c.series(c.moment(0.5, 4*time.Hour+30*time.Minute), 4, 48*time.Minute),
		sshHit: c.plant("management-ssh", "administers", Planted{
			What: "edge-r2 is administered over SSH from outside", Techniques: []string{"T1021.004"}, Role: CalledUs,
			Subject: c.site.device("edge-r2").v4.String(),
		}),
		highHit: c.plant("management-high-port", "administers", Planted{
			What: "core-r1 is administered from outside over a second SSH server on port 57722", Techniques: []string{"T1021.004", "T1571"}, Role: CalledUs,
			Subject: c.site.device("core-r1").v4.String(),
		}),
	}
}

func (p *outsideManagement) play(s *slot) {
	for _, at := range p.ssh.due(s) {
		t := p.call(at, p.from, p.site.device("edge-r2").v4, 22, protoTCP)
		s.talk(t.answer("ssh", p.amount(2e5, 6e5), p.amount(9e5, 3e6), 4*time.Minute+p.upTo(14*time.Minute)).mark(p.sshHit, asEnd))
	}
	for _, at := range p.high.due(s) {
		t := p.call(at, p.from, p.site.device("core-r1").v4, 57722, protoTCP)
		s.talk(t.answer("ssh", p.amount(2e5, 6e5), p.amount(9e5, 3e6), 4*time.Minute+p.upTo(14*time.Minute)).mark(p.highHit, asEnd))
	}
}

// carryOut: core-r2 sends files to an address outside, by TFTP, FTP and SSH in turn.
type carryOut struct {
	*cast
	to   netip.Addr
	runs schedule
	hit  *Occurrence
	step int
}

func newCarryOut(c *cast) part {
	return &carryOut{
		cast: c, to: netip.MustParseAddr(indicatorOf("carried-to").value),
		runs: c.series(c.moment(0.5, 3*time.Hour+15*time.Minute), 6, 26*time.Minute),
		hit: c.plant("carry-out", "carried-to", Planted{
			What: "core-r2 sends captured traffic and its configuration out by TFTP, FTP and SSH", Techniques: []string{"T1048", "T1602.002"}, Role: WeCalled,
			Subject: c.site.device("core-r2").v4.String(),
		}),
	}
}

func (p *carryOut) play(s *slot) {
	from := p.site.device("core-r2").v4
	for _, at := range p.runs.due(s) {
		p.step++
		up, length := p.amount(60e6, 240e6), 8*time.Minute+p.upTo(12*time.Minute)
		switch p.step % 3 {
		case 1:
			s.talk(p.call(at, from, p.to, 69, protoUDP).answer("", up/10, up/4000, length).mark(p.hit, asEnd))
		case 2:
			s.talk(p.call(at, from, p.to, 21, protoTCP).answer("ftp", 900, 1400, length).mark(p.hit, asEnd))
			s.talk(p.call(at.Add(2*time.Second), from, p.to, uint16(p.between(40_000, 49_999)), protoTCP).answer("ftp-data", up, 0, length-4*time.Second).mark(p.hit, asEnd))
		default:
			s.talk(p.call(at, from, p.to, 22, protoTCP).answer("ssh", up, up/200, length).mark(p.hit, asEnd))
		}
	}
}
