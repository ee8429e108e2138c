package simulate

import "time"

// Accounts of programs.
const (
	copierAccount  = "cfg-backup"
	changerAccount = "auto-config"
	carrierAccount = "svc-mediation"
	roundsAccount  = "op-noc" // of a person: who is on duty goes round
)

// copies gives what the copier of configurations runs on a platform, every night the same.
func (d *device) copies() []string {
	switch d.platform {
	case "junos":
		return []string{"set cli screen-length 0", "show version", "show configuration | display omit"}
	case "vrp":
		return []string{"screen-length 0 temporary", "display version", "display current-configuration"}
	case "iosxr":
		return []string{"terminal length 0", "terminal width 0", "show version", "show running-config"}
	case "nxos":
		return []string{"terminal length 0", "show version", "show running-config"}
	}
	return []string{"terminal length 0", "terminal width 0", "show version", "show running-config"}
}

// newCopies: each night the copier of configurations visits every device.
func newCopies(c *cast) part {
	p := newPlan(c)
	p.daily(90*time.Minute, nil, func(s *slot, at time.Time) {
		for i, d := range p.site.devices {
			p.work(s, &shell{
				at: at.Add(time.Duration(i)*31*time.Second + p.upTo(8*time.Second)), device: d, user: copierAccount, from: p.site.host("backup-1").v4,
				typed: p.types(2*time.Second, 2*time.Second, nil, d.copies()...),
			})
		}
	})
	return p
}

// newAutomation: on weekdays at noon the configuration server looks at access routers, and in the windows of agg-r3 and edge-r1
// it changes something over NETCONF; where it is approved it runs a script in a Guest Shell.
func newAutomation(c *cast) part {
	p := newPlan(c)
	from := c.site.host("cfg-1").v4
	p.daily(12*time.Hour, isWorkday, func(s *slot, at time.Time) {
		for i := range 6 {
			d := p.site.devices[len(p.site.devices)-1-i]
			p.work(s, &shell{
				at: at.Add(time.Duration(i) * time.Minute), device: d, user: changerAccount, from: from,
				typed: p.types(2*time.Second, 2*time.Second, nil, "show version", "show inventory"),
			})
		}
	})
	for _, w := range windowsOf(c.cfg) {
		if w.devices[0] == "edge-r1" {
			p.at(w.from.Add(100*time.Minute), func(s *slot, at time.Time) { p.script(s, at, p.site.device("edge-r1")) })
			p.at(w.from.Add(120*time.Minute), func(s *slot, at time.Time) {
				p.work(s, &shell{
					at: at, device: p.site.device("edge-r4"), user: changerAccount, from: from, netconf: true,
					typed: p.types(2*time.Second, time.Second, nil, "configure terminal", "interface Loopback0", "description management", "end"),
				})
			})
		}
	}
	return p
}

// script runs in a Guest Shell and takes it down again.
func (p *plan) script(s *slot, at time.Time, d *device) {
	p.work(s, &shell{
		at: at, device: d, user: changerAccount, from: p.site.host("cfg-1").v4,
		typed: p.types(5*time.Second, time.Minute, nil, "guestshell enable", "guestshell run python3 bootflash:gs/report.py", "guestshell disable"),
	})
	s.say(at.Add(40*time.Second), d, d.shellUp(at))
}
