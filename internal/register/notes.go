package register

import (
	"fmt"
	"io/fs"
	"iter"
	"net/netip"
	"path"
	"slices"
	"strings"

	"github.com/gaissmai/bart"

	"stormglass/internal/observable"
	"stormglass/internal/telemetry"
)

// notes gathers what is odd about registers and no error.
type notes struct {
	at   telemetry.Instant
	all  []Note
	more int
}

func (n *notes) note(file string, line int, kind NoteKind, format string, args ...any) {
	if len(n.all) >= maxNotes {
		n.more++
		return
	}
	n.all = append(n.all, Note{file, line, kind, fmt.Sprintf(format, args...)})
}

// files notes what lies in the folder and is not read.
func (n *notes) files(data fs.FS) {
	entries, err := fs.ReadDir(data, "registers")
	if err != nil {
		return // no folder: nothing is stated
	}
	known := Files()
	for _, e := range entries {
		name := path.Join("registers", e.Name())
		base, _, _ := strings.Cut(e.Name(), ".")
		switch {
		case slices.Contains(known, name):
		case slices.Contains(reserved, base):
			n.note(observable.Printable(name), 0, NoteUnread, "this register is not read yet")
		default:
			n.note(observable.Printable(name), 0, NoteUnread, "there is no such register: use networks.yaml, retention.yaml, or one of %s with .yaml or .csv", strings.Join(tableNames(), ", "))
		}
	}
}

func tableNames() []string {
	var names []string
	for _, t := range tables {
		names = append(names, t.name)
	}
	return names
}

// everyEntry gives the entries of all lists and what to call them. Changes are left out: they are over by their nature.
func (r *Registers) everyEntry() iter.Seq2[*Entry, string] {
	return func(yield func(*Entry, string) bool) {
		for i := range r.Devices {
			if !yield(&r.Devices[i].Entry, "device "+quoted(r.Devices[i].ID)) {
				return
			}
		}
		for i := range r.Servers {
			if !yield(&r.Servers[i].Entry, "server of "+strings.Join(r.Servers[i].Services, ", ")) {
				return
			}
		}
		for i := range r.Accounts {
			if !yield(&r.Accounts[i].Entry, "account "+quoted(r.Accounts[i].Name)) {
				return
			}
		}
		for i := range r.Tunnels {
			if !yield(&r.Tunnels[i].Entry, "tunnel "+quoted(r.Tunnels[i].ID)) {
				return
			}
		}
		for i := range r.Mirrors {
			if !yield(&r.Mirrors[i].Entry, "mirror "+quoted(r.Mirrors[i].ID)) {
				return
			}
		}
		for i := range r.Partners {
			if !yield(&r.Partners[i].Entry, "partner "+quoted(r.Partners[i].Name)) {
				return
			}
		}
		for i := range r.Stores {
			if !yield(&r.Stores[i].Entry, "store "+quoted(r.Stores[i].ID)) {
				return
			}
		}
	}
}

// entries notes which are over and which have not begun.
func (n *notes) entries(r *Registers) {
	for e, what := range r.everyEntry() {
		switch {
		case e.Over(n.at):
			n.note(e.File, e.Line, NoteExpired, "%s has been over since %s: what is still seen of it counts as expired", what, dayOf(e.Until))
		case !e.Holds(n.at):
			n.note(e.File, e.Line, NoteAhead, "%s begins on %s", what, dayOf(e.From))
		}
	}
}

func dayOf(i telemetry.Instant) string { return i.Day().String() }

// shared notes what is stated twice for the same time: addresses of two devices, one prefix of two entries of a service, partners
// within the operator's own networks.
func (n *notes) shared(r *Registers) {
	seen := map[string][]*Entry{}
	claim := func(what string, p netip.Prefix, e *Entry) {
		key := what + " " + p.String()
		for _, other := range seen[key] {
			if other != e && other.overlaps(e.Validity) {
				n.note(e.File, e.Line, NoteOverlap, "%s is stated in line %d as well, for the same time", key, other.Line)
				break
			}
		}
		if len(seen[key]) < maxShared {
			seen[key] = append(seen[key], e)
		}
	}
	for i := range r.Devices {
		for _, a := range r.Devices[i].Addresses {
			claim("the device address", netip.PrefixFrom(a, a.BitLen()), &r.Devices[i].Entry)
		}
	}
	for i := range r.Servers {
		for _, service := range r.Servers[i].Services {
			for _, p := range r.Servers[i].Addresses {
				claim("the "+service+" server", p, &r.Servers[i].Entry)
			}
		}
	}
	n.partners(r)
}

// maxShared bounds with how many entries of one address a further one is compared.
const maxShared = 16

func (n *notes) partners(r *Registers) {
	own := new(bart.Lite)
	for _, p := range r.Networks.Prefixes() {
		own.Insert(p)
	}
	for i := range r.Partners {
		for _, p := range r.Partners[i].Prefixes {
			if own.OverlapsPrefix(p) {
				n.note(r.Partners[i].File, r.Partners[i].Line, NoteOverlap, "%s of partner %s overlaps the operator's own networks", p, quoted(r.Partners[i].Name))
			}
		}
	}
}

// names notes devices that changes and mirrors name and that devices does not state.
func (n *notes) names(r *Registers) {
	if !r.States("devices") {
		return
	}
	look := func(e *Entry, names []string) {
		for _, name := range names {
			if _, ok := find(r.joins.devices.byName, name); !ok && name != everyDevice {
				n.note(e.File, e.Line, NoteNobody, "no device is called %s", quoted(name))
			}
		}
	}
	for i := range r.Changes {
		look(&r.Changes[i].Entry, r.Changes[i].Devices)
	}
	for i := range r.Mirrors {
		look(&r.Mirrors[i].Entry, r.Mirrors[i].Devices)
	}
}
