package sflow

import (
	"strconv"

	"stormglass/internal/telemetry"
	"stormglass/internal/telemetry/packet"
)

// maxListed bounds how many numbers of a path or a stack are written out.
const maxListed = 64

// maxText bounds a text that a pair takes over.
const maxText = 2048

func (sm *sample) vlans(x *xdr) {
	src, _, dst, _ := x.u32(), x.u32(), x.u32(), x.u32()
	if x.short {
		return
	}
	f := sm.flow()
	if src > 0 && src < 4096 { // beyond is "unknown"
		f.SrcVLAN = uint16(src)
	}
	if dst > 0 && dst < 4096 {
		f.DstVLAN = uint16(dst)
	}
}

func (sm *sample) router(x *xdr) {
	hop := x.addr()
	src, dst := x.u32(), x.u32()
	if x.short {
		return
	}
	f := sm.flow()
	if !hop.IsUnspecified() {
		f.NextHop = hop
	}
	if src <= 128 && dst <= 128 {
		f.SrcMask, f.DstMask = uint8(src), uint8(dst)
	}
}

// gateway reads what BGP says: next hop, own AS, source AS, peer AS, path, communities, preference.
func (sm *sample) gateway(x *xdr) {
	hop := x.addr()
	_, src, _ := x.u32(), x.u32(), x.u32()
	segments := x.list()
	last, listed := uint32(0), 0
	b := sm.text[:0]
	for range segments {
		kind := x.u32()
		n := x.list()
		for j := range n {
			last = x.u32()
			if listed++; listed > maxListed {
				continue
			}
			switch {
			case kind == 1 && j == 0:
				b = append(b, " {"...)
			case len(b) > 0:
				b = append(b, ' ')
			}
			b = strconv.AppendUint(b, uint64(last), 10)
		}
		if kind == 1 && n > 0 && listed <= maxListed {
			b = append(b, '}')
		}
	}
	if x.short {
		return
	}
	sm.text = b
	f := sm.flow()
	f.SrcAS, f.DstAS = src, last
	if !f.NextHop.IsValid() && !hop.IsUnspecified() {
		f.NextHop = hop
	}
	sm.madeList(fieldASPath, listed)
	sm.communities(x)
}

func (sm *sample) communities(x *xdr) {
	n := x.list()
	b := sm.text[:0]
	for i := range n {
		v := x.u32()
		if i >= maxListed {
			continue
		}
		if len(b) > 0 {
			b = append(b, ' ')
		}
		b = strconv.AppendUint(b, uint64(v>>16), 10)
		b = append(b, ':')
		b = strconv.AppendUint(b, uint64(v&0xffff), 10)
	}
	sm.text = b
	sm.madeList(fieldCommunities, int(n))
}

// madeList adds the list in the buffer, and says when it is not the whole.
func (sm *sample) madeList(id telemetry.FieldID, listed int) {
	if listed > maxListed {
		sm.text = append(sm.text, " ..."...)
	}
	for len(sm.text) > 0 && sm.text[0] == ' ' {
		sm.text = sm.text[1:]
	}
	sm.made(id)
}

// took adds text of the datagram as it is, up to a limit.
func (sm *sample) took(id telemetry.FieldID, text []byte) {
	if len(text) > maxText {
		sm.lose("sFlow text is too long, its end is dropped", strconv.Itoa(len(text))+" octets")
		text = text[:maxText]
	}
	sm.pair(id, telemetry.View(text))
}

func (sm *sample) users(x *xdr) {
	x.skip(4) // its character set
	src := x.opaque()
	x.skip(4)
	dst := x.opaque()
	sm.took(fieldUserSource, src)
	sm.took(fieldUserDest, dst)
}

func (sm *sample) url(x *xdr) {
	x.skip(4) // whose address the URL is
	url := x.opaque()
	host := x.opaque()
	sm.took(fieldURL, url)
	sm.took(fieldHost, host)
}

func (sm *sample) labels(x *xdr) {
	hop := x.addr()
	if f := sm.flow(); !x.short && !f.NextHop.IsValid() && !hop.IsUnspecified() {
		f.NextHop = hop
	}
	sm.numbers(fieldMPLSIn, x, 12)
	sm.numbers(fieldMPLSOut, x, 12)
}

// numbers adds a list of numbers without their lowest bits.
func (sm *sample) numbers(id telemetry.FieldID, x *xdr, shift uint) {
	n := x.list()
	b := sm.text[:0]
	for i := range n {
		v := x.u32()
		if i >= maxListed {
			continue
		}
		if i > 0 {
			b = append(b, ' ')
		}
		b = strconv.AppendUint(b, uint64(v>>shift), 10)
	}
	sm.text = b
	sm.madeList(id, int(n))
}

func (sm *sample) translated(x *xdr) {
	src, dst := x.addr(), x.addr()
	if x.short {
		return
	}
	f := sm.flow()
	if !src.IsUnspecified() {
		f.NATSrc = src
	}
	if !dst.IsUnspecified() {
		f.NATDst = dst
	}
}

func (sm *sample) translatedPorts(x *xdr) {
	src, dst := x.u32(), x.u32()
	if !x.short {
		f := sm.flow()
		f.NATSrcPort, f.NATDstPort = uint16(src), uint16(dst)
	}
}

// vlanStack reads the tags of a frame, outermost first, each with its protocol in the upper half.
func (sm *sample) vlanStack(x *xdr) {
	n := x.list()
	b := sm.text[:0]
	for i := range n {
		v := x.u32() & 0xfff
		if i >= maxListed {
			continue
		}
		if i > 0 {
			b = append(b, ' ')
		}
		b = strconv.AppendUint(b, uint64(v), 10)
	}
	sm.text = b
	sm.madeList(fieldVLANStack, int(n))
}

// tunnelEnds reads the header that the agent puts before the packet, or has taken from it.
func (sm *sample) tunnelEnds(x *xdr, six bool) {
	x.skip(4)
	proto := x.u32()
	src, dst := x.ip4, x.ip4
	if six {
		src, dst = x.ip6, x.ip6
	}
	from, to := src(), dst()
	sport, dport := x.u32(), x.u32()
	if x.short {
		return
	}
	l := packet.Level{Src: from, Dst: to, SrcPort: uint16(sport), DstPort: uint16(dport), HasPorts: sport != 0 || dport != 0, Proto: uint8(proto)}
	sm.text = l.AppendText(sm.text[:0])
	sm.made(fieldTunnel)
}

func (sm *sample) vni(x *xdr) {
	v := x.u32()
	if x.short {
		return
	}
	sm.text = strconv.AppendUint(sm.text[:0], uint64(v), 10)
	sm.made(fieldVNI)
}
