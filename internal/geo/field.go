package geo

import (
	"net/netip"

	"stormglass/internal/telemetry"
)

// Getter computes a field of record i of a batch; not ok: nothing is known of its address, or it has none.
type Getter = func(b *telemetry.Batch, i int) (string, bool)

// Field gives how a field is computed for records of a kind; not ok: no file gives such a field. The getter may be used by several
// goroutines, and its texts outlast the batch. docs/geo.md lists the fields and their values.
func (d *Databases) Field(kind telemetry.Kind, name string) (Getter, bool) {
	ask, ok := parseName(name)
	if !ok {
		return nil, false
	}
	addr, ok := addrOf(kind, ask.field)
	if !ok {
		return nil, false
	}
	of, ok := d.teller(ask)
	if !ok {
		return nil, false
	}
	return func(b *telemetry.Batch, i int) (string, bool) {
		a := addr(b, i)
		if !public(a) {
			return "", false
		}
		s := of(a.Unmap())
		return s, s != ""
	}, true
}

// public reports whether files can know of an address: those of private and special networks are many machines at once.
func public(a netip.Addr) bool {
	return a.IsValid() && a.IsGlobalUnicast() && !a.IsPrivate()
}

// teller gives what says a thing of an address; not ok: no file does.
func (d *Databases) teller(ask asked) (func(netip.Addr) string, bool) {
	var from []*database
	for _, db := range d.databases {
		if db.gives[ask.what] && (ask.what != flag || db.flags&ask.flag != 0) {
			from = append(from, db)
		}
	}
	if ask.what == asNumber && len(d.routes) > 0 {
		return func(a netip.Addr) string {
			for _, r := range d.routes {
				if s := r.origin(a); s != "" {
					return s
				}
			}
			return textIn(from, asNumber, a)
		}, true
	}
	if len(from) == 0 {
		return nil, false
	}
	switch ask.what { //nolint:exhaustive // the others are texts
	case access:
		return func(a netip.Addr) string { return accessIn(from, a) }, true
	case flag:
		return func(a netip.Addr) string { return holdsIn(from, ask.flag, a) }, true
	}
	return func(a netip.Addr) string { return textIn(from, ask.what, a) }, true
}

// textIn gives what the first database that knows says.
func textIn(from []*database, w what, a netip.Addr) string {
	for _, db := range from {
		if s := db.lookup(a).texts[w]; s != "" {
			return s
		}
	}
	return ""
}

// accessIn gives the most telling sort of access of which any database speaks, else the sort of user or connection, else none.
func accessIn(from []*database, a netip.Addr) string {
	var all flags
	words := ""
	for _, db := range from {
		r := db.lookup(a)
		all |= r.flags
		if words == "" {
			words = r.texts[user]
		}
		if words == "" {
			words = r.texts[connection]
		}
	}
	if w := all.word(); w != "" {
		return w
	}
	if words != "" {
		return words
	}
	return "none"
}

func holdsIn(from []*database, f flags, a netip.Addr) string {
	for _, db := range from {
		if db.lookup(a).flags&f != 0 {
			return "true"
		}
	}
	return "false"
}

// addrOf gives how an address is read from records of a kind; not ok when the field is no address.
func addrOf(kind telemetry.Kind, field string) (func(b *telemetry.Batch, i int) netip.Addr, bool) {
	if kind >= telemetry.NumKinds {
		return nil, false
	}
	id := telemetry.FieldNamed(field)
	if id == telemetry.FieldOther {
		return nil, false
	}
	for _, f := range telemetry.Schema(kind) {
		if f.ID == id {
			return typed(f, id)
		}
	}
	return func(b *telemetry.Batch, i int) netip.Addr { return paired(b, i, id) }, true
}

// typed reads a field of the schema, and a pair of its name where that is empty.
func typed(f telemetry.Field, id telemetry.FieldID) (func(b *telemetry.Batch, i int) netip.Addr, bool) {
	switch {
	case f.Addr != nil:
		return func(b *telemetry.Batch, i int) netip.Addr {
			if a := f.Addr(b, i); a.IsValid() {
				return a
			}
			return paired(b, i, id)
		}, true
	case f.Text != nil:
		return func(b *telemetry.Batch, i int) netip.Addr { return telemetry.ParseAddr(f.Text(b, i)) }, true
	}
	return nil, false
}

// paired reads an address that stands among the pairs of a record.
func paired(b *telemetry.Batch, i int, id telemetry.FieldID) netip.Addr {
	if b.Kind.Eventful() {
		for _, p := range b.PairsOf(b.Event[i].Pairs) {
			if p.Field == id {
				return telemetry.ParseAddr(p.Text)
			}
		}
	}
	if h := b.Head(i); h != nil {
		for _, p := range b.PairsOf(h.Extra) {
			if p.Field == id {
				return telemetry.ParseAddr(p.Text)
			}
		}
	}
	return netip.Addr{}
}
