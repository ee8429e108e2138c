package netflow

import (
	"net/netip"
	"time"

	"stormglass/internal/telemetry"
)

// v5 reads a packet of NetFlow v5: a header, and up to 30 records of 48 bytes.
func (d *Decoder) v5(data []byte) {
	if len(data) < v5Header {
		d.malformed(reasonShort)
		return
	}
	n := int(be(data[2:4]))
	if n*v5Record > len(data)-v5Header {
		d.malformed(reasonCount)
		return
	}
	m := &d.m
	m.version, m.uptime, m.sequence = 5, uint32(be(data[4:8])), uint32(be(data[16:20]))
	m.domainID = uint32(be(data[20:22])) // type and number of the engine
	m.rate = uint32(be(data[22:24]) & 0x3fff)
	if m.export = seconds(data[8:]); m.export.Known() {
		m.export += telemetry.Instant(min(be(data[12:16]), 1e9-1))
	}
	if !d.enter() {
		return
	}
	d.dom.used = d.dom.used || n > 0
	d.setRate(&d.dom.rate, m.rate)
	d.follow(uint32(n))
	for i := range n {
		at := v5Header + i*v5Record
		d.v5Record(data[at : at+v5Record : at+v5Record])
	}
	if len(data) > v5Header+n*v5Record {
		d.malformed(reasonTrailing)
	}
}

func (d *Decoder) v5Record(b []byte) {
	f := d.open()
	f.Src, f.Dst = addr4(b), addr4(b[4:])
	if hop := addr4(b[8:]); !hop.IsUnspecified() {
		f.NextHop = hop
	}
	f.InIf, f.OutIf = uint32(be(b[12:14])), uint32(be(b[14:16]))
	f.SrcPackets, f.SrcBytes = be(b[16:20]), be(b[20:24])
	d.rec.has |= hasStartUp | hasEndUp
	d.rec.startUp, d.rec.endUp = uint32(be(b[24:28])), uint32(be(b[28:32]))
	f.SrcPort, f.DstPort = uint16(be(b[32:34])), uint16(be(b[34:36]))
	f.TCPFlags, f.Proto, f.TOS = b[37], b[38], b[39]
	f.SrcAS, f.DstAS = uint32(be(b[40:42])), uint32(be(b[42:44]))
	f.SrcMask, f.DstMask = b[44], b[45]
	d.rec.interval = uint64(d.m.rate)
	d.finish(&v5Template)
}

// v5Template says of v5 what templates say of the other versions.
var v5Template = template{}

func addr4(b []byte) netip.Addr { return netip.AddrFrom4([4]byte(b[:4])) }

// uptimeOf turns milliseconds since an exporter's start into an instant, by the uptime and the time of its packet. The
// counter wraps after 49 days; what seems ahead by less than half of that is ahead.
func (m *message) uptimeOf(ms uint32) telemetry.Instant {
	if !m.export.Known() {
		return 0
	}
	t := m.export + telemetry.Instant(time.Duration(int32(ms-m.uptime))*time.Millisecond)
	if t <= 0 {
		return 0
	}
	return t
}
