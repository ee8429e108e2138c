package simulate

import (
	"net/netip"
	"time"
)

// flowCase declares a case of flows, whose subject is an address of ours, and which all records with both addresses show.
func (p *plan) flowCase(id, what string, ours, theirs netip.Addr, also ...string) *Occurrence {
	names := []string{theirs.String()}
	if d := p.site.deviceAt(ours); d != nil {
		names = append(names, d.names()...)
	}
	return p.deed(Case{ID: id, What: what, Subject: ours.String(), Names: names, Also: also, Observed: []string{ours.String() + " + " + theirs.String()}})
}

// newCaseTunnels are tunnels to parties that no register knows.
func newCaseTunnels(c *cast) part {
	p := newPlan(c)
	edge, to := p.site.device("edge-r1").v4, hostile(10)
	gre := p.flowCase("FLW-01", "edge-r1 carries traffic out in GRE for thirty hours", edge, to, "FLW-09")
	p.every(p.on(16, 10, 0), 32, 56*time.Minute, 2*time.Minute, func(s *slot, at time.Time) {
		s.talk(p.tunnel(at, edge, to, protoGRE, p.amount(20e6, 60e6), p.amount(4e6, 9e6), 50*time.Minute).mark(gre, inFlow))
	})

	second, far := p.site.device("edge-r2").v4, hostile(11)
	ipsec := p.flowCase("FLW-02", "edge-r2 speaks IPsec with an unknown party", second, far)
	p.every(p.on(17, 3, 0), 6, time.Hour, 5*time.Minute, func(s *slot, at time.Time) {
		s.talk(p.call(at, second, far, 500, protoUDP).answer("", 1200, 1100, 2*time.Second).mark(ipsec, inFlow))
		s.talk(p.call(at.Add(time.Second), second, far, 4500, protoUDP).answer("", 900, 700, 2*time.Second).mark(ipsec, inFlow))
		s.talk(p.tunnel(at.Add(3*time.Second), second, far, protoESP, p.amount(9e6, 20e6), p.amount(3e6, 9e6), 50*time.Minute).mark(ipsec, inFlow))
	})

	third, drain := p.site.device("edge-r3").v4, hostile(12)
	mirror := p.flowCase("FLW-03", "edge-r3 sends mirrored traffic out in ERSPAN", third, drain, "FLW-01")
	p.every(p.on(18, 1, 0), 5, 50*time.Minute, 5*time.Minute, func(s *slot, at time.Time) {
		t := p.tunnel(at, third, drain, protoGRE, p.amount(60e6, 90e6), 0, 45*time.Minute).mark(mirror, inFlow)
		t.mirror, t.dnPackets = true, 0
		s.talk(t)
	})
	return p
}

// newCaseManagement are the cases of FLW in which somebody reaches the management of routers who should not.
func newCaseManagement(c *cast) part {
	p := newPlan(c)
	reach := func(id, what, device string, from netip.Addr, port uint16, t time.Time, n int, also ...string) {
		to := p.site.device(device).v4
		of := p.flowCase(id, what, to, from, also...)
		p.every(t, n, 31*time.Minute, 5*time.Minute, func(s *slot, at time.Time) {
			s.talk(p.call(at, from, to, port, protoTCP).answer("ssh", p.amount(2e5, 6e5), p.amount(9e5, 3e6), 4*time.Minute+p.upTo(9*time.Minute)).mark(of, inFlow))
		})
	}
	reach("FLW-04", "edge-r2 is administered from outside over NETCONF", "edge-r2", hostile(13), 830, p.on(18, 2, 10), 4, "FLW-13")
	reach("FLW-05", "core-r1 answers outside on a second port for SSH", "core-r1", hostile(14), 22022, p.on(18, 4, 40), 4, "FLW-04", "FLW-13")
	reach("FLW-11", "an address of a partner administers edge-r5", "edge-r5", peer(72, 66), 22, p.on(22, 2, 30), 3, "FLW-04", "FLW-13")

	// FLW-12: a machine that is no monitoring server reads many devices out.
	from := netip.MustParseAddr("10.30.0.44")
	var read []string
	for _, d := range p.site.devices[:30] {
		read = append(read, d.names()...)
	}
	walk := p.deed(Case{
		ID: "FLW-12", What: "a machine among the call-record servers walks through thirty devices by SNMP", Subject: from.String(), Names: read, Also: []string{"FLW-04"},
		Observed: []string{from.String()},
	})
	p.at(p.on(22, 3, 50), func(s *slot, at time.Time) {
		for i, d := range p.site.devices[:30] {
			t := p.call(at.Add(time.Duration(i)*12*time.Second), from, d.inner, 161, protoUDP)
			s.talk(t.answer("snmp", p.amount(30_000, 50_000), p.amount(200_000, 400_000), 40*time.Second).mark(walk, inFlow))
		}
	})

	// FLW-10: from router to router to router.
	a, b, e := p.site.device("acc-r09"), p.site.device("core-r3"), p.site.device("agg-r5")
	hops := p.deed(Case{
		ID: "FLW-10", What: "somebody goes by SSH from acc-r09 to core-r3 and on to agg-r5", Subject: a.inner.String(), Names: append(append(a.names(), b.names()...), e.names()...),
		Also: []string{"FLW-06", "AAA-11"}, Observed: []string{a.inner.String() + " + " + b.inner.String(), b.inner.String() + " + " + e.inner.String()},
	})
	p.at(p.on(21, 2, 15), func(s *slot, at time.Time) {
		s.talk(p.call(at, a.inner, b.inner, 22, protoTCP).answer("ssh", 40_000, 190_000, 24*time.Minute).mark(hops, inFlow))
		s.talk(p.call(at.Add(2*time.Minute), b.inner, e.inner, 22, protoTCP).answer("ssh", 30_000, 150_000, 17*time.Minute).mark(hops, inFlow))
	})
	return p
}
