package netflow

import "slices"

// readTemplates reads a set of templates: a number, how many fields, and the fields.
func (d *Decoder) readTemplates(b []byte) {
	for len(b) >= 4 {
		id, n := uint16(be(b[:2])), int(be(b[2:4]))
		if id == 0 && n == 0 {
			break // padding
		}
		b = b[4:]
		if n == 0 && d.m.version == 10 {
			d.withdraw(id, 2, false)
			continue
		}
		var ok bool
		if b, ok = d.readFields(b, n, 0); !ok {
			return
		}
		d.define(id, false)
	}
	if !isZero(b) {
		d.refuse(reasonTemplateShort)
	}
}

// readOptionsTemplates reads a set of options templates. V9 states lengths of the scope and of the options in bytes,
// IPFIX how many fields there are and how many of them are scope.
func (d *Decoder) readOptionsTemplates(b []byte) {
	for len(b) >= 4 {
		id, n := uint16(be(b[:2])), int(be(b[2:4]))
		if id == 0 && n == 0 {
			break // padding
		}
		if n == 0 && d.m.version == 10 {
			d.withdraw(id, 3, true)
			b = b[4:]
			continue
		}
		if len(b) < 6 {
			break
		}
		scope := int(be(b[4:6]))
		if d.m.version == 9 {
			n, scope = (n+scope)/4, n/4
		}
		if scope > n {
			d.refuse(reasonTemplateScope)
			return
		}
		var ok bool
		if b, ok = d.readFields(b[6:], n, scope); !ok {
			return
		}
		d.define(id, true)
	}
	if !isZero(b) {
		d.refuse(reasonTemplateShort)
	}
}

// readFields reads n fields into d.fields, the first of which are scope, and gives what follows; false when the rest of
// the set cannot be read.
func (d *Decoder) readFields(b []byte, n, scope int) (rest []byte, ok bool) {
	d.fields = d.fields[:0]
	if n*4 > len(b) {
		d.refuse(reasonTemplateShort)
		return nil, false
	}
	for i := range n {
		if len(b) < 4 {
			d.refuse(reasonTemplateShort)
			return nil, false
		}
		id, length, pen := uint16(be(b[:2])), uint16(be(b[2:4])), uint32(0)
		b = b[4:]
		if d.m.version == 10 && id&0x8000 != 0 {
			if len(b) < 4 {
				d.refuse(reasonTemplateShort)
				return nil, false
			}
			id, pen = id&0x7fff, uint32(be(b[:4]))
			b = b[4:]
		}
		d.fields = append(d.fields, fieldSpec{element: elementOf(pen, id), length: length, scope: i < scope})
	}
	return b, true
}

// define keeps the template that d.fields are, and reads what waited for it.
func (d *Decoder) define(id uint16, options bool) {
	if id < 256 {
		d.refuse(reasonTemplateID)
		return
	}
	t := &template{id: id, options: options, fields: d.fields, seen: d.m.now()}
	if old := d.dom.templates[id]; old != nil {
		if old.same(t) {
			old.seen = max(old.seen, t.seen)
			return
		}
		// It says nothing of what follows any more, whether the new one is taken or not.
		d.x.drop(d.dom, old)
		d.templateChanged(old, t)
	}
	reason := t.layOut()
	if len(d.fields) > d.store.limits.Fields {
		reason = reasonTemplateFields
	}
	if reason == "" {
		t.fields = slices.Clone(d.fields)
		reason = d.x.put(d.dom, t)
	}
	if reason != "" {
		d.refuse(reason)
		return
	}
	d.releaseHeld(id)
}

// withdraw forgets a template, or by the number of their kind of set all of a domain's templates or options templates.
// RFC 7011 knows it only where the transport is reliable; who forges a datagram can blind the collector by it, so it
// is told.
func (d *Decoder) withdraw(id, all uint16, options bool) {
	if id != all {
		if id < 256 {
			d.refuse(reasonTemplateID)
			return
		}
		if t := d.dom.templates[id]; t != nil {
			d.x.drop(d.dom, t)
			d.templateWithdrawn(t)
		}
		return
	}
	for _, id := range sortedIDs(d.dom) {
		if t := d.dom.templates[id]; t.options == options {
			d.x.drop(d.dom, t)
			d.templateWithdrawn(t)
		}
	}
}

// sortedIDs gives the numbers of a domain's templates, so that what is done with all of them has one order.
func sortedIDs(d *domain) []uint16 {
	ids := make([]uint16, 0, len(d.templates))
	for id := range d.templates {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	return ids
}
