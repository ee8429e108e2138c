package register

import (
	"cmp"
	"net/netip"
	"slices"
	"time"

	"github.com/gaissmai/bart"
	"go.yaml.in/yaml/v4"

	"stormglass/internal/plainyaml"
	"stormglass/internal/telemetry"
)

// entry is one entry of networks.yaml.
type entry struct {
	line   int
	prefix netip.Prefix
	claim
}

// parseNetworks reads networks.yaml:
//
//	networks:
//	  - prefix: 192.0.2.0/26
//	    class: infrastructure   # or management, server, subscriber
//	    owner: ip-backbone      # optional, for people
//	    reason: loopbacks       # optional, for people
//	    valid_from: 2024-01-01  # optional: a day (UTC) or a time in RFC 3339; that moment is included
//	    valid_until: 2026-12-31 # optional: a day, that day included, or a time, excluded
func parseNetworks(name string, data []byte) (Networks, error) {
	d := &document{name: name}
	var entries []entry
	if root := d.root(data); root != nil {
		if list := d.fields(root, "the file", "networks")["networks"]; list != nil && !plainyaml.IsNull(list) {
			entries = d.networks(list)
		}
	}
	d.checkOverlaps(entries)
	if err := d.err(); err != nil {
		return Networks{}, err
	}
	return newNetworks(entries), nil
}

func newNetworks(entries []entry) Networks {
	if len(entries) == 0 {
		return Networks{}
	}
	byPrefix := make(map[netip.Prefix]*claims, len(entries))
	n := Networks{stated: new(bart.Table[*claims]), entries: entries}
	for _, e := range entries {
		cs := byPrefix[e.prefix]
		if cs == nil {
			cs = new(claims)
			byPrefix[e.prefix] = cs
			n.stated.Insert(e.prefix, cs)
			n.prefixes = append(n.prefixes, e.prefix)
		}
		*cs = append(*cs, e.claim)
		if e.class == Subscriber {
			n.subscribers = append(n.subscribers, e.prefix)
		}
	}
	for _, cs := range byPrefix {
		slices.SortFunc(*cs, func(a, b claim) int { return cmp.Compare(a.from, b.from) })
	}
	slices.SortFunc(n.prefixes, netip.Prefix.Compare)
	slices.SortFunc(n.subscribers, netip.Prefix.Compare)
	n.subscribers = slices.Compact(n.subscribers)
	return n
}

func (d *document) networks(list *yaml.Node) []entry {
	if list.Kind != yaml.SequenceNode {
		d.complain(list.Line, "networks is not a list: begin each entry with \"- prefix:\"")
		return nil
	}
	entries := make([]entry, 0, len(list.Content))
	for _, n := range list.Content {
		if e, ok := d.network(n); ok {
			entries = append(entries, e)
		}
	}
	return entries
}

// network reads one entry. It is good when it brought no complaint.
func (d *document) network(n *yaml.Node) (entry, bool) {
	before := len(d.complaints) + d.more
	f := d.fields(n, "a network", "prefix", "class", "owner", "reason", "valid_from", "valid_until")
	if f == nil {
		return entry{}, false
	}
	e := entry{line: n.Line}
	for _, key := range []string{"prefix", "class"} {
		if f[key] == nil {
			d.complain(n.Line, "a network has no %s: add one", key)
		}
	}
	e.prefix = d.prefix(f["prefix"])
	if s, ok := d.text(f["class"], "class"); ok {
		if e.class, ok = parseClass(s); !ok {
			d.complain(f["class"].Line, "there is no class %s: use infrastructure, management, server or subscriber", quoted(s))
		}
	}
	d.text(f["owner"], "owner")
	d.text(f["reason"], "reason")
	e.from = d.moment(f["valid_from"], "valid_from", 0)
	e.until = d.moment(f["valid_until"], "valid_until", 24*time.Hour)
	if e.until != 0 && e.from >= e.until {
		d.complain(f["valid_until"].Line, "valid_until is before valid_from: swap or correct them")
	}
	return e, len(d.complaints)+d.more == before
}

func (d *document) prefix(n *yaml.Node) netip.Prefix {
	s, ok := d.text(n, "prefix")
	if !ok {
		return netip.Prefix{}
	}
	return d.prefixOf(n.Line, s)
}

func (d *document) prefixOf(line int, s string) netip.Prefix {
	p, err := netip.ParsePrefix(s)
	if err != nil {
		if a, err := netip.ParseAddr(s); err == nil && a.Zone() == "" {
			d.complain(line, "%s is an address: write \"%s/%d\"", quoted(s), a, a.BitLen())
		} else {
			d.complain(line, "%s is no prefix: write one such as \"192.0.2.0/24\" or \"2001:db8::/32\"", quoted(s))
		}
		return netip.Prefix{}
	}
	switch m := p.Masked(); {
	case p.Addr().Is4In6():
		d.complain(line, "%s is IPv4 written as IPv6: write it as IPv4", quoted(s))
	case p.Bits() == 0:
		d.complain(line, "%s is everybody's: state the operator's own prefixes", quoted(s))
	case m != p:
		d.complain(line, "%s has bits beyond its length: write %q if that is meant", quoted(s), m)
	default:
		return p
	}
	return netip.Prefix{}
}

// moment reads a day or a time; a day stands for its midnight in UTC and ofDay after it.
func (d *document) moment(n *yaml.Node, what string, ofDay time.Duration) telemetry.Instant {
	s, ok := d.text(n, what)
	if !ok {
		return 0
	}
	return d.momentOf(n.Line, what, s, ofDay)
}

func (d *document) momentOf(line int, what, s string, ofDay time.Duration) telemetry.Instant {
	t, err := time.Parse(time.DateOnly, s)
	if err == nil {
		t = t.Add(ofDay)
	} else if t, err = time.Parse(time.RFC3339, s); err != nil {
		d.complain(line, "%s %s is no date: write one such as 2025-03-31 or 2025-03-31T12:00:00Z", what, quoted(s))
		return 0
	}
	i := telemetry.InstantOf(t)
	if i == 0 {
		d.complain(line, "%s %s is not between 1970 and 2200: correct it, or leave it out for an open end", what, quoted(s))
	}
	return i
}

// checkOverlaps complains of a prefix that is stated twice for the same time.
func (d *document) checkOverlaps(entries []entry) {
	sorted := slices.SortedFunc(slices.Values(entries), func(a, b entry) int {
		return cmp.Or(a.prefix.Compare(b.prefix), cmp.Compare(a.from, b.from), cmp.Compare(a.line, b.line))
	})
	for i := 1; i < len(sorted); i++ {
		a, b := sorted[i-1], sorted[i]
		if a.prefix == b.prefix && (a.until == 0 || b.from < a.until) {
			d.complain(max(a.line, b.line), "%s is stated in line %d for the same time: drop one, or end the older one by valid_until before the newer one's valid_from",
				a.prefix, min(a.line, b.line))
		}
	}
}
