package pcap

import (
	"net/netip"

	"stormglass/internal/telemetry"
	"stormglass/internal/telemetry/packet"
)

// maxFragments bounds the fragmented packets whose later parts are told apart.
const maxFragments = 4096

var broadcast = netip.AddrFrom4([4]byte{255, 255, 255, 255})

// fragment tells fragmented packets apart.
type fragment struct {
	src, dst netip.Addr
	id       uint32
	proto    uint8
}

// level takes one IP packet of a frame into account: level n has n tunnels around it.
func (r *run) level(f *frame, n int) {
	l := &r.headers.Levels[n]
	c, forward := r.conversation(f, n)
	from, to := &c.one, &c.two
	if !forward {
		from, to = to, from
	}
	r.packets++
	from.packets++
	from.bytes += uint64(l.PayloadLength)
	c.seen(f.at)
	if c.carries == "" && l.Carries != "" {
		c.carries = l.Carries
	}
	if c.key.proto == packet.ProtoTCP && l.HasPorts {
		c.tcp(l, from, to)
		if n == r.headers.N-1 && !l.Fragment {
			r.contents(c, l, forward)
		}
	}
	switch {
	case l.HasICMP:
		r.refusal(l)
	case c.key.proto == packet.ProtoUDP && l.HasPorts && n == r.headers.N-1:
		r.datagram(c, l, forward)
	}
	r.table.listOf(c).touch(c)
}

// seen notes the time of a packet.
func (f *flow) seen(at telemetry.Instant) {
	if !at.Known() {
		return
	}
	f.touched, f.last = at, max(f.last, at)
	if !f.first.Known() || at < f.first {
		f.first = at
	}
}

// conversation finds the conversation of a packet, or begins one, and says whether the originator sent it.
func (r *run) conversation(f *frame, n int) (c *flow, forward bool) {
	l := &r.headers.Levels[n]
	if l.FragmentOffset != 0 {
		r.pass(f.number, noticeFragment)
		if c := r.fragments[fragment{l.Src, l.Dst, l.FragmentID, l.Proto}]; c != nil && c.list != nil {
			return c, c.originator().addr == l.Src.As16()
		}
	}
	k, swapped := keyOf(l)
	c = r.table.by[k]
	if c != nil && (c.idle(f.at) || c.over() && l.TCPFlags&(flagSYN|flagACK) == flagSYN) {
		r.end(c) // the same ports once more
		c = nil
	}
	if c == nil {
		c = r.begin(f, n, k, swapped)
	}
	if l.MoreFragments && l.FragmentOffset == 0 {
		r.pass(f.number, noticeFragment)
		if len(r.fragments) >= maxFragments {
			clear(r.fragments)
		}
		r.fragments[fragment{l.Src, l.Dst, l.FragmentID, l.Proto}] = c
	}
	return c, c.swapped == swapped
}

// begin notes a new conversation. The sender of the first packet opened it, save where that packet can only be an
// answer.
func (r *run) begin(f *frame, n int, k key, swapped bool) *flow {
	if len(r.table.by) >= r.maxFlows {
		r.pass(f.number, noticeFull)
		r.end(r.table.oldest())
	}
	l := &r.headers.Levels[n]
	c := &flow{key: k, number: f.number, level: n, swapped: swapped, tos: l.TOS, hasICMP: l.HasICMP}
	c.icmp = [2]uint8{l.ICMPType, l.ICMPCode}
	if answers(l) {
		c.swapped = !swapped
	}
	if l.VLANs > 0 {
		c.vlan = l.VLAN
	}
	c.inner, c.label, c.labelled = l.InnerVLAN, l.MPLS, l.Labels > 0
	switch {
	case l.Tunnel != "" && n > 0:
		c.tunnel = tunnelText(&r.headers.Levels[n-1], l.Tunnel, l.TunnelID)
	case l.Tunnel != "":
		c.tunnel = l.Tunnel
	}
	r.table.by[k] = c
	return c
}

// answers reports whether the first packet of a conversation that is seen comes from the end that did not open it.
func answers(l *packet.Level) bool {
	if !l.HasPorts || l.Dst.IsMulticast() || l.Dst == broadcast {
		return false
	}
	if l.Proto == packet.ProtoTCP && l.TCPFlags&flagSYN != 0 {
		return l.TCPFlags&flagACK != 0
	}
	return serverPort(l.Proto, l.SrcPort) && !serverPort(l.Proto, l.DstPort)
}

// The types of ICMP that say that a packet did not arrive.
const (
	icmpUnreachable  = 3
	icmp6Unreachable = 1
)

// refusal notes that an ICMP error names a conversation.
func (r *run) refusal(l *packet.Level) {
	unreachable := uint8(icmpUnreachable)
	if l.Proto == packet.ProtoICMPv6 {
		unreachable = icmp6Unreachable
	}
	if l.ICMPType != unreachable {
		return
	}
	if packet.Decode(packet.LinkIP, l.Payload, &r.quoted) != nil || r.quoted.N == 0 || !r.quoted.Levels[0].HasPorts {
		return
	}
	k, swapped := keyOf(&r.quoted.Levels[0])
	if c := r.table.by[k]; c != nil && c.swapped == swapped {
		c.refused = true
	}
}

// recognised notes what the content of a conversation is: the first that is understood.
func (f *flow) recognised(service string) {
	if f.service == "" {
		f.service = service
	}
}
