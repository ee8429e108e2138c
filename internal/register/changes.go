package register

import (
	"slices"

	"stormglass/internal/telemetry"
)

// changes are the times in which machines are worked on: of all, by a folded name, and of each device that the register of devices
// states, by its names and its role.
type changes struct {
	all      spans
	byName   map[string]spans
	byDevice map[*Device]spans
}

func newChanges(all []Change, devices []Device) changes {
	var every []Validity
	names, roles := map[string][]Validity{}, map[string][]Validity{}
	for _, c := range all {
		for _, d := range foldedAll(c.Devices...) {
			if d == everyDevice {
				every = append(every, c.Validity)
			} else {
				names[d] = append(names[d], c.Validity)
			}
		}
		for _, r := range foldedAll(c.Roles...) {
			roles[r] = append(roles[r], c.Validity)
		}
	}
	out := changes{merged(every), mergedAll(names), map[*Device]spans{}}
	byRole := mergedAll(roles)
	for i := range devices {
		d := &devices[i]
		var own []Validity
		for _, n := range foldedAll(append([]string{d.ID}, d.Names...)...) {
			own = append(own, names[n]...)
		}
		switch role := byRole[folded(d.Role)]; {
		case len(own) > 0:
			out.byDevice[d] = merged(append(own, role...))
		case len(role) > 0:
			out.byDevice[d] = role
		}
	}
	return out
}

func mergedAll(m map[string][]Validity) map[string]spans {
	out := make(map[string]spans, len(m))
	for k, vs := range m {
		out[k] = merged(vs)
	}
	return out
}

// ofName reports whether a time lies in a window of a name that no device has.
func (c *changes) ofName(name string, at telemetry.Instant) bool {
	s, _ := find(c.byName, name)
	return s.state(at) == Approved || c.all.state(at) == Approved
}

// ofDevice reports whether a time lies in a window of a device.
func (c *changes) ofDevice(d *Device, at telemetry.Instant) bool {
	return c.all.state(at) == Approved || c.byDevice[d].state(at) == Approved
}

// ChangesOf gives the changes in whose window a device, by its id, is worked on at a time, in the order of the file.
func (r *Registers) ChangesOf(device string, at telemetry.Instant) []*Change {
	d, ok := r.DeviceNamed(device, at)
	if !ok {
		d = &Device{ID: device}
	}
	called := foldedAll(append([]string{d.ID, everyDevice}, d.Names...)...)
	role := folded(d.Role)
	var out []*Change
	for i := range r.Changes {
		c := &r.Changes[i]
		meant := slices.ContainsFunc(foldedAll(c.Devices...), func(s string) bool { return slices.Contains(called, s) }) ||
			role != "" && slices.Contains(foldedAll(c.Roles...), role)
		if meant && c.Holds(at) {
			out = append(out, c)
		}
	}
	return out
}
