package imports

import (
	"net/netip"
	"strings"
)

// device is a machine as a source describes it.
type device struct {
	id          string
	names       []string
	addresses   []string
	platform    string
	role        string
	owner       string
	description string
	status      string
	bare        bool // it is usual that no address is stated
	remarks     []string
	doubts      []string
}

// proposeDevice proposes an entry of devices.yaml.
func (r *reading) proposeDevice(line int, d device) {
	d.id = strings.TrimSpace(d.id)
	if !nameable(d.id) {
		r.left(line, "the device has no name, or one that cannot be shown or is longer than %d bytes", maxText)
		return
	}
	i := &item{place: r.place(line), remarks: d.remarks}
	for _, x := range d.doubts {
		i.doubt("%s", x)
	}
	i.set("id", d.id)
	names := []string{d.id}
	for _, n := range d.names {
		if n = strings.TrimSpace(n); nameable(n) && !strings.EqualFold(n, d.id) {
			names = append(names, n)
		}
	}
	i.list("names", names[1:])
	addresses := i.addresses(d.addresses)
	if a, ok := plainAddr(d.id); ok {
		addresses = append(addresses, a)
	}
	i.list("addresses", addresses)
	if len(addresses) == 0 && !d.bare {
		i.doubt("it has no address: is it a machine that speaks?")
	}
	i.set("platform", words(d.platform))
	i.set("role", words(d.role))
	i.set("owner", words(d.owner))
	i.set("reason", words(d.description))
	i.statusDoubt(d.status)
	r.propose("devices", i, names...)
}

// addresses gives addresses as registers take them; of one with a length the address.
func (i *item) addresses(texts []string) []string {
	var out []string
	for _, s := range texts {
		s, _, _ = strings.Cut(strings.TrimSpace(s), "/")
		if s == "" {
			continue
		}
		if a, ok := plainAddr(s); ok {
			out = append(out, a)
		} else {
			i.remark("an address was not understood")
		}
	}
	return out
}

// plainAddr gives an address as registers write it.
func plainAddr(s string) (string, bool) {
	a, err := netip.ParseAddr(s)
	if err != nil || a.Zone() != "" || a.IsUnspecified() {
		return "", false
	}
	if a = a.Unmap(); a.IsUnspecified() {
		return "", false
	}
	return a.String(), true
}
