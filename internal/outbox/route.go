package outbox

import (
	"cmp"
	"net/netip"
	"path"
	"slices"
	"time"

	"stormglass/internal/hunt"
	"stormglass/internal/intel"
	"stormglass/internal/outbox/message"
)

// What a route does when it does not say.
const (
	defaultWaiting = 200
)

var defaultRate = Rate{Count: 60, Per: time.Hour}

// route is a Route made ready.
type route struct {
	name     string
	to       []string
	level    hunt.Level
	devices  []string
	networks []netip.Prefix
	tlp      intel.TLP
	rules    []string
	group    time.Duration
	rate     Rate
	waiting  int
	noAlarms bool
}

// newRoute makes a route ready that passed Validate.
func newRoute(c *Route) (*route, error) {
	r := &route{
		name: c.Name, to: c.To, rules: c.Rules, group: c.Group, rate: c.Rate, waiting: cmp.Or(c.Waiting, defaultWaiting), noAlarms: c.NoAlarms,
		tlp: intel.Amber,
	}
	if r.rate.IsZero() {
		r.rate = defaultRate
	}
	if c.TLP != "" {
		r.tlp, _ = intel.ParseTLP(c.TLP)
	}
	var err error
	if r.level, err = hunt.ParseLevel(cmp.Or(c.Level, hunt.Informational.String())); err != nil {
		return nil, err
	}
	for _, d := range c.Devices {
		if p, err := netip.ParsePrefix(d); err == nil {
			r.networks = append(r.networks, p.Masked())
		} else {
			r.devices = append(r.devices, d)
		}
	}
	return r, nil
}

// wants reports whether a finding is for the route. Name gives a device's name by its address.
func (r *route) wants(f *hunt.Finding, name func(netip.Addr) string) bool {
	if f.Level < r.level || len(r.rules) > 0 && !anyMatch(r.rules, message.Rule(f)) {
		return false
	}
	return len(r.devices) == 0 && len(r.networks) == 0 || r.isFor(f.Subject, name)
}

// isFor reports whether a subject is among the devices that the route names.
func (r *route) isFor(s hunt.Subject, name func(netip.Addr) string) bool {
	if s.Kind != hunt.SubjectAddr {
		return anyMatch(r.devices, s.Name)
	}
	within := func(p netip.Prefix) bool { return p.Contains(s.Addr) }
	return slices.ContainsFunc(r.networks, within) || anyMatch(r.devices, s.Addr.String()) || name != nil && anyMatch(r.devices, name(s.Addr))
}

// anyMatch reports whether a text is as one of some patterns says. In a pattern * stands for anything, also for a slash.
func anyMatch(patterns []string, s string) bool {
	if s == "" {
		return false
	}
	flat := func(s string) string { // path.Match stops at slashes, which mean nothing here
		b := []byte(s)
		for i, c := range b {
			if c == '/' {
				b[i] = 0
			}
		}
		return string(b)
	}
	return slices.ContainsFunc(patterns, func(p string) bool {
		ok, err := path.Match(flat(p), flat(s))
		return err == nil && ok
	})
}

// carries reports whether a marking may go this way.
func (r *route) carries(t intel.TLP) bool { return t < intel.Red && t <= r.tlp }
