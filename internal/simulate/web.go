package simulate

import (
	"net/netip"
	"time"
)

// ask looks a name up at one of the operator's resolvers, over the client's own protocol. Without
// answers and with rcode NOERROR the name exists and has none of the type.
func (c *cast) ask(at time.Time, from netip.Addr, name, qtype, rcode string, answers ...string) *talk {
	r := c.site.resolvers[c.rng.IntN(len(c.site.resolvers))]
	to := r.v4
	if !from.Is4() {
		to = r.v6
	}
	t := c.call(at, from, to, 53, protoUDP)
	rtt := c.upTo(3 * time.Millisecond)
	if c.chance(0.3) { // not in the resolver's cache
		rtt += c.upTo(120 * time.Millisecond)
	}
	size := uint64(len(name)) + 17
	down := size
	for _, a := range answers {
		down += 12 + uint64(min(len(a), 16))
	}
	t.answer("dns", size, down, rtt)
	t.dns = &question{
		id: uint16(c.rng.IntN(1 << 16)), name: name, qtype: qtype, rcode: rcode, answers: answers,
		ttl: []int{60, 300, 3600}[c.rng.IntN(3)], rtt: t.length,
	}
	return t
}

// secure opens a TLS conversation.
func (c *cast) secure(at time.Time, from, to netip.Addr, port uint16, h *handshake, up, down uint64, length time.Duration) *talk {
	t := c.call(at, from, to, port, protoTCP).answer("ssl", up, down, length)
	t.tls = h
	return t
}

// fetch makes an HTTP request. down is the size of the answer's body.
func (c *cast) fetch(at time.Time, from, to netip.Addr, r *request, down uint64) *talk {
	up := uint64(len(r.method)+len(r.host)+len(r.uri)+len(r.agent)) + 60
	t := c.call(at, from, to, 80, protoTCP).answer("http", up, down, 40*time.Millisecond+c.upTo(2*time.Second)+time.Duration(down/2000)*time.Microsecond)
	t.http = r
	return t
}

// visitor is who opens pages.
type visitor struct {
	v4, v6 netip.Addr // v6 may be invalid
	client *client
}

// visit looks a party up and speaks with it.
func (c *cast) visit(s *slot, at time.Time, v visitor, p place) {
	six := v.v6.IsValid() && p.v6.IsValid()
	resolver := v.v4
	if v.v6.IsValid() && c.chance(0.5) {
		resolver = v.v6
	}
	if !c.chance(0.15) { // still in the client's own cache
		t := c.ask(at, resolver, p.name, "A", "NOERROR", p.v4.String())
		s.talk(t)
		if v.v6.IsValid() {
			q := c.ask(at.Add(200*time.Microsecond), resolver, p.name, "AAAA", "NOERROR")
			if p.v6.IsValid() {
				q.dns.answers = []string{p.v6.String()}
			}
			s.talk(q)
		}
		at = at.Add(t.length + c.upTo(20*time.Millisecond))
	}
	from, to := v.v4, p.v4
	if six {
		from, to = v.v6, p.v6
	}
	if c.chance(0.03) { // the first attempt is lost
		s.talk(c.call(at, from, to, 443, protoTCP).retry(3, 3*time.Second))
		at = at.Add(3*time.Second + c.upTo(500*time.Millisecond))
	}
	s.talk(c.load(at, from, to, v.client, p))
}

// load is the conversation that carries a page.
func (c *cast) load(at time.Time, from, to netip.Addr, cl *client, p place) *talk {
	up, down := c.amount(500, 9000), c.size(40_000)
	length := 50*time.Millisecond + c.upTo(time.Minute)
	switch x := c.rng.Float64(); {
	case x < 0.08:
		return c.fetch(at, from, to, &request{
			method: "GET", host: p.name, uri: "/" + word(c.rng.Uint64()), agent: cl.agent,
			status: []int{200, 200, 200, 204, 301, 404}[c.rng.IntN(6)], mime: "text/html",
		}, down)
	case x < 0.25:
		return c.call(at, from, to, 443, protoUDP).answer("quic", up, down, length)
	}
	return c.secure(at, from, to, 443, &handshake{client: cl, server: p.name, cert: p.cert}, up, down, length)
}

// size gives an amount of payload: most near the typical one, a few far larger.
func (c *cast) size(typical float64) uint64 {
	return uint64(200 + typical*c.rng.ExpFloat64()*c.rng.ExpFloat64())
}
