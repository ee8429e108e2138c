package netflow

import (
	"math"
	"strconv"
	"time"

	"stormglass/internal/telemetry"
)

// applyRest does steps for times, sampling and what firewalls say.
func (d *Decoder) applyRest(t *template, s *step, b []byte) {
	r := &d.rec
	n := be(b)
	switch s.op {
	case opMoreFlags:
		r.flow.TCPFlags |= uint8(n)
		d.pair(t, s, b)
	case opPostBytes:
		r.postBytes, r.postBytesAt, r.has = n, s, r.has|hasPostBytes
	case opPostPackets:
		r.postPackets, r.postPacketsAt, r.has = n, s, r.has|hasPostPackets
	case opEvent:
		d.instant(t, s, &r.event, b)
	case opBoot:
		d.instant(t, s, &r.boot, b)
	case opStartDelta:
		d.delta(t, s, &r.start, b)
	case opEndDelta:
		d.delta(t, s, &r.end, b)
	case opMillis:
		d.lasted(t, s, b, time.Millisecond)
	case opMicros:
		d.lasted(t, s, b, time.Microsecond)
	case opFirewall:
		r.firewall = uint8(min(n, math.MaxUint8))
		r.flow.State = telemetry.FirewallEvent(n)
		d.pair(t, s, b)
	case opNAT:
		r.flow.State = telemetry.NATEvent(n)
		d.pair(t, s, b)
	case opApplication:
		if key, ok := applicationKey(b); ok && r.flow.Service == "" {
			r.flow.Service = d.x.apps[key]
		}
		d.pair(t, s, b)
	case opService:
		if name := trimNil(b); len(name) > 0 && r.flow.Service == "" && isText(name) {
			r.flow.Service = telemetry.View(name)
		} else {
			d.pair(t, s, b)
		}
	default:
		d.applySampling(t, s, b)
	}
}

// applySampling does steps for the sampling that a record states of itself.
func (d *Decoder) applySampling(t *template, s *step, b []byte) {
	r := &d.rec
	switch s.op {
	case opInterval:
		d.once(t, s, &r.interval, b)
	case opRandomInterval:
		d.once(t, s, &r.random, b)
	case opSampler:
		r.sampler, r.has = be(b), r.has|hasSampler
		d.pair(t, s, b)
	case opPacketInterval:
		d.once(t, s, &r.count, b)
	case opPacketSpace:
		d.once(t, s, &r.space, b)
	case opSize:
		d.once(t, s, &r.size, b)
	case opPopulation:
		d.once(t, s, &r.population, b)
	case opProbability:
		p, ok := floatOf(b)
		if r.probability = p; !ok {
			d.pair(t, s, b)
		}
	default:
		d.applyFrame(t, s, b)
	}
}

// once sets a number that is stated once. A second value is kept by name.
func (d *Decoder) once(t *template, s *step, to *uint64, b []byte) {
	if *to != 0 {
		d.pair(t, s, b)
		return
	}
	*to = be(b)
}

// applyFrame does steps for the start of a packet as it was on the wire.
func (d *Decoder) applyFrame(t *template, s *step, b []byte) {
	r := &d.rec
	switch s.op {
	case opFrame, opPacket:
		if r.has&hasFrame != 0 {
			d.pair(t, s, b)
			return
		}
		r.frame.data, r.frame.at, r.has = b, s, r.has|hasFrame
	case opFrameSize:
		r.frame.size = be(b)
	case opFrameType:
		r.frame.kind = be(b)
	case opOffset:
		r.frame.offset = be(b)
	default:
		d.pair(t, s, b)
	}
}

// instant sets an absolute time. A second one, and what is none, are kept by name.
func (d *Decoder) instant(t *template, s *step, to *telemetry.Instant, b []byte) {
	at := instantOf(s.form, b)
	if at.Known() && !to.Known() {
		*to = at
		return
	}
	if at != *to {
		d.pair(t, s, b)
	}
}

// delta sets a time that is stated as so many microseconds before the packet was sent.
func (d *Decoder) delta(t *template, s *step, to *telemetry.Instant, b []byte) {
	sent, micros := d.m.export, be(b)
	if !sent.Known() || to.Known() || micros >= uint64(sent)/1000 {
		d.pair(t, s, b)
		return
	}
	*to = sent - telemetry.Instant(micros*1000)
}

// maxLasted bounds how long a flow can be said to last.
const maxLasted = 10 * 365 * 24 * time.Hour

func (d *Decoder) lasted(t *template, s *step, b []byte, unit time.Duration) {
	n := be(b)
	if n > uint64(maxLasted/unit) || d.rec.has&hasLasted != 0 {
		d.pair(t, s, b)
		return
	}
	d.rec.lasted, d.rec.has = time.Duration(n)*unit, d.rec.has|hasLasted
}

// pair keeps an element by its name. Exporters fill what they do not know with nil bytes: those leave no pair.
func (d *Decoder) pair(t *template, s *step, b []byte) {
	if isZero(b) {
		return
	}
	r := &d.rec
	r.batch.AddPair(&r.flow.Extra, s.field, d.text(s.field, t.fields[s.index].element, s.form, b))
}

// text gives the value of an element as text that lives as long as the batch.
func (d *Decoder) text(field telemetry.FieldID, e elementID, f form, b []byte) string {
	if field == telemetry.FieldOther { // the name has to stand in the text
		d.buf = strconv.AppendUint(d.buf[:0], uint64(e.pen()), 10)
		d.buf = append(strconv.AppendUint(append(d.buf, '.'), uint64(e.id()), 10), '=')
		d.buf = appendValue(d.buf, f, b)
		return d.rec.batch.Copy(d.buf)
	}
	if f == formText {
		if b = trimNil(b); isText(b) {
			return telemetry.View(b)
		}
	}
	if (f == formUnsigned || f == formUnknown) && len(b) <= 8 {
		if n := be(b); n < uint64(len(smallNumbers)) {
			return smallNumbers[n]
		}
	}
	d.buf = appendValue(d.buf[:0], f, b)
	return d.rec.batch.Copy(d.buf)
}

// smallNumbers are the texts of numbers that are met all the time.
var smallNumbers = func() (all [256]string) {
	for i := range all {
		all[i] = strconv.Itoa(i)
	}
	return all
}()
