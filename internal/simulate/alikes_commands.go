package simulate

import "time"

// commandAlike is a session with commands that resemble those of a case.
type commandAlike struct {
	id, reason        string
	day, hour, minute int
	device, user      string
	commands          []string
	approved          bool // in a window of its own
}

var commandAlikes = []commandAlike{
	{id: "AAA-01", reason: "looks at the log, and clears counters", day: 16, hour: 9, minute: 20, device: "edge-r1", user: "op-anna", commands: []string{"show logging", "clear counters TenGigabitEthernet0/0/3"}},
	{id: "AAA-02", reason: "makes the log's memory larger, in a change window", day: 16, hour: 13, minute: 10, device: "agg-r2", user: "op-anna", approved: true, commands: []string{"configure terminal", "logging buffered 200000", "end"}},
	{id: "AAA-03", reason: "two questions of the list, by an engineer", day: 17, hour: 9, minute: 30, device: "agg-r4", user: "op-carla", commands: []string{"terminal length 0", "show clock", "show ip bgp summary"}},
	{id: "AAA-04", reason: "tries two neighbours while a link is down", day: 18, hour: 9, minute: 50, device: "agg-r3", user: "op-carla", commands: []string{"ping 10.10.0.9", "ping 10.10.0.10", "ping 10.10.0.9"}},
	{
		id: "AAA-05", reason: "a template for the lines, which leaves the list as it is, in a change window", day: 22, hour: 10, minute: 40, device: "agg-r4", user: "op-anna", approved: true,
		commands: []string{"configure terminal", "line vty 0 4", "exec-timeout 10 0", "end"},
	},
	{
		id: "AAA-06", reason: "a planned tunnel, in a change window and in the register", day: 23, hour: 10, minute: 10, device: "agg-r3", user: "op-anna", approved: true,
		commands: []string{"configure terminal", "interface Tunnel7", "ip address 10.10.7.1 255.255.255.252", "tunnel source Loopback0", "tunnel destination " + tunnelPartner.String(), "end"},
	},
	{
		id: "AAA-07", reason: "a Guest Shell is used for a report and taken away, in a change window", day: 24, hour: 11, minute: 40, device: "edge-r1", user: "op-elif", approved: true,
		commands: []string{"guestshell enable", "guestshell run python3 bootflash:gs/report.py", "guestshell destroy"},
	},
	{id: "AAA-08", reason: "the configuration is copied to the backup server", day: 23, hour: 13, minute: 25, device: "agg-r6", user: "op-anna", commands: []string{"copy running-config tftp://10.20.0.20/agg-r6.cfg"}},
	{
		id: "SYS-01", reason: "a description is set right without a ticket, from a jump host", day: 20, hour: 10, minute: 15, device: "agg-r6", user: "op-carla",
		commands: []string{"configure terminal", "interface TenGigabitEthernet0/0/4", "description to agg-r5", "end"},
	},
	{
		id: "SYS-09", reason: "a planned change is committed, from a jump host and in a change window", day: 24, hour: 13, minute: 15, device: "edge-r5", user: "op-ben", approved: true,
		commands: []string{"configure terminal", "interface TenGigE0/0/0/5", "description customer 5", "commit", "end"},
	},
	{id: "AAA-13", reason: "the description of a package, without more", day: 24, hour: 9, minute: 35, device: "edge-r1", user: "op-anna", commands: []string{"request platform software package describe file bootflash:" + newImage}},
}

// newAlikeCommands are what engineers type that resembles the cases of AAA.
func newAlikeCommands(c *cast) part {
	p := newPlan(c)
	for _, x := range commandAlikes {
		d, t := p.site.device(x.device), p.on(x.day, x.hour, x.minute)
		if x.approved {
			p.approve(x.device, t, "planned work")
		}
		not := p.alike(LookAlike{ID: "alike-" + x.id, Like: x.id, Reason: x.reason, Observed: x.device + " + " + x.user, Subject: x.device})
		p.session(t, shell{device: d, user: x.user, from: p.site.host("jump-1").v4, typed: p.types(10*time.Second, 20*time.Second, nil, x.commands...)}, not)
	}
	p.programAtHome()
	p.otherServer()
	return p
}

// programAtHome is a look-alike of AAA-10: the copier of configurations at an unusual hour, from where it runs and with what it always asks.
func (p *plan) programAtHome() {
	d := p.site.device("edge-r5")
	not := p.alike(LookAlike{ID: "alike-AAA-10", Like: "AAA-10", Reason: "a nightly copy is made again at noon, by its program from its own host", Observed: "edge-r5 + " + copierAccount, Subject: copierAccount})
	p.session(p.on(22, 13, 40), shell{device: d, user: copierAccount, from: p.site.host("backup-1").v4, typed: p.types(2*time.Second, 2*time.Second, nil, d.copies()...)}, not)
}

// otherServer is a look-alike of AAA-11: the usual AAA server hears nothing, since the second one was asked.
func (p *plan) otherServer() {
	d := p.site.device("agg-r2")
	not := p.alike(LookAlike{ID: "alike-AAA-11", Like: "AAA-11", Reason: "a session of which the second AAA server tells, as the first did not answer", Observed: "agg-r2 + op-jana", Subject: d.name})
	p.session(p.on(22, 11, 25), shell{
		device: d, user: "op-jana", from: p.site.host("jump-1").v4, length: 6 * time.Minute, server: p.site.host("aaa-2"),
		typed: p.types(30*time.Second, time.Minute, nil, "show ip bgp summary", "show interfaces description"),
	}, not)
}
