package simulate

import (
	"net/netip"
	"time"
)

// session plans a session that counts to a case as a whole.
func (p *plan) session(t time.Time, w shell, of ...*Occurrence) {
	p.at(t, func(s *slot, at time.Time) {
		w.at, w.whole = at, of
		p.work(s, &w)
	})
}

// newCaseSessions are cases that a session shows by who it is of, from where, and when.
func newCaseSessions(c *cast) part {
	p := newPlan(c)
	p.unusual()
	p.byHand()
	p.unheardOf()
	p.fromOutside()
	p.takenAccount()
	return p
}

// unusual is AAA-09: at night, from an address never seen.
func (p *plan) unusual() {
	d, from := p.site.device("agg-r3"), netip.MustParseAddr("10.20.0.77")
	of := p.deed(Case{
		ID: "AAA-09", What: "op-carla comes at night from an address never seen", Subject: d.name, Names: append(d.names(), "op-carla", from.String()),
		Also: []string{"PRV-02"}, Observed: []string{"agg-r3 + op-carla"},
	})
	p.session(p.on(21, 3, 12), shell{
		device: d, user: "op-carla", from: from, length: 11 * time.Minute,
		typed: p.types(30*time.Second, 70*time.Second, nil, "show ip route summary", "show ip bgp summary", "show users", "show interfaces description"),
	}, of)
}

// byHand is AAA-10: the account of the copier of configurations, from a jump host and with other commands.
func (p *plan) byHand() {
	d := p.site.device("edge-r5")
	of := p.deed(Case{
		ID: "AAA-10", What: "the account of the nightly copies is used by hand from jump-2", Subject: d.name,
		Names: append(d.names(), copierAccount, "10.20.0.31"), Also: []string{"AAA-09", "PRV-02"}, Observed: []string{"edge-r5 + " + copierAccount},
	})
	p.session(p.on(21, 10, 30), shell{
		device: d, user: copierAccount, from: p.site.host("jump-2").v4, length: 6 * time.Minute,
		typed: p.types(20*time.Second, 40*time.Second, nil, "show users", "show bgp summary", "show crypto key mypubkey rsa", "show tacacs"),
	}, of)
}

// unheardOf is AAA-11: a session with a change, of which no AAA server heard.
func (p *plan) unheardOf() {
	d := p.site.device("agg-r4")
	of := p.deed(Case{
		ID: "AAA-11", What: "agg-r4 is changed in a session that no AAA server heard of", Subject: d.name, Names: append(d.names(), insider),
		Also: d.changing("CFG-02"), Observed: []string{"agg-r4 + " + insider},
	})
	p.session(p.on(21, 13, 20), shell{
		device: d, user: insider, from: p.site.host("jump-2").v4, length: 9 * time.Minute, unheard: true,
		typed: p.types(30*time.Second, 50*time.Second, nil, "configure terminal", "ip access-list standard 20", "permit 198.51.100.0 0.0.0.255", "end"),
	}, of)
}

// fromOutside are SYS-01 and SYS-09: changes by sessions from outside.
func (p *plan) fromOutside() {
	for _, x := range []struct {
		id, device, user string
		day, hour        int
		n                int
		commands         []string
	}{
		{"SYS-01", "agg-r5", "op-elif", 22, 11, 2, []string{"configure terminal", "ip route 198.51.100.0 255.255.255.0 Null0", "end"}},
		{"SYS-09", "edge-r5", "op-ben", 25, 11, 3, []string{"configure terminal", "ipv4 access-list 50", "10 permit ipv4 any any", "commit", "end"}},
	} {
		d, from := p.site.device(x.device), hostile(x.n)
		of := p.deed(Case{
			ID: x.id, What: d.name + " is changed by a session from outside", Subject: d.name, Names: append(d.names(), x.user, from.String()),
			Also: d.changing(strange("FLW-04", "FLW-13")...), Observed: []string{d.name + " + " + x.user},
		})
		p.session(p.on(x.day, x.hour, 5), shell{
			device: d, user: x.user, from: from, length: 7 * time.Minute, outside: true,
			typed: p.types(20*time.Second, 30*time.Second, nil, x.commands...),
		}, of)
	}
}

// takenAccount is SYS-10: on a Junos router a shell, and another secret for the AAA servers.
func (p *plan) takenAccount() {
	d := p.site.device("edge-r3")
	of := p.deed(Case{
		ID: "SYS-10", What: "on edge-r3 the secret of an AAA server is set anew, and a shell started", Subject: d.name, Names: append(d.names(), insider),
		Also: d.changing("AAA-09"), Observed: []string{"edge-r3 + tacplus-server", "edge-r3 + start shell"},
	})
	p.at(p.on(26, 9, 45), func(s *slot, at time.Time) {
		w := &shell{at: at, device: d, user: insider, from: p.site.host("jump-2").v4, length: 10 * time.Minute}
		w.typed = p.types(20*time.Second, 40*time.Second, nil, "configure", "set system tacplus-server 10.20.0.6 secret /* SECRET-DATA */", "commit and-quit", "start shell")
		w.typed[1].marks, w.typed[3].marks = []*Occurrence{of}, []*Occurrence{of}
		p.work(s, w)
		s.say(at.Add(w.typed[1].after+5*time.Second), d, &line{
			severity: 5, process: "mgd[7729]", tag: "UI_CFG_AUDIT_SET_SECRET",
			text: "User '" + insider + "' set: [system tacplus-server 10.20.0.6 secret]",
		}).mark(of)
	})
}
