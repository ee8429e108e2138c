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
	{id: "AAA-08", reason: "the configuration is copied to the backup server", day: 23, hour: 13, minute: 25, device: "agg-r6", user: "op-anna", commands: []string{"copy running-config tftp://10.20.0.20/agg-r6.cfg"}},
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
	return p
}
