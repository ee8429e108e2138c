package simulate

import (
	"fmt"
	"net/netip"
	"time"
)

// newCaseAccess are the cases of privileged access, and of sources as covert networks have them.
func newCaseAccess(c *cast) part {
	p := newPlan(c)
	p.muchReached()
	p.pastTheJumpHost()
	p.awake()
	p.spray()
	p.newAccount()
	p.covertSource()
	return p
}

// muchReached is PRV-01: one account on fifty-five devices in a day, from the jump host that its owner does not use.
func (p *plan) muchReached() {
	const user, devices = "op-farid", 55
	jump := p.site.host("jump-2").v4
	of := p.deed(Case{
		ID: "PRV-01", What: user + "'s account logs in to fifty-five devices in a day", Subject: user, Names: []string{jump.String()}, Also: []string{"AAA-09"},
		Observed: []string{user + " + " + jump.String()},
	})
	n := 0
	for _, d := range p.site.devices {
		// Some platforms have messages that do not say from where.
		if n == devices || d.recordsAll() || d.platform == "junos" {
			continue
		}
		w := shell{device: d, user: user, from: jump, typed: p.types(5*time.Second, 5*time.Second, nil, "show version")}
		p.session(p.on(21, 9, 0).Add(time.Duration(n)*5*time.Minute+p.upTo(time.Minute)), w, of)
		n++
	}
}

// pastTheJumpHost is PRV-02: from a server that has no business there to a device, and from a workstation to another.
func (p *plan) pastTheJumpHost() {
	past := func(key, device, user, place string, from netip.Addr, t time.Time, also ...string) {
		d := p.site.device(device)
		of := p.deed(Case{
			ID: "PRV-02", Key: key, What: fmt.Sprintf("%s's account comes to %s from %s, past the jump hosts", user, device, place), Subject: d.name,
			Names: append(d.names(), user, from.String()), Also: append(also, "AAA-09"), Observed: []string{device + " + " + user},
		})
		p.session(t, shell{
			device: d, user: user, from: from, length: 5 * time.Minute, typed: p.types(10*time.Second, 40*time.Second, nil, "show ip bgp summary", "show processes cpu sorted"),
		}, of)
	}
	past("PRV-02", "acc-r21", "op-anna", "the mail server", p.site.host("mail-1").v4, p.on(23, 11, 15), "FLW-04")
	past("PRV-02-desk", "agg-r3", "op-gita", "a workstation", bench("op-gita"), p.on(24, 15, 10))
}

// awake is PRV-03: the account of somebody who left ten weeks ago, which nobody closed, from a desk that is not his.
func (p *plan) awake() {
	const user = "op-ivar"
	d, jump, from := p.site.device("agg-r1"), p.site.host("jump-1"), netip.MustParseAddr("10.20.0.88")
	of := p.deed(Case{
		ID: "PRV-03", What: user + "'s account, which nobody used for ten weeks, is used again", Subject: user, Names: append(d.names(), jump.name, jump.v4.String(), from.String()),
		Also: []string{"AAA-09"}, Observed: []string{user},
	})
	p.at(p.on(28, 10, 20), func(s *slot, at time.Time) {
		s.talk(p.call(at, from, jump.v4, 22, protoTCP).answer("ssh", 30_000, 90_000, 12*time.Minute))
		p.accepted(s, at.Add(time.Second), jump, user, from, 12*time.Minute, of)
		p.work(s, &shell{
			at: at.Add(2 * time.Minute), device: d, user: user, from: jump.v4, length: 6 * time.Minute, whole: []*Occurrence{of},
			typed: p.types(10*time.Second, 30*time.Second, nil, "show users", "show ip bgp summary"),
		})
	})
}

// spray is PRV-04: many names, one or two tries each, from many addresses. Every fourth is that of an engineer, as whoever looks for them finds.
func (p *plan) spray() {
	h := p.site.host("vpn-1")
	of := p.deed(Case{
		ID: "PRV-04", What: "sixty names are tried at vpn-1 from thirty addresses", Subject: h.name, Names: []string{h.v4.String()}, Also: []string{"FLW-13"},
		Observed: []string{"vpn-1 + Failed password + 198.19.210."},
	})
	n := 0
	p.every(p.on(24, 20, 0), 90, 100*time.Second, 40*time.Second, func(s *slot, at time.Time) {
		from, user := peer(210, 1+(n*7)%30), "op-"+word(uint64(n%60)*7919)
		known := n%4 == 1
		if known {
			user = staff[n/4%len(staff)].name
		}
		n++
		s.talk(p.call(at, from, h.v4, 22, protoTCP).answer("ssh", 1200, 1900, 4*time.Second))
		p.refused(s, at.Add(2*time.Second), h, user, known, from, of)
	})
}

// newAccount is PRV-05: an account is made on a store of call records and used the next day.
func (p *plan) newAccount() {
	const user = "dbsync"
	h, jump := p.site.host("cdr-1"), p.site.host("jump-2")
	of := p.deed(Case{
		ID: "PRV-05", What: "an account is made on cdr-1, and logs in there the next day", Subject: h.name, Names: []string{user, h.v4.String(), jump.v4.String()},
		Also: []string{"AAA-09"}, Observed: []string{"cdr-1 + " + user},
	})
	p.at(p.on(22, 10, 35), func(s *slot, at time.Time) {
		s.write(at, h, &line{
			facility: facilityAuth, severity: 6, process: "useradd[8114]",
			text: "new user: name=" + user + ", UID=1142, GID=1142, home=/home/" + user + ", shell=/bin/bash, from=/dev/pts/0",
		}).mark(of)
	})
	p.at(p.on(22, 10, 35).Add(20*time.Hour), func(s *slot, at time.Time) {
		s.talk(p.call(at, jump.v4, h.v4, 22, protoTCP).answer("ssh", 60_000, 900_000, 15*time.Minute))
		p.accepted(s, at.Add(time.Second), h, user, jump.v4, 15*time.Minute, of)
	})
}

// covertSource is FLW-13: the line of a subscriber is where an administrator's session comes from.
func (p *plan) covertSource() {
	from := covertLine
	d := p.site.device("edge-r4")
	of := p.deed(Case{
		ID: "FLW-13", What: "op-elif's account comes to edge-r4 from a subscriber's line", Subject: d.v4.String(), Names: append(d.names(), "op-elif", from.String()),
		Also: strange("FLW-04"), Observed: []string{d.v4.String() + " + " + from.String(), "edge-r4 + op-elif", "edge-r4 + catchall"},
	})
	p.session(p.on(25, 0, 20), shell{
		device: d, user: "op-elif", from: from, length: 14 * time.Minute, outside: true, flow: []*Occurrence{of},
		typed: p.types(20*time.Second, time.Minute, nil, "show ip bgp summary"),
	}, of)
	h := p.site.host("vpn-1")
	vpn := p.deed(Case{
		ID: "FLW-13", Key: "FLW-13-vpn", What: "op-elif's account comes to vpn-1 from a subscriber's line", Subject: h.v4.String(), Names: []string{h.name, "op-elif", from.String()},
		Also: strange(), Observed: []string{h.v4.String() + " + " + from.String(), "vpn-1 + op-elif"},
	})
	p.at(p.on(25, 0, 1), func(s *slot, at time.Time) {
		s.talk(p.call(at, from, h.v4, 22, protoTCP).answer("ssh", 40_000, 120_000, 20*time.Minute).mark(vpn, inFlow))
		p.accepted(s, at.Add(time.Second), h, "op-elif", from, 20*time.Minute, vpn)
	})
}
