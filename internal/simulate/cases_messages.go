package simulate

import (
	"fmt"
	"net/netip"
	"time"
)

// newCaseMessages are cases that single messages show.
func newCaseMessages(c *cast) part {
	p := newPlan(c)
	p.webCases()
	p.loggingStopped()
	p.loggedCommand()
	p.shellStates()
	p.otherTerminal()
	p.openedList()
	return p
}

// saying plans messages that count to a case, apart minutes one after the other.
func (p *plan) saying(t time.Time, apart time.Duration, d *device, of *Occurrence, lines ...*line) {
	for i, l := range lines {
		p.at(t.Add(time.Duration(i)*apart+p.upTo(time.Second)), func(s *slot, at time.Time) { s.say(at, d, l).mark(of) })
	}
}

// called plans a conversation from outside with the web interface of a device.
func (p *plan) called(t time.Time, from netip.Addr, d *device) {
	p.at(t.Add(-2*time.Second), func(s *slot, at time.Time) {
		s.talk(p.call(at, from, d.v4, 443, protoTCP).answer("ssl", p.amount(2000, 6000), p.amount(4000, 9000), 9*time.Second))
	})
}

// webCases are SYS-02 to SYS-05: what the web interface leaves behind where it is broken into.
func (p *plan) webCases() {
	web, accounts := []string{"FLW-04", "AAA-09", "AAA-11", "PRV-02"}, []string{"cisco_support", "cisco_sys_manager", "cisco_tac_admin"}
	deed := func(id, device, what, observed string, also ...string) (*device, *Occurrence) {
		d := p.site.device(device)
		return d, p.deed(Case{ID: id, What: what + " " + device, Subject: d.name, Names: append(d.names(), accounts...), Also: append(also, web...), Observed: []string{device + " + " + observed}})
	}

	d, of := deed("SYS-02", "edge-r4", "the web process changes", "SEP_webui_wsma_http", "SYS-01", "SYS-04")
	t := p.on(23, 2, 40)
	p.called(t, hostile(4), d)
	changed := "Configured programmatically by process SEP_webui_wsma_http from console as cisco_support on vty0"
	p.saying(t, time.Minute, d, of, &line{severity: 5, tag: "%SYS-5-CONFIG_P", text: changed}, &line{severity: 5, tag: "%SYS-5-CONFIG_P", text: changed})

	d, of = deed("SYS-03", "agg-r2", "somebody logs in through the inner port of the web interface of", "localport: 21111", "SYS-04")
	t = p.on(23, 4, 10)
	p.called(t, hostile(5), d)
	p.saying(t, time.Minute, d, of,
		&line{severity: 4, tag: "%SEC_LOGIN-4-LOGIN_FAILED", text: "Login failed [user: cisco_sys_manager] [Source: " + hostile(5).String() + "] [localport: 21111] [Reason: Login Authentication Failed] at " + iosClock(t)},
		&line{severity: 5, tag: "%SEC_LOGIN-5-LOGIN_SUCCESS", text: "Login Success [user: cisco_sys_manager] [Source: " + hostile(5).String() + "] [localport: 21111] at " + iosClock(t)})

	d, of = deed("SYS-04", "agg-r6", "a known name logs in to the web interface of", "cisco_tac_admin")
	t = p.on(24, 1, 55)
	p.called(t, hostile(6), d)
	p.saying(t, time.Minute, d, of, &line{severity: 5, tag: "%SEC_LOGIN-5-WEBLOGIN_SUCCESS", text: "Login Success [user: cisco_tac_admin] [Source: " + hostile(6).String() + "] at " + iosClock(t)})

	d, of = deed("SYS-05", "acc-r05", "a package is installed from the web interface of", "WEBUI-6-INSTALL_OPERATION_INFO", "SYS-04")
	p.saying(p.on(24, 3, 20), time.Minute, d, of, &line{severity: 6, tag: "%WEBUI-6-INSTALL_OPERATION_INFO", text: "User: cisco_support, Install Operation: ADD"})
}

// loggingStopped is SYS-06: for fifty minutes the collector hears nothing.
func (p *plan) loggingStopped() {
	d, collector := p.site.device("core-r3"), p.site.host("log-1").v4.String()
	stop := p.on(23, 9, 30)
	of := p.deed(Case{
		ID: "SYS-06", What: "core-r3 stops to log to the collector for fifty minutes", Subject: d.name, Names: append(d.names(), insider),
		Also: d.changing("AAA-02", "SYS-12", "SYS-13"), Observed: []string{"core-r3 + " + collector + " port 514"},
	})
	for i, text := range []string{"no logging host " + collector, "logging host " + collector} {
		p.at(stop.Add(time.Duration(i)*50*time.Minute), func(s *slot, at time.Time) {
			p.work(s, &shell{
				at: at, device: d, user: insider, from: p.site.host("jump-2").v4,
				typed: p.types(10*time.Second, 10*time.Second, nil, "configure terminal", text, "end"),
			})
		})
	}
	quiet, again := stop.Add(26*time.Second), stop.Add(50*time.Minute+25*time.Second)
	p.site.silences = append(p.site.silences, silence{device: d, from: quiet, til: again})
	p.at(quiet.Add(-time.Millisecond), func(s *slot, at time.Time) {
		s.say(at, d, &line{severity: 6, tag: "%SYS-6-LOGGINGHOST_STARTSTOP", text: "Logging to host " + collector + " port 514 stopped - CLI initiated"}).mark(of)
	})
	p.at(again, func(s *slot, at time.Time) {
		s.say(at, d, &line{severity: 6, tag: "%SYS-6-LOGGINGHOST_STARTSTOP", text: "Logging to host " + collector + " port 514 started - CLI initiated", skipped: 9}).mark(of)
	})
}

// loggedCommand is SYS-07: an account is made and accounting taken away, in the tagged form of the logged command. That form is a feed;
// what is typed is what rules of AAA look at, whatever form tells of it.
func (p *plan) loggedCommand() {
	d, from := p.site.device("acc-r07"), p.site.host("jump-2").v4
	of := p.deed(Case{
		ID: "SYS-07", What: "an account is made on acc-r07 and accounting taken away, as the log of typed commands tells", Subject: d.name, Names: append(d.names(), insider, "cisco_support"),
		Also: []string{"AAA-02", "CFG-01", "CFG-11", "SYS-01", "SYS-04", "AAA-11", "PRV-05"}, Observed: []string{"acc-r07 + <cli>username cisco_support", "acc-r07 + <cli>no aaa accounting"},
	})
	p.saying(p.on(24, 10, 15), time.Minute, d, of,
		tagged(insider, from, "username cisco_support privilege 15 secret *"), tagged(insider, from, "no aaa accounting commands 15 default"))
}

// tagged is IOS XE's message of a typed command with its parts in tags.
func tagged(user string, from netip.Addr, command string) *line {
	return &line{
		severity: 5, tag: "%PARSER-5-CFGLOG_LOGGEDCMD",
		text: fmt.Sprintf("<configCommand><user>%s</user> <srcIP>%s</srcIP> <enteredCommand><cli>%s</cli></enteredCommand></configCommand>", user, from, command),
	}
}

// shellStates is SYS-08: a Guest Shell comes and goes on a switch where none is approved.
func (p *plan) shellStates() {
	d := p.site.device("dc-n2")
	of := p.deed(Case{
		ID: "SYS-08", What: "a Guest Shell is installed on dc-n2 and taken away after 22 minutes", Subject: d.name, Names: d.names(), Also: []string{"AAA-07"},
		Observed: []string{"dc-n2 + guestshell+"},
	})
	t := p.on(25, 9, 20)
	for _, x := range shellStates {
		p.saying(t.Add(x.after), time.Minute, d, of, &line{severity: 2, tag: x.tag, text: x.text})
	}
}

// otherTerminal is SYS-11: a Huawei device is changed over SNMP, from outside.
func (p *plan) otherTerminal() {
	d, from := p.site.device("tx-h1"), hostile(7)
	of := p.deed(Case{
		ID: "SYS-11", What: "tx-h1 is changed over SNMP from outside", Subject: d.name, Names: append(d.names(), from.String()), Also: []string{"SYS-01", "AAA-09", "AAA-11", "PRV-02", "FLW-04"},
		Observed: []string{"tx-h1 + Terminal type =1"},
	})
	p.saying(p.on(26, 10, 40), 20*time.Second, d, of, d.changedBy("", from, 0, 1), d.changedBy("", from, 0, 1))
}

// openedList is SYS-14: an address is refused by the list in front of the management, and then let in.
func (p *plan) openedList() {
	d, from := p.site.device("edge-r1"), netip.MustParseAddr("198.51.100.210")
	of := p.deed(Case{
		ID: "SYS-14", What: "an address outside is refused by edge-r1's list and an hour later let in", Subject: d.name, Names: append(d.names(), from.String()),
		Also: []string{"FLW-04"}, Observed: []string{"edge-r1 + tcp " + from.String()},
	})
	t := p.on(28, 4, 30)
	for i, word := range []string{"denied", "denied", "denied", "permitted", "permitted"} {
		at := t.Add(time.Duration(i)*15*time.Minute + p.upTo(time.Minute))
		p.at(at, func(s *slot, at time.Time) {
			port := uint16(p.between(32768, 60999))
			x := p.call(at, from, d.v4, 22, protoTCP)
			if word == "permitted" {
				x.answer("ssh", 3000, 4000, 30*time.Second)
			}
			x.srcPort = port
			s.talk(x)
			s.say(at, d, &line{severity: 6, tag: "%SEC-6-IPACCESSLOGP", text: fmt.Sprintf("list MGMT-IN %s tcp %s(%d) -> %s(22), 1 packet", word, from, port, d.v4)}).mark(of)
		})
	}
}
