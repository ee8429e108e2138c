package simulate

import "time"

// updates: the operator's servers look for software now and then, and report to their makers.
type updates struct {
	*cast
	checks *arrivals
}

func newUpdates(c *cast) part { return &updates{cast: c, checks: c.arrive(220, flat)} }

func (p *updates) play(s *slot) {
	for at := range p.checks.in(s) {
		h := p.site.hosts[p.rng.IntN(len(p.site.hosts))]
		if h.role == "roaming-dns" { // it speaks with partners only
			continue
		}
		v := visitor{v4: h.v4, v6: h.v6, client: &machine}
		to := 3 + p.rng.IntN(40)
		if p.cfg.month() { // the same few from each, so that a month knows them
			to = 3 + pick(h.v4, 5)*7 + to%3
		}
		p.visit(s, at, v, placeOf(to))
	}
}

// recordTransfer: mediation carries call records to the stores every quarter of an hour, the more
// the more people talk.
type recordTransfer struct {
	*cast
	runs *ticker
}

func newRecordTransfer(c *cast) part {
	return &recordTransfer{cast: c, runs: c.tick(15*time.Minute, 5*time.Second)}
}

func (p *recordTransfer) play(s *slot) {
	for at := range p.runs.in(s) {
		for _, pair := range [][2]string{{"med-1", "cdr-1"}, {"med-2", "cdr-2"}} {
			from, to := p.site.host(pair[0]).v4, p.site.host(pair[1]).v4
			bytes := uint64(30e6*evening(at)) + p.size(2e6)
			s.talk(p.call(at, from, to, 22, protoTCP).answer("ssh", bytes, bytes/90, 5*time.Second+p.upTo(40*time.Second)))
		}
	}
}

// backup: at night the servers send gigabytes to the backup server, which makes a large upload at
// night nothing special by itself.
type backup struct {
	*cast
	nights schedule
}

func newBackup(c *cast) part {
	p := &backup{cast: c}
	for d := range c.cfg.Days {
		p.nights = append(p.nights, c.cfg.Start.Add(time.Duration(d)*day+time.Hour+c.upTo(10*time.Minute)))
	}
	return p
}

func (p *backup) play(s *slot) {
	for _, at := range p.nights.due(s) {
		for _, h := range p.site.hosts {
			if h.role == "backup" {
				continue
			}
			bytes := uint64(4e8) + p.size(1e9)
			if h.role == "call-record-store" {
				bytes += 12e9
			}
			s.talk(p.call(at.Add(p.upTo(90*time.Minute)), h.v4, p.site.host("backup-1").v4, 873, protoTCP).
				answer("", bytes, bytes/400, time.Minute+time.Duration(bytes/60_000)*time.Millisecond))
		}
	}
}
