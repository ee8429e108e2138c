package simulate

import (
	"net/netip"
	"time"
)

// metered is what an exporter tells of one direction of a conversation: a flow of its cache, or a sampled packet.
type metered struct {
	by       *exporter
	talk     *talk
	back     bool // from the responder
	start    time.Time
	end      time.Time
	packets  uint64 // that were looked at
	length   uint64 // of one of them, with its IP header
	tcpFlags uint8
	last     bool   // the flow is over
	salt     uint64 // to draw from
}

// ends gives the two ends in the direction that is told of.
func (m *metered) ends() (src, dst netip.AddrPort) {
	if m.talk.proto == protoICMP { // exporters write type and code as the port of the destination
		src, dst = netip.AddrPortFrom(m.talk.src, 0), netip.AddrPortFrom(m.talk.dst, 8<<8)
		if m.back {
			return netip.AddrPortFrom(m.talk.dst, 0), netip.AddrPortFrom(m.talk.src, 0)
		}
		return src, dst
	}
	src, dst = netip.AddrPortFrom(m.talk.src, m.talk.srcPort), netip.AddrPortFrom(m.talk.dst, m.talk.dstPort)
	if m.back {
		return dst, src
	}
	return src, dst
}

// meter puts what the routers on the way tell of a conversation into the queue. What a part tells of long afterwards is
// in no router's cache.
func (s *slot) meter(t *talk) {
	if t.start.Before(s.from) {
		return
	}
	for _, x := range s.site.path(t) {
		salt := hash(t.uid + " at " + x.device.name)
		x.direction(s, t, false, salt)
		x.direction(s, t, true, mix(salt))
	}
}

func (x *exporter) direction(s *slot, t *talk, back bool, salt uint64) {
	packets, bytes := t.upPackets, t.up
	if back {
		packets, bytes = t.dnPackets, t.down
	}
	if packets == 0 {
		return
	}
	m := metered{by: x, talk: t, back: back, salt: salt, length: min(bytes/packets+t.overhead(), 1500)}
	if x.format == sflow5 {
		m.samples(s, packets)
	} else {
		m.cached(s, packets)
	}
}

// sampled gives how many of so many packets are looked at: one in every so many, beginning anywhere.
func (m *metered) sampled(packets, salt uint64) uint64 {
	n := packets / m.by.every
	if salt%m.by.every < packets%m.by.every {
		n++
	}
	return n
}

// cached tells of the direction as a flow cache does: after each active timeout, and when no packet came for a while.
func (m *metered) cached(s *slot, packets uint64) {
	const inactive = 15 * time.Second
	t := m.talk
	pieces := uint64(1)
	if t.length > 0 {
		pieces += uint64((t.length - 1) / m.by.active)
	}
	for i := range pieces {
		m.salt = mix(m.salt)
		of := packets*(i+1)/pieces - packets*i/pieces
		n := m.sampled(of, m.salt)
		if n == 0 {
			continue
		}
		f := *m
		f.packets, f.last = n, i == pieces-1
		from := t.start.Add(time.Duration(i) * m.by.active)
		to := earlier(from.Add(m.by.active), t.start.Add(t.length))
		// The first packet that was looked at came somewhat after the first, the last before the last.
		room := to.Sub(from) / time.Duration(n+1)
		f.start = from.Add(part16(room, m.salt))
		f.end = to.Add(-part16(room, m.salt>>16))
		at := to
		if f.last {
			at = to.Add(inactive)
		}
		if n == 1 {
			f.end = f.start
		}
		f.tcpFlags = t.flagsOf(m.back, n == of)
		if s.site.off(m.by.device, f.start) || s.site.off(m.by.device, at) {
			continue
		}
		s.queue.add(s.part, record{at: at, what: aspectMetered, talk: t, metered: &f})
	}
}

// samples tells of packets of the direction one by one.
func (m *metered) samples(s *slot, packets uint64) {
	n := m.sampled(packets, m.salt)
	room := m.talk.length / time.Duration(max(n, 1))
	for i := range n {
		f := *m
		f.salt = mix(m.salt + i)
		f.packets = 1
		f.start = m.talk.start.Add(time.Duration(i)*room + part16(room, f.salt))
		f.end = f.start
		f.tcpFlags = m.talk.flagsOf(m.back, packets == 1)
		if s.site.off(m.by.device, f.start) {
			continue
		}
		s.queue.add(s.part, record{at: f.start, what: aspectMetered, talk: m.talk, metered: &f})
	}
}

// part16 gives a share of d, by 16 bits of a random number.
func part16(d time.Duration, salt uint64) time.Duration {
	return ((d >> 16) * time.Duration(salt&0xffff)).Truncate(time.Microsecond)
}

// Flags of TCP.
const (
	flagFIN = 1 << iota
	flagSYN
	flagRST
	flagPSH
	flagACK
)

// flagsOf gives the flags of the packets of a direction: whole when all were looked at, else those of the packets in the
// middle.
func (t *talk) flagsOf(back, whole bool) uint8 {
	switch {
	case t.proto != protoTCP:
		return 0
	case t.state == "S0" || t.state == "REJ" && !back:
		return flagSYN
	case t.state == "REJ":
		return flagRST | flagACK
	case whole:
		return flagFIN | flagSYN | flagPSH | flagACK
	}
	return flagPSH | flagACK
}

// mix gives the next number of a random walk (splitmix64).
func mix(n uint64) uint64 {
	n += 0x9e3779b97f4a7c15
	n = (n ^ n>>30) * 0xbf58476d1ce4e5b9
	n = (n ^ n>>27) * 0x94d049bb133111eb
	return n ^ n>>31
}
