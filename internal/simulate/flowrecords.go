package simulate

import (
	"encoding/binary"
	"fmt"
	"net/netip"
	"strings"
	"time"
)

// refresh is after how long templates and options are sent again.
const refresh = 10 * time.Minute

// Numbers of interfaces: of the side away from the operator, and of the inner side.
const (
	outerPort, innerPort = 3, 7
)

// sendFlows sends what the caches of NetFlow v9 and IPFIX gave up, and from time to time templates and options.
func (s *sender) sendFlows(at time.Time) {
	m := message{sender: s, at: at, set: -1}
	if !at.Before(s.refreshAt) {
		s.refreshAt = at.Add(refresh)
		s.describe(&m)
	}
	for _, v4 := range []bool{true, false} {
		for _, f := range s.pending {
			if f.talk.src.Is4() != v4 {
				continue
			}
			id := uint16(templateV4)
			if !v4 {
				id = templateV6
			}
			m.add(id, s.flowRecord(f))
			s.count(f, s.stated(f, at))
		}
	}
	s.pending = s.pending[:0]
	m.send()
}

// describe sends the templates, and what the options say of sampling and interfaces.
func (s *sender) describe(m *message) {
	templates, options := uint16(0), uint16(1)
	if s.format == ipfix {
		templates, options = 2, 3
	}
	m.add(templates, s.format.template(templateV4, true))
	m.add(templates, s.format.template(templateV6, false))
	if s.format == netflow9 {
		s.describeV9(m, options)
	} else {
		s.describeIPFIX(m, options)
	}
}

// describeV9 writes options by RFC 3954, section 6: lengths in bytes, scopes with numbers of their own.
func (s *sender) describeV9(m *message, options uint16) {
	const scopeSystem, scopeInterface = 1, 2
	be := binary.BigEndian
	table := func(id uint16, scope field, of ...field) []byte {
		b := be.AppendUint16(nil, id)
		b = be.AppendUint16(b, 4)
		b = be.AppendUint16(b, uint16(4*len(of)))
		return appendFields(appendFields(b, scope), of...)
	}
	m.add(options, table(templateSampling, field{scopeSystem, 4}, field{samplingInterval, 4}, field{samplingAlgorithm, 1}))
	// A second options template stands in a set of its own: what pads the first would be taken for one.
	m.closeSet()
	m.add(options, table(templateInterface, field{scopeInterface, 4}, field{ifName, 32}, field{ifDescription, 40}))
	b := be.AppendUint32(nil, 0)
	b = be.AppendUint32(b, uint32(s.every))
	m.add(templateSampling, append(b, 1)) // deterministic
	for _, port := range []int{outerPort, innerPort} {
		name, text := s.device.port(port)
		b := be.AppendUint32(nil, uint32(port))
		b = append(b, fixed(name, 32)...)
		m.add(templateInterface, append(b, fixed(text, 40)...))
	}
}

// describeIPFIX writes options by RFC 7011, section 3.4.2.2, and sampling by RFC 5477: count-based, one packet taken, so
// many passed over.
func (s *sender) describeIPFIX(m *message, options uint16) {
	be := binary.BigEndian
	table := func(id uint16, scope field, of ...field) []byte {
		b := be.AppendUint16(nil, id)
		b = be.AppendUint16(b, uint16(1+len(of)))
		b = be.AppendUint16(b, 1)
		return appendFields(appendFields(b, scope), of...)
	}
	m.add(options, table(templateSampling, field{domainScope, 4}, field{systemStart, 8}, field{selectorAlgorithm, 2}, field{samplingPackets, 4}, field{samplingSkipped, 4}))
	m.closeSet()
	m.add(options, table(templateInterface, field{inputIf, 4}, field{ifName, variable}, field{ifDescription, variable}))
	b := be.AppendUint32(nil, s.domain)
	b = be.AppendUint64(b, uint64(s.boot.Add(s.skew).UnixMilli()))
	b = be.AppendUint16(b, 1)
	b = be.AppendUint32(b, 1)
	m.add(templateSampling, be.AppendUint32(b, uint32(s.every-1)))
	for _, port := range []int{outerPort, innerPort} {
		b := be.AppendUint32(nil, uint32(port))
		name, text := s.device.port(port)
		for _, x := range []string{name, text} {
			b = append(append(b, byte(len(x))), x...)
		}
		m.add(templateInterface, b)
	}
}

// fixed fills a text up with nil bytes.
func fixed(text string, n int) []byte { return append([]byte(text), make([]byte, n-len(text))...) }

// port gives the name of an interface and what the operator calls it.
func (d *device) port(n int) (name, text string) {
	text = fmt.Sprintf("%s %s", d.name, map[int]string{outerPort: "uplink", innerPort: "downlink"}[n])
	switch d.platform {
	case "iosxr":
		return fmt.Sprintf("TenGigE0/0/0/%d", n), text
	case "junos":
		return fmt.Sprintf("xe-0/0/%d", n), text
	}
	return fmt.Sprintf("TenGigabitEthernet0/0/%d", n), text
}

// flowRecord writes a record by the template of its family.
func (s *sender) flowRecord(f *metered) []byte {
	src, dst := f.ends()
	in, out := s.ports(f)
	values := map[uint16]uint64{
		inputIf: uint64(in), outputIf: uint64(out), packetCount: f.packets, octets: f.packets * f.length,
		firstUptime: uint64(s.uptime(f.start)), lastUptime: uint64(s.uptime(f.end)),
		startMs: uint64(f.start.Add(s.skew).UnixMilli()), endMs: uint64(f.end.Add(s.skew).UnixMilli()),
		endReason: 2, srcPortOf: uint64(src.Port()), dstPortOf: uint64(dst.Port()), tcpBits: uint64(f.tcpFlags),
		protocol: uint64(f.talk.proto), srcASOf: uint64(systemOf(src.Addr())), dstASOf: uint64(systemOf(dst.Addr())),
		srcMaskOf: uint64(maskOf(src.Addr())), dstMaskOf: uint64(maskOf(dst.Addr())),
	}
	if f.last {
		values[endReason] = 1 // idle
	}
	var b []byte
	for _, x := range s.format.fieldsOf(src.Addr().Is4()) {
		switch x.id {
		case srcV4, srcV6:
			b = append(b, src.Addr().AsSlice()...)
		case dstV4, dstV6:
			b = append(b, dst.Addr().AsSlice()...)
		case nextHopV4:
			b = append(b, s.nextHop(dst.Addr(), out).AsSlice()...)
		default:
			wide := binary.BigEndian.AppendUint64(nil, values[x.id])
			b = append(b, wide[8-x.length:]...)
		}
	}
	return b
}

// ports gives the interfaces by which a packet came and went. What ends at the router itself leaves by none.
func (s *sender) ports(f *metered) (in, out uint32) {
	src, dst := f.ends()
	in, out = innerPort, outerPort
	if !own(src.Addr()) {
		in, out = outerPort, innerPort
	}
	if s.device.has(dst.Addr()) {
		out = 0
	}
	if s.device.has(src.Addr()) {
		in = 0
	}
	return in, out
}

func (d *device) has(a netip.Addr) bool { return d.v4 == a || d.v6 == a || d.inner == a }

// nextHop gives the neighbour to whom a packet is handed, of IPv4.
func (s *sender) nextHop(dst netip.Addr, out uint32) netip.Addr {
	switch {
	case out == 0:
		return netip.IPv4Unspecified()
	case own(dst) && strings.HasPrefix(s.device.name, "edge-"):
		return in4("10.10.0.9", uint32(pick(dst, 2)))
	case own(dst):
		return in4("10.10.255.1", s.order)
	}
	return peer(1, int(s.order)*2)
}

// systemOf gives the autonomous system of an address: the operator's own, or one of those for documentation.
func systemOf(a netip.Addr) uint32 {
	if own(a) {
		return operatorAS
	}
	return uint32(64501 + pick(a.Unmap(), 10))
}

// maskOf gives the length of the route to an address of IPv4.
func maskOf(a netip.Addr) int {
	for i := range networks {
		if networks[i].prefix.Contains(a) {
			return networks[i].prefix.Bits()
		}
	}
	return 24
}
