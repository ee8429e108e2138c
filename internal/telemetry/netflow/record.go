package netflow

import (
	"math"
	"net/netip"
	"time"

	"stormglass/internal/telemetry"
)

// record is a flow in the making: what of it waits for the rest.
type record struct {
	batch *telemetry.Batch
	flow  *telemetry.Flow
	has   hasBits

	start, end, event, boot    telemetry.Instant
	startUp, endUp             uint32
	lasted                     time.Duration
	postBytes, postPackets     uint64
	postBytesAt, postPacketsAt *step

	interval, random, sampler uint64 // sampling as this record states it
	count, space              uint64 // so many packets looked at, so many not
	size, population          uint64
	firewall                  uint8
	frame                     sampledFrame
	probability               float64
}

type hasBits uint16

const (
	hasStartUp hasBits = 1 << iota
	hasEndUp
	hasLasted
	hasSampler
	hasPostBytes
	hasPostPackets
	hasFrame
)

// maxCount is the largest count that a schema shows.
const maxCount = math.MaxInt64

// open starts a flow record.
func (d *Decoder) open() *telemetry.Flow {
	b, i := d.set.Append(telemetry.KindFlow)
	f := &b.Flow[i]
	d.rec = record{batch: b, flow: f}
	f.Exporter, f.Domain = d.x.addr, d.m.domainID
	return f
}

// flow reads one record of flows.
func (d *Decoder) flow(t *template, steps []step, b []byte) {
	d.open()
	for i := range steps {
		s := &steps[i]
		v := b[s.off : int(s.off)+int(s.len)]
		if s.op > opFixed {
			d.rec.fixed(s.op, v)
		} else if s.len > 0 { // else it varies in length
			d.apply(t, s, v)
		}
	}
	d.finish(t)
}

// apply does one step: addresses, ports and counts here, as they are in nearly every record.
func (d *Decoder) apply(t *template, s *step, b []byte) {
	f := d.rec.flow
	if len(b) > 8 && numbers[s.op] {
		d.pair(t, s, b)
		return
	}
	switch s.op {
	case opSrc:
		d.address(t, s, &f.Src, b)
	case opDst:
		d.address(t, s, &f.Dst, b)
	case opSrcPort:
		put(d, t, s, &f.SrcPort, b)
	case opDstPort:
		put(d, t, s, &f.DstPort, b)
	case opProto:
		put(d, t, s, &f.Proto, b)
	case opTOS:
		put(d, t, s, &f.TOS, b)
	case opFlags:
		f.TCPFlags |= uint8(be(b)) // 16 bits in IPFIX, of which the upper ones are reserved or the header's length
	case opSrcBytes:
		d.count(t, s, &f.SrcBytes, b)
	case opSrcPackets:
		d.count(t, s, &f.SrcPackets, b)
	case opDstBytes:
		d.count(t, s, &f.DstBytes, b)
	case opDstPackets:
		d.count(t, s, &f.DstPackets, b)
	case opStartUp:
		d.uptime(t, s, &d.rec.startUp, hasStartUp, b)
	case opEndUp:
		d.uptime(t, s, &d.rec.endUp, hasEndUp, b)
	case opInIf:
		put(d, t, s, &f.InIf, b)
	case opOutIf:
		put(d, t, s, &f.OutIf, b)
	case opPair:
		d.pair(t, s, b)
	case opStart:
		d.instant(t, s, &d.rec.start, b)
	case opEnd:
		d.instant(t, s, &d.rec.end, b)
	default:
		d.applyRoute(t, s, b)
	}
}

// applyRoute does steps for what routers and translators know of a flow.
func (d *Decoder) applyRoute(t *template, s *step, b []byte) {
	f := d.rec.flow
	switch s.op {
	case opSrcAS:
		put(d, t, s, &f.SrcAS, b)
	case opDstAS:
		put(d, t, s, &f.DstAS, b)
	case opSrcMask:
		put(d, t, s, &f.SrcMask, b)
	case opDstMask:
		put(d, t, s, &f.DstMask, b)
	case opSrcVLAN:
		put(d, t, s, &f.SrcVLAN, b)
	case opDstVLAN:
		put(d, t, s, &f.DstVLAN, b)
	case opNextHop:
		d.stated(t, s, &f.NextHop, b)
	case opNATSrc:
		d.stated(t, s, &f.NATSrc, b)
	case opNATDst:
		d.stated(t, s, &f.NATDst, b)
	case opNATSrcPort:
		put(d, t, s, &f.NATSrcPort, b)
	case opNATDstPort:
		put(d, t, s, &f.NATDstPort, b)
	case opDirection:
		switch be(b) {
		case 0:
			f.Direction = telemetry.Ingress
		case 1:
			f.Direction = telemetry.Egress
		default:
			d.pair(t, s, b)
		}
	case opICMP:
		if len(b) == 2 && (f.ICMPType|f.ICMPCode) == 0 {
			f.ICMPType, f.ICMPCode = b[0], b[1]
		} else {
			d.pair(t, s, b)
		}
	case opICMPType:
		put(d, t, s, &f.ICMPType, b)
	case opICMPCode:
		put(d, t, s, &f.ICMPCode, b)
	default:
		d.applyRest(t, s, b)
	}
}

// address sets an end of the flow. A template may have room for both families, of which one is nil.
func (d *Decoder) address(t *template, s *step, to *netip.Addr, b []byte) {
	a, ok := addrOf(b)
	switch {
	case !ok:
		d.pair(t, s, b)
	case !to.IsValid() || to.IsUnspecified():
		if !to.IsValid() || !a.IsUnspecified() {
			*to = a
		}
	case !a.IsUnspecified() && a != *to:
		d.pair(t, s, b)
	}
}

// stated sets an address that is not stated when it is nil.
func (d *Decoder) stated(t *template, s *step, to *netip.Addr, b []byte) {
	a, ok := addrOf(b)
	switch {
	case !ok || to.IsValid() && a != *to && !a.IsUnspecified():
		d.pair(t, s, b)
	case !a.IsUnspecified():
		*to = a
	}
}

func addrOf(b []byte) (netip.Addr, bool) {
	switch len(b) {
	case 4:
		return netip.AddrFrom4([4]byte(b)), true
	case 16:
		return netip.AddrFrom16([16]byte(b)).Unmap(), true
	}
	return netip.Addr{}, false
}

// put sets a number that is not stated when it is 0. What the field cannot hold, and a second value, are kept by name.
func put[N uint8 | uint16 | uint32](d *Decoder, t *template, s *step, to *N, b []byte) {
	n := be(b)
	if len(b) > 8 || n > uint64(^N(0)) || *to != 0 && n != 0 && uint64(*to) != n {
		d.pair(t, s, b)
		return
	}
	if n != 0 {
		*to = N(n)
	}
}

// uptime notes milliseconds since the exporter's start.
func (d *Decoder) uptime(t *template, s *step, to *uint32, bit hasBits, b []byte) {
	n := be(b)
	if n > math.MaxUint32 || d.rec.has&bit != 0 {
		d.pair(t, s, b)
		return
	}
	*to, d.rec.has = uint32(n), d.rec.has|bit
}

// count sets a count; a second one is kept by name.
func (d *Decoder) count(t *template, s *step, to *uint64, b []byte) {
	if len(b) > 8 || *to != telemetry.NoCount {
		d.pair(t, s, b)
		return
	}
	*to = min(be(b), maxCount)
}
