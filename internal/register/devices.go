package register

import (
	"net/netip"

	"stormglass/internal/telemetry"
)

// devices are the machines by what names them.
type devices struct {
	byName     map[string][]*Device // ids and names, folded
	byAddr     map[netip.Addr][]*Device
	byExporter map[Exporter][]*Device
}

func newDevices(all []Device) devices {
	d := devices{byName: map[string][]*Device{}, byAddr: map[netip.Addr][]*Device{}, byExporter: map[Exporter][]*Device{}}
	for i := range all {
		dev := &all[i]
		for _, n := range append([]string{dev.ID}, dev.Names...) {
			addDevice(d.byName, folded(n), dev)
		}
		for _, a := range dev.Addresses {
			addDevice(d.byAddr, a, dev)
		}
		for _, x := range dev.Exporters {
			addDevice(d.byExporter, x, dev)
		}
	}
	return d
}

func addDevice[K comparable](m map[K][]*Device, k K, d *Device) {
	if l := m[k]; len(l) == 0 || l[len(l)-1] != d {
		m[k] = append(l, d)
	}
}

// heldBy gives the first entry that holds at a time; for an unknown time the last one, which is the newest by habit.
func heldBy[E interface{ holds(telemetry.Instant) bool }](entries []E, at telemetry.Instant) (e E, ok bool) {
	if !at.Known() && len(entries) > 0 {
		return entries[len(entries)-1], true
	}
	for _, e := range entries {
		if e.holds(at) {
			return e, true
		}
	}
	return e, false
}

func (e *Entry) holds(at telemetry.Instant) bool { return e.Holds(at) }

// DeviceNamed gives the device that is called so at a time, by id or name, without case.
func (r *Registers) DeviceNamed(name string, at telemetry.Instant) (*Device, bool) {
	l, _ := find(r.joins.devices.byName, name)
	return heldBy(l, at)
}

// DeviceAt gives the device that has an address at a time. Of several that share it, it is the one stated first. The address of
// a relay that sent a message tells nothing of who wrote it: do not ask with it.
func (r *Registers) DeviceAt(a netip.Addr, at telemetry.Instant) (*Device, bool) {
	return heldBy(r.joins.devices.byAddr[plainAddr(a)], at)
}

// DeviceExporting gives the device that sends flows from an address and observation domain at a time: one whose exporter is stated
// with the domain, else for any domain, else one that has the address.
func (r *Registers) DeviceExporting(a netip.Addr, domain uint32, at telemetry.Instant) (*Device, bool) {
	a = plainAddr(a)
	for _, x := range [...]Exporter{{Address: a, Domain: domain}, {Address: a, AnyDomain: true}} {
		if d, ok := heldBy(r.joins.devices.byExporter[x], at); ok {
			return d, true
		}
	}
	return r.DeviceAt(a, at)
}
