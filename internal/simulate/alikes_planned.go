package simulate

import "time"

// byPrograms are look-alikes of SYS-02, SYS-07 and SYS-11: programs change devices over NETCONF and leave their commands in the log.
func (p *plan) byPrograms() {
	manager, t := p.site.host("cfg-1").v4, p.on(21, 14, 50)
	d, of := p.notMessage("SYS-02", "agg-r6", changerAccount, "the configuration server changes a description over NETCONF, in a change window")
	p.approve(d.name, t, "descriptions")
	p.session(t, shell{
		device: d, user: changerAccount, from: manager, netconf: true,
		typed: p.types(2*time.Second, time.Second, nil, "configure terminal", "interface Loopback0", "description management", "end"),
	}, of)

	small, typed := p.notMessage("SYS-07", "acc-r08", "<enteredCommand>", "what is typed in a change window, in the tagged form")
	t = p.on(23, 14, 20)
	p.approve(small.name, t, "descriptions")
	jump := p.site.host("jump-1").v4
	p.saying(t, 20*time.Second, small, typed, tagged("op-anna", jump, "interface GigabitEthernet0/0/1"), tagged("op-anna", jump, "description no logging here"))

	huawei, changed := p.notMessage("SYS-11", "tx-h1", "Terminal type =2", "a monitoring server changes a threshold over NETCONF, in a change window")
	t = p.on(21, 15, 20)
	p.approve(huawei.name, t, "thresholds")
	w := &shell{at: t, device: huawei, user: "nms", from: p.site.host("nms-1").v4, task: 4712, length: time.Minute}
	p.at(t.Add(-time.Minute), func(s *slot, at time.Time) {
		p.asks(s, w, at)
		p.tell(s, w, at.Add(time.Second), "start", "", nil)
	})
	p.saying(t, 20*time.Second, huawei, changed, huawei.changedBy("nms", p.site.host("nms-1").v4, 77, 2))
}

// plannedMessages are look-alikes of SYS-08 and SYS-10, in change windows.
func (p *plan) plannedMessages() {
	d, of := p.notMessage("SYS-08", "dc-n1", "probe-agent", "a program that measures is installed on a switch, in a change window")
	t := p.on(23, 15, 10)
	p.approve(d.name, t, "measuring")
	p.saying(t, 30*time.Second, d, of,
		&line{severity: 2, tag: "%VMAN-2-INSTALL_STATE", text: "Successfully installed virtual service 'probe-agent'"},
		&line{severity: 2, tag: "%VMAN-2-ACTIVATION_STATE", text: "Successfully activated virtual service 'probe-agent'"})

	junos, set := p.notMessage("SYS-10", "edge-r3", "tacplus-server 10.20.0.6 secret", "the secret of an AAA server is set anew as every year, in a change window")
	t = p.on(21, 14, 15)
	p.approve(junos.name, t, "secrets")
	p.at(t, func(s *slot, at time.Time) {
		w := &shell{at: at, device: junos, user: "op-anna", from: p.site.host("jump-1").v4, length: 6 * time.Minute}
		w.typed = p.types(20*time.Second, 40*time.Second, nil, "configure", "set system tacplus-server 10.20.0.6 secret /* SECRET-DATA */", "commit and-quit")
		w.typed[1].marks = []*Occurrence{set}
		p.work(s, w)
		s.say(at.Add(w.typed[1].after+5*time.Second), junos, &line{
			severity: 5, process: "mgd[7729]", tag: "UI_CFG_AUDIT_SET_SECRET", text: "User 'op-anna' set: [system tacplus-server 10.20.0.6 secret]",
		}).mark(set)
	})
}

// mistyped is a look-alike of SYS-03: logins that fail and then do not, at the port of SSH.
func (p *plan) mistyped() {
	d, of := p.notMessage("SYS-03", "agg-r2", "op-farid", "an engineer mistypes twice, and gets in at the port of SSH")
	p.session(p.on(20, 9, 5), shell{
		device: d, user: "op-farid", from: p.site.host("jump-1").v4, failed: 2, typed: p.types(8*time.Second, 20*time.Second, nil, "show interfaces description"),
	}, of)
}

// lostTogether is a look-alike of SYS-12: messages of many are missing for a minute, in which the collector started anew.
func (p *plan) lostTogether() {
	const text = "R0/0: fan tray speed is 78 percent"
	of := p.alike(LookAlike{ID: "alike-SYS-12", Like: "SYS-12", Reason: "the collector starts anew: messages of all are missing", Observed: text, Subject: "agg-r5"})
	for i, d := range p.site.devices {
		if d.platform != "ios" && d.platform != "iosxe" {
			continue
		}
		p.at(p.midnight(18).Add(3*time.Hour+30*time.Minute+time.Duration(i)*400*time.Millisecond), func(s *slot, at time.Time) {
			s.say(at, d, &line{severity: 6, tag: "%PLATFORM-6-EVENT_LOG", text: text, skipped: 2 + i%5}).mark(of)
		})
	}
}

// withoutPower is a look-alike of SYS-13: a device says nothing for eight hours, and exports no flows either.
func (p *plan) withoutPower() {
	d := p.site.device("core-r2")
	x := silence{device: d, from: p.midnight(19).Add(time.Hour), til: p.midnight(19).Add(9 * time.Hour), off: true}
	p.site.silences = append(p.site.silences, x)
	of := p.alike(LookAlike{ID: "alike-SYS-13", Like: "SYS-13", Reason: "work on the power of a site: no messages, and no flows", Subject: d.name, Absence: true})
	of.First, of.Last = x.from, x.til
}
