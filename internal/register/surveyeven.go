package register

import (
	"cmp"
	"maps"
	"net/netip"
	"slices"

	"stormglass/internal/telemetry"
)

// evenKey is a conversation of two addresses, the lower first, in which both used the port of a service: NTP is asked from port 123 to
// port 123, and a flow of one direction does not say which of them asked.
type evenKey struct {
	service string
	a, b    netip.Addr
}

// even reports whether a flow does not tell who serves.
func even(f *telemetry.Flow, service string) bool {
	return f.SrcPort == f.DstPort && f.Answered != telemetry.Answered && (service == ServiceNTP || service == ServiceDNS)
}

// seeEven notes a flow that does not tell who serves.
func (s *Survey) seeEven(service string, a, b netip.Addr, at telemetry.Instant) {
	if !s.client(a, at) && !s.client(b, at) {
		return
	}
	if b.Less(a) {
		a, b = b, a
	}
	see(s.even, evenKey{service, a, b}, at, s.maxUses-len(s.uses), &s.lost)
}

// evenPeers are, of one service, who spoke with whom and is not decided yet.
type evenPeers map[netip.Addr]map[netip.Addr]*sighting

func (p evenPeers) put(a, b netip.Addr, seen *sighting) {
	if p[a] == nil {
		p[a] = map[netip.Addr]*sighting{}
	}
	p[a][b] = seen
}

func (p evenPeers) take(a, b netip.Addr) {
	delete(p[a], b)
	delete(p[b], a)
}

// decide tells of each conversation which of the two serves: a server of the register or of other flows, else the one with more peers,
// of which those that turn to a greater server do not count. What is left stays in p.
func (s *Survey) decide(service string, p evenPeers, serves func(server, client netip.Addr, seen *sighting)) {
	known := s.knownServers(service)
	for k, seen := range s.even {
		if k.service != service {
			continue
		}
		switch a, b := known(k.a, seen.last), known(k.b, seen.last); {
		case a && !b:
			serves(k.a, k.b, seen)
		case b && !a:
			serves(k.b, k.a, seen)
		case !a:
			p.put(k.a, k.b, seen)
			p.put(k.b, k.a, seen)
		}
	}
	p.decide(serves)
}

func (p evenPeers) decide(serves func(server, client netip.Addr, seen *sighting)) {
	most := map[netip.Addr]int{}
	for a, peers := range p {
		most[a] = len(peers)
	}
	order := slices.SortedFunc(maps.Keys(p), func(a, b netip.Addr) int {
		return cmp.Or(cmp.Compare(most[b], most[a]), a.Compare(b))
	})
	for _, a := range order {
		n := len(p[a])
		for b, seen := range p[a] {
			if len(p[b]) < n {
				serves(a, b, seen)
				p.take(a, b)
			}
		}
	}
}

// knownServers tells whether an address serves by the register, or by flows that say so.
func (s *Survey) knownServers(service string) func(netip.Addr, telemetry.Instant) bool {
	seen := map[netip.Addr]bool{}
	for k := range s.uses {
		if k.service == service {
			seen[k.server] = true
		}
	}
	return func(a netip.Addr, at telemetry.Instant) bool {
		return seen[a] || s.registers.State(listOf(service), a, at) == Approved
	}
}

// unsure gives addresses that serve, or ask, with as many peers as those they speak with: nobody can tell.
func (s *Survey) unsure(service string, p evenPeers, sure map[netip.Addr]*serverUse) []ProposedServer {
	var out []ProposedServer
	for a, peers := range p {
		var all sighting
		n := 0
		for b, seen := range peers {
			if s.client(b, seen.last) {
				all.join(seen)
				n++
			}
		}
		if _, ok := sure[a]; n > 0 && !ok {
			doubts := append([]string{doubtEven}, s.doubts(listOf(service), a, all.last)...)
			out = append(out, ProposedServer{Seen: all.seen(doubts...), Service: service, Address: a, Devices: n, Of: n})
		}
	}
	return out
}
