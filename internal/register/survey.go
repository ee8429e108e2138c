package register

import (
	"net/netip"

	"stormglass/internal/telemetry"
)

// Limits of a survey, which reads what outsiders may have sent.
const (
	maxUses  = 300_000 // uses of a service by one address, about 80 MiB with what is made of them
	maxSeen  = 50_000  // devices, accounts and tunnels, each
	maxHosts = 16      // of an account
	maxRuns  = 64      // different commands of an account
)

// Survey looks at the telemetry of a period for what registers could state: who serves the devices, which devices there are, who logs in,
// which tunnels there are. It proposes; a person decides (Proposal.YAML). Its memory is bounded: what finds no place is counted. Not
// for use by several goroutines.
type Survey struct {
	registers *Registers
	suspect   func(netip.Addr) bool

	maxUses, maxSeen int

	first, last telemetry.Instant
	records     uint64
	lost        uint64
	uses        map[useKey]*sighting
	even        map[evenKey]*sighting // counts to maxUses too
	exporters   map[Exporter]*sighting
	exporting   map[netip.Addr]struct{}
	hosts       map[string]*sighting
	accounts    map[string]*accountSighting
	tunnels     map[tunnelKey]*sighting
}

// NewSurvey begins a survey by an operator that states r. suspect says whether intelligence speaks of an address; nil: of none.
func NewSurvey(r *Registers, suspect func(netip.Addr) bool) *Survey {
	if suspect == nil {
		suspect = func(netip.Addr) bool { return false }
	}
	return &Survey{
		registers: r, suspect: suspect, maxUses: maxUses, maxSeen: maxSeen, uses: map[useKey]*sighting{}, even: map[evenKey]*sighting{}, exporters: map[Exporter]*sighting{}, exporting: map[netip.Addr]struct{}{},
		hosts: map[string]*sighting{}, accounts: map[string]*accountSighting{}, tunnels: map[tunnelKey]*sighting{},
	}
}

// useKey is a service that a server gives a client. Where stations reach devices (nms, jump) the client is the device, too.
type useKey struct {
	service        string
	server, client netip.Addr
}

// tunnelKey is a tunnel between two addresses, the lower first.
type tunnelKey struct {
	a, b     netip.Addr
	protocol string
}

// sighting is when and how often something was seen.
type sighting struct {
	first, last telemetry.Instant
	records     uint64
}

func (s *sighting) see(at telemetry.Instant) {
	s.records++
	if !at.Known() {
		return
	}
	if !s.first.Known() || at < s.first {
		s.first = at
	}
	s.last = max(s.last, at)
}

func (s *sighting) join(t *sighting) {
	s.records += t.records
	if t.first.Known() && (!s.first.Known() || t.first < s.first) {
		s.first = t.first
	}
	s.last = max(s.last, t.last)
}

// see notes a sighting of a key, unless there is no place for another one.
func see[K comparable](m map[K]*sighting, k K, at telemetry.Instant, most int, lost *uint64) {
	s := m[k]
	if s == nil {
		if len(m) >= most {
			*lost++
			return
		}
		s = new(sighting)
		m[k] = s
	}
	s.see(at)
}

// Add looks at the records of a batch. It keeps nothing of the batch's memory.
func (s *Survey) Add(b *telemetry.Batch) {
	for i := range b.Len() {
		at := b.Head(i).Occurred
		s.records++
		if at.Known() {
			if !s.first.Known() || at < s.first {
				s.first = at
			}
			s.last = max(s.last, at)
		}
	}
	switch b.Kind { //nolint:exhaustive // the others tell of no service that registers know
	case telemetry.KindFlow:
		for i := range b.Flow {
			s.flow(&b.Flow[i])
		}
	case telemetry.KindEvent:
		s.events(b)
	}
}

// machine reports whether an address is of the operator's network itself: a device, an exporter, or in a network of infrastructure.
func (s *Survey) machine(a netip.Addr, at telemetry.Instant) bool {
	if _, ok := s.exporting[a]; ok {
		return true
	}
	if s.registers.Networks.Class(a, at) == Infrastructure {
		return true
	}
	_, ok := s.registers.DeviceAt(a, at)
	return ok
}

// router reports whether an address is of a device that people log in to over the network: in a network of infrastructure, where any
// is stated. Servers that exchange files by SSH are not meant.
func (s *Survey) router(a netip.Addr, at telemetry.Instant) bool {
	if s.registers.States("infrastructure_prefixes") {
		return s.registers.Networks.Class(a, at) == Infrastructure
	}
	return s.machine(a, at)
}

// own reports whether an address is the operator's and no subscriber's.
func (s *Survey) own(a netip.Addr, at telemetry.Instant) bool {
	c := s.registers.Networks.Class(a, at)
	return c != None && c != Subscriber
}
