package simulate

import (
	"fmt"
	"time"
)

// window is a time in which devices may be worked on, as the register of changes states it.
type window struct {
	ticket   string
	devices  []string
	from     time.Time
	length   time.Duration
	reason   string
	upgrades bool
}

// changeTurns are the devices that are worked on together, in turn.
var changeTurns = [][]string{
	{"edge-r1", "edge-r4", "core-r3"},
	{"agg-r2", "agg-r3", "agg-r6"},
	{"edge-r2", "edge-r5", "core-r1"},
	{"edge-r3", "core-r2", "tx-h1"},
	{"dc-n1", "dc-n2", "agg-r1"},
	{"agg-r4", "agg-r5", "acc-r31"},
}

// upgradeTurns get new software on Sundays, in turn.
var upgradeTurns = []string{"agg-r1", "edge-r4", "agg-r4", "core-r3", "agg-r2"}

// windowsOf gives the change windows of a run: Tuesdays and Thursdays from 14:00 to 16:30, Sundays at night.
func windowsOf(cfg Config) []window {
	var l []window
	changes, upgrades := 0, 0
	for t := cfg.Start.Truncate(day); t.Before(cfg.end()); t = t.AddDate(0, 0, 1) {
		w := window{ticket: fmt.Sprintf("CHG-%d", 4100+len(l))}
		switch t.Weekday() {
		case time.Tuesday, time.Thursday:
			w.devices, w.reason = changeTurns[changes%len(changeTurns)], "planned work"
			w.from, w.length = t.Add(14*time.Hour), 150*time.Minute
			changes++
		case time.Sunday:
			w.devices, w.reason, w.upgrades = []string{upgradeTurns[upgrades%len(upgradeTurns)]}, "new software", true
			w.from, w.length = t.Add(time.Hour), 3*time.Hour
			upgrades++
		default:
			continue
		}
		l = append(l, w)
	}
	return l
}

// newChanges: in the windows op-anna and op-elif change what is planned.
func newChanges(c *cast) part {
	p := newPlan(c)
	for _, w := range windowsOf(c.cfg) {
		if w.upgrades {
			continue
		}
		for i, name := range w.devices {
			user := []string{"op-anna", "op-elif"}[i%2]
			p.at(w.from.Add(time.Duration(10+40*i)*time.Minute+p.upTo(10*time.Minute)), func(s *slot, at time.Time) {
				d := p.site.device(name)
				p.work(s, &shell{
					at: at, device: d, user: user, from: p.site.host("jump-1").v4, length: 12 * time.Minute,
					typed: p.types(20*time.Second, 25*time.Second, nil, d.planned(p.between(1, 7))...),
				})
			})
		}
	}
	return p
}

// planned is a change as it is made every week.
func (d *device) planned(port int) []string {
	switch d.platform {
	case "junos":
		return []string{"configure", fmt.Sprintf(`set interfaces xe-0/0/%d description "to %s customer %d"`, port, d.name, port), "show | compare", "commit and-quit"}
	case "iosxr":
		return []string{"configure terminal", fmt.Sprintf("interface TenGigE0/0/0/%d", port), fmt.Sprintf("description customer %d", port), "commit", "end"}
	case "vrp":
		return []string{"system-view", fmt.Sprintf("interface GigabitEthernet0/0/%d", port), fmt.Sprintf("description customer-%d", port), "return", "save"}
	case "nxos":
		return []string{"configure terminal", fmt.Sprintf("interface Ethernet1/%d", port), fmt.Sprintf("description customer %d", port), "end", "copy running-config startup-config"}
	}
	return []string{"configure terminal", fmt.Sprintf("interface TenGigabitEthernet0/0/%d", port), fmt.Sprintf("description customer %d", port), "end", "write memory"}
}

// newUpgrades: on Sundays op-farid brings new software to a device, which starts anew and counts its messages from 1.
func newUpgrades(c *cast) part {
	p := newPlan(c)
	for _, w := range windowsOf(c.cfg) {
		if w.upgrades {
			p.at(w.from.Add(15*time.Minute+p.upTo(10*time.Minute)), func(s *slot, at time.Time) { p.upgrade(s, at, p.site.device(w.devices[0])) })
		}
	}
	return p
}

const newImage = "c11-universalk9.17.12.4.SPA.bin"

func (p *plan) upgrade(s *slot, at time.Time, d *device) {
	const user = "op-farid"
	jump, store := p.site.host("jump-1"), p.site.host("upd-1")
	p.enter(s, at.Add(-3*time.Minute), jump, user, bench(user), 2*time.Hour)
	p.work(s, &shell{
		at: at, device: d, user: user, from: jump.v4, length: 40 * time.Minute,
		typed: p.types(30*time.Second, 4*time.Minute, nil, "show version", "dir bootflash:",
			"copy scp://software@"+store.v4.String()+"/"+newImage+" bootflash:", "verify /md5 bootflash:"+newImage,
			"request platform software package describe file bootflash:"+newImage, "configure terminal", "boot system flash bootflash:"+newImage,
			"end", "write memory", "reload"),
	})
	s.talk(p.call(at.Add(9*time.Minute), d.inner, store.v4, 22, protoTCP).answer("ssh", 2_000_000, 640_000_000, 6*time.Minute))
	down := at.Add(40*time.Minute + 3*time.Second)
	s.say(down, d, &line{severity: 5, tag: "%SYS-5-RELOAD", text: "Reload requested by " + user + " on vty0 (" + jump.v4.String() + "). Reload Reason: Reload Command."})
	up := down.Add(6*time.Minute + p.upTo(time.Minute))
	s.site.silences = append(s.site.silences, silence{device: d, from: down.Add(time.Second), til: up})
	s.say(up, d, &line{severity: 5, tag: "%SYS-5-RESTART", text: "System restarted --", restart: true})
	s.say(up.Add(time.Second), d, &line{severity: 6, tag: "%SYS-6-BOOTTIME", text: "Time taken to reboot after reload =  352 seconds"})
	s.say(up.Add(2*time.Second), d, &line{severity: 6, tag: "%SYS-6-LOGGINGHOST_STARTSTOP", text: "Logging to host " + p.site.host("log-1").v4.String() + " port 514 started - CLI initiated"})
	for port := range 4 {
		s.say(up.Add(20*time.Second+p.upTo(30*time.Second)), d, d.linkState(port, true))
	}
}

// approve adds a window for a device, half an hour before a time and two hours behind it; the register states it.
func (p *plan) approve(device string, t time.Time, reason string) {
	p.site.windows = append(p.site.windows, window{
		ticket: fmt.Sprintf("CHG-%d", 4700+len(p.site.windows)), devices: []string{device}, from: t.Add(-30 * time.Minute).Truncate(time.Minute), length: 150 * time.Minute, reason: reason,
	})
}
