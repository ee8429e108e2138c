package hunt

import (
	"net/netip"
	"slices"

	"stormglass/internal/observable"
	"stormglass/internal/telemetry"
)

// value is what makes an observation within a record.
type value struct {
	kind observable.Kind
	addr netip.Addr
	text string
}

// observations are what one record holds, each value once.
type observations struct {
	list  []Observation
	texts []byte        // texts that the record does not hold as they are written
	index map[value]int // into list, once it is long
}

// Bounds of what is kept from record to record, and when to look up in place of comparing.
const (
	fewObservations  = 16
	keptObservations = 4096
	keptTexts        = 1 << 20
)

// add takes a value in.
func (o *observations) add(v value, record int, r Role, p *Party) {
	if at := o.find(v); at >= 0 {
		o.list[at].meet(r, p)
		return
	}
	if len(o.list) < cap(o.list) {
		o.list = o.list[:len(o.list)+1]
	} else {
		o.list = append(o.list, Observation{})
	}
	x := &o.list[len(o.list)-1]
	x.Record, x.Kind, x.Addr, x.Text = record, v.kind, v.addr, v.text
	x.Role, x.Roles, x.Subject, x.Ours, x.Also = r, Roles(r), p.Subject, p.Ours, x.Also[:0]
	if o.index != nil {
		o.index[v] = len(o.list) - 1
	}
}

// meet takes in that the value stands in the record once more.
func (x *Observation) meet(r Role, p *Party) {
	x.Roles |= Roles(r)
	first := Party{x.Subject, x.Ours}
	if r < x.Role {
		x.Role = r
		if p.Subject != x.Subject {
			x.Also = slices.DeleteFunc(x.Also, func(q Party) bool { return q.Subject == p.Subject })
			x.Subject, x.Ours = p.Subject, p.Ours
			p = &first
		}
	}
	if p.Subject == x.Subject {
		x.Ours = x.Ours || p.Ours
	} else if !slices.ContainsFunc(x.Also, func(q Party) bool { return q.Subject == p.Subject }) {
		x.Also = append(x.Also, *p)
	}
}

func (o *observations) find(v value) int {
	if len(o.list) <= fewObservations {
		for i := range o.list {
			if x := &o.list[i]; x.Kind == v.kind && x.Addr == v.addr && x.Text == v.text {
				return i
			}
		}
		return -1
	}
	if o.index == nil {
		o.index = make(map[value]int, 4*fewObservations)
		for i := range o.list {
			o.index[value{o.list[i].Kind, o.list[i].Addr, o.list[i].Text}] = i
		}
	}
	if at, ok := o.index[v]; ok {
		return at
	}
	return -1
}

// reset makes room for the next record. What a record of unusual size needed is not kept.
func (o *observations) reset() {
	o.index = nil
	if cap(o.list) > keptObservations {
		o.list = nil
	}
	if cap(o.texts) > keptTexts {
		o.texts = nil
	}
	o.list, o.texts = o.list[:0], o.texts[:0]
}

// own gives a copy of a text that lasts as long as the record.
func (o *observations) own(s string) string {
	n := len(o.texts)
	o.texts = append(o.texts, s...)
	return telemetry.View(o.texts[n:])
}

// lower gives a text with small ASCII letters: itself when it has no others and is not borrowed.
func (o *observations) lower(s string, borrowed bool) string {
	at := 0
	for at < len(s) && (s[at] < 'A' || s[at] > 'Z') {
		at++
	}
	if at == len(s) {
		if borrowed {
			return o.own(s)
		}
		return s
	}
	n := len(o.texts)
	o.texts = append(o.texts, s...)
	for i := n + at; i < len(o.texts); i++ {
		if c := o.texts[i]; 'A' <= c && c <= 'Z' {
			o.texts[i] = c + 'a' - 'A'
		}
	}
	return telemetry.View(o.texts[n:])
}
