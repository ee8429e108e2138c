package simulate

import (
	"fmt"
	"time"
)

// newAlikeMessages are messages that resemble those of the cases of SYS.
func newAlikeMessages(c *cast) part {
	p := newPlan(c)
	p.webByEngineer()
	p.approvedMessages()
	p.letIn()
	p.atTheConsole()
	p.byPrograms()
	p.plannedMessages()
	p.mistyped()
	p.lostTogether()
	p.withoutPower()
	return p
}

// notMessage declares a look-alike of a device's messages.
func (p *plan) notMessage(id, name, observed, reason string) (*device, *Occurrence) {
	return p.site.device(name), p.alike(LookAlike{ID: "alike-" + id, Like: id, Reason: reason, Observed: name + " + " + observed, Subject: name})
}

func (p *plan) webByEngineer() {
	d, of := p.notMessage("SYS-04", "agg-r6", "SEC_LOGIN-5-WEBLOGIN_SUCCESS", "an engineer looks at the web interface from a jump host")
	jump, t := p.site.host("jump-1").v4, p.on(16, 10, 50)
	w := &shell{at: t, device: d, user: "op-anna", from: jump, task: 4711}
	p.at(t, func(s *slot, at time.Time) {
		s.talk(p.call(at, jump, d.inner, 443, protoTCP).answer("ssl", 3000, 50_000, 40*time.Second))
		p.asks(s, w, at)
		p.tell(s, w, at.Add(time.Second), "start", "", nil)
	})
	p.saying(t, time.Minute, d, of, &line{severity: 5, tag: "%SEC_LOGIN-5-WEBLOGIN_SUCCESS", text: "Login Success [user: op-anna] [Source: " + jump.String() + "] at " + iosClock(t)})
}

func (p *plan) approvedMessages() {
	d, of := p.notMessage("SYS-05", "acc-r31", "WEBUI-6-INSTALL_OPERATION_INFO", "new software from the web interface, in a change window")
	t := p.on(22, 14, 20)
	p.approve(d.name, t, "new software")
	p.saying(t, time.Minute, d, of, &line{severity: 6, tag: "%WEBUI-6-INSTALL_OPERATION_INFO", text: "User: op-farid, Install Operation: ADD"})

	again, anew := p.notMessage("SYS-06", "agg-r3", "10.20.0.8 port 514", "the collector is set anew: it hears again after ten seconds, in a change window")
	t = p.on(18, 14, 5)
	p.approve(again.name, t, "syslog")
	for i, word := range []string{"stopped", "started"} {
		p.saying(t.Add(time.Duration(i)*10*time.Second), time.Minute, again, anew,
			&line{severity: 6, tag: "%SYS-6-LOGGINGHOST_STARTSTOP", text: "Logging to host 10.20.0.8 port 514 " + word + " - CLI initiated"})
	}
}

func (p *plan) letIn() {
	jump := p.site.host("jump-1").v4
	d, of := p.notMessage("SYS-14", "edge-r1", "permitted tcp "+jump.String(), "the list lets a jump host in, as it ought to")
	for i := range 3 {
		text := fmt.Sprintf("list MGMT-IN permitted tcp %s(%d) -> %s(22), 1 packet", jump, 40_000+i, d.inner)
		p.saying(p.midnight(20+i).Add(9*time.Hour), time.Minute, d, of, &line{severity: 6, tag: "%SEC-6-IPACCESSLOGP", text: text})
	}
}

func (p *plan) atTheConsole() {
	d, of := p.notMessage("PRV-02", "acc-r40", "localport: 0", "a technician at the console of a small router")
	t := p.on(19, 11, 30)
	p.saying(t, time.Minute, d, of, &line{severity: 5, tag: "%SEC_LOGIN-5-LOGIN_SUCCESS", text: "Login Success [user: op-jana] [Source: 0.0.0.0] [localport: 0] at " + iosClock(t)})
	p.at(t.Add(time.Second), func(s *slot, at time.Time) {
		s.account(&entry{at: at, server: p.site.aaa(d), device: d, user: "op-jana", tty: "tty0", from: "async", verb: "start", task: 815, began: at})
	})
}
