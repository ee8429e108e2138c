package simulate

import "time"

// newAlikeHosts are programs on servers that resemble those of the cases of HST.
func newAlikeHosts(c *cast) part {
	p := newPlan(c)
	not := func(id, name, observed, reason string) (*host, *Occurrence) {
		return p.site.host(name), p.alike(LookAlike{ID: "alike-" + id, Like: id, Reason: reason, Observed: name + " + " + observed, Subject: name})
	}
	own, of1 := not("HST-01", "med-1", "crond", "a service of the system writes its number into a file of its own")
	p.at(p.on(18, 4, 0), func(s *slot, at time.Time) {
		p.touch(s, at, own, "/usr/sbin/crond", 257, []string{"CREATE /var/run/crond.pid"}, of1)
	})
	turned, of2 := not("HST-02", "med-2", "iptables", "the port of a service is turned to another, in a change window")
	p.at(p.on(18, 13, 0), func(s *slot, at time.Time) {
		p.audit(s, at, turned, &audited{auid: 1063, exe: "/usr/sbin/iptables", args: []string{"iptables", "-t", "nat", "-A", "PREROUTING", "-p", "tcp", "--dport", "443", "-j", "REDIRECT", "--to-ports", "8443"}}, of2)
	})
	capture, of3 := not("HST-03", "cdr-2", "tcpdump", "an engineer looks for trouble with tcpdump")
	p.at(p.on(19, 10, 30), func(s *slot, at time.Time) {
		p.socket(s, at, capture, "/usr/bin/tcpdump", "tcpdump", familyPacket, typeRaw, of3)
	})
	rotated, of4 := not("HST-06", "jump-2", "audit(", "the log of logins is rotated at the end of a month")
	p.at(p.midnight(20).Add(25*time.Minute), func(s *slot, at time.Time) {
		p.touch(s, at, rotated, "/usr/sbin/logrotate", 82, []string{"DELETE /var/log/wtmp", "CREATE /var/log/wtmp-1"}, of4)
	})
	return p
}
