package simulate

import "time"

// newCaseHosts are cases on servers, as the audit daemon tells them.
func newCaseHosts(c *cast) part {
	p := newPlan(c)
	deed := func(id, name, what string, observed ...string) (*host, *Occurrence) {
		h := p.site.host(name)
		for i := range observed {
			observed[i] = name + " + " + observed[i]
		}
		return h, p.deed(Case{ID: id, What: what + " " + name, Subject: name, Names: []string{h.v4.String()}, Observed: observed})
	}

	lock, of1 := deed("HST-01", "med-1", "a backdoor that waits for packets leaves its file on", "kdmtmpflush", "haldrund.pid")
	p.at(p.on(21, 2, 44), func(s *slot, at time.Time) {
		p.touch(s, at, lock, "/dev/shm/kdmtmpflush", 257, []string{"CREATE /var/run/haldrund.pid"}, of1)
	})
	door, of2 := deed("HST-02", "med-2", "packets for one port are turned to a shell's on", "iptables")
	p.at(p.on(21, 2, 58), func(s *slot, at time.Time) {
		p.audit(s, at, door, &audited{
			auid: nobody, exe: "/usr/sbin/iptables",
			args: []string{"iptables", "-t", "nat", "-A", "PREROUTING", "-p", "tcp", "-s", hostile(25).String(), "--dport", "443", "-j", "REDIRECT", "--to-ports", "42391"},
		}, of2)
	})
	raw, of3 := deed("HST-03", "cdr-2", "a program in memory that is called like the kernel's listens to all packets on", "kworker")
	p.at(p.on(22, 2, 31), func(s *slot, at time.Time) {
		p.socket(s, at, raw, "/dev/shm/.x/kworker", "kworker/u8:2", familyPacket, typeRaw, of3)
	})
	gone, of4 := deed("HST-06", "jump-2", "the history of logins and commands is wiped on", "truncate", "/var/log/wtmp", "/usr/bin/rm", "\"/home/ops/\"", ".bash_history")
	p.at(p.on(25, 10, 50), func(s *slot, at time.Time) {
		p.audit(s, at, gone, &audited{auid: 1063, exe: "/usr/bin/truncate", args: []string{"truncate", "-s", "0", "/var/log/wtmp"}, paths: []string{"NORMAL /var/log/wtmp"}}, of4)
		p.audit(s, at.Add(9*time.Second), gone, &audited{auid: 1063, exe: "/usr/bin/rm", args: []string{"rm", "-f", "/home/ops/.bash_history"}, paths: []string{"PARENT /home/ops/", "DELETE /home/ops/.bash_history"}}, of4)
	})
	return p
}

// Family and type of a raw packet socket, by socket(2).
const familyPacket, typeRaw = 17, 3
