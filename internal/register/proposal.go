package register

import (
	"cmp"
	"maps"
	"net/netip"
	"slices"
	"strings"

	"stormglass/internal/telemetry"
)

// Proposal is what a survey found that registers do not state. It changes nothing.
type Proposal struct {
	First, Last telemetry.Instant // the period, by the records' own times
	Records     uint64
	Lost        uint64 // sightings that found no place: a shorter period shows them
	Servers     []ProposedServer
	Devices     []ProposedDevice
	Accounts    []ProposedAccount
	Tunnels     []ProposedTunnel
	Odd         []Odd
}

// Empty reports whether nothing is proposed and nothing is odd.
func (p *Proposal) Empty() bool {
	return len(p.Servers)+len(p.Devices)+len(p.Accounts)+len(p.Tunnels)+len(p.Odd) == 0
}

// Seen is when and how often something was seen, and why a person should look twice.
type Seen struct {
	First, Last telemetry.Instant // zero: the records have no time
	Records     uint64
	Doubts      []string // reasons to leave it out; with one it is proposed as a comment only
}

// ProposedServer is an address that serves devices, or reaches them.
type ProposedServer struct {
	Seen
	Service string
	Address netip.Addr
	Devices int // of the devices that use the service, so many use this server
	Of      int
}

// ProposedDevice is a name that writes logs, or an address that sends flows.
type ProposedDevice struct {
	Seen
	ID        string
	Exporters []Exporter
}

// ProposedAccount is a name that logged in or ran commands.
type ProposedAccount struct {
	Seen
	Name     string
	Kind     AccountKind // a guess: one host and few commands are a program's
	Hosts    []netip.Addr
	Devices  int
	Commands []string
}

// ProposedTunnel is a tunnel with an end in the network itself.
type ProposedTunnel struct {
	Seen
	Ends     [2]netip.Addr
	Protocol string
}

// The doubts.
const (
	doubtIntelligence = "intelligence speaks of it"
	doubtOutside      = "it is outside the operator's networks"
	doubtExpired      = "the register says that it is over"
	doubtSubscriber   = "it is a subscriber's"
	doubtEven         = "both sides used the port of the service, and which of them serves is not seen"
)

// Propose gives what was seen and is not stated, in the order of registers; within one what most devices use comes first.
func (s *Survey) Propose() *Proposal {
	p := &Proposal{First: s.first, Last: s.last, Records: s.records, Lost: s.lost}
	uses, open := s.byService()
	p.Servers = s.proposedServers(uses, open)
	p.Odd = s.odd(uses)
	p.Devices = s.proposedDevices()
	p.Accounts = s.proposedAccounts()
	p.Tunnels = s.proposedTunnels()
	return p
}

func (s *sighting) seen(doubts ...string) Seen {
	return Seen{s.first, s.last, s.records, slices.DeleteFunc(doubts, func(d string) bool { return d == "" })}
}

// doubts gives what speaks against stating an address.
func (s *Survey) doubts(list string, a netip.Addr, at telemetry.Instant) []string {
	var out []string
	if s.suspect(a) {
		out = append(out, doubtIntelligence)
	}
	switch s.registers.Networks.Class(a, at) { //nolint:exhaustive // the others are as they should be
	case None:
		out = append(out, doubtOutside)
	case Subscriber:
		out = append(out, doubtSubscriber)
	}
	if s.registers.State(list, a, at) == Expired {
		out = append(out, doubtExpired)
	}
	return out
}

// serverUse is one server of a service and who uses it, by device id or address.
type serverUse struct {
	sighting
	clients map[string]struct{}
}

// byService sorts uses by service and server. Of conversations that do not tell who serves it gives those that cannot be decided.
func (s *Survey) byService() (uses map[string]map[netip.Addr]*serverUse, open map[string]evenPeers) {
	uses, open = map[string]map[netip.Addr]*serverUse{}, map[string]evenPeers{}
	put := func(k useKey, seen *sighting) {
		servers := uses[k.service]
		if servers == nil {
			servers = map[netip.Addr]*serverUse{}
			uses[k.service] = servers
		}
		u := servers[k.server]
		if u == nil {
			u = &serverUse{clients: map[string]struct{}{}}
			servers[k.server] = u
		}
		u.join(seen)
		u.clients[s.deviceName(k.client, seen.last)] = struct{}{}
	}
	for k, seen := range s.uses {
		put(k, seen)
	}
	for _, service := range [...]string{ServiceNTP, ServiceDNS} {
		open[service] = evenPeers{}
		s.decide(service, open[service], func(server, client netip.Addr, seen *sighting) {
			if s.client(client, seen.last) {
				put(useKey{service, server, client}, seen)
			}
		})
	}
	return uses, open
}

// deviceName gives the id of the device that has an address, else the address.
func (s *Survey) deviceName(a netip.Addr, at telemetry.Instant) string {
	if d, ok := s.registers.DeviceAt(a, at); ok {
		return d.ID
	}
	return a.String()
}

func clientsOf(servers map[netip.Addr]*serverUse) map[string]struct{} {
	all := map[string]struct{}{}
	for _, u := range servers {
		maps.Copy(all, u.clients)
	}
	return all
}

func (s *Survey) proposedServers(uses map[string]map[netip.Addr]*serverUse, open map[string]evenPeers) []ProposedServer {
	var out []ProposedServer
	for _, service := range services {
		of := len(clientsOf(uses[service]))
		var some []ProposedServer
		for a, u := range uses[service] {
			if s.registers.State(listOf(service), a, u.last) == Approved {
				continue
			}
			some = append(some, ProposedServer{u.seen(s.doubts(listOf(service), a, u.last)...), service, a, len(u.clients), of})
		}
		some = append(some, s.unsure(service, open[service], uses[service])...)
		slices.SortFunc(some, func(a, b ProposedServer) int {
			return cmp.Or(cmp.Compare(b.Devices, a.Devices), a.Address.Compare(b.Address))
		})
		out = append(out, some...)
	}
	return out
}

func (s *Survey) proposedDevices() []ProposedDevice {
	var out []ProposedDevice
	byAddr := map[netip.Addr]*ProposedDevice{}
	for x, seen := range s.exporters {
		if _, ok := s.registers.DeviceExporting(x.Address, x.Domain, seen.last); ok {
			continue
		}
		d := byAddr[x.Address]
		if d == nil {
			d = &ProposedDevice{ID: x.Address.String(), Seen: seen.seen(s.doubts("devices", x.Address, seen.last)...)}
			byAddr[x.Address] = d
		} else {
			both := sighting{d.First, d.Last, d.Records}
			both.join(seen)
			d.First, d.Last, d.Records = both.first, both.last, both.records
		}
		d.Exporters = append(d.Exporters, x)
	}
	for _, d := range byAddr {
		slices.SortFunc(d.Exporters, func(a, b Exporter) int { return cmp.Compare(a.Domain, b.Domain) })
		out = append(out, *d)
	}
	for name, seen := range s.hosts {
		_, known := s.registers.DeviceNamed(name, seen.last)
		if a, ok := addrIn(name); ok && !known {
			_, known = s.registers.DeviceAt(a, seen.last)
			if _, twice := byAddr[plainAddr(a)]; twice {
				known = true
			}
		}
		if !known {
			out = append(out, ProposedDevice{ID: name, Seen: seen.seen()})
		}
	}
	slices.SortFunc(out, func(a, b ProposedDevice) int {
		return cmp.Or(cmp.Compare(folded(a.ID), folded(b.ID)), cmp.Compare(a.ID, b.ID))
	})
	return oneOfEachName(out)
}

// oneOfEachName joins devices whose names differ in case only.
func oneOfEachName(sorted []ProposedDevice) []ProposedDevice {
	out := sorted[:0]
	for _, d := range sorted {
		if n := len(out); n > 0 && folded(out[n-1].ID) == folded(d.ID) {
			both := sighting{out[n-1].First, out[n-1].Last, out[n-1].Records}
			both.join(&sighting{d.First, d.Last, d.Records})
			out[n-1].First, out[n-1].Last, out[n-1].Records = both.first, both.last, both.records
			continue
		}
		out = append(out, d)
	}
	return out
}

// fewCommands is how many different commands a program may run in a proposal.
const fewCommands = 24

func (s *Survey) proposedAccounts() []ProposedAccount {
	var out []ProposedAccount
	for name, a := range s.accounts {
		if _, ok := s.registers.Account(name, a.last); ok {
			continue
		}
		p := ProposedAccount{Name: name, Kind: Person, Devices: len(a.devices), Hosts: slices.SortedFunc(maps.Keys(a.hosts), netip.Addr.Compare)}
		if len(p.Hosts) == 1 && !a.more && len(a.commands) > 0 && len(a.commands) <= fewCommands && a.records >= 4*uint64(len(a.commands)) {
			p.Kind = Automation
			p.Commands = slices.DeleteFunc(slices.Sorted(maps.Keys(a.commands)), func(c string) bool { return !nameable(c) || strings.Contains(c, "*") })
		}
		var doubts []string
		for _, h := range p.Hosts {
			for _, d := range s.doubts("", h, a.last) {
				doubts = append(doubts, "used from "+h.String()+": "+d)
			}
		}
		if s.registers.StateOfText("accounts", name, a.last) == Expired {
			doubts = append(doubts, doubtExpired)
		}
		p.Seen = a.seen(doubts...)
		out = append(out, p)
	}
	slices.SortFunc(out, func(a, b ProposedAccount) int { return cmp.Compare(a.Name, b.Name) })
	return out
}

func (s *Survey) proposedTunnels() []ProposedTunnel {
	var out []ProposedTunnel
	for k, seen := range s.tunnels {
		state := s.registers.joins.tunnels.state(k.a, k.b, k.protocol, seen.last)
		if state == Approved {
			continue
		}
		var doubts []string
		if state == Expired {
			doubts = append(doubts, doubtExpired)
		}
		for _, a := range [...]netip.Addr{k.a, k.b} {
			for _, d := range s.doubts("", a, seen.last) {
				if !s.machine(a, seen.last) {
					doubts = append(doubts, a.String()+": "+d)
				}
			}
		}
		out = append(out, ProposedTunnel{seen.seen(doubts...), [2]netip.Addr{k.a, k.b}, k.protocol})
	}
	slices.SortFunc(out, func(a, b ProposedTunnel) int {
		return cmp.Or(a.Ends[0].Compare(b.Ends[0]), a.Ends[1].Compare(b.Ends[1]), cmp.Compare(a.Protocol, b.Protocol))
	})
	return out
}
