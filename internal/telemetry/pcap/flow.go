package pcap

import (
	"time"

	"stormglass/internal/telemetry"
)

// half is one direction of a conversation.
type half struct {
	packets uint64
	bytes   uint64 // payload, as the headers state it
	seen    bool   // of TCP: its numbers are known
	state   tcpState

	fin    bool
	base   uint32 // sequence number of its first octet
	next   uint64 // octets sent, by sequence numbers
	opened bool   // its first packet is known
	first  uint32 // the number of its first octet, if opened
}

// flow is a conversation.
type flow struct {
	key         key
	number      uint64 // of its first packet
	level       int    // of its first packet: how many tunnels are around it
	first, last telemetry.Instant
	touched     telemetry.Instant // the time of the packet that came last, if that is known
	swapped     bool              // the originator is the higher end
	one, two    half              // of the originator, of the responder
	flags       uint8
	icmp        [2]uint8 // type and code of the first packet
	hasICMP     bool
	tos         uint8
	vlan, inner uint16
	label       uint32 // of MPLS
	labelled    bool
	refused     bool   // an ICMP error named it
	service     string // what its content is
	carries     string // the tunnel that it is
	tunnel      string // the tunnel that it goes through
	content     *content
	deaf        bool // its contents are read, or not to be read

	list       *list
	prev, past *flow // neighbours in the list
}

// list holds conversations in the order of their last packets.
type list struct {
	head, tail *flow
	patience   time.Duration
}

func (l *list) add(f *flow) {
	f.list, f.prev, f.past = l, l.tail, nil
	if l.tail != nil {
		l.tail.past = f
	} else {
		l.head = f
	}
	l.tail = f
}

func (l *list) remove(f *flow) {
	if f.prev != nil {
		f.prev.past = f.past
	} else {
		l.head = f.past
	}
	if f.past != nil {
		f.past.prev = f.prev
	} else {
		l.tail = f.prev
	}
	f.list, f.prev, f.past = nil, nil, nil
}

// touch moves a conversation to the end of list l.
func (l *list) touch(f *flow) {
	if l.tail == f {
		return
	}
	if f.list != nil {
		f.list.remove(f)
	}
	l.add(f)
}

// duration is the time from the first packet to the last. Packets may stand in a capture in another order.
func (f *flow) duration() time.Duration {
	if !f.first.Known() || !f.last.Known() {
		return 0
	}
	return time.Duration(f.last - f.first)
}

// originator and responder give the ends.
func (f *flow) originator() end {
	if f.swapped {
		return f.key.high
	}
	return f.key.low
}

func (f *flow) responder() end {
	if f.swapped {
		return f.key.low
	}
	return f.key.high
}

// toGroup reports whether a conversation goes to a multicast group.
func (f *flow) toGroup() bool { return f.responder().address(f.key.is4).IsMulticast() }
