package simulate

import (
	"fmt"
	"net/netip"
	"time"
)

// newAlikeTraffic are conversations and look-ups that resemble those of the cases of FLW and DNS, and may be.
func newAlikeTraffic(c *cast) part {
	p := newPlan(c)
	p.registeredTunnels()
	p.registeredServers()
	p.harmlessReach()
	p.harmlessNames()
	p.harmlessClients()
	return p
}

// notFlow declares a look-alike that all records with both addresses show.
func (p *plan) notFlow(id, reason string, ours, theirs netip.Addr) *Occurrence {
	return p.alike(LookAlike{ID: "alike-" + id, Like: id, Reason: reason, Observed: ours.String() + " + " + theirs.String(), Subject: ours.String()})
}

func (p *plan) registeredTunnels() {
	edge := p.site.device("edge-r2").v4
	gre := p.notFlow("FLW-01", "a tunnel that the register approves", edge, tunnelPartner)
	mirrorer, ids := p.site.device("edge-r3").v4, p.site.host("ids-1").v4
	mirror := p.notFlow("FLW-03", "mirrored traffic for the intrusion detection, as the register states", mirrorer, ids)
	for n := 0; p.midnight(n).Before(p.cfg.end()); n++ {
		p.every(p.midnight(n).Add(3*time.Minute), 8, 3*time.Hour, 5*time.Minute, func(s *slot, at time.Time) {
			s.talk(p.tunnel(at, edge, tunnelPartner, protoGRE, p.amount(9e6, 30e6), p.amount(9e6, 30e6), 170*time.Minute).mark(gre, inFlow))
			t := p.tunnel(at.Add(time.Minute), mirrorer, ids, protoGRE, p.amount(9e6, 20e6), 0, 170*time.Minute).mark(mirror, inFlow)
			t.mirror, t.dnPackets = true, 0
			s.talk(t)
		})
	}
}

func (p *plan) registeredServers() {
	small, backup := p.site.device("acc-r12").inner, p.site.host("backup-1").v4
	files := p.alike(LookAlike{
		ID: "alike-FLW-07", Like: "FLW-07", Reason: "a router sends its configuration to the backup server by TFTP", Observed: small.String() + " + " + backup.String() + " + \t69\tudp", Subject: small.String(),
	})
	large := p.site.device("core-r1").v4
	maker := p.notFlow("FLW-06", "a router gets software from its maker, which the register states", large, makerAddress)
	for n := 2; p.midnight(n).Before(p.cfg.end()); n += 7 {
		p.at(p.midnight(n).Add(5*time.Hour), func(s *slot, at time.Time) {
			s.talk(p.call(at, small, backup, 69, protoUDP).answer("", 31_000, 900, 4*time.Second).mark(files, inFlow))
			s.talk(p.call(at.Add(10*time.Minute), large, makerAddress, 443, protoTCP).answer("ssl", 400_000, p.amount(3e8, 6e8), 8*time.Minute).mark(maker, inFlow))
		})
	}
	second := p.site.host("nms-2").v4
	d := p.site.device("acc-r20")
	walk := p.notFlow("FLW-12", "a monitoring server reads a device out", second, d.inner)
	p.at(p.on(19, 13, 10), func(s *slot, at time.Time) {
		s.talk(p.call(at, second, d.inner, 161, protoUDP).answer("snmp", 60_000, 400_000, 50*time.Second).mark(walk, inFlow))
	})
}

func (p *plan) harmlessReach() {
	core, prober := p.site.device("core-r1").v4, peer(122, 9)
	syn := p.notFlow("FLW-05", "a packet to a high port, which nothing answers", core, prober)
	p.every(p.on(20, 6, 0), 4, 3*time.Hour, time.Hour, func(s *slot, at time.Time) {
		s.talk(p.call(at, prober, core, 22022, protoTCP).mark(syn, inFlow))
	})
	edge, neighbour := p.site.device("edge-r5").v4, peer(72, 1)
	bgp := p.notFlow("FLW-11", "a partner speaks BGP with an edge router", edge, neighbour)
	p.daily(2*time.Hour, nil, func(s *slot, at time.Time) {
		s.talk(p.call(at, neighbour, edge, 179, protoTCP).answer("bgp", 90_000, 90_000, 23*time.Hour).mark(bgp, inFlow))
	})
	first, second := p.site.host("jump-1").v4, p.site.host("jump-2").v4
	jumps := p.notFlow("FLW-10", "from one jump host to the other", first, second)
	p.at(p.on(20, 10, 0), func(s *slot, at time.Time) {
		s.talk(p.call(at, first, second, 22, protoTCP).answer("ssh", 9000, 60_000, 20*time.Minute).mark(jumps, inFlow))
		p.accepted(s, at.Add(time.Second), p.site.host("jump-2"), "op-anna", first, 20*time.Minute)
		p.look(s, at.Add(2*time.Minute), "op-anna", second, p.site.device("core-r2"), 2)
	})
	nms, tested := p.site.host("nms-1").v4, p.site.device("acc-r33").inner
	ping := p.notFlow("FLW-14", "a link is tried with large packets", nms, tested)
	p.at(p.on(20, 13, 0), func(s *slot, at time.Time) {
		s.talk(p.echo(at, nms, tested, 10, 1400, 10*time.Second).mark(ping, inFlow))
	})
}

func (p *plan) harmlessNames() {
	mail := p.site.host("mail-1").v4
	guard := p.alike(LookAlike{
		ID: "alike-DNS-01", Like: "DNS-01", Reason: "a filter of mail asks for hashes of files: many long names that carry nothing", Observed: mail.String() + " + " + guardDomain, Subject: mail.String(),
	})
	for n := 0; p.midnight(n).Before(p.cfg.end()); n++ {
		p.every(p.midnight(n).Add(8*time.Minute), 130, 11*time.Minute, 9*time.Minute, func(s *slot, at time.Time) {
			name := fmt.Sprintf("%s.lookup.%s", digest(p.rng.Uint64(), 16), guardDomain)
			if p.chance(0.3) {
				s.talk(p.ask(at, mail, name, "A", "NXDOMAIN").mark(guard, inDNS))
				return
			}
			s.talk(p.ask(at, mail, name, "A", "NOERROR", "127.0.0.4").mark(guard, inDNS))
		})
	}
	med := p.site.host("med-1").v4
	below := p.alike(LookAlike{
		ID: "alike-DNS-02", Like: "DNS-02", Reason: "another name of a domain that it always asks", Observed: med.String() + " + mirror7.updates." + makerDomain, Subject: med.String(),
	})
	p.every(p.on(24, 9, 0), 2, time.Hour, time.Minute, func(s *slot, at time.Time) {
		s.talk(p.ask(at, med, "mirror7.updates."+makerDomain, "A", "NOERROR", peer(71, 4).String()).mark(below, inDNS))
	})
}
