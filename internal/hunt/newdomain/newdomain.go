// Package newdomain tells of domains that machines of a role ask for and that no machine of that role asked for in the month before. A
// role is what the registers say of who asks: devices by their role, servers by their service, else any address of infrastructure.
//
// It is an analyser (package analyse); docs/analysers.md says what its records hold.
package newdomain

import (
	"bytes"
	"encoding/binary"
	"net/netip"
	"slices"
	"strings"

	"golang.org/x/net/publicsuffix"

	"stormglass/internal/hunt/analyse"
	"stormglass/internal/register"
	"stormglass/internal/telemetry"
)

// Analyser looks for domains that are new to a role.
type Analyser struct{}

// The window: what was asked for in the days before is known, once there are enough of them.
const (
	Days   = 31 // with the one that is told of
	Enough = 7  // days before, with records of the role
)

// Name implements analyse.Analyser.
func (Analyser) Name() string { return "newdomain" }

// Kinds implements analyse.Analyser.
func (Analyser) Kinds() []telemetry.Kind { return []telemetry.Kind{telemetry.KindDNS} }

// The bytes of rows of a day, and those of one role: a machine that asks for random domains takes no room from other roles.
const (
	maxRows  = 4 << 20
	roleRows = 512 << 10
)

// Bounds implements analyse.Analyser.
func (Analyser) Bounds() analyse.Bounds {
	return analyse.Bounds{Version: 1, Days: Days, Keep: true, Values: 4096, Rows: maxRows}
}

// Note implements analyse.Analyser. A key is the role, a zero byte, and the domain, which is empty for the sign that the role asked at all.
func (Analyser) Note(n *analyse.Notes, b *telemetry.Batch) {
	var key, value []byte
	for i := range b.DNS {
		d := &b.DNS[i]
		role := RoleOf(n.Registers, d.Src, d.Occurred)
		if role == "" {
			continue
		}
		a := d.Src.As16()
		value = binary.AppendVarint(append(value[:0], a[:]...), int64(d.Occurred))
		key = append(append(key[:0], role...), 0)
		n.Put(d.Occurred, key, value)
		if domain := domainOf(d.Query); domain != "" {
			key = append(key, domain...)
			n.Put(d.Occurred, key, value)
		}
	}
}

// RoleOf gives the role of an address as of a time; empty for one that no register knows as a machine of the network.
func RoleOf(r *register.Registers, a netip.Addr, at telemetry.Instant) string {
	if !a.IsValid() {
		return ""
	}
	if d, ok := r.DeviceAt(a, at); ok {
		if d.Role != "" {
			return "device " + d.Role
		}
		return "device"
	}
	for _, service := range services {
		if list := service + suffix(service); r.States(list) && r.State(list, a, at) == register.Approved {
			return "server " + service
		}
	}
	if r.Networks.Stated() && r.Networks.Class(a, at) == register.Infrastructure {
		return "infrastructure"
	}
	return ""
}

var services = [...]string{
	register.ServiceAAA, register.ServiceNTP, register.ServiceSyslog, register.ServiceBackup, register.ServiceNMS, register.ServiceUpdate, register.ServiceJump,
}

// suffix ends the name of the list of a service's hosts.
func suffix(service string) string {
	if service == register.ServiceJump {
		return "_hosts"
	}
	return "_servers"
}

// domainOf gives the registered domain of a name, lower case; empty where there is none, or it is of the tree of addresses.
func domainOf(name string) string {
	name = strings.ToLower(strings.TrimSuffix(name, "."))
	if len(name) > 255 || strings.HasSuffix(name, ".arpa") || strings.IndexByte(name, 0) >= 0 {
		return ""
	}
	domain, err := publicsuffix.EffectiveTLDPlusOne(name)
	if err != nil {
		return ""
	}
	return domain
}

// maxHosts bounds the machines of a role that are named.
const maxHosts = 8

// Extract implements analyse.Analyser. A row is when the domain was first and last asked for, by how many, and the first of them.
func (Analyser) Extract(d *analyse.Day, g *analyse.Group) {
	first := map[[16]byte]int64{}
	last := int64(0)
	for v := range g.Values {
		if len(v) < 17 {
			continue
		}
		at, size := binary.Varint(v[16:])
		if size <= 0 {
			continue
		}
		host := [16]byte(v)
		if was, ok := first[host]; !ok || at < was {
			first[host] = at
		}
		last = max(last, at)
	}
	if len(first) == 0 {
		return
	}
	hosts := make([][16]byte, 0, len(first))
	for h := range first {
		hosts = append(hosts, h)
	}
	slices.SortFunc(hosts, func(a, b [16]byte) int {
		if first[a] != first[b] {
			return int(min(1, max(-1, first[a]-first[b])))
		}
		return slices.Compare(a[:], b[:])
	})
	row := binary.AppendVarint(nil, first[hosts[0]])
	row = binary.AppendVarint(row, last)
	row = binary.AppendUvarint(row, uint64(len(hosts)))
	for _, h := range hosts[:min(len(hosts), maxHosts)] {
		row = append(row, h[:]...)
	}
	role := g.Key[:bytes.IndexByte(g.Key, 0)+1]
	if d.Size(role)+int64(len(g.Key)+len(row)) > roleRows {
		d.Drop(1)
		return
	}
	d.Row(g.Key, row)
}

// Judge implements analyse.Analyser.
func (Analyser) Judge(w *analyse.Window) error {
	if w.Registers == nil || len(w.Registers.Devices) == 0 && len(w.Registers.Servers) == 0 && !w.Registers.Networks.Stated() {
		w.Blind("no register states devices, servers or networks")
		return nil
	}
	role, before := "", 0
	return w.Each(func(key []byte, rows []analyse.Row) error {
		of, domain, _ := strings.Cut(string(key), "\x00")
		if domain == "" { // it comes before all domains of the role
			role, before = of, 0
			for _, r := range rows {
				if r.Day < w.Day {
					before++
				}
			}
			if before < Enough {
				w.Warming(w.Day + telemetry.Day(Enough-before))
			}
			return nil
		}
		if of != role || before < Enough || len(rows) != 1 || rows[0].Day != w.Day {
			return nil
		}
		return emit(w, of, domain, before, rows[0].Value)
	})
}

func emit(w *analyse.Window, role, domain string, before int, row []byte) error {
	first, n := binary.Varint(row)
	if n <= 0 {
		return nil
	}
	last, m := binary.Varint(row[n:])
	if m <= 0 {
		return nil
	}
	hosts, k := binary.Uvarint(row[n+m:])
	rest := row[min(len(row), n+m+max(k, 0)):]
	if k <= 0 || len(rest) < 16 {
		return nil
	}
	r := &analyse.Record{At: telemetry.Instant(first)}
	r.Ends = telemetry.Ends{Src: netip.AddrFrom16([16]byte(rest)).Unmap(), SrcLocal: telemetry.LocalYes}
	r.Text("dns.question.registered_domain", domain)
	r.Text("stormglass.newdomain.role", role)
	r.Int("stormglass.newdomain.hosts", int64(hosts))
	r.Int("stormglass.newdomain.baseline_days", int64(before))
	r.Time("event.start", telemetry.Instant(first))
	r.Time("event.end", telemetry.Instant(last))
	return w.Emit(r)
}
