package simulate

import (
	"fmt"
	"time"
)

// newServers is what servers write every day: cron, rotation of logs, engineers with sudo, captures for trouble, and what the
// Internet tries at those that it reaches.
func newServers(c *cast) part {
	p := newPlan(c)
	for n := 0; p.midnight(n).Before(c.cfg.end()); n++ {
		p.serversDay(p.midnight(n))
	}
	return p
}

// auditedHosts are the servers that have an audit daemon.
var auditedHosts = []string{"jump-1", "jump-2", "med-1", "med-2", "cdr-1", "cdr-2"}

func (p *plan) serversDay(midnight time.Time) {
	for _, h := range p.site.hosts {
		if h.platform != "linux" {
			continue
		}
		p.every(midnight.Add(17*time.Minute), 12, 2*time.Hour, time.Second, func(s *slot, at time.Time) {
			s.write(at, h, &line{
				facility: facilityCron, severity: 6, process: fmt.Sprintf("CRON[%d]", p.between(2000, 60_000)),
				text: "(root) CMD (   cd / && run-parts --report /etc/cron.hourly)",
			})
		})
	}
	for _, name := range auditedHosts {
		h := p.site.host(name)
		p.every(midnight.Add(17*time.Minute+time.Second), 6, 4*time.Hour, time.Second, func(s *slot, at time.Time) {
			p.audit(s, at, h, &audited{auid: nobody, exe: "/usr/bin/run-parts", args: []string{"run-parts", "--report", "/etc/cron.hourly"}})
		})
	}
	for _, name := range []string{"vpn-1", "web-1"} { // failed logins, spread thin
		p.every(midnight.Add(40*time.Minute), 6, 4*time.Hour, 3*time.Hour, func(s *slot, at time.Time) {
			h, from := p.site.host(name), peer(121, p.rng.IntN(4000))
			user := []string{"admin", "test", "ubuntu", "oracle", "pi", "guest"}[p.rng.IntN(6)]
			s.talk(p.call(at, from, h.v4, 22, protoTCP).answer("ssh", 1200, 1900, 4*time.Second))
			p.refused(s, at.Add(2*time.Second), h, user, false, from)
		})
	}
	if isWorkday(midnight) {
		p.at(midnight.Add(10*time.Hour+p.upTo(5*time.Hour)), func(s *slot, at time.Time) {
			user := []string{"op-anna", "op-farid"}[p.rng.IntN(2)]
			s.write(at, p.jump(), &line{
				facility: facilityAuth, severity: 5, process: "sudo",
				text: user + " : TTY=pts/1 ; PWD=/home/" + user + " ; USER=root ; COMMAND=/usr/bin/apt-get update",
			})
		})
	}
}

// newRecordRuns: mediation carries call records to the stores every quarter of an hour, as a program's account.
func newRecordRuns(c *cast) part {
	p := newPlan(c)
	runs := int(c.cfg.end().Sub(c.cfg.Start) / (15 * time.Minute))
	for i := range runs {
		p.acts = append(p.acts, act{c.cfg.Start.Add(time.Duration(i)*15*time.Minute + 7*time.Minute), p.carry})
	}
	return p
}

func (p *plan) carry(s *slot, at time.Time) {
	for i, pair := range [][2]string{{"med-1", "cdr-1"}, {"med-2", "cdr-2"}} {
		at := at.Add(time.Duration(i)*2*time.Second + p.upTo(time.Second))
		from, to := p.site.host(pair[0]), p.site.host(pair[1])
		bytes := uint64(30e6*evening(at)) + p.size(2e6)
		length := 5*time.Second + p.upTo(40*time.Second)
		s.talk(p.call(at, from.v4, to.v4, 22, protoTCP).answer("ssh", bytes, bytes/90, length))
		p.accepted(s, at.Add(300*time.Millisecond), to, carrierAccount, from.v4, length)
	}
}
