package simulate

import "time"

// newCaseSilence are the cases of what is missing.
func newCaseSilence(c *cast) part {
	p := newPlan(c)
	p.lostMessages()
	p.fellSilent()
	return p
}

// lostMessages is SYS-12: numbers of messages are missing, of one device only.
func (p *plan) lostMessages() {
	d := p.site.device("agg-r5")
	lost := &Case{
		ID: "SYS-12", What: "57 messages of agg-r5 are missing by its own count", Subject: d.name, Names: d.names(), Also: []string{"SYS-13"},
		Observed: []string{"agg-r5 + fan tray speed is 77 percent"},
	}
	of := p.declare(lost)
	p.at(p.on(27, 9, 30), func(s *slot, at time.Time) {
		s.say(at, d, &line{severity: 6, tag: "%PLATFORM-6-EVENT_LOG", text: "R0/0: fan tray speed is 77 percent", skipped: 57, lost: lost}).mark(of)
	})
}

// fellSilent is SYS-13: a device says nothing for nine hours, and is polled and exports flows as ever.
func (p *plan) fellSilent() {
	d := p.site.device("core-r1")
	quiet := silence{device: d, from: p.midnight(27).Add(time.Hour), til: p.midnight(27).Add(10 * time.Hour)}
	p.site.silences = append(p.site.silences, quiet)
	of := p.deed(Case{ID: "SYS-13", What: "core-r1 says nothing for nine hours while its flows go on", Subject: d.name, Names: d.names(), Observed: []string{}, Absence: true})
	of.First, of.Last = quiet.from, quiet.til
}
