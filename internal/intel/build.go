package intel

import (
	"errors"
	"net/netip"
	"strings"
	"time"

	"stormglass/internal/observable"
)

// EntryID is the number of an indexed value within one Index.
type EntryID uint32

// span is a text in the index's arena.
type span struct{ off, len uint32 }

// entry is one indexed value; its refs are a list, newest first.
type entry struct {
	text span
	kind observable.Kind
	refs int32 // into builder.refs, -1 ends
	n    uint32
}

// ref is what one source says of an entry. Times are Unix seconds, 0 open.
type ref struct {
	source      SourceID
	next        int32
	from, until int64
	id, comment span
	names       int32 // into builder.names, -1 none
	port        uint16
	tlp         TLP
}

// builder gathers indicators in flat memory: a million of them stay near 100 MB.
type builder struct {
	arena   []byte
	entries []entry
	refs    []ref
	names   [][]string
	slots   []uint32 // open addressing: entry number + 1
	last    struct {
		comment string
		at      span
	}
	full bool
}

// The bounds of an index. Intelligence comes from outside: a feed may hold a value a million times,
// or ten million values.
const (
	maxArena   = 1<<32 - 1<<20 // bytes of text; spans are 32 bits wide
	maxEntries = 10_000_000
	// Statements kept of one value: 64, then one more for each further source. What a source says
	// again is folded into what it said.
	maxRefs       = 64
	maxSourceRefs = 1024
)

// ErrTooMany says that an index is at its bounds.
var ErrTooMany = errors.New("the intelligence holds more than 10,000,000 values, or 4 GiB of text; hunt with a part of it at a time")

func newBuilder() *builder { return &builder{slots: make([]uint32, 1024)} }

// maxComment bounds what is kept of a source's comment, in bytes.
const maxComment = 200

func (b *builder) add(i Indicator) {
	if len(b.arena) > maxArena || len(b.entries) >= maxEntries {
		b.full = true
		return
	}
	e := b.entry(i.Value.Kind(), i.Value.String())
	b.entries[e].n++
	if r := b.said(&b.entries[e], &i); r != nil {
		r.fold(&i)
		return
	}
	names := int32(-1)
	if len(i.Names) > 0 {
		names = int32(len(b.names))
		b.names = append(b.names, i.Names)
	}
	b.refs = append(b.refs, ref{
		source: i.Source, next: b.entries[e].refs, from: unix(i.From), until: unix(i.Until),
		id: b.keep(i.ID), comment: b.comment(i.Comment), names: names, port: i.Port, tlp: i.TLP,
	})
	b.entries[e].refs = int32(len(b.refs) - 1)
}

// said gives the ref that takes in a further statement of an entry, nil when it needs one of its
// own: a list that holds a value a million times says it once.
func (b *builder) said(e *entry, i *Indicator) *ref {
	if e.refs >= 0 && b.says(e.refs, i) {
		return &b.refs[e.refs]
	}
	if e.n <= maxRefs {
		return nil
	}
	kept := 0
	for n := e.refs; n >= 0; n = b.refs[n].next {
		if b.refs[n].source == i.Source {
			return &b.refs[n]
		}
		kept++
	}
	if kept < maxSourceRefs {
		return nil
	}
	b.refs[e.refs].tlp = Red // the marking of a source that is not kept is not known later
	return &b.refs[e.refs]
}

// says reports whether a ref says the same as an indicator.
func (b *builder) says(n int32, i *Indicator) bool {
	r := &b.refs[n]
	return r.source == i.Source && r.port == i.Port && r.tlp == i.TLP && r.from == unix(i.From) && r.until == unix(i.Until) &&
		b.text(r.id) == i.ID && r.names < 0 && len(i.Names) == 0 && b.text(r.comment) == cutComment(i.Comment)
}

// fold takes in what a further statement says of when, on which port and under which marking, so
// that nothing is judged by a statement that was dropped.
func (r *ref) fold(i *Indicator) {
	if from := unix(i.From); from < r.from {
		r.from = from
	}
	if until := unix(i.Until); r.until != 0 && (until == 0 || until > r.until) {
		r.until = until
	}
	if i.Port != r.port {
		r.port = 0
	}
	r.tlp = max(r.tlp, i.TLP)
}

func unix(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.Unix()
}

func (b *builder) keep(s string) span {
	if s == "" {
		return span{}
	}
	at := span{uint32(len(b.arena)), uint32(len(s))}
	b.arena = append(b.arena, s...)
	return at
}

// comment keeps a comment once when many values in a row carry the same.
func (b *builder) comment(s string) span {
	s = cutComment(s)
	if s != b.last.comment || s == "" {
		b.last.comment, b.last.at = strings.Clone(s), b.keep(s)
	}
	return b.last.at
}

func cutComment(s string) string {
	if len(s) > maxComment {
		return strings.ToValidUTF8(s[:maxComment], "") + "…"
	}
	return s
}

func (b *builder) text(s span) string { return string(b.arena[s.off : s.off+s.len]) }

func (b *builder) entry(k observable.Kind, s string) uint32 {
	if 2*len(b.entries) >= len(b.slots) {
		b.grow()
	}
	mask := uint64(len(b.slots) - 1)
	for i := hashText(k, s) & mask; ; i = (i + 1) & mask {
		n := b.slots[i]
		if n == 0 {
			b.entries = append(b.entries, entry{text: b.keep(s), kind: k, refs: -1})
			b.slots[i] = uint32(len(b.entries))
			return uint32(len(b.entries) - 1)
		}
		e := &b.entries[n-1]
		if e.kind == k && string(b.arena[e.text.off:e.text.off+e.text.len]) == s {
			return n - 1
		}
	}
}

func (b *builder) grow() {
	b.slots = make([]uint32, 2*len(b.slots))
	mask := uint64(len(b.slots) - 1)
	for n := range b.entries {
		e := &b.entries[n]
		i := hashText(e.kind, b.arena[e.text.off:e.text.off+e.text.len]) & mask
		for b.slots[i] != 0 {
			i = (i + 1) & mask
		}
		b.slots[i] = uint32(n + 1)
	}
}

// alias is a further key under which an entry is found: the key of a URL without its scheme, the
// host of a URL that names nothing but a host.
type alias struct {
	kind observable.Kind
	key  string
	id   EntryID
}

func (b *builder) index() (*Index, error) {
	if b.full {
		return nil, ErrTooMany
	}
	x := &Index{arena: b.arena, entries: b.entries, refs: b.refs, names: b.names}
	var addrs []EntryID
	var keys []alias
	for n := range b.entries {
		e, id := &b.entries[n], EntryID(n)
		x.counts[e.kind]++
		switch e.kind { //nolint:exhaustive // every other kind is found by its text
		case observable.Addr:
			addrs = append(addrs, id)
		case observable.Prefix:
			p, err := netip.ParsePrefix(b.text(e.text))
			if err != nil {
				continue
			}
			x.prefixes.add(p, id)
		case observable.URL:
			key := observable.URLKey(b.text(e.text))
			keys = append(keys, alias{observable.URL, key, id})
			if host, ok := strings.CutSuffix(key, "/"); ok && !strings.ContainsAny(host, "/:?[") {
				x.roots = append(x.roots, id)
				keys = append(keys, alias{hostOfURL, host, id})
			}
		}
	}
	x.addrs = newAddrSet(addrs, func(id EntryID) netip.Addr {
		a, _ := netip.ParseAddr(b.text(b.entries[id].text))
		return a
	})
	x.buildTexts(keys)
	return x, nil
}

// hostOfURL is the key space of hosts that stand in a URL with the path "/" only.
const hostOfURL = observable.Kind(0xff)

func (x *Index) buildTexts(aliases []alias) {
	n := len(aliases)
	for k, c := range x.counts {
		if k := observable.Kind(k); k != observable.Addr && k != observable.Prefix && k != observable.URL {
			n += c
		}
	}
	size := 16
	for size < 2*n {
		size <<= 1
	}
	x.texts = make([]uint32, size)
	hashes := make([]uint64, 0, n)
	put := func(h uint64, slot uint32) {
		i := h & uint64(size-1)
		for x.texts[i] != 0 {
			i = (i + 1) & uint64(size-1)
		}
		x.texts[i] = slot
		hashes = append(hashes, h)
	}
	for id := range x.entries {
		e := &x.entries[id]
		switch e.kind {
		case observable.Addr, observable.Prefix, observable.URL:
		default:
			put(hashText(e.kind, x.text(e.text)), uint32(id+1))
		}
	}
	for _, a := range aliases {
		x.aliases = append(x.aliases, a)
		put(hashText(a.kind, a.key), aliasBit|uint32(len(x.aliases)))
	}
	x.filter = newFilter(hashes)
}
