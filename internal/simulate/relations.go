package simulate

import (
	"net/netip"
	"time"
)

// Parties with which the operator has contracts, as the registers state.
var (
	tunnelPartner  = peer(70, 1) // a tunnel of GRE from edge-r2
	ipsecPartner   = peer(70, 2) // a tunnel of IPsec from edge-r5
	roamingPartner = peer(72, 5) // of Tallow Mobile
	roamingRadius  = peer(72, 20)
	tallowPrefix   = netip.MustParsePrefix("198.19.72.0/24")
	makerAddress   = peer(71, 1)
)

// newRelations is what goes on with them: tunnels, roaming, mirrored traffic for the intrusion detection, copies of logs.
func newRelations(c *cast) part {
	p := newPlan(c)
	for n := 0; p.midnight(n).Before(c.cfg.end()); n++ {
		m := p.midnight(n)
		p.every(m, 12, 2*time.Hour, 5*time.Minute, func(s *slot, at time.Time) {
			edge := p.site.device("edge-r5")
			s.talk(p.call(at, edge.v4, ipsecPartner, 500, protoUDP).answer("", 900, 900, time.Second))
			s.talk(p.tunnel(at.Add(2*time.Second), edge.v4, ipsecPartner, protoESP, p.amount(5e6, 9e6), p.amount(5e6, 9e6), 100*time.Minute))
		})
		p.every(m.Add(30*time.Minute), 8, 3*time.Hour, 20*time.Minute, func(s *slot, at time.Time) {
			from := p.site.host("edns-1").v4
			t := p.ask(at, from, "epc.mnc002.mcc001.3gppnetwork.tallow.example", "A", "NOERROR", roamingPartner.String())
			t.dst = in4("198.19.72.53", 0)
			s.talk(t)
			s.talk(p.call(at.Add(time.Minute), p.site.host("aaa-2").v4, roamingRadius, 1812, protoUDP).answer("radius", 400, 220, 90*time.Millisecond))
		})
		p.at(m.Add(3*time.Hour), func(s *slot, at time.Time) { // files of roamers' records
			s.talk(p.call(at, roamingPartner, p.site.host("med-1").v4, 22, protoTCP).answer("ssh", p.amount(2e6, 9e6), 40_000, 3*time.Minute))
			p.accepted(s, at.Add(time.Second), p.site.host("med-1"), "roaming-files", roamingPartner, 3*time.Minute)
		})
	}
	return p
}

// newScanner: the operator's own scanner looks at everything it has on Wednesday nights.
func newScanner(c *cast) part {
	p := newPlan(c)
	p.daily(22*time.Hour, func(t time.Time) bool { return t.Weekday() == time.Wednesday }, func(s *slot, at time.Time) {
		from := p.site.host("scan-1").v4
		to := make([]netip.Addr, 0, 100)
		for _, d := range p.site.devices {
			to = append(to, d.inner)
		}
		for _, h := range p.site.hosts {
			to = append(to, h.v4)
		}
		for i, a := range to {
			for j, port := range []uint16{22, 23, 80, 443, 4786, 8443} {
				t := p.call(at.Add(time.Duration(i)*9*time.Second+time.Duration(j)*300*time.Millisecond), from, a, port, protoTCP)
				if j == 0 || j == 3 && i%5 == 0 {
					s.talk(t.answer("", 0, 40, 200*time.Millisecond))
					continue
				}
				s.talk(t.refuse(p.upTo(time.Millisecond)))
			}
			s.talk(p.call(at.Add(time.Duration(i)*9*time.Second+3*time.Second), from, a, 161, protoUDP))
		}
	})
	return p
}
