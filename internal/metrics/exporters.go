package metrics

import (
	"cmp"
	"slices"
	"strings"

	"stormglass/internal/web/api"
)

const (
	// maxExporters have labels of their own. Anybody who can send datagrams can look like any number of exporters.
	maxExporters = 1000
	// otherExporters stands for the rest.
	otherExporters = "other"
)

// exporterKey tells exporters apart as their labels do.
type exporterKey struct{ address, listener string }

// bound sums up the exporters beyond the first 1,000, by listener. One that has labels keeps them as long as it is in the
// status: a counter that goes back and forth between two labels counts nothing.
func (c *collector) bound(all []api.Exporter) []api.Exporter {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.name(all)
	var out []api.Exporter
	rest := map[string]*api.Exporter{}
	var order []string
	for i := range all {
		e := &all[i]
		if c.named[exporterKey{e.Address, e.Listener}] {
			out = append(out, *e)
			continue
		}
		o := rest[e.Listener]
		if o == nil {
			o = &api.Exporter{Address: otherExporters, Listener: e.Listener}
			rest[e.Listener] = o
			order = append(order, e.Listener)
		}
		merge(o, e)
	}
	for _, l := range order {
		out = append(out, *rest[l])
	}
	return out
}

// name gives labels to exporters as long as there are some, those with most records first.
func (c *collector) name(all []api.Exporter) {
	here := make(map[exporterKey]bool, len(all))
	var fresh []*api.Exporter
	for i := range all {
		k := exporterKey{all[i].Address, all[i].Listener}
		if !here[k] && !c.named[k] {
			fresh = append(fresh, &all[i])
		}
		here[k] = true
	}
	for k := range c.named {
		if !here[k] {
			delete(c.named, k)
		}
	}
	slices.SortFunc(fresh, func(a, b *api.Exporter) int {
		return cmp.Or(cmp.Compare(b.Records, a.Records), strings.Compare(a.Address, b.Address), strings.Compare(a.Listener, b.Listener))
	})
	for _, e := range fresh[:min(len(fresh), max(maxExporters-len(c.named), 0))] {
		c.named[exporterKey{e.Address, e.Listener}] = true
	}
}

// merge adds an exporter to those it is told with.
func merge(o, e *api.Exporter) {
	o.Packets += e.Packets
	o.Records += e.Records
	o.LostSequence += e.LostSequence
	o.Templates += e.Templates
	o.Waiting += e.Waiting
	if e.SamplingMin > 0 && (o.SamplingMin == 0 || e.SamplingMin < o.SamplingMin) {
		o.SamplingMin = e.SamplingMin
	}
	o.SamplingMax = max(o.SamplingMax, e.SamplingMax)
	if e.Last != nil && (o.Last == nil || e.Last.After(*o.Last)) {
		o.Last = e.Last
	}
}
