package register

import (
	"cmp"
	"maps"
	"net/netip"
	"slices"
)

// Odd is a result of a survey, not a proposal: nearly all devices of a role use one server, and a few use another.
type Odd struct {
	Service string
	Role    string     // as devices.yaml states it; empty: devices without one
	Usual   netip.Addr // the server of nearly all
	Users   int        // so many devices of the role use it
	Of      int        // of so many that use the service
	Server  netip.Addr // the other one
	Devices []string   // that use it, by id or address
	Both    bool       // each of them uses the usual one as well
	Suspect bool       // intelligence speaks of the other one
}

// A consensus needs so many devices, and so many of ten of them.
const (
	leastDevices = 5
	usualTenths  = 9
)

// odd compares what devices of one role use. Stations that reach devices are no choice of the devices, so they are left out.
func (s *Survey) odd(uses map[string]map[netip.Addr]*serverUse) []Odd {
	var out []Odd
	for _, service := range []string{ServiceAAA, ServiceNTP, ServiceSyslog, ServiceDNS, ServiceBackup} {
		for _, role := range s.roles(clientsOf(uses[service])) {
			out = append(out, s.oddOf(service, role.name, role.devices, uses[service])...)
		}
	}
	return out
}

type roleOf struct {
	name    string
	devices map[string]struct{}
}

func (s *Survey) roles(devices map[string]struct{}) []roleOf {
	byRole := map[string]map[string]struct{}{}
	for id := range devices {
		role := ""
		if d, ok := s.registers.DeviceNamed(id, s.last); ok {
			role = d.Role
		}
		if byRole[role] == nil {
			byRole[role] = map[string]struct{}{}
		}
		byRole[role][id] = struct{}{}
	}
	var out []roleOf
	for _, name := range slices.Sorted(maps.Keys(byRole)) {
		out = append(out, roleOf{name, byRole[name]})
	}
	return out
}

func (s *Survey) oddOf(service, role string, devices map[string]struct{}, servers map[netip.Addr]*serverUse) []Odd {
	if len(devices) < leastDevices {
		return nil
	}
	users := map[netip.Addr][]string{}
	usual, most := netip.Addr{}, 0
	for _, a := range slices.SortedFunc(maps.Keys(servers), netip.Addr.Compare) {
		for id := range servers[a].clients {
			if _, ok := devices[id]; ok {
				users[a] = append(users[a], id)
			}
		}
		slices.Sort(users[a])
		if n := len(users[a]); n > most {
			usual, most = a, n
		}
	}
	if most*10 < len(devices)*usualTenths {
		return nil
	}
	var out []Odd
	for a, ids := range users {
		if len(ids) == 0 || len(ids)*10 > len(devices)*(10-usualTenths) && len(ids) > 2 || a == usual {
			continue
		}
		o := Odd{Service: service, Role: role, Usual: usual, Users: most, Of: len(devices), Server: a, Devices: ids, Both: true, Suspect: s.suspect(a)}
		for _, id := range ids {
			if _, ok := slices.BinarySearch(users[usual], id); !ok {
				o.Both = false
			}
		}
		out = append(out, o)
	}
	slices.SortFunc(out, func(a, b Odd) int { return cmp.Or(a.Server.Compare(b.Server), cmp.Compare(a.Service, b.Service)) })
	return out
}
