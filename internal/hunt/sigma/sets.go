package sigma

import (
	"net/netip"

	"github.com/gaissmai/bart"

	"stormglass/internal/telemetry"
)

// Sets gives the operator's sets that %placeholders% stand for. Not ok: no register states it, and rules that need it are not assessed.
type Sets interface {
	Set(name string) (s Set, ok bool)
}

// Joined gives fields that are computed from a record and from registers or files of addresses when a rule asks for them
// ("stormglass.register.aaa_servers.destination.ip", "source.geo.country_iso_code"). Not ok: no such field. get is called from several goroutines at a time; its text
// must outlast the batch's records.
type Joined interface {
	Field(kind telemetry.Kind, name string) (get func(b *telemetry.Batch, i int) (string, bool), ok bool)
}

// Set is what a placeholder stands for. Each entry counts for records of its time; for a record without a time all of them count.
type Set struct {
	Prefixes []SetPrefix       // an address belongs to the set when one is around it
	Texts    []SetText         // compared without case, whole
	Since    telemetry.Instant // of earlier times nothing is stated, and rules that ask are not assessed; unknown: it speaks of all times
}

// SetPrefix is one prefix of a set; an address is a prefix of its full length.
type SetPrefix struct {
	Prefix netip.Prefix
	Valid  Validity
}

// SetText is one text of a set.
type SetText struct {
	Text  string
	Valid Validity
}

// Validity is when an entry counts: from From on and before Until, either of which may be unknown.
type Validity struct{ From, Until telemetry.Instant }

// at reports whether the entry counts at t.
func (v Validity) at(t telemetry.Instant) bool {
	return !t.Known() || (!v.From.Known() || t >= v.From) && (!v.Until.Known() || t < v.Until)
}

func validAt(all []Validity, t telemetry.Instant) bool {
	for _, v := range all {
		if v.at(t) {
			return true
		}
	}
	return false
}

func allValid(all []Validity, t telemetry.Instant) bool {
	for _, v := range all {
		if !v.at(t) {
			return false
		}
	}
	return true
}

// lookup is a Set that can be asked.
type lookup struct {
	prefixes *bart.Table[[]Validity] // nil when there are none
	texts    map[string][]Validity   // folded
	since    telemetry.Instant
}

func lookupOf(s Set) *lookup {
	l := &lookup{texts: make(map[string][]Validity, len(s.Texts)), since: s.Since}
	for _, t := range s.Texts {
		key := fold(t.Text)
		l.texts[key] = append(l.texts[key], t.Valid)
	}
	for _, p := range s.Prefixes {
		if !p.Prefix.IsValid() {
			continue
		}
		if l.prefixes == nil {
			l.prefixes = new(bart.Table[[]Validity])
		}
		key := p.Prefix.Masked()
		old, _ := l.prefixes.Get(key)
		l.prefixes.Insert(key, append(old, p.Valid))
	}
	return l
}

// addr reports whether an address lies in the set at t.
func (l *lookup) addr(a netip.Addr, t telemetry.Instant) bool {
	if l.prefixes == nil || !a.IsValid() || !l.prefixes.Contains(a) {
		return false
	}
	for _, valid := range l.prefixes.Supernets(netip.PrefixFrom(a, a.BitLen())) {
		if validAt(valid, t) {
			return true
		}
	}
	return false
}

// text reports whether a folded text is in the set at t.
func (l *lookup) text(folded string, t telemetry.Instant) bool {
	return validAt(l.texts[folded], t)
}
