package simulate

import (
	"fmt"
	"time"
)

// newChatter is what devices write by themselves: the large ones some lines an hour, day and night, the small ones a few a day.
func newChatter(c *cast) part {
	p := newPlan(c)
	for i, d := range c.site.devices {
		every := 22 * time.Minute
		if d.role == "access" {
			every = 6 * time.Hour
		}
		p.acts = append(p.acts, act{c.cfg.Start.Add(time.Duration(i)*11*time.Second + c.upTo(9*time.Second)), nil})
		p.acts[i].do = p.chatters(d, every)
	}
	return p
}

// chatters says something and plans the next time.
func (p *plan) chatters(d *device, every time.Duration) func(*slot, time.Time) {
	var do func(*slot, time.Time)
	do = func(s *slot, at time.Time) {
		s.say(at, d, d.chat(p.between(1, 40)))
		next := at.Add(every - every/8 + p.upTo(every/4))
		if next.Before(s.to) {
			do(s, next)
			return
		}
		p.at(next, do)
	}
	return do
}

// chat is a message without a meaning for this.
func (d *device) chat(n int) *line {
	switch d.platform {
	case "iosxr":
		return &line{severity: 6, process: "isis[1010]", tag: "%ROUTING-ISIS-6-INFO_ADJ_REFRESH", text: fmt.Sprintf("Adjacency to 10.10.0.%d refreshed (L2)", n)}
	case "junos":
		return &line{severity: 6, process: "rpd[2902]", tag: "RPD_LDP_SESSIONUP", text: fmt.Sprintf("LDP session 10.10.0.%d is up", n)}
	case "nxos":
		return &line{severity: 5, tag: "%ETHPORT-5-SPEED", text: fmt.Sprintf("Interface Ethernet1/%d, operational speed changed to 10 Gbps", n)}
	case "vrp":
		return &line{severity: 6, tag: "LLDP/6/ENABLE_LLDP(l)", text: fmt.Sprintf("Neighbor information changed. (IfName=GigabitEthernet0/0/%d)", n)}
	}
	return &line{severity: 6, tag: "%PLATFORM-6-EVENT_LOG", text: fmt.Sprintf("R0/0: fan tray speed is %d percent", 40+n/4)}
}
