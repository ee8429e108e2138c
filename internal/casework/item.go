package casework

import (
	"cmp"
	"net/netip"
	"slices"
	"strings"

	"stormglass/internal/hunt"
	"stormglass/internal/observable"
	"stormglass/internal/telemetry"
)

// maxThings is how many things of one finding are looked at, besides what it is about: the earliest ones.
const maxThings = 64

// Item is a finding with what it shares with others. It needs no samples any more.
type Item struct {
	*hunt.Finding
	About        Thing   // what the finding is about; zero: a file, several subjects, all records
	Others       []Thing // accounts and the other ends, in their order
	Unregistered bool    // about a name of logs that the register of devices, where there is one, does not state
}

// ItemOf looks at a finding and its samples.
func ItemOf(f *hunt.Finding, w World) *Item {
	g := gatherer{w: &w, item: &Item{Finding: f}}
	if !f.Merged() {
		g.subject()
	}
	if f.Rule == nil {
		g.value(f.Value)
	}
	for i := range f.Days {
		for n := range f.Days[i].Samples {
			g.sample(&f.Days[i].Samples[n])
		}
	}
	slices.SortFunc(g.item.Others, compareThings)
	return g.item
}

// gatherer gathers the things of one finding.
type gatherer struct {
	w    *World
	item *Item
}

func (g *gatherer) add(t Thing) {
	if t.Name != "" && t != g.item.About && len(g.item.Others) < maxThings && !slices.Contains(g.item.Others, t) {
		g.item.Others = append(g.item.Others, t)
	}
}

func (g *gatherer) subject() {
	f := g.item
	switch f.Subject.Kind {
	case hunt.SubjectAddr:
		local := telemetry.LocalUnknown
		if f.Rule == nil && !f.Foreign { // who met an indicator is the operator's
			local = telemetry.LocalYes
		}
		f.About, _ = g.w.ofAddr(f.Subject.Addr, local, f.First)
	case hunt.SubjectDevice:
		f.About = g.w.ofName(f.Subject.Name, f.First)
		if g.w.Device != nil {
			f.Device = g.w.device(f.Subject, f.First)
			f.Unregistered = f.Stray()
		}
	case hunt.SubjectFields:
		g.fields(f.Subject.Name)
	case hunt.SubjectSource:
	}
}

// fields reads a subject of several fields, "host.name=edge-r1, user.name=noc". It is about the device of which it speaks, else about the
// account, else about an end.
func (g *gatherer) fields(text string) {
	var all []Thing
	for pair := range strings.SplitSeq(text, ", ") {
		name, value, _ := strings.Cut(pair, "=")
		if t, ok := g.field(name, value); ok {
			all = append(all, t)
		}
	}
	slices.SortStableFunc(all, func(a, b Thing) int { return cmp.Compare(a.Kind, b.Kind) })
	for i, t := range all {
		if i == 0 {
			g.item.About = t
		}
		g.add(t)
	}
}

// field gives what the value of a field of a subject stands for.
func (g *gatherer) field(name, value string) (t Thing, ok bool) {
	switch name = strings.ToLower(name); {
	case value == "":
		return Thing{}, false
	case name == "host.name" || name == "observer.name":
		return g.w.ofName(value, g.item.First), true
	case name == "user.name" || name == "user.target.name" || name == "account": // so some of our correlations call it
		return Thing{Account, accountOf(value)}, accountOf(value) != ""
	case strings.HasSuffix(name, ".ip"):
		if a := telemetry.ParseAddr(value); a.IsValid() {
			return g.w.ofAddr(a, telemetry.LocalUnknown, g.item.First)
		}
	}
	return Thing{}, false
}

// value takes an indicator in that is a place in a network. One that warning lists name is shared by everybody, and joins nothing.
func (g *gatherer) value(v observable.Value) {
	if len(g.item.Warnings) > 0 {
		return
	}
	switch v.Kind() { //nolint:exhaustive // the others are no places
	case observable.Addr:
		g.end(v.Addr(), telemetry.LocalNo, g.item.First)
	case observable.Domain, observable.URL:
		g.add(Thing{Peer, v.String()})
	}
}

// sample takes in who else stands in a record. Ends of leases are subscribers', and no accounts of administrators.
func (g *gatherer) sample(s *hunt.Sample) {
	if s.Kind == telemetry.KindAAA {
		return
	}
	for i := range s.Fields {
		if s.Fields[i].Name == "user.name" {
			g.add(Thing{Account, accountOf(s.Fields[i].Value)})
		}
	}
	if s.Kind == telemetry.KindDNS { // the other end is a resolver, which everybody has
		return
	}
	g.end(s.Ends.Src, s.Ends.SrcLocal, s.Occurred)
	g.end(s.Ends.Dst, s.Ends.DstLocal, s.Occurred)
}

func (g *gatherer) end(a netip.Addr, local telemetry.Local, at telemetry.Instant) {
	if !a.IsValid() || g.item.Subject.Kind == hunt.SubjectAddr && a.Unmap() == g.item.Subject.Addr {
		return
	}
	if g.item.Rule == nil && len(g.item.Warnings) > 0 && a.Unmap() == g.item.Value.Addr() {
		return
	}
	if g.w.Shared != nil && g.w.Shared(a.Unmap(), at) {
		return
	}
	if t, ok := g.w.ofAddr(a, local, at); ok {
		g.add(t)
	}
}

// accountOf gives the name of an account as it joins; "" of one that every device has, and of what stands for a subscriber.
func accountOf(name string) string {
	name = strings.ToLower(strings.TrimSpace(name))
	switch name {
	case "-", "admin", "administrator", "cisco", "console", "enable", "guest", "n/a", "none", "nobody", "root", "system", "unknown", "user":
		return ""
	}
	if strings.HasPrefix(name, "tok:") || strings.Contains(name, "***") || strings.Trim(name, "0123456789+") == "" {
		return ""
	}
	return name
}

// connects reports whether an item may make others belong together: informational ones and those without a time only join.
func (i *Item) connects() bool { return i.Level > hunt.Informational && i.First.Known() }

// compareItems orders by first evidence, what has no time last.
func compareItems(a, b *Item) int {
	if a.First.Known() != b.First.Known() {
		return cmp.Compare(b.First, a.First) // unknown is 0, and goes last
	}
	return cmp.Or(cmp.Compare(a.First, b.First), slices.Compare(a.ID[:], b.ID[:]))
}
