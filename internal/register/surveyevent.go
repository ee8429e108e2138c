package register

import (
	"net/netip"
	"strings"

	"stormglass/internal/telemetry"
)

// accountSighting is what was seen of one account.
type accountSighting struct {
	sighting
	hosts    map[netip.Addr]struct{}
	devices  map[string]struct{}
	commands map[string]struct{}
	more     bool // further hosts, devices or commands were not kept
}

var (
	userField    = telemetry.FieldUserName
	sourceField  = telemetry.FieldSourceIP
	commandField = telemetry.FieldNamed("process.command_line")
	outcomeField = telemetry.FieldNamed("event.outcome")
)

// events looks at which hosts write logs, and who logs in.
func (s *Survey) events(b *telemetry.Batch) {
	for i := range b.Event {
		e := &b.Event[i]
		if e.Dataset == "syslog" && nameable(e.Host) {
			s.host(e.Host, e.Occurred)
		}
		s.account(e, b.PairsOf(e.Pairs))
	}
}

// nameable reports whether a register could state a text as a name.
func nameable(s string) bool {
	return s != "" && len(s) <= maxText && printable(s) && strings.TrimSpace(s) == s
}

func (s *Survey) host(name string, at telemetry.Instant) {
	if _, ok := s.hosts[name]; !ok {
		name = strings.Clone(name)
	}
	see(s.hosts, name, at, s.maxSeen, &s.lost)
}

// account looks at a login or a command. A name with which nobody got in is left out: it may be a password typed at the wrong prompt.
func (s *Survey) account(e *telemetry.Event, pairs []telemetry.Pair) {
	var user, command, outcome string
	from := plainAddr(e.Src)
	for _, p := range pairs {
		switch p.Field {
		case userField:
			user = p.Text
		case commandField:
			command = p.Text
		case outcomeField:
			outcome = p.Text
		case sourceField:
			if a, ok := addrIn(p.Text); ok && !from.IsValid() {
				from = plainAddr(a)
			}
		}
	}
	if !nameable(user) || OfSubscriber(user) || !s.logsIn(e) || strings.EqualFold(outcome, "failure") || command == "" && !strings.EqualFold(outcome, "success") {
		return
	}
	key := folded(user)
	a := s.accounts[key]
	if a == nil {
		if len(s.accounts) >= s.maxSeen {
			s.lost++
			return
		}
		a = &accountSighting{hosts: map[netip.Addr]struct{}{}, devices: map[string]struct{}{}, commands: map[string]struct{}{}}
		s.accounts[strings.Clone(key)] = a
	}
	a.see(e.Occurred)
	a.more = a.more || !within(a.hosts, from, from.IsValid(), maxHosts)
	a.more = a.more || !within(a.devices, strings.Clone(e.Host), nameable(e.Host), maxRuns)
	a.more = a.more || !within(a.commands, strings.Clone(plainCommand(telemetry.Redact(command))), command != "", maxRuns)
}

// logsIn reports whether an event may tell of a login to the network's machines: where devices are stated, one of them wrote it.
func (s *Survey) logsIn(e *telemetry.Event) bool {
	if !s.registers.States("devices") {
		return true
	}
	if _, ok := s.registers.DeviceNamed(e.Host, e.Occurred); ok {
		return true
	}
	a, ok := addrIn(e.Host)
	if ok {
		_, ok = s.registers.DeviceAt(a, e.Occurred)
	}
	return ok
}

// OfSubscriber reports whether the name of an account looks like a subscriber's number (eight digits or more, after a plus sign or not,
// before an @ or not): those log in to the network's services, not to its machines.
func OfSubscriber(user string) bool {
	digits, _, _ := strings.Cut(strings.TrimPrefix(user, "+"), "@")
	return len(digits) >= 8 && strings.Trim(digits, "0123456789") == ""
}

// within puts a value into a set unless it is full; ok is false when it is.
func within[K comparable](m map[K]struct{}, k K, there bool, most int) (ok bool) {
	if !there {
		return true
	}
	if _, known := m[k]; !known && len(m) >= most {
		return false
	}
	m[k] = struct{}{}
	return true
}
