package netflow

import (
	"strconv"
	"time"

	"stormglass/internal/telemetry"
)

// Datasets of events.
const (
	DatasetOptions  = "netflow.options"  // what an exporter says of itself
	DatasetTemplate = "netflow.template" // a template changed its meaning, or was withdrawn
	DatasetSampling = "netflow.sampling" // an exporter samples otherwise than before
)

var (
	fieldTemplate    = telemetry.FieldNamed("stormglass.netflow.template")
	fieldChange      = telemetry.FieldNamed("stormglass.netflow.change")
	fieldWas         = telemetry.FieldNamed("stormglass.netflow.was")
	fieldIs          = telemetry.FieldNamed("stormglass.netflow.is")
	fieldSampler     = telemetry.FieldNamed("stormglass.netflow.sampler")
	fieldOfTemplate  = telemetry.FieldNamed("stormglass.netflow.sampled_template")
	reasonMoreEvents = "further changes of an exporter within an hour"
)

// event starts an event of the exporter at hand.
func (d *Decoder) event(dataset string) (*telemetry.Batch, *telemetry.Event) {
	b, i := d.set.Append(telemetry.KindEvent)
	e := &b.Event[i]
	e.Dataset, e.Received = dataset, d.m.at
	e.Occurred = d.m.export
	if d.m.at.Known() && (!e.Occurred.Known() || !d.m.believes(e.Occurred)) {
		e.Stated, e.Occurred, e.Doubt = e.Occurred, d.m.at, untimed
	}
	d.buf = d.x.addr.AppendTo(d.buf[:0])
	e.Host = b.Copy(d.buf)
	b.AddPair(&e.Pairs, telemetry.FieldExporter, e.Host)
	d.numberPair(b, e, telemetry.FieldExporterDomain, uint64(d.m.domainID))
	d.set.Lines++
	d.set.Read++
	if !e.Occurred.Known() {
		d.set.Undated++
	}
	return b, e
}

func (d *Decoder) numberPair(b *telemetry.Batch, e *telemetry.Event, id telemetry.FieldID, n uint64) {
	d.buf = strconv.AppendUint(d.buf[:0], n, 10)
	b.AddPair(&e.Pairs, id, b.Copy(d.buf))
}

// change starts an event of a change, nil when the exporter had so many within the hour that further ones are
// only counted.
func (d *Decoder) change(dataset string) (*telemetry.Batch, *telemetry.Event) {
	x, now := d.x, d.m.now()
	if now-x.hour >= telemetry.Instant(time.Hour) || now < x.hour {
		x.hour, x.events = now, 0
	}
	if x.events >= x.store.limits.EventsPerHour {
		d.set.Pass(d.set.Ordinal, reasonMoreEvents)
		return nil, nil
	}
	x.events++
	return d.event(dataset)
}

// maxShown bounds the fields of a template that an event lists.
const maxShown = 64

// shape lists a template's fields: their elements and lengths.
func (d *Decoder) shape(t *template) []byte {
	d.buf = d.buf[:0]
	for i, f := range t.fields {
		if i > 0 {
			d.buf = append(d.buf, ' ')
		}
		if i == maxShown {
			d.buf = append(d.buf, "..."...)
			break
		}
		if pen := f.element.pen(); pen != 0 {
			d.buf = append(strconv.AppendUint(d.buf, uint64(pen), 10), '.')
		}
		d.buf = append(strconv.AppendUint(d.buf, uint64(f.element.id()), 10), ':')
		d.buf = strconv.AppendUint(d.buf, uint64(f.length), 10)
	}
	return d.buf
}

func (d *Decoder) templateChanged(old, t *template) {
	b, e := d.change(DatasetTemplate)
	if e == nil {
		return
	}
	d.numberPair(b, e, fieldTemplate, uint64(t.id))
	b.AddPair(&e.Pairs, fieldChange, "redefined")
	b.AddPair(&e.Pairs, fieldWas, b.Copy(d.shape(old)))
	b.AddPair(&e.Pairs, fieldIs, b.Copy(d.shape(t)))
}

func (d *Decoder) templateWithdrawn(t *template) {
	b, e := d.change(DatasetTemplate)
	if e == nil {
		return
	}
	d.numberPair(b, e, fieldTemplate, uint64(t.id))
	b.AddPair(&e.Pairs, fieldChange, "withdrawn")
	b.AddPair(&e.Pairs, fieldWas, b.Copy(d.shape(t)))
}

// samplingChanged tells that a rate is another; the sampler is what it holds for, or less than 0.
func (d *Decoder) samplingChanged(was, is uint32, field telemetry.FieldID, of uint64) {
	b, e := d.change(DatasetSampling)
	if e == nil {
		return
	}
	if field != telemetry.FieldOther {
		d.numberPair(b, e, field, of)
	}
	d.numberPair(b, e, fieldWas, uint64(was))
	d.numberPair(b, e, fieldIs, uint64(is))
}
