package netflow

import (
	"cmp"
	"slices"

	"stormglass/internal/telemetry"
)

// Who may send a datagram to the collector decides how many exporters, domains and templates there seem to be. When
// there is no more room, what was never of use gives way first, then what was not for longest: a flood of forged ones
// loses its own. An eighth goes at a time, so that a flood does not make each datagram sort all there is.
func share(n int) int { return n/8 + 1 }

// byUse is the order in which things give way.
func byUse(usedA, usedB bool, seenA, seenB telemetry.Instant) int {
	switch {
	case usedA == usedB:
		return cmp.Compare(seenA, seenB)
	case usedA:
		return 1
	}
	return -1
}

// take reserves memory of the store on the exporter's account.
func (x *exporter) take(n int64) bool {
	if n > 0 && x.cost+n > x.store.limits.ExporterMemory || !x.store.take(n) {
		return false
	}
	x.cost += n
	return true
}

func (x *exporter) give(n int64) {
	x.cost -= n
	x.store.memory.Add(-n)
}

// put keeps a template, or gives the reason why there is no room.
func (x *exporter) put(d *domain, t *template) (reason string) {
	if x.templates >= x.store.limits.Templates {
		x.dropTemplates()
	}
	t.compile(x.store.fieldOf)
	if !x.take(t.cost()) {
		x.dropTemplates()
		if !x.take(t.cost()) {
			return reasonTemplateMemory
		}
	}
	d.templates[t.id] = t
	x.templates++
	return ""
}

func (x *exporter) drop(d *domain, t *template) {
	delete(d.templates, t.id)
	x.templates--
	x.give(t.cost())
}

// dropTemplates makes room for further ones.
func (x *exporter) dropTemplates() {
	type place struct {
		d *domain
		t *template
	}
	all := make([]place, 0, x.templates)
	for _, d := range x.domains {
		for _, t := range d.templates {
			all = append(all, place{d, t})
		}
	}
	slices.SortFunc(all, func(a, b place) int {
		return cmp.Or(byUse(a.t.used, b.t.used, a.t.seen, b.t.seen), cmp.Compare(a.d.key, b.d.key), cmp.Compare(a.t.id, b.t.id))
	})
	for _, p := range all[:min(len(all), share(len(all)))] {
		x.drop(p.d, p.t)
		x.stats.TemplatesDropped++
	}
}

// domain gives what is known of a domain, and makes it known; nil when there is no room.
func (x *exporter) domain(version uint16, id uint32, now telemetry.Instant) *domain {
	key := keyOf(version, id)
	d := x.domains[key]
	if d == nil {
		if len(x.domains) >= x.store.limits.Domains {
			x.dropDomains()
		}
		if len(x.domains) >= x.store.limits.Domains || !x.take(domainCost) {
			return nil
		}
		d = &domain{key: key, templates: map[uint16]*template{}, samplers: map[uint64]uint32{}}
		x.domains[key] = d
	}
	d.seen = max(d.seen, now)
	return d
}

// dropDomains makes room for further ones. That of the packet at hand stays.
func (x *exporter) dropDomains() {
	all := make([]*domain, 0, len(x.domains))
	for _, d := range x.domains {
		if d != x.current {
			all = append(all, d)
		}
	}
	slices.SortFunc(all, func(a, b *domain) int {
		return cmp.Or(byUse(a.used, b.used, a.seen, b.seen), cmp.Compare(a.key, b.key))
	})
	for _, d := range all[:min(len(all), share(len(all)))] {
		for _, t := range d.templates {
			x.drop(d, t)
		}
		x.give(domainCost + int64(len(d.samplers))*entryCost)
		delete(x.domains, d.key)
		x.stats.DomainsDropped++
	}
}
