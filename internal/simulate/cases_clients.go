package simulate

import "time"

// newCaseClients are routers and their like that call parties outside.
func newCaseClients(c *cast) part {
	p := newPlan(c)

	from, to := p.site.device("agg-r1").v4, hostile(15)
	of := p.flowCase("AAA-12", "agg-r1 asks an AAA server that is not ours", from, to, "FLW-06", "FLW-08")
	p.every(p.on(21, 5, 0), 6, 40*time.Minute, 10*time.Minute, func(s *slot, at time.Time) {
		s.talk(p.call(at, from, to, 49, protoTCP).answer("", 190, 150, 90*time.Millisecond).mark(of, inFlow))
	})

	client, store := p.site.device("agg-r3").v4, hostile(16)
	load := p.flowCase("FLW-06", "agg-r3 gets files from outside", client, store)
	p.every(p.on(21, 1, 20), 3, 4*time.Minute, time.Minute, func(s *slot, at time.Time) {
		s.talk(p.call(at, client, store, 443, protoTCP).answer("ssl", 900, p.amount(1e6, 3e6), 12*time.Second).mark(load, inFlow))
	})

	giver, taker := p.site.device("core-r2").v4, hostile(17)
	carry := p.flowCase("FLW-07", "core-r2 carries captures out by TFTP and FTP", giver, taker, "FLW-06")
	p.at(p.on(21, 4, 15), func(s *slot, at time.Time) {
		s.talk(p.call(at, giver, taker, 69, protoUDP).answer("", 6_200_000, 90_000, 3*time.Minute).mark(carry, inFlow))
		s.talk(p.call(at.Add(5*time.Minute), giver, taker, 21, protoTCP).answer("ftp", 900, 1400, 4*time.Minute).mark(carry, inFlow))
		data := p.call(at.Add(5*time.Minute+time.Second), taker, giver, uint16(p.between(40_000, 49_999)), protoTCP).answer("ftp-data", 40_000, 52_000_000, 3*time.Minute)
		data.srcPort = 20
		s.talk(data.mark(carry, inFlow))
	})

	asker, radius := p.site.device("edge-r3").v4, hostile(18)
	aaa := p.flowCase("FLW-08", "edge-r3 asks a RADIUS server that is not ours", asker, radius, "AAA-12", "FLW-06")
	p.every(p.on(22, 5, 10), 5, 20*time.Minute, 5*time.Minute, func(s *slot, at time.Time) {
		s.talk(p.call(at, asker, radius, 1812, protoUDP).answer("radius", 240, 160, 60*time.Millisecond).mark(aaa, inFlow))
	})

	echoer, sink := p.site.device("core-r2").v4, hostile(19)
	echo := p.flowCase("FLW-14", "core-r2 carries data out in ICMP echoes", echoer, sink, "FLW-06")
	p.every(p.on(22, 1, 10), 4, 15*time.Minute, time.Minute, func(s *slot, at time.Time) {
		t := p.echo(at, echoer, sink, 1200, 1380, 9*time.Minute)
		t.down = t.dnPackets * 56
		s.talk(t.mark(echo, inFlow))
	})
	d := p.site.device("agg-r4")
	server := d.v4
	direct := p.deed(Case{
		ID: "FLW-14", Key: "FLW-14-dns", What: "agg-r4 speaks over port 53 with a machine outside that is no resolver", Subject: server.String(), Names: append(d.names(), sink.String()),
		Also: []string{"FLW-06"}, Observed: []string{server.String() + " + " + sink.String()},
	})
	p.every(p.on(23, 1, 10), 20, time.Minute, 10*time.Second, func(s *slot, at time.Time) {
		s.talk(p.call(at, server, sink, 53, protoUDP).answer("", p.amount(1500, 3000), p.amount(300, 900), time.Second).mark(direct, inFlow))
	})
	return p
}

// newCasePairs are conversations that come again and again: FLW-09 for twelve days, and a beacon for three.
func newCasePairs(c *cast) part {
	p := newPlan(c)
	from, to := p.site.host("med-1").v4, hostile(20)
	pair := p.deed(Case{
		ID: "FLW-09", What: "med-1 and a machine outside speak twice an hour for twelve days", Subject: from.String(), Names: []string{"med-1", to.String()},
		Observed: []string{from.String() + " + " + to.String()},
	})
	p.every(p.midnight(16).Add(13*time.Minute), 12*48, 30*time.Minute, 20*time.Second, func(s *slot, at time.Time) {
		s.talk(p.call(at, from, to, 443, protoTCP).answer("ssl", p.amount(700, 760), p.amount(900, 1100), 2*time.Second).mark(pair, inFlow))
	})
	host, control := p.site.host("cdr-2").v4, hostile(21)
	beacon := p.deed(Case{
		ID: "FLW-09", Key: "FLW-09-beacon", What: "cdr-2 calls a machine outside every five minutes for three days", Subject: host.String(), Names: []string{"cdr-2", control.String()},
		Observed: []string{host.String() + " + " + control.String()},
	})
	p.every(p.midnight(17).Add(6*time.Hour), 3*288, 5*time.Minute, 4*time.Second, func(s *slot, at time.Time) {
		s.talk(p.call(at, host, control, 443, protoTCP).answer("ssl", p.amount(610, 630), p.amount(300, 420), time.Second).mark(beacon, inFlow))
	})
	return p
}
