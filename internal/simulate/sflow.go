package simulate

import (
	"encoding/binary"
	"time"
)

// countersEvery is after how long an agent tells of its interfaces' counters. (Real ones do so every half minute.)
const countersEvery = 5 * time.Minute

// agentState is what an sFlow agent counts.
type agentState struct {
	samples  map[uint32]uint32 // by interface: flow samples sent
	counters map[uint32]uint32 // by interface: counter samples sent
	pool     map[uint32]uint32 // by interface: packets that could have been sampled
	octets   map[uint32]uint64
	countAt  time.Time
}

func newAgentState(first time.Time) *agentState {
	return &agentState{samples: map[uint32]uint32{}, counters: map[uint32]uint32{}, pool: map[uint32]uint32{}, octets: map[uint32]uint64{}, countAt: first}
}

// sendSamples sends the packets that were sampled since the last tick, and from time to time counters (sFlow version 5,
// section 5).
func (s *sender) sendSamples(at time.Time) {
	var samples [][]byte
	for _, f := range s.pending {
		samples = append(samples, s.flowSample(f))
		s.count(f, s.stated(f, at))
	}
	s.pending = s.pending[:0]
	if !at.Before(s.agent.countAt) {
		s.agent.countAt = at.Add(countersEvery)
		for _, port := range []uint32{outerPort, innerPort} {
			samples = append(samples, s.counterSample(port))
		}
	}
	for len(samples) > 0 {
		size, n := 28, 0
		for n < len(samples) && (n == 0 || size+len(samples[n]) <= room) {
			size += len(samples[n])
			n++
		}
		s.sendAgent(at, samples[:n])
		samples = samples[n:]
	}
}

// sendAgent sends one datagram.
func (s *sender) sendAgent(at time.Time, samples [][]byte) {
	s.sequence++
	b := words32(make([]byte, 0, room), 5, 1)
	b = append(b, s.device.inner.AsSlice()...)
	b = words32(b, s.domain, s.sequence, s.uptime(at), uint32(len(samples)))
	for _, x := range samples {
		b = append(b, x...)
	}
	s.ready = append(s.ready, b)
}

func words32(b []byte, n ...uint32) []byte {
	for _, x := range n {
		b = binary.BigEndian.AppendUint32(b, x)
	}
	return b
}

// block writes a format and a body with its length.
func block(b []byte, format uint32, body []byte) []byte {
	return append(words32(b, format, uint32(len(body))), body...)
}

// flowSample writes a sampled packet: its first bytes, and to whom it was handed on.
func (s *sender) flowSample(f *metered) []byte {
	const formatSample, formatHeader, formatRouter, ethernet, crc = 1, 1, 1002, 1, 4
	in, out := s.ports(f)
	source := in
	if in == 0 {
		source = out // of a packet that the router itself sends
	}
	s.agent.samples[source]++
	s.agent.pool[source] += uint32(s.every)
	s.agent.octets[source] += s.every * f.length
	frame := f.frame()
	body := words32(nil, ethernet, uint32(max(14+int(f.length), 60)+crc), crc, uint32(len(frame)))
	body = append(body, frame...)
	for len(body)%4 != 0 {
		body = append(body, 0)
	}
	_, dst := f.ends()
	hop := s.nextHop(dst.Addr(), out)
	router := words32(nil, 1)
	router = append(router, hop.AsSlice()...)
	src, _ := f.ends()
	router = words32(router, uint32(maskOf(src.Addr())), uint32(maskOf(dst.Addr())))
	records := uint32(1)
	if src.Addr().Is4() {
		records++
	}
	b := words32(nil, s.agent.samples[source], source, uint32(s.every), s.agent.pool[source], 0, in, sentBy(out), records)
	b = block(b, formatHeader, body)
	if records > 1 {
		b = block(b, formatRouter, router)
	}
	return block(nil, formatSample, b)
}

// sentBy writes an outgoing interface; what ends here went to the router itself.
func sentBy(out uint32) uint32 {
	if out == 0 {
		return 0x3fffffff
	}
	return out
}

// counterSample writes the generic counters of an interface.
func (s *sender) counterSample(port uint32) []byte {
	const formatSample, formatGeneric = 2, 1
	s.agent.counters[port]++
	unicast := s.agent.pool[port]
	g := words32(nil, port, 6)                           // Ethernet
	g = binary.BigEndian.AppendUint64(g, 10_000_000_000) // speed in bits a second
	g = words32(g, 1, 3)                                 // full duplex, up
	g = binary.BigEndian.AppendUint64(g, s.agent.octets[port])
	g = words32(g, unicast, 0, 0, 0, 0, 0)
	other := outerPort + innerPort - port
	g = binary.BigEndian.AppendUint64(g, s.agent.octets[other])
	g = words32(g, s.agent.pool[other], 0, 0, 0, 0, 0)
	return block(nil, formatSample, block(words32(nil, s.agent.counters[port], port, 1), formatGeneric, g))
}
