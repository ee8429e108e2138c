package pcap

import (
	"strconv"

	"stormglass/internal/telemetry"
	"stormglass/internal/telemetry/packet"
)

// The fields of pairs.
var (
	fieldTunnel    = telemetry.FieldNamed("stormglass.tunnel")
	fieldLabel     = telemetry.FieldNamed("stormglass.flow.mpls_label")
	fieldInnerVLAN = telemetry.FieldNamed("stormglass.flow.inner_vlan")
)

// ends fills in the ends of a record of the conversation.
func (f *flow) ends(e *telemetry.Ends) {
	one, two := f.originator(), f.responder()
	e.Src, e.Dst = one.address(f.key.is4), two.address(f.key.is4)
	e.SrcPort, e.DstPort, e.Proto = one.port, two.port, f.key.proto
}

// record makes the flow record of a conversation.
func (r *run) record(f *flow) {
	b, i := r.set.Append(telemetry.KindFlow)
	r.dated(f.first)
	o := &b.Flow[i]
	f.ends(&o.Ends)
	o.Occurred, o.Duration = f.first, f.duration()
	o.SrcPackets, o.DstPackets = f.one.packets, f.two.packets
	o.SrcBytes, o.DstBytes = f.octets(&f.one), f.octets(&f.two)
	o.TCPFlags = f.flags
	if f.hasICMP {
		o.ICMPType, o.ICMPCode = f.icmp[0], f.icmp[1]
	}
	if o.Service = f.service; f.carries != "" {
		o.Service = f.carries
	}
	o.State = f.word()
	o.Answered = f.answer(o.State)
	o.SrcVLAN, o.TOS = f.vlan, f.tos
	r.path(b, &o.Extra, f)
	r.full()
}

// dated counts a record that was made.
func (r *run) dated(at telemetry.Instant) {
	r.set.Lines++
	r.set.Read++
	if !at.Known() {
		r.set.Undated++
	}
}

// path says how the packets of a conversation were wrapped.
func (r *run) path(b *telemetry.Batch, extra *telemetry.Span, f *flow) {
	if f.tunnel != "" {
		b.AddPair(extra, fieldTunnel, f.tunnel)
	}
	if f.inner != 0 {
		b.AddPair(extra, fieldInnerVLAN, strconv.Itoa(int(f.inner)))
	}
	if f.labelled {
		b.AddPair(extra, fieldLabel, strconv.FormatUint(uint64(f.label), 10))
	}
}

// octets gives the payload of one direction: of TCP by its numbers.
func (f *flow) octets(h *half) uint64 {
	if f.key.proto == packet.ProtoTCP && h.seen {
		return h.next
	}
	return h.bytes
}

// word gives the state in the words of Zeek's conn_state.
func (f *flow) word() string {
	switch f.key.proto {
	case packet.ProtoTCP:
		return f.tcpWord()
	case packet.ProtoUDP:
		switch {
		case f.two.packets == 0:
			return "S0"
		case f.one.packets == 0:
			return "SHR"
		}
		return "SF"
	}
	return "OTH"
}

// answer says whether the responder took part.
func (f *flow) answer(state string) telemetry.Answer {
	switch state {
	case "SF", "S1", "S2", "S3", "RSTO", "RSTR", "SHR", "RSTRH":
		return telemetry.Answered
	case "REJ":
		return telemetry.Refused
	}
	switch {
	case f.refused && f.two.packets == 0:
		return telemetry.Refused
	case state != "OTH":
		return telemetry.Unanswered
	case f.two.packets > 0:
		return telemetry.Answered
	}
	return telemetry.AnswerUnknown
}
