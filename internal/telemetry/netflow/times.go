package netflow

import (
	"strconv"
	"time"

	"stormglass/internal/telemetry"
)

// times sets when the flow began and how long it lasted.
func (d *Decoder) times() {
	r, f := &d.rec, d.rec.flow
	f.Received = d.m.at
	d.uptimes()
	if !r.end.Known() {
		r.end = r.event
	}
	if d.m.at.Known() && r.end > d.m.at+telemetry.Instant(maxAhead) && d.m.believes(r.start) {
		r.end = 0 // the start can be true, the end cannot
	}
	switch {
	case r.start.Known() && r.end > r.start:
		f.Duration = time.Duration(r.end - r.start)
	case r.has&hasLasted != 0 && (!r.start.Known() || !r.end.Known()):
		f.Duration = r.lasted
	}
	if !r.start.Known() && r.end > telemetry.Instant(f.Duration) {
		r.start = r.end - telemetry.Instant(f.Duration)
	}
	f.Occurred = r.start
	switch {
	case !r.start.Known():
		// Its end is taken for the time of the packet, and the doubt is that it was sent later.
		if now := d.m.now(); now > telemetry.Instant(f.Duration) {
			f.Occurred, f.Doubt = now-telemetry.Instant(f.Duration), untimed
		}
	case d.m.at.Known() && !d.m.believes(r.start):
		f.Stated, f.Occurred, f.Doubt = r.start, d.m.at, untimed
	}
}

// uptimes sets the start and end of a flow that states them in milliseconds since the exporter's start.
func (d *Decoder) uptimes() {
	r := &d.rec
	if r.has&(hasStartUp|hasEndUp) == 0 {
		return
	}
	if !r.start.Known() && r.has&hasStartUp != 0 {
		if r.start = d.sinceStart(r.startUp); !r.start.Known() {
			d.uptimePair(fieldStartUp, r.startUp)
		}
	}
	if !r.end.Known() && r.has&hasEndUp != 0 {
		if r.end = d.sinceStart(r.endUp); !r.end.Known() {
			d.uptimePair(fieldEndUp, r.endUp)
		}
	}
	if both := hasStartUp | hasEndUp; r.has&both == both && r.has&hasLasted == 0 {
		if ms := r.endUp - r.startUp; ms < 1<<31 {
			r.lasted, r.has = time.Duration(ms)*time.Millisecond, r.has|hasLasted
		}
	}
}

var (
	fieldStartUp = telemetry.FieldNamed("stormglass.ipfix.flowStartSysUpTime")
	fieldEndUp   = telemetry.FieldNamed("stormglass.ipfix.flowEndSysUpTime")
)

// uptimePair keeps an uptime that nobody said how to read.
func (d *Decoder) uptimePair(field telemetry.FieldID, ms uint32) {
	if ms != 0 {
		d.numberExtra(field, uint64(ms))
	}
}

func (d *Decoder) numberExtra(field telemetry.FieldID, n uint64) {
	d.buf = strconv.AppendUint(d.buf[:0], n, 10)
	d.rec.batch.AddPair(&d.rec.flow.Extra, field, d.rec.batch.Copy(d.buf))
}

// wrap is after how long 32 bits of milliseconds start anew.
const wrap = telemetry.Instant(1<<32) * 1e6

// sinceStart turns an uptime into an instant: by the uptime of the packet, or in IPFIX, which has none, by the start that
// options stated; zero when that is not known.
func (d *Decoder) sinceStart(ms uint32) telemetry.Instant {
	if d.m.version != 10 {
		return d.m.uptimeOf(ms)
	}
	boot := d.rec.boot
	if !boot.Known() {
		boot = d.dom.boot
	}
	if !boot.Known() {
		return 0
	}
	t := boot + telemetry.Instant(ms)*1e6
	if late := d.m.export - t; late >= wrap {
		t += late / wrap * wrap
	}
	return t
}

// believes reports whether a time can be that of a record which was received when it was.
func (m *message) believes(t telemetry.Instant) bool {
	return t <= m.at+telemetry.Instant(maxAhead) && t >= m.at-telemetry.Instant(maxBehind)
}
