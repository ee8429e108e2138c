package register

import (
	"iter"
	"net/netip"

	"stormglass/internal/telemetry"
)

// value is how one field of a kind is read: by the getter of its type, else among the pairs of the record.
type value struct {
	addr  func(b *telemetry.Batch, i int) netip.Addr
	text  func(b *telemetry.Batch, i int) string
	texts func(b *telemetry.Batch, i int) []string
	pair  telemetry.FieldID
}

// valueOf gives how a field is read; not ok for a field that holds neither addresses nor texts.
func valueOf(kind telemetry.Kind, field string) (value, bool) {
	if kind >= telemetry.NumKinds {
		return value{}, false
	}
	id := telemetry.FieldNamed(field)
	if id == telemetry.FieldOther {
		return value{}, false
	}
	for _, f := range telemetry.Schema(kind) {
		if f.ID == id {
			return value{f.Addr, f.Text, f.Texts, id}, f.Addr != nil || f.Text != nil || f.Texts != nil
		}
	}
	return value{pair: id}, true
}

// paired gives the text of a field that has no place in the typed record.
func (v *value) paired(b *telemetry.Batch, i int) string {
	h := b.Head(i)
	if h == nil {
		return ""
	}
	if b.Kind.Eventful() {
		for _, p := range b.PairsOf(b.Event[i].Pairs) {
			if p.Field == v.pair {
				return p.Text
			}
		}
	}
	for _, p := range b.PairsOf(h.Extra) {
		if p.Field == v.pair {
			return p.Text
		}
	}
	return ""
}

// texted gives the texts of a record, of a field that may stand several times in it; an address in text is one of them.
func (v *value) texted(b *telemetry.Batch, i int) iter.Seq[string] {
	return func(yield func(string) bool) {
		if v.text != nil {
			if s := v.text(b, i); s != "" {
				yield(s)
				return
			}
		}
		h := b.Head(i)
		if h == nil {
			return
		}
		spans := [...]telemetry.Span{h.Extra, {}}
		if b.Kind.Eventful() {
			spans[0], spans[1] = b.Event[i].Pairs, h.Extra
		}
		for _, span := range spans {
			for _, p := range b.PairsOf(span) {
				if p.Field == v.pair && p.Text != "" && !yield(p.Text) {
					return
				}
			}
		}
	}
}

// one gives the address or the text of a record; both are empty when it has none. Several texts are read by texts.
func (v *value) one(b *telemetry.Batch, i int) (netip.Addr, string) {
	if v.addr != nil {
		if a := v.addr(b, i); a.IsValid() {
			return a, ""
		}
	}
	s := ""
	if v.text != nil {
		s = v.text(b, i)
	}
	if s == "" {
		s = v.paired(b, i)
	}
	if a, ok := addrIn(s); ok {
		return a, ""
	}
	return netip.Addr{}, s
}

// judged gives the getter of what a judge says of a field.
func judged(kind telemetry.Kind, field string, j judge) (Getter, bool) {
	v, ok := valueOf(kind, field)
	if !ok {
		return nil, false
	}
	if v.texts != nil {
		return func(b *telemetry.Batch, i int) (string, bool) { return worst(j, v.texts(b, i), b.Head(i).Occurred) }, true
	}
	return func(b *telemetry.Batch, i int) (string, bool) {
		a, s := v.one(b, i)
		switch {
		case a.IsValid():
			return j.addr(a, b.Head(i).Occurred)
		case s != "":
			return j.text(s, b.Head(i).Occurred)
		}
		return "", false
	}, true
}

// worst gives what is said of the first of several values that is not approved, else of the last.
func worst(j judge, values []string, at telemetry.Instant) (said string, ok bool) {
	for _, s := range values {
		var one string
		var is bool
		if a, addr := addrIn(s); addr {
			one, is = j.addr(a, at)
		} else {
			one, is = j.text(s, at)
		}
		if is {
			said, ok = one, true
			if one != stateNames[Approved] {
				return said, ok
			}
		}
	}
	return said, ok
}
