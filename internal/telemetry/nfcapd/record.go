package nfcapd

import (
	"strconv"
	"time"

	"stormglass/internal/telemetry"
)

// record is a flow in the making: what of it has to wait for the rest.
type record struct {
	set   *telemetry.Set
	batch *telemetry.Batch
	flow  *telemetry.Flow
	line  uint64
	buf   []byte

	first, last, event uint64 // milliseconds since 1970
	exporter           uint16 // number in the file
	engine             uint16
	selector           int64 // sampler, where named
	named              bool
	sampled            bool
	isEvent            bool
}

// finish sets what depends on several parts of a record.
func (r *record) finish(x *exporters) {
	f := r.flow
	from := x.known[r.exporter]
	if !f.Exporter.IsValid() {
		f.Exporter = stated(from.addr)
	}
	if from.id != 0 {
		f.Domain = from.id
	}
	if f.Domain == 0 {
		f.Domain = uint32(r.engine)
	}
	if r.sampled {
		f.Sampling = x.rate(r.exporter, r.selector, r.named)
	}
	r.times()
	f.Exported()
	if r.isEvent {
		f.OneWay = false // events tell of a session
		// Firewalls count octets and no packets, and neither they nor translators count when a session begins.
		for _, n := range []*uint64{&f.SrcBytes, &f.SrcPackets, &f.DstBytes, &f.DstPackets} {
			if *n == 0 {
				*n = telemetry.NoCount
			}
		}
	}
}

// times sets when the flow was: an event's own time counts when there is no other.
func (r *record) times() {
	f := r.flow
	if r.first == 0 {
		r.first, r.last = r.event, max(r.last, r.event)
	}
	f.Occurred = r.instant(r.first)
	if end := r.instant(r.last); end > f.Occurred && f.Occurred.Known() {
		f.Duration = time.Duration(end - f.Occurred)
	}
}

// instant turns milliseconds into an Instant; nil is not known, and times out of bounds are counted.
func (r *record) instant(ms uint64) telemetry.Instant {
	if ms == 0 {
		return 0
	}
	if ms < 1<<48 {
		if t := telemetry.InstantOf(time.UnixMilli(int64(ms))); t.Known() {
			return t
		}
	}
	r.skip("time out of bounds", "")
	return 0
}

// skip counts a part of the record that cannot be used.
func (r *record) skip(reason, detail string) { r.set.Skip(r.line, reason, detail) }

// number keeps a number that is not nil as a pair.
func (r *record) number(id telemetry.FieldID, n uint64) {
	if n != 0 {
		r.buf = strconv.AppendUint(r.buf[:0], n, 10)
		r.pair(id, r.buf)
	}
}

// pair keeps a text as a pair, in the batch's memory.
func (r *record) pair(id telemetry.FieldID, text []byte) {
	r.batch.AddPair(&r.flow.Extra, id, r.batch.Copy(text))
}
