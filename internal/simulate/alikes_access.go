package simulate

import "time"

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
	return p
}
