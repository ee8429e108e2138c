package simulate

import (
	"encoding/binary"
	"time"
)

// room is how much of a datagram exporters fill: a packet of 1500 bytes with its headers.
const room = 1440

// message puts sets of records into the packets of NetFlow v9 and IPFIX. Both have sets of the same shape; their headers
// differ, and what their sequence numbers count.
type message struct {
	sender  *sender
	at      time.Time
	body    []byte
	records int // templates included
	data    int // records of data, options included
	set     int // where the open set begins, or -1
	id      uint16
}

// header is how long the format's header is.
func (f exportFormat) header() int {
	if f == netflow9 {
		return 20
	}
	return 16
}

// add puts a record into the set of an id. A full packet is sent.
func (m *message) add(id uint16, rec []byte) {
	if len(m.body) > 0 && m.sender.format.header()+len(m.body)+len(rec)+8 > room {
		m.send()
	}
	if m.set < 0 || m.id != id {
		m.closeSet()
		m.set, m.id = len(m.body), id
		m.body = binary.BigEndian.AppendUint16(m.body, id)
		m.body = binary.BigEndian.AppendUint16(m.body, 0)
	}
	m.body = append(m.body, rec...)
	m.records++
	if id > 255 {
		m.data++
	}
}

// closeSet pads the open set to a multiple of four bytes and writes its length.
func (m *message) closeSet() {
	if m.set < 0 {
		return
	}
	for (len(m.body)-m.set)%4 != 0 {
		m.body = append(m.body, 0)
	}
	binary.BigEndian.PutUint16(m.body[m.set+2:], uint16(len(m.body)-m.set))
	m.set = -1
}

// send ends the packet, if there is anything in it.
func (m *message) send() {
	m.closeSet()
	if len(m.body) == 0 {
		return
	}
	s := m.sender
	clock := m.at.Add(s.skew)
	be := binary.BigEndian
	b := make([]byte, 0, room)
	if s.format == netflow9 {
		b = be.AppendUint16(b, 9)
		b = be.AppendUint16(b, uint16(m.records))
		b = be.AppendUint32(b, s.uptime(m.at))
	} else {
		b = be.AppendUint16(b, 10)
		b = be.AppendUint16(b, uint16(s.format.header()+len(m.body)))
	}
	b = be.AppendUint32(b, uint32(clock.Unix()))
	b = be.AppendUint32(b, s.sequence)
	b = be.AppendUint32(b, s.domain)
	s.ready = append(s.ready, append(b, m.body...))
	// RFC 3954, 5.1: the number of packets sent; RFC 7011, 3.1: the number of data records sent before this message.
	if s.format == netflow9 {
		s.sequence++
	} else {
		s.sequence += uint32(m.data)
	}
	m.body, m.records, m.data = m.body[:0], 0, 0
}

// uptime is the exporter's clock since its start, in milliseconds: it wraps around after 49 days.
func (s *sender) uptime(at time.Time) uint32 {
	return uint32(at.Sub(s.boot).Milliseconds())
}

// stated is when a flow began, as its record says it.
func (s *sender) stated(m *metered, sent time.Time) time.Time {
	switch s.format {
	case netflow9:
		// Relative to the packet, whose clock has whole seconds.
		second := sent.Add(s.skew).Truncate(time.Second)
		return second.Add(time.Duration(int32(s.uptime(m.start)-s.uptime(sent))) * time.Millisecond)
	case ipfix:
		return m.start.Add(s.skew).Truncate(time.Millisecond)
	case sflow5:
	}
	return sent // a sample states no time
}

// field is an element of a template and its length.
type field struct{ id, length uint16 }

// Elements, by their numbers at IANA, which NetFlow v9 shares.
const (
	octets, packetCount, protocol, class, tcpBits                            = 1, 2, 4, 5, 6
	srcPortOf, srcV4, srcMaskOf, inputIf, dstPortOf, dstV4, dstMaskOf        = 7, 8, 9, 10, 11, 12, 13
	outputIf, nextHopV4, srcASOf, dstASOf, lastUptime, firstUptime           = 14, 15, 16, 17, 21, 22
	srcV6, dstV6, samplingInterval, samplingAlgorithm, direction             = 27, 28, 34, 35, 61
	ifName, ifDescription, endReason, domainScope, startMs, endMs            = 82, 83, 136, 149, 152, 153
	systemStart, selectorAlgorithm, samplingPackets, samplingSkipped         = 160, 304, 305, 306
	variable                                                          uint16 = 65535
)

// Ids of the templates.
const (
	templateV4 = 256 + iota
	templateV6
	templateSampling
	templateInterface
)

// fieldsOf gives what a record of flows of a family holds.
func (f exportFormat) fieldsOf(v4 bool) []field {
	var l []field
	if v4 {
		l = []field{{srcV4, 4}, {dstV4, 4}, {nextHopV4, 4}}
	} else {
		l = []field{{srcV6, 16}, {dstV6, 16}}
	}
	l = append(l, field{inputIf, 4}, field{outputIf, 4}, field{packetCount, 8}, field{octets, 8})
	if f == netflow9 {
		l = append(l, field{firstUptime, 4}, field{lastUptime, 4})
	} else {
		l = append(l, field{startMs, 8}, field{endMs, 8}, field{endReason, 1})
	}
	l = append(l, field{srcPortOf, 2}, field{dstPortOf, 2}, field{tcpBits, 1}, field{protocol, 1}, field{class, 1}, field{srcASOf, 4}, field{dstASOf, 4})
	if v4 {
		l = append(l, field{srcMaskOf, 1}, field{dstMaskOf, 1})
	}
	return append(l, field{direction, 1})
}

func appendFields(b []byte, l ...field) []byte {
	for _, f := range l {
		b = binary.BigEndian.AppendUint16(b, f.id)
		b = binary.BigEndian.AppendUint16(b, f.length)
	}
	return b
}

// template writes the template of a family.
func (f exportFormat) template(id uint16, v4 bool) []byte {
	l := f.fieldsOf(v4)
	b := binary.BigEndian.AppendUint16(nil, id)
	b = binary.BigEndian.AppendUint16(b, uint16(len(l)))
	return appendFields(b, l...)
}
