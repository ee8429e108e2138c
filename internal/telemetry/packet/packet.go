package packet

import (
	"encoding/binary"
	"errors"
	"net/netip"
)

// MaxLevels is how many IP headers of one frame are kept: the outer one and four inside tunnels.
const MaxLevels = 5

// maxSteps bounds the headers of one frame, whatever they are: no real frame has half of it.
const maxSteps = 64

// What contradicts itself in a frame. What was read before it is in Headers.
var (
	ErrLink          = errors.New("unknown link type")
	ErrShort         = errors.New("a header is longer than the packet it stands in")
	ErrIPVersion     = errors.New("neither IPv4 nor IPv6")
	ErrIPv4Header    = errors.New("IPv4 header shorter than 20 bytes")
	ErrIPv4Length    = errors.New("IPv4 total length below its header length")
	ErrIPv6Extension = errors.New("too many IPv6 extension headers")
	ErrTCPHeader     = errors.New("TCP header shorter than 20 bytes")
	ErrUDPLength     = errors.New("UDP length below 8")
	ErrMPLS          = errors.New("MPLS label stack without a bottom")
	ErrMPLSPayload   = errors.New("MPLS payload of no known kind")
	ErrPPPoE         = errors.New("PPPoE version or type not 1")
	ErrFamily        = errors.New("unknown address family of a loopback frame")
	ErrHeaders       = errors.New("too many headers in one frame")
)

// Headers is what Decode found in one frame. It is meant to be used again and again.
type Headers struct {
	Levels [MaxLevels]Level
	N      int // how many of Levels are filled; 0 when the frame holds no IP

	SrcMAC, DstMAC [6]byte // of the outermost Ethernet header
	HasMAC         bool
	EtherType      uint16 // the last one before the outer level
	NonIP          string // what the frame, or the innermost tunnel, holds instead of IP: "arp", "lldp", "other"
	Truncated      bool   // the capture ends before the headers or the payload do
	Deeper         bool   // there are further tunnels inside the last level
}

// Level is one IP header with what belongs to it.
type Level struct {
	Src, Dst         netip.Addr
	Final            netip.Addr // the last segment of an IPv6 routing header, where Dst is only the next one
	SrcPort, DstPort uint16
	Proto            uint8 // of the transport layer, after extension headers
	HasPorts         bool  // the ports were read: not in later fragments, nor in frames cut before them
	TCPFlags         uint8
	Seq, Ack         uint32 // of TCP
	ICMPType         uint8
	ICMPCode         uint8
	HasICMP          bool
	TOS, TTL         uint8
	Options          bool   // IPv4 options or IPv6 extension headers
	Auth             bool   // an authentication header stands before the transport layer
	Length           uint32 // of the IP packet with its header, as it states; as captured where it states none
	Unstated         bool   // the header states no length: the network card was to cut it into packets

	Fragment       bool   // part of a fragmented packet
	MoreFragments  bool   // and not the last one
	FragmentOffset uint32 // in bytes; only the part at 0 has ports
	FragmentID     uint32

	VLAN, InnerVLAN uint16 // of the Ethernet header before this level, outermost first
	VLANs           uint8  // how many tags there are
	MPLS            uint32 // the top label before this level
	Labels          uint8  // how many labels there are

	Tunnel   string // what encloses this level: "", or at level 0 "pppoe", "eompls", further in "gre", "vxlan" ...
	TunnelID uint32 // its key, network identifier, session or endpoint identifier
	Carries  string // the tunnel that this level is the outside of, also where its inside cannot be read ("esp")

	Payload       []byte // what the transport layer carries, as captured and without padding
	PayloadLength uint32 // the same as the headers state it
}

// Outer gives the level that a router on the way acts on, nil when the frame holds no IP.
func (h *Headers) Outer() *Level {
	if h.N == 0 {
		return nil
	}
	return &h.Levels[0]
}

// Inner gives the levels inside tunnels, the innermost last.
func (h *Headers) Inner() []Level {
	if h.N == 0 {
		return nil
	}
	return h.Levels[1:h.N]
}

// Innermost gives the last level, nil when the frame holds no IP.
func (h *Headers) Innermost() *Level {
	if h.N == 0 {
		return nil
	}
	return &h.Levels[h.N-1]
}

// Decode reads the headers of a frame into h, which it empties before. Payloads are slices of data. An error
// says what contradicts itself; h holds what was read before it, so a caller that finds h.N above zero has
// a conversation all the same. A frame that is cut off is no error: see Headers.Truncated.
func Decode(link Link, data []byte, h *Headers) error {
	h.reset()
	w := walk{h: h, rest: data}
	next := w.link(link)
	for n := 0; next != stepDone; n++ {
		if n == maxSteps {
			w.err = ErrHeaders
			break
		}
		next = w.step(next)
	}
	if w.err != nil && w.guess && h.N == w.guessed {
		// A port said that this might be a tunnel, and its inside says that it is none.
		h.Levels[h.N-1].Carries = ""
		return nil
	}
	return w.err
}

func (h *Headers) reset() {
	h.N, h.EtherType, h.NonIP = 0, 0, ""
	h.SrcMAC, h.DstMAC = [6]byte{}, [6]byte{}
	h.HasMAC, h.Truncated, h.Deeper = false, false, false
}

// walk is the way through one frame.
type walk struct {
	h     *Headers
	rest  []byte
	err   error
	etype uint16 // what rest holds, for stepEtherType
	proto uint8  // what rest holds, for stepTransport

	// The level that rest belongs to was captured to its end: what is missing now was never there.
	whole bool
	// Rest is taken for the inside of a tunnel by a port number alone, and guessed levels come before it.
	guess   bool
	guessed int

	before Level // what the next level gets from the headers before it
}

// step names a header that comes next.
type step uint8

const (
	stepDone step = iota
	stepEthernet
	stepEtherType
	stepLLC
	stepMPLS
	stepPPPoE
	stepPPP
	stepIP
	stepTransport
)

func (w *walk) step(s step) step {
	switch s {
	case stepEthernet:
		return w.ethernet()
	case stepEtherType:
		return w.etherType()
	case stepLLC:
		return w.llc()
	case stepMPLS:
		return w.mpls()
	case stepPPPoE:
		return w.pppoe()
	case stepPPP:
		return w.ppp()
	case stepIP:
		return w.ip()
	case stepTransport:
		return w.transport()
	case stepDone:
	}
	return stepDone
}

// need reports whether n bytes are left; if not, it notes why.
func (w *walk) need(n int) bool {
	if len(w.rest) >= n {
		return true
	}
	if w.whole {
		w.err = ErrShort
	} else {
		w.h.Truncated = true
	}
	return false
}

func (w *walk) fail(err error) step {
	w.err = err
	return stepDone
}

func (w *walk) nonIP(name string) step {
	w.h.NonIP = name
	return stepDone
}

// open starts a level; nil when there are enough.
func (w *walk) open() *Level {
	if w.h.N == MaxLevels {
		w.h.Deeper = true
		return nil
	}
	l := &w.h.Levels[w.h.N]
	*l = w.before
	w.before = Level{}
	w.h.N++
	return l
}

// level gives the level that was opened last.
func (w *walk) level() *Level { return &w.h.Levels[w.h.N-1] }

// tunnel notes that the last level, if there is one, carries another by name.
func (w *walk) tunnel(name string, id uint32) {
	if w.h.N > 0 && w.level().Carries == "" {
		w.level().Carries = name
	}
	w.before.Tunnel, w.before.TunnelID = name, id
}

func u16(b []byte) uint16 { return binary.BigEndian.Uint16(b) }
func u32(b []byte) uint32 { return binary.BigEndian.Uint32(b) }
