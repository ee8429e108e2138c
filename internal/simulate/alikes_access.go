package simulate

import (
	"net/netip"
	"time"
)

// newAlikeAccess are logins that resemble those of the cases of PRV and AAA.
func newAlikeAccess(c *cast) part {
	p := newPlan(c)
	jump := p.site.host("jump-1")

	d := p.site.device("acc-r02")
	hire := p.alike(LookAlike{ID: "alike-AAA-09", Like: "AAA-09", Reason: "a new engineer, of whom everything is new for some days", Observed: "useradd + op-gita", Subject: "op-gita"})
	p.at(p.workday(10).Add(9*time.Hour), func(s *slot, at time.Time) { // before she begins: her account is made
		s.write(at, jump, &line{
			facility: facilityAuth, severity: 6, process: "useradd[7011]",
			text: "new user: name=op-gita, UID=1063, GID=1063, home=/home/op-gita, shell=/bin/bash, from=/dev/pts/2",
		}).mark(hire)
	})

	stale := p.alike(LookAlike{ID: "alike-PRV-04", Like: "PRV-04", Reason: "a script of one engineer goes on with an old password", Observed: "acc-r02 + op-hugo", Subject: d.name})
	p.every(p.on(24, 14, 0), 30, 2*time.Minute, 20*time.Second, func(s *slot, at time.Time) {
		from := p.site.host("jump-1").v4
		s.talk(p.call(at, from, d.inner, 22, protoTCP).answer("ssh", 1900, 2400, 3*time.Second))
		s.say(at.Add(2*time.Second), d, d.loginFailed(at, "op-hugo", from)).mark(stale)
	})
	p.rounds()
	p.backFromLeave()
	p.accountsElsewhere()
	p.customerAtWork()
	return p
}

// rounds is a look-alike of PRV-01: who is on duty goes round thirty-five devices once a week.
func (p *plan) rounds() {
	jump := p.site.host("jump-2").v4
	of := p.alike(LookAlike{ID: "alike-PRV-01", Like: "PRV-01", Reason: "who is on duty goes round many devices, and not fifty", Observed: roundsAccount, Subject: roundsAccount})
	for week := range 4 {
		begin, n := p.workday(2+7*week).Add(10*time.Hour), 0
		for _, d := range p.site.devices {
			if n == 35 || d.recordsAll() || d.platform == "junos" { // some messages do not say whose they are
				continue
			}
			p.session(begin.Add(time.Duration(n)*4*time.Minute), shell{device: d, user: roundsAccount, from: jump, typed: p.types(5*time.Second, 5*time.Second, nil, "show version")}, of)
			n++
		}
	}
}

// backFromLeave is a look-alike of PRV-03: seven weeks are not sixty days.
func (p *plan) backFromLeave() {
	const user = "op-hugo"
	jump := p.site.host("jump-1")
	of := p.alike(LookAlike{ID: "alike-PRV-03", Like: "PRV-03", Reason: "an engineer is back from seven weeks of leave", Observed: jump.name + " + " + user, Subject: user})
	p.at(p.workday(14).Add(8*time.Hour), func(s *slot, at time.Time) {
		s.talk(p.call(at, bench(user), jump.v4, 22, protoTCP).answer("ssh", 9000, 20_000, 9*time.Minute))
		p.accepted(s, at.Add(time.Second), jump, user, bench(user), 9*time.Minute, of)
	})
}

// accountsElsewhere are look-alikes of PRV-05: a new account that is used at once on no store of records, and one on a store that is used
// days later.
func (p *plan) accountsElsewhere() {
	jump := p.site.host("jump-1").v4
	for _, x := range []struct {
		id, host, user, reason string
		later                  time.Duration
	}{
		{"alike-PRV-05", "web-1", "webmaint", "an account is made on a web server and used there the next day", 21 * time.Hour},
		{"alike-PRV-05-later", "cdr-2", "dbreport", "an account is made on a store of records, and first used five days later", 5 * day},
	} {
		h, t := p.site.host(x.host), p.on(17, 11, 15)
		of := p.alike(LookAlike{ID: x.id, Like: "PRV-05", Reason: x.reason, Observed: x.host + " + " + x.user, Subject: x.user})
		p.at(t, func(s *slot, at time.Time) {
			s.write(at, h, &line{
				facility: facilityAuth, severity: 6, process: "useradd[8099]",
				text: "new user: name=" + x.user + ", UID=1150, GID=1150, home=/home/" + x.user + ", shell=/bin/bash, from=/dev/pts/0",
			}).mark(of)
		})
		p.at(t.Add(x.later), func(s *slot, at time.Time) {
			s.talk(p.call(at, jump, h.v4, 22, protoTCP).answer("ssh", 60_000, 90_000, 15*time.Minute))
			p.accepted(s, at.Add(time.Second), h, x.user, jump, 15*time.Minute, of)
		})
	}
}

// customerAtWork is a look-alike of FLW-13: an engineer is a customer, too, and comes to the VPN from home each week.
func (p *plan) customerAtWork() {
	h, from := p.site.host("vpn-1"), netip.MustParseAddr("100.64.9.31")
	of := p.alike(LookAlike{ID: "alike-FLW-13", Like: "FLW-13", Reason: "an engineer whose line at home is the operator's comes to the VPN every week", Observed: "vpn-1 + op-jana", Subject: "op-jana"})
	for week := range 4 {
		p.at(p.workday(3+7*week).Add(19*time.Hour), func(s *slot, at time.Time) {
			s.talk(p.call(at, from, h.v4, 22, protoTCP).answer("ssh", 40_000, 90_000, 40*time.Minute))
			p.accepted(s, at.Add(time.Second), h, "op-jana", from, 40*time.Minute, of)
		})
	}
}
