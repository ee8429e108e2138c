package netflow

import "stormglass/internal/telemetry"

// v9 reads a packet of NetFlow v9: a header and flow sets.
func (d *Decoder) v9(data []byte) {
	if len(data) < v9Header {
		d.malformed(reasonShort)
		return
	}
	m := &d.m
	m.version, m.uptime = 9, uint32(be(data[4:8]))
	m.export, m.sequence, m.domainID = seconds(data[8:]), uint32(be(data[12:16])), uint32(be(data[16:20]))
	if !d.enter() {
		return
	}
	d.follow(1)
	d.sets(data[v9Header:])
}

// ipfix reads a message of IPFIX, and gives what follows it.
func (d *Decoder) ipfix(data []byte) (rest []byte) {
	if len(data) < ipfixHeader {
		d.malformed(reasonShort)
		return nil
	}
	n := int(be(data[2:4]))
	if be(data[:2]) != 10 || n < ipfixHeader || n > len(data) {
		d.malformed(reasonLength)
		return nil
	}
	m := &d.m
	m.version, m.uptime = 10, 0
	m.export, m.sequence, m.domainID = seconds(data[4:]), uint32(be(data[8:12])), uint32(be(data[12:16]))
	if !d.enter() {
		return data[n:]
	}
	records, all := d.sets(data[ipfixHeader:n])
	d.follow(records)
	if !all {
		d.dom.sequence.lose()
	}
	return data[n:]
}

// sets reads the sets of a packet, and gives how many records of data they held; not all when some could not
// be counted.
func (d *Decoder) sets(b []byte) (records uint32, all bool) {
	all = true
	templates, options := uint16(0), uint16(1)
	if d.m.version == 10 {
		templates, options = 2, 3
	}
	for len(b) >= setHeader {
		id, n := uint16(be(b[:2])), int(be(b[2:4]))
		if id == 0 && n == 0 && isZero(b) {
			return records, all // padding up to the end of the packet
		}
		if n < setHeader || n > len(b) {
			d.malformed(reasonSetLength)
			return records, false
		}
		body := b[setHeader:n:n]
		b = b[n:]
		switch {
		case id == templates:
			d.readTemplates(body)
		case id == options:
			d.readOptionsTemplates(body)
		case id < 256:
			d.malformed(reasonSetID)
			all = false
		default:
			read, counted := d.data(id, body)
			records += read
			all = all && counted
		}
	}
	if !isZero(b) {
		d.malformed(reasonTrailing)
	}
	return records, all
}

// data reads a set of data, or keeps it until its template comes.
func (d *Decoder) data(id uint16, body []byte) (records uint32, counted bool) {
	t := d.template(id)
	if t == nil {
		if len(body) > 0 {
			d.giveUp(d.x.hold(&d.m, id, body))
		}
		return 0, false
	}
	for len(body) >= t.size && !t.padding(body) {
		if d.records == d.store.limits.Records {
			d.malformed(reasonMany)
			return records, false
		}
		steps, n := t.steps, t.size
		if t.varies {
			var ok bool
			if steps, n, ok = t.place(body, d.steps); !ok {
				break
			}
			d.steps = steps
		}
		records++
		d.records++
		if t.options {
			d.option(t, body[:n:n])
		} else {
			d.flow(t, steps, body[:n:n])
		}
		body = body[n:]
	}
	switch {
	case isZero(body): // padding
	case len(body) >= t.size:
		d.malformed(reasonRecord)
		return records, false
	default: // some exporters pad with what they had
		d.set.Pass(d.set.Ordinal, reasonTrailing)
	}
	return records, true
}

// template gives the template of a data set; nil when there is none that can be relied on.
func (d *Decoder) template(id uint16) *template {
	t, now := d.dom.templates[id], d.m.now()
	if t == nil {
		return nil
	}
	if d.m.at.Known() && t.seen < now-telemetry.Instant(d.store.limits.TTL) {
		d.x.drop(d.dom, t)
		d.x.stats.TemplatesDropped++
		return nil
	}
	t.seen = max(t.seen, now)
	t.used, d.dom.used = true, true
	return t
}

// releaseHeld reads the data that waited for a template of the domain at hand.
func (d *Decoder) releaseHeld(id uint16) {
	m := d.m
	for _, set := range d.x.release(d.m.key(), id) {
		d.m = set.from
		d.data(id, set.data)
	}
	d.m = m
}
