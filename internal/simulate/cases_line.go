package simulate

import (
	"net/netip"
	"time"
)

// newCaseLine is the infected line of a subscriber: for half a day, in the one session in which an administrator's session comes from its
// address too, it calls a machine outside. Conversations of subscribers are not looked at for such calls; somebody outside complains, and
// names the public address, a port and a time.
func newCaseLine(c *cast) part {
	p := newPlan(c)
	session := p.on(25, 0, 0).AddDate(0, 0, -1)
	night := int(session.Sub(p.midnight(0)) / day)
	inside, to := covertLine, hostile(30)
	var k int
	for insideOf(k, night) != inside {
		k++
	}
	p.every(session.Add(12*time.Hour), 38, 20*time.Minute, time.Minute, func(s *slot, at time.Time) {
		s.talk(p.call(at, inside, to, 443, protoTCP).answer("ssl", p.amount(600, 800), p.amount(900, 4000), 2*time.Second))
	})
	from := session.Add(nightly)
	line := Line{Kind: "imsi", Who: imsi(k), Inside: inside, From: from, Until: from.Add(day)}
	line.ID, line.What = "infected", "somebody outside complains about an address that many share, with a port"
	line.Public, line.Port, line.At = sharedPublic, blockOf(k, night)+417, session.Add(15*time.Hour+20*time.Minute)
	c.truth.Lines = append(c.truth.Lines, &line)
	admin := line
	admin.ID, admin.What = "administers", "from its address op-elif's account came to vpn-1 and edge-r4 (FLW-13)"
	admin.Public, admin.Port, admin.At = netip.Addr{}, 0, p.on(25, 0, 20)
	c.truth.Lines = append(c.truth.Lines, &admin)
	before := line
	before.ID, before.What = "before", "the same address and port a day before are another's"
	j := 0
	for blockOf(j, night-1) > line.Port || int(blockOf(j, night-1))+blockPorts <= int(line.Port) {
		j++
	}
	before.Who, before.Inside = imsi(j), insideOf(j, night-1)
	before.At, before.From, before.Until = line.At.AddDate(0, 0, -1), from.AddDate(0, 0, -1), from
	c.truth.Lines = append(c.truth.Lines, &before)
	fixed := Line{ID: "fixed", What: "a fixed line, known by the address of its device", Kind: "username", Who: "mac-00005e005343", Inside: in4(fixedLines.String(), 3), At: p.on(20, 15, 0)}
	fixed.From, fixed.Until = p.midnight(0), c.cfg.end()
	c.truth.Lines = append(c.truth.Lines, &fixed)
	return p
}
