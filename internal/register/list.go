package register

import (
	"cmp"
	"maps"
	"net/netip"
	"slices"

	"github.com/gaissmai/bart"

	"stormglass/internal/telemetry"
)

// list is what one name of the join stands for: addresses and texts, each with the times for which they were approved.
type list struct {
	stated   bool
	since    telemetry.Instant // the register says nothing of earlier times; 0: of all times
	prefixes *bart.Table[spans]
	texts    map[string]spans
	set      Set
}

// ofAddr judges an address. Every prefix around it counts, not only the longest.
func (l *list) ofAddr(a netip.Addr, at telemetry.Instant) State {
	if l.silent(at) {
		return NoRegister
	}
	if l.prefixes == nil {
		return Unknown
	}
	s, _ := l.prefixes.Lookup(plainAddr(a))
	return s.state(at)
}

// ofText judges a name.
func (l *list) ofText(text string, at telemetry.Instant) State {
	if l.silent(at) {
		return NoRegister
	}
	s, _ := find(l.texts, text)
	return s.state(at)
}

// silent reports whether the register says nothing of a time.
func (l *list) silent(at telemetry.Instant) bool {
	return l == nil || !l.stated || at.Known() && at < l.since
}

// plainAddr gives an address as registers write it.
func plainAddr(a netip.Addr) netip.Addr {
	if a.Is4In6() || a.Zone() != "" {
		return a.Unmap().WithZone("")
	}
	return a
}

// builder gathers a list.
type builder struct {
	stated   bool
	prefixes map[netip.Prefix][]Validity
	texts    map[string][]Validity
	names    map[string]string // as first written
	since    telemetry.Instant
	some     bool
}

func (b *builder) prefix(v Validity, ps ...netip.Prefix) {
	if b.prefixes == nil {
		b.prefixes = map[netip.Prefix][]Validity{}
	}
	for _, p := range ps {
		b.prefixes[p] = append(b.prefixes[p], v)
		b.begins(v)
	}
}

func (b *builder) addr(v Validity, as ...netip.Addr) {
	for _, a := range as {
		b.prefix(v, netip.PrefixFrom(a, a.BitLen()))
	}
}

func (b *builder) text(v Validity, texts ...string) {
	if b.texts == nil {
		b.texts, b.names = map[string][]Validity{}, map[string]string{}
	}
	for _, t := range texts {
		key := folded(t)
		if _, ok := b.names[key]; !ok {
			b.names[key] = t
		}
		b.texts[key] = append(b.texts[key], v)
		b.begins(v)
	}
}

// begins notes from when the register speaks.
func (b *builder) begins(v Validity) {
	if !b.some || v.From < b.since {
		b.since = v.From
	}
	b.stated, b.some = true, true
}

// list makes the list.
func (b *builder) list() *list {
	l := &list{stated: b.stated, since: b.since}
	if !b.stated {
		return l
	}
	l.set.Since = b.since
	for _, p := range slices.SortedFunc(maps.Keys(b.prefixes), netip.Prefix.Compare) {
		for _, v := range merged(b.prefixes[p]) {
			l.set.Prefixes = append(l.set.Prefixes, SetPrefix{p, v})
		}
	}
	l.prefixes = covering(b.prefixes)
	l.texts = make(map[string]spans, len(b.texts))
	for key, vs := range b.texts {
		l.texts[key] = merged(vs)
		for _, v := range l.texts[key] {
			l.set.Texts = append(l.set.Texts, SetText{b.names[key], v})
		}
	}
	slices.SortFunc(l.set.Texts, func(a, b SetText) int { return cmp.Or(cmp.Compare(a.Text, b.Text), cmp.Compare(a.From, b.From)) })
	return l
}

// covering makes a table in which each prefix holds what was stated of it and of all around it, so that one look-up is the answer.
func covering(stated map[netip.Prefix][]Validity) *bart.Table[spans] {
	if len(stated) == 0 {
		return nil
	}
	raw, out := new(bart.Table[[]Validity]), new(bart.Table[spans])
	for p, vs := range stated {
		raw.Insert(p, vs)
	}
	for p := range stated {
		var all []Validity
		for _, vs := range raw.Supernets(p) {
			all = append(all, vs...)
		}
		out.Insert(p, merged(all))
	}
	return out
}
