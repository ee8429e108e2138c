package packet

// The flags of GRE, with the version in the low bits.
const (
	greChecksum = 0x8000
	greRouting  = 0x4000
	greKey      = 0x2000
	greSequence = 0x1000
	greAck      = 0x0080
	greVersion  = 0x0007
)

// The payloads that only GRE has.
const (
	greERSPAN2 = 0x88be // type I and II
	greERSPAN3 = 0x22eb
)

func (w *walk) gre(l *Level) step {
	l.Carries = "gre"
	if !w.need(4) {
		return stepDone
	}
	flags, protocol := u16(w.rest), u16(w.rest[2:])
	version := flags & greVersion
	if version > 1 || flags&greRouting != 0 && version == 0 {
		return stepDone // the source routes of RFC 1701, and what nobody has defined
	}
	size := 4
	if flags&greChecksum != 0 {
		size += 4
	}
	key := size
	for _, flag := range [...]uint16{greKey, greSequence, greAck} {
		if flags&flag != 0 && (flag != greAck || version == 1) {
			size += 4
		}
	}
	if !w.need(size) {
		return stepDone
	}
	id := uint32(0)
	if flags&greKey != 0 {
		id = u32(w.rest[key:])
		if version == 1 {
			id &= 0xffff // the call; before it stands the length
		}
	}
	w.carry(l, size)
	if len(w.rest) == 0 {
		return stepDone // a keep-alive
	}
	return w.greInside(l, protocol, flags, id)
}

func (w *walk) greInside(l *Level, protocol, flags uint16, id uint32) step {
	switch protocol {
	case greERSPAN2:
		if flags&greSequence == 0 {
			return w.erspan(l, 0)
		}
		return w.erspan(l, 8)
	case greERSPAN3:
		return w.erspan(l, 12)
	case etherBridged:
		w.tunnel("gre", id)
		return stepEthernet
	case etherPPP:
		if flags&greVersion == 1 {
			l.Carries = "pptp"
		}
		w.tunnel(l.Carries, id)
		return stepPPP
	case etherIPv4, etherIPv6:
		w.tunnel("gre", id)
		return stepIP
	case etherMPLS, etherMPLSMany:
		w.tunnel("gre", id)
		return stepMPLS
	}
	return w.nonIP("other")
}

// erspan reads the header of a mirrored frame: none in type I, 8 bytes in II, 12 in III with 8 more when its
// last bit says so.
func (w *walk) erspan(l *Level, header int) step {
	l.Carries = "erspan"
	if !w.need(header) {
		return stepDone
	}
	session := uint32(0)
	if header > 0 {
		session = u32(w.rest) & 0x3ff
	}
	if header == 12 && w.rest[11]&1 != 0 {
		header += 8
		if !w.need(header) {
			return stepDone
		}
	}
	w.tunnel("erspan", session)
	w.rest = w.rest[header:]
	return stepEthernet
}
