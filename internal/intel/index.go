package intel

import (
	"net/netip"
	"slices"
	"time"
	"unsafe"

	"stormglass/internal/observable"
)

// Index is what telemetry is matched against. It is immutable and safe for any number of readers.
// A miss costs a hash and one look into a filter; only what passes that is compared exactly.
type Index struct {
	arena   []byte
	entries []entry
	refs    []ref
	names   [][]string

	addrs    addrSet
	prefixes prefixSet
	filter   filter
	texts    []uint32 // open addressing: entry number + 1, or aliasBit | alias number + 1
	aliases  []alias
	roots    []EntryID // URLs whose host alone is a match
	counts   [256]int
}

const aliasBit = 1 << 31

// Part says which part of an indicator matched.
type Part uint8

// What matched.
const (
	Exact          Part = iota // the value itself
	Parent                     // a domain indicator above the name seen
	CoveringPrefix             // a prefix indicator around the address seen
	WithoutQuery               // a URL indicator equal to the URL seen without its query
	HostOfURL                  // the host of a URL indicator that has no path of its own
)

// String gives the part in words.
func (p Part) String() string {
	return [...]string{"exact", "parent domain", "covering prefix", "URL without query", "host of URL"}[p]
}

// Match is one entry that a value met.
type Match struct {
	Entry EntryID
	Part  Part
}

// Len gives the number of distinct values.
func (x *Index) Len() int { return len(x.entries) }

// Count gives the number of distinct values of a kind.
func (x *Index) Count(k observable.Kind) int { return x.counts[k] }

// Addr appends the entry of an address and of every prefix around it.
func (x *Index) Addr(a netip.Addr, into []Match) []Match {
	if id, ok := x.addrs.find(keyOf(a)); ok {
		into = append(into, Match{id, Exact})
	}
	if x.prefixes.mayHave(a) {
		into = x.prefixes.around(a, into)
	}
	return into
}

// Prefix appends the entry of exactly this prefix and of every one around it.
func (x *Index) Prefix(p netip.Prefix, into []Match) []Match {
	if x.prefixes.table == nil {
		return into
	}
	for q, id := range x.prefixes.table.Supernets(p.Masked()) {
		part := CoveringPrefix
		if q == p.Masked() {
			part = Exact
		}
		into = append(into, Match{id, part})
	}
	return into
}

// Domain appends the entries of a name and of every parent of it that has a dot. The name is
// taken in any case, with or without the trailing dot, in A-label form.
func (x *Index) Domain(name string, into []Match) []Match {
	if x.filter.fuse == nil && !x.filter.open {
		return into
	}
	name = trimDot(name)
	if into = x.suffixes(observable.Domain, name, Parent, into); len(x.roots) > 0 {
		into = x.find(hostOfURL, name, HostOfURL, into)
	}
	return into
}

func trimDot(s string) string {
	if n := len(s); n > 0 && s[n-1] == '.' {
		return s[:n-1]
	}
	return s
}

// suffixes looks up every suffix of name that starts at a label and holds a dot, in one pass.
func (x *Index) suffixes(k observable.Kind, name string, part Part, into []Match) []Match {
	h, dots := seedOf(k), 0
	for i := len(name) - 1; i >= 0; i-- {
		c := lower[name[i]]
		if c == '.' {
			if dots > 0 {
				if f := finish(h); x.filter.mayHave(f) {
					into = x.findHashed(f, k, name[i+1:], part, into)
				}
			}
			dots++
		}
		h = step(h, c)
	}
	if dots > 0 {
		if f := finish(h); x.filter.mayHave(f) {
			into = x.findHashed(f, k, name, Exact, into)
		}
	}
	return into
}

// URL appends the entries of a URL given as observable.URLKey writes it: host, port if not the
// default, path and query, without scheme.
func (x *Index) URL(key string, into []Match) []Match {
	if x.counts[observable.URL] == 0 {
		return into
	}
	into = x.find(observable.URL, key, Exact, into)
	for i := range len(key) {
		if key[i] == '?' {
			return x.find(observable.URL, key[:i], WithoutQuery, into)
		}
	}
	return into
}

// Text appends the entry of a value of any kind but address, prefix and URL; ASCII case does not
// matter where it does not for the kind.
func (x *Index) Text(k observable.Kind, s string, into []Match) []Match {
	if x.counts[k] == 0 {
		return into
	}
	return x.find(k, s, Exact, into)
}

func (x *Index) find(k observable.Kind, s string, part Part, into []Match) []Match {
	if h := hashText(k, s); x.filter.mayHave(h) {
		return x.findHashed(h, k, s, part, into)
	}
	return into
}

func (x *Index) findHashed(h uint64, k observable.Kind, s string, part Part, into []Match) []Match {
	mask := uint64(len(x.texts) - 1)
	for i := h & mask; x.texts[i] != 0; i = (i + 1) & mask {
		n := x.texts[i]
		if n&aliasBit != 0 {
			if a := &x.aliases[n&^aliasBit-1]; a.kind == k && equalText(k, a.key, s) {
				into = append(into, Match{a.id, part})
			}
		} else if e := &x.entries[n-1]; e.kind == k && equalText(k, x.text(e.text), s) {
			into = append(into, Match{EntryID(n - 1), part})
		}
	}
	return into
}

// Value gives the value of an entry.
func (x *Index) Value(id EntryID) observable.Value {
	e := &x.entries[id]
	return observable.Of(e.kind, x.textOf(e.text))
}

// Ref is what one source says of a value.
type Ref struct {
	Source      SourceID
	ID          string
	TLP         TLP // of the value itself
	Port        uint16
	From, Until time.Time // zero is open
	Comment     string
	Names       []string
}

// Statements gives how often the sources state an entry; Refs holds at most the first 64.
func (x *Index) Statements(id EntryID) int { return int(x.entries[id].n) }

// Refs gives what the sources say of an entry, in the order in which they were read.
func (x *Index) Refs(id EntryID) []Ref {
	e := &x.entries[id]
	out := make([]Ref, 0, min(e.n, maxRefs))
	for n := e.refs; n >= 0; n = x.refs[n].next {
		r := &x.refs[n]
		o := Ref{
			Source: r.source, ID: x.textOf(r.id), TLP: r.tlp, Port: r.port,
			From: timeOf(r.from), Until: timeOf(r.until), Comment: x.textOf(r.comment),
		}
		if r.names >= 0 {
			o.Names = x.names[r.names]
		}
		out = append(out, o)
	}
	slices.Reverse(out)
	return out
}

func timeOf(unix int64) time.Time {
	if unix == 0 {
		return time.Time{}
	}
	return time.Unix(unix, 0).UTC()
}

// ValidAt reports whether at least one source holds the entry valid at a time; an unknown time is
// taken as valid.
func (x *Index) ValidAt(id EntryID, unixSeconds int64) bool {
	if unixSeconds == 0 {
		return true
	}
	for n := x.entries[id].refs; n >= 0; n = x.refs[n].next {
		if r := &x.refs[n]; (r.from == 0 || unixSeconds >= r.from) && (r.until == 0 || unixSeconds <= r.until) {
			return true
		}
	}
	return false
}

// ValidWithin reports whether at least one source holds the entry valid at some time between two,
// both included; unknown times are taken as valid.
func (x *Index) ValidWithin(id EntryID, first, last int64) bool {
	if first == 0 || last == 0 {
		return true
	}
	for n := x.entries[id].refs; n >= 0; n = x.refs[n].next {
		if r := &x.refs[n]; (r.from == 0 || last >= r.from) && (r.until == 0 || first <= r.until) {
			return true
		}
	}
	return false
}

// PortAgrees reports whether a port fits what the sources state: true when at least one states
// none or the same.
func (x *Index) PortAgrees(id EntryID, port uint16) bool {
	for n := x.entries[id].refs; n >= 0; n = x.refs[n].next {
		if p := x.refs[n].port; p == 0 || p == port {
			return true
		}
	}
	return false
}

// Values yields every entry.
func (x *Index) Values(yield func(EntryID, observable.Value) bool) {
	for id := range x.entries {
		if !yield(EntryID(id), x.Value(EntryID(id))) {
			return
		}
	}
}

func (x *Index) text(s span) string   { return viewOf(x.arena, s) }
func (x *Index) textOf(s span) string { return string(x.arena[s.off : s.off+s.len]) }

// viewOf gives a text of the arena without a copy; the arena of an index is never written.
func viewOf(arena []byte, s span) string {
	if s.len == 0 {
		return ""
	}
	return unsafe.String(&arena[s.off], int(s.len)) //nolint:gosec // immutable memory
}
