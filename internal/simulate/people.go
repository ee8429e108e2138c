package simulate

import (
	"fmt"
	"net/netip"
	"time"
)

// person is an engineer of the network's operation.
type person struct {
	name     string
	hour     int    // when the day begins
	sessions int    // a day, about
	from     int    // first day of the run at work, 0 for all; days before the run are negative
	till     int    // the day after the last one; 0 for all
	away     [2]int // days of leave, from and to
	remote   bool   // from home on Fridays
}

// staff are the engineers of a month: op-gita is new, op-hugo comes back from seven weeks of leave, op-ivar left weeks before it begins.
var staff = []person{
	{name: "op-anna", hour: 7, sessions: 5},
	{name: "op-ben", hour: 8, sessions: 4},
	{name: "op-carla", hour: 8, sessions: 4, remote: true},
	{name: "op-dmitri", hour: 7, sessions: 4},
	{name: "op-elif", hour: 9, sessions: 3},
	{name: "op-farid", hour: 8, sessions: 4},
	{name: "op-gita", hour: 8, sessions: 3, from: 11},
	{name: "op-hugo", hour: 9, sessions: 3, away: [2]int{-38, 13}},
	{name: "op-ivar", hour: 8, sessions: 3, till: -39},
	{name: "op-jana", hour: 10, sessions: 3},
}

// bench gives the workstation of a person.
func bench(name string) netip.Addr {
	for i := range staff {
		if staff[i].name == name {
			return in4("10.20.0.100", uint32(1+i))
		}
	}
	panic("simulate: no person " + name)
}

// home is an address of somebody who works from home: outside, and the same for months.
func home(name string) netip.Addr { return peer(200, int(bench(name).As4()[3])) }

// works reports whether a person is at work on a day of the run.
func (w *person) works(n int) bool {
	return (w.from == 0 || n >= w.from) && (w.till == 0 || n < w.till) && (w.away[1] == 0 || n < w.away[0] || n > w.away[1])
}

// newPeople are the engineers: they log in to a jump host in the morning, from there to some devices, and look. Two take turns
// with nights on call.
func newPeople(c *cast) part {
	p := newPlan(c)
	for i := range staff {
		w := &staff[i]
		for n := 0; p.midnight(n).Before(c.cfg.end()); n++ {
			if isWorkday(p.midnight(n)) && w.works(n) {
				p.shift(w, p.midnight(n))
			}
		}
	}
	for n := 1; p.midnight(n).Before(c.cfg.end()); n += 3 {
		user := []string{"op-ben", "op-jana"}[n/3%2]
		p.at(p.midnight(n).Add(2*time.Hour+p.upTo(2*time.Hour)), func(s *slot, at time.Time) {
			jump := p.jump()
			p.enter(s, at, jump, user, bench(user), 40*time.Minute)
			p.look(s, at.Add(time.Minute), user, jump.v4, p.someDevice(), 3)
		})
	}
	return p
}

// shift plans the sessions of a person on one day.
func (p *plan) shift(w *person, midnight time.Time) {
	begin := midnight.Add(time.Duration(w.hour)*time.Hour + p.upTo(50*time.Minute))
	p.at(begin, func(s *slot, at time.Time) {
		for _, name := range []string{"jump-1", "jump-2"} {
			from := bench(w.name)
			if w.remote && at.Weekday() == time.Friday {
				from = p.stayAtHome(s, at, w.name)
			}
			p.enter(s, at.Add(p.upTo(5*time.Minute)), p.site.host(name), w.name, from, 8*time.Hour)
		}
	})
	for range w.sessions + p.rng.IntN(3) - 1 {
		p.at(begin.Add(10*time.Minute+p.upTo(7*time.Hour)), func(s *slot, at time.Time) {
			p.look(s, at, w.name, p.jumpOf(w.name).v4, p.someDevice(), p.between(1, 5))
		})
	}
}

// stayAtHome is the way in of somebody who works from home; it gives the address that he has inside.
func (c *cast) stayAtHome(s *slot, at time.Time, user string) netip.Addr {
	vpn := c.site.host("vpn-1")
	s.talk(c.call(at, home(user), vpn.v4, 22, protoTCP).answer("ssh", c.size(90_000), c.size(400_000), 8*time.Hour))
	c.accepted(s, at.Add(time.Second), vpn, user, home(user), 8*time.Hour)
	return bench(user)
}

func (c *cast) jump() *host { return c.site.host([]string{"jump-1", "jump-2"}[c.rng.IntN(2)]) }

// jumpOf picks the jump host from which a person goes on: op-farid always takes the first.
func (c *cast) jumpOf(user string) *host {
	if user == "op-farid" {
		return c.site.host("jump-1")
	}
	return c.jump()
}

// someDevice picks a device to look at: mostly one of the large ones.
func (c *cast) someDevice() *device {
	large := c.site.large()
	if c.chance(0.15) {
		return c.site.device(fmt.Sprintf("acc-r%02d", c.between(11, accessRouters)))
	}
	return large[c.rng.IntN(len(large))]
}

// enter is a login to a jump host.
func (c *cast) enter(s *slot, at time.Time, jump *host, user string, from netip.Addr, length time.Duration) {
	s.talk(c.call(at, from, jump.v4, 22, protoTCP).answer("ssh", c.size(60_000), c.size(300_000), length))
	c.accepted(s, at.Add(time.Second), jump, user, from, length)
}

// look is a session in which somebody looks at a device and changes nothing.
func (c *cast) look(s *slot, at time.Time, user string, from netip.Addr, d *device, n int) {
	w := &shell{at: at, device: d, user: user, from: from, length: 2*time.Minute + c.upTo(20*time.Minute)}
	if c.chance(0.05) {
		w.failed = 1
	}
	asked := d.questions()
	var commands []string
	for range n {
		commands = append(commands, asked[c.rng.IntN(len(asked))])
	}
	w.typed = c.types(8*time.Second, 40*time.Second, nil, commands...)
	c.work(s, w)
}

// questions gives what engineers ask a device every day.
func (d *device) questions() []string {
	switch d.platform {
	case "junos":
		return []string{"show bgp summary", "show interfaces terse", "show route summary", "show chassis alarms", "show log messages | last 50"}
	case "vrp":
		return []string{"display interface brief", "display alarm active", "display version"}
	case "iosxr":
		return []string{"show bgp summary", "show interfaces brief", "show isis neighbors", "show logging last 50", "show platform"}
	case "nxos":
		return []string{"show interface brief", "show port-channel summary", "show vpc", "show logging last 50"}
	}
	return []string{"show ip bgp summary", "show interfaces description", "show ip route summary", "show logging", "show isis neighbors", "show processes cpu sorted"}
}
