package simulate

import (
	"net/netip"
	"time"
)

// The intruder is called Copper Petrel here. What it does follows what public reports say of
// intrusions into carriers: routers first, then the management network, then the call records.

// scan: an address of the intruder's tries the management ports of the edge routers. Nobody
// answers; the lists in front of two routers log a part.
type scan struct {
	*cast
	from   netip.Addr
	probes schedule
	onAddr []*Occurrence // by router
}

func newScan(c *cast) part {
	p := &scan{cast: c, from: netip.MustParseAddr(indicatorOf("scanner").value)}
	p.probes = c.series(c.moment(0, 2*time.Hour+10*time.Minute), 54, 40*time.Second)
	for _, d := range c.site.edges() {
		p.onAddr = append(p.onAddr, c.plant("scan-"+d.name, "scanner", Planted{
			What: "the intruder tries management ports of " + d.name + ", nobody answers", Techniques: []string{"T1595.001"},
			Role: Scanned, Subject: d.v4.String(),
		}))
	}
	return p
}

func (p *scan) play(s *slot) {
	const logging = 2 // routers whose lists log what they drop
	ports := []uint16{22, 23, 80, 443, 830, 4786, 8443, 57722, 161}
	for _, at := range p.probes.due(s) {
		n := p.rng.IntN(3)
		d := p.site.edges()[n]
		port := ports[p.rng.IntN(len(ports))]
		t := p.call(at, p.from, d.v4, port, protoTCP).mark(p.onAddr[n], asEnd)
		s.talk(t)
		if n < logging && p.chance(0.5) {
			s.say(at, d, d.denied(netip.AddrPortFrom(p.from, t.srcPort), netip.AddrPortFrom(d.v4, port))).mark(p.onAddr[n])
		}
	}
}

// exploit: the web interface of edge-r1 is used to make an account, which then logs in.
type exploit struct {
	*cast
	from    netip.Addr
	steps   schedule
	calls   *Occurrence
	login   *Occurrence
	changed *Occurrence
	install *Occurrence
	step    int
}

func newExploit(c *cast) part {
	d := c.site.device("edge-r1")
	p := &exploit{cast: c, from: netip.MustParseAddr(indicatorOf("operator-of-tools").value)}
	p.steps = c.series(c.moment(0, 13*time.Hour+20*time.Minute), 4, 3*time.Minute)
	p.calls = c.plant("exploit-flow", "operator-of-tools", Planted{
		What: "the web interface of edge-r1 is called from outside and answers", Techniques: []string{"T1190"}, Role: CalledUs, Subject: d.v4.String(),
	})
	p.login = c.plant("exploit-login", "operator-of-tools", Planted{
		What: "edge-r1 logs a web login with the account made by the exploit", Techniques: []string{"T1078", "T1136.001"}, Role: CalledUs, Subject: d.name,
	})
	p.changed = c.trace(Trace{
		ID: "exploit-config", What: "edge-r1 is configured by the web process", Techniques: []string{"T1190", "T1136.001"},
		Observed: "%SYS-5-CONFIG_P: Configured programmatically by process SEP_webui_wsma_http", Subject: d.name,
	})
	p.install = c.trace(Trace{
		ID: "exploit-install", What: "a package is installed on edge-r1 from the web interface", Techniques: []string{"T1105"},
		Observed: "%WEBUI-6-INSTALL_OPERATION_INFO", Subject: d.name,
	})
	return p
}

func (p *exploit) play(s *slot) {
	d := p.site.device("edge-r1")
	for _, at := range p.steps.due(s) {
		p.step++
		s.talk(p.call(at, p.from, d.v4, 443, protoTCP).
			answer("ssl", p.amount(2000, 6000), p.amount(4000, 9000), 2*time.Second+p.upTo(8*time.Second)).mark(p.calls, asEnd))
		at = at.Add(time.Second)
		switch p.step {
		case 1, 2:
			s.say(at, d, &line{
				severity: 5, tag: "%SYS-5-CONFIG_P",
				text: "Configured programmatically by process SEP_webui_wsma_http from console as cisco_support on vty0",
			}).mark(p.changed)
		case 3:
			s.say(at, d, &line{
				severity: 5, tag: "%SEC_LOGIN-5-WEBLOGIN_SUCCESS",
				text: "Login Success [user: cisco_support] [Source: " + p.from.String() + "] at " + iosClock(at),
			}).mark(p.login)
		case 4:
			s.say(at, d, &line{
				severity: 6, tag: "%WEBUI-6-INSTALL_OPERATION_INFO",
				text: "User: cisco_support, Install Operation: ADD",
			}).mark(p.install)
		}
	}
}

// staging: edge-r1 gets tools, as a client, which a router should not be.
type staging struct {
	*cast
	to      netip.Addr
	fetches schedule
	hit     *Occurrence
}

func newStaging(c *cast) part {
	return &staging{
		cast: c, to: netip.MustParseAddr(indicatorOf("staging").value),
		fetches: c.series(c.moment(0, 13*time.Hour+41*time.Minute), 3, 2*time.Minute),
		hit: c.plant("staging", "staging", Planted{
			What: "edge-r1 gets files from a staging server", Techniques: []string{"T1105"}, Role: WeCalled,
			Subject: c.site.device("edge-r1").v4.String(),
		}),
	}
}

func (p *staging) play(s *slot) {
	for _, at := range p.fetches.due(s) {
		t := p.call(at, p.site.device("edge-r1").v4, p.to, 8080, protoTCP)
		s.talk(t.answer("", 400, 700_000+p.size(900_000), 3*time.Second+p.upTo(9*time.Second)).mark(p.hit, asEnd))
	}
}

// routerC2: edge-r1 then calls its control server on a high port, every three quarters of an hour
// until the end.
type routerC2 struct {
	*cast
	to    netip.Addr
	calls schedule
	hit   *Occurrence
}

func newRouterC2(c *cast) part {
	return &routerC2{
		cast: c, to: netip.MustParseAddr(indicatorOf("router-c2").value),
		calls: c.series(c.moment(0, 14*time.Hour), 30*c.cfg.Days, 44*time.Minute),
		hit: c.plant("router-c2", "router-c2", Planted{
			What: "edge-r1 calls a control server on port 57422, regularly", Techniques: []string{"T1571", "T1095"}, Role: WeCalled,
			Subject: c.site.device("edge-r1").v4.String(),
		}),
	}
}

func (p *routerC2) play(s *slot) {
	for _, at := range p.calls.due(s) {
		t := p.call(at, p.site.device("edge-r1").v4, p.to, indicatorOf("router-c2").port, protoTCP)
		s.talk(t.answer("", p.amount(300, 900), p.amount(200, 2500), 10*time.Second+p.upTo(time.Minute)).mark(p.hit, asEnd))
	}
}

// routerLogin: an account taken on edge-r1 is used on the other edge routers, at night.
type routerLogin struct {
	*cast
	from     netip.Addr
	attempts schedule
	devices  []*device
	hits     []*Occurrence
	step     int
}

func newRouterLogin(c *cast) part {
	p := &routerLogin{cast: c, from: netip.MustParseAddr(indicatorOf("logs-in").value)}
	p.attempts = c.series(c.moment(0.5, time.Hour+12*time.Minute), 6, 4*time.Minute)
	for _, name := range []string{"edge-r2", "edge-r3", "agg-r1"} {
		p.devices = append(p.devices, c.site.device(name))
		p.hits = append(p.hits, c.plant("login-"+name, "logs-in", Planted{
			What: "logins to " + name + " from an address of the intruder's, in the router's own log", Techniques: []string{"T1078", "T1021.004"},
			Role: CalledUs, Subject: name,
		}))
	}
	return p
}

// play tries each router twice: the first time in vain.
func (p *routerLogin) play(s *slot) {
	for _, at := range p.attempts.due(s) {
		n := p.step % len(p.devices)
		d := p.devices[n]
		l := d.loginFailed(at, "op-anna", p.from)
		if p.step >= len(p.devices) {
			l = d.login(at, "op-anna", p.from)
		}
		p.step++
		s.say(at, d, l).mark(p.hits[n])
	}
}
