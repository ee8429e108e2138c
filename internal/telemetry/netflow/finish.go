package netflow

import (
	"math"
	"math/bits"
	"time"

	"stormglass/internal/telemetry"
)

const (
	// untimed is how wrong the time of a flow may be that states none of use: exporters send a flow at the latest half
	// an hour after it began, or after they last sent of it.
	untimed = 30 * time.Minute
	// What a live record may state (design.md, "Time"): beyond it the time of reception counts.
	maxAhead  = 5 * time.Minute
	maxBehind = 7 * 24 * time.Hour
)

var (
	fieldInName  = telemetry.FieldNamed("observer.ingress.interface.name")
	fieldOutName = telemetry.FieldNamed("observer.egress.interface.name")
)

// finish sets what depends on several parts of a record.
func (d *Decoder) finish(t *template) {
	f := d.rec.flow
	if d.rec.has&hasFrame != 0 {
		d.sampledFrame(t)
	}
	if d.rec.has&(hasPostBytes|hasPostPackets) != 0 {
		d.postCounts()
	}
	if f.Sampling = d.rate(t.id); f.Sampling > 1 {
		for _, n := range [...]*uint64{&f.SrcBytes, &f.DstBytes, &f.SrcPackets, &f.DstPackets} {
			*n = scale(*n, f.Sampling)
		}
	}
	d.exported(t)
	d.times()
	if len(d.x.interfaces) > 0 {
		d.nameInterface(fieldInName, f.InIf)
		d.nameInterface(fieldOutName, f.OutIf)
	}
	d.x.stats.Records++
	d.set.Lines++
	d.set.Read++
	if !f.Occurred.Known() {
		d.set.Undated++
	}
}

// scale multiplies a count, up to the largest one.
func scale(n uint64, by uint32) uint64 {
	if n == telemetry.NoCount {
		return n
	}
	hi, lo := bits.Mul64(n, uint64(by))
	if hi != 0 || lo > maxCount {
		return maxCount
	}
	return lo
}

// postCounts uses the counts of what left the exporter where it states none of what came in: of flows metered at egress.
func (d *Decoder) postCounts() {
	r := &d.rec
	use := func(to *uint64, n uint64, s *step) {
		switch {
		case *to == telemetry.NoCount || *to == 0:
			*to = min(n, maxCount)
		case n != 0:
			d.numberExtra(s.field, n)
		}
	}
	if r.has&hasPostBytes != 0 {
		use(&r.flow.SrcBytes, r.postBytes, r.postBytesAt)
	}
	if r.has&hasPostPackets != 0 {
		use(&r.flow.SrcPackets, r.postPackets, r.postPacketsAt)
	}
}

// rate gives the sampling rate of the flow at hand: what it states of itself, then what options said of its sampler, of
// its template, of its domain; 0 when nobody said.
func (d *Decoder) rate(template uint16) uint32 {
	if n := d.rec.ownRate(); n != 0 || d.m.version == 5 { // whose packets state it, each for itself
		return n
	}
	dom := d.dom
	if dom.rate == 0 && len(dom.samplers) == 0 && d.whole != nil {
		dom = d.whole
	}
	if len(dom.samplers) == 0 {
		return dom.rate
	}
	if d.rec.has&hasSampler != 0 {
		if n := dom.samplers[d.rec.sampler]; n != 0 {
			return n
		}
	}
	if n := dom.samplers[ofTemplate(template)]; n != 0 {
		return n
	}
	if dom.rate == 0 && len(dom.samplers) == 1 && d.rec.has&hasSampler == 0 {
		for id, n := range dom.samplers {
			if id < 1<<63 {
				return n
			}
		}
	}
	return dom.rate
}

// ofTemplate is the key of a rate that options state for one template. Numbers of samplers are smaller.
func ofTemplate(id uint16) uint64 { return 1<<63 | uint64(id) }

// ownRate gives the rate that a record states, in whichever of the ways; 0 when it states none.
func (r *record) ownRate() uint32 {
	n := uint64(0)
	switch {
	case r.interval != 0:
		n = r.interval
	case r.random != 0:
		n = r.random
	case r.count != 0:
		n = ratio(r.count, r.space)
	case r.size != 0 && r.population >= r.size:
		n = ratio(r.size, r.population-r.size)
	case r.probability > 0 && r.probability <= 1:
		if x := math.Round(1 / r.probability); x <= math.MaxUint32 {
			n = uint64(x)
		}
	}
	if n > math.MaxUint32 {
		return 0
	}
	return uint32(n)
}

// ratio gives how many packets stand for one that was looked at, when count are and space are not.
func ratio(count, space uint64) uint64 {
	if count > math.MaxUint32 || space > math.MaxUint32 {
		return 0
	}
	return (count + space + count/2) / count
}

// exported does what all forms of exported flows have in common, and keeps what the other forms cannot tell: that
// an exporter which counts both directions counted nothing of one.
func (d *Decoder) exported(t *template) {
	f := d.rec.flow
	icmpType, icmpCode := f.ICMPType, f.ICMPCode
	if t.session {
		// Firewalls count octets and no packets, and neither they nor translators count when a session begins.
		for _, n := range [...]*uint64{&f.SrcBytes, &f.SrcPackets, &f.DstBytes, &f.DstPackets} {
			if *n == 0 {
				*n = telemetry.NoCount
			}
		}
	}
	d.answered(t)
	dstBytes, dstPackets := f.DstBytes, f.DstPackets
	f.Exported()
	if t.session || t.biflow {
		f.DstBytes, f.DstPackets, f.OneWay = dstBytes, dstPackets, false
	}
	if icmpType|icmpCode != 0 { // stated apart from the ports
		f.ICMPType, f.ICMPCode = icmpType, icmpCode
	}
}

// answered says whether the destination replied, as far as an exporter that counts both directions can.
func (d *Decoder) answered(t *template) {
	f := d.rec.flow
	came := f.DstPackets != telemetry.NoCount && f.DstPackets > 0 || f.DstBytes != telemetry.NoCount && f.DstBytes > 0
	switch {
	case d.rec.firewall == telemetry.FirewallDenied:
		f.Answered = telemetry.Unanswered
	case came:
		f.Answered = telemetry.Answered
	case t.biflow && (f.DstPackets == 0 || f.DstBytes == 0):
		f.Answered = telemetry.Unanswered
	}
}

func (d *Decoder) nameInterface(field telemetry.FieldID, n uint32) {
	if name := d.x.interfaces[n]; name != "" && n != 0 {
		d.rec.batch.AddPair(&d.rec.flow.Extra, field, name)
	}
}
