package packet

// Smaller numbers in an EtherType's place are the length of an LLC frame.
const minEtherType = 1536

// The EtherTypes that lead on.
const (
	etherIPv4     = 0x0800
	etherIPv6     = 0x86dd
	etherVLAN     = 0x8100
	etherQinQ     = 0x88a8
	etherQinQ1    = 0x9100 // before the standard, by vendors
	etherQinQ2    = 0x9200
	etherQinQ3    = 0x9300
	etherMPLS     = 0x8847
	etherMPLSMany = 0x8848
	etherPPPoE    = 0x8864
	etherPBB      = 0x88e7
	etherARP      = 0x0806
	etherBridged  = 0x6558 // a whole Ethernet frame, in GRE and Geneve
	etherPPP      = 0x880b // in GRE
)

func (w *walk) ethernet() step {
	if !w.need(14) {
		return stepDone
	}
	if !w.h.HasMAC && w.h.N == 0 {
		w.h.DstMAC, w.h.SrcMAC, w.h.HasMAC = [6]byte(w.rest), [6]byte(w.rest[6:]), true
	}
	// Tags belong to the header that they follow.
	w.before.VLAN, w.before.InnerVLAN, w.before.VLANs = 0, 0, 0
	w.etype = u16(w.rest[12:])
	w.rest = w.rest[14:]
	if w.etype < minEtherType {
		return w.llcLength()
	}
	return stepEtherType
}

// llcLength enters an LLC frame, whose length stands where the EtherType would.
func (w *walk) llcLength() step {
	w.rest = w.rest[:min(len(w.rest), int(w.etype))]
	return stepLLC
}

func (w *walk) etherType() step {
	if w.h.N == 0 {
		w.h.EtherType = w.etype
	}
	switch w.etype {
	case etherIPv4, etherIPv6:
		return stepIP
	case etherVLAN, etherQinQ, etherQinQ1, etherQinQ2, etherQinQ3:
		return w.vlan()
	case etherMPLS, etherMPLSMany:
		return stepMPLS
	case etherPPPoE:
		return stepPPPoE
	case etherPBB:
		return w.pbb()
	}
	return w.nonIP(etherName(w.etype))
}

func etherName(t uint16) string {
	switch t {
	case etherARP:
		return "arp"
	case 0x8035:
		return "rarp"
	case 0x8863:
		return "pppoe-discovery"
	case 0x88cc:
		return "lldp"
	case 0x8809:
		return "slow-protocols"
	case 0x88f7:
		return "ptp"
	case 0x888e:
		return "eapol"
	case 0x88e5:
		return "macsec"
	case 0x8902:
		return "cfm"
	case 0x9000:
		return "loopback"
	}
	return "other"
}

func (w *walk) vlan() step {
	if !w.need(4) {
		return stepDone
	}
	id := u16(w.rest) & 0xfff
	switch w.before.VLANs {
	case 0:
		w.before.VLAN = id
	case 1:
		w.before.InnerVLAN = id
	}
	w.before.VLANs = min(w.before.VLANs, 254) + 1
	w.etype = u16(w.rest[2:])
	w.rest = w.rest[4:]
	if w.etype < minEtherType {
		return w.llcLength()
	}
	return stepEtherType
}

// pbb reads the service tag of a provider's backbone bridge; the customer's frame follows.
func (w *walk) pbb() step {
	if !w.need(4) {
		return stepDone
	}
	w.tunnel("pbb", u32(w.rest)&0xffffff)
	w.rest = w.rest[4:]
	return stepEthernet
}

// llc reads IEEE 802.2: with SNAP an EtherType follows, the others carry no IP.
func (w *walk) llc() step {
	if !w.need(3) {
		return stepDone
	}
	switch {
	case w.rest[0] == 0x42:
		return w.nonIP("stp")
	case w.rest[0] == 0xfe:
		return w.nonIP("osi") // IS-IS, mostly
	case w.rest[0] != 0xaa || w.rest[1] != 0xaa:
		return w.nonIP("llc")
	case !w.need(8):
		return stepDone
	}
	oui := u32(w.rest[2:]) & 0xffffff
	w.etype = u16(w.rest[6:])
	w.rest = w.rest[8:]
	switch {
	case oui == 0x00000c:
		return w.nonIP("cisco") // CDP, VTP and the like
	case oui != 0 && oui != 0x0000f8 || w.etype < minEtherType:
		return w.nonIP("llc")
	}
	return stepEtherType
}

func (w *walk) pppoe() step {
	if !w.need(6) {
		return stepDone
	}
	if w.rest[0] != 0x11 {
		return w.fail(ErrPPPoE)
	}
	code, session, length := w.rest[1], u16(w.rest[2:]), int(u16(w.rest[4:]))
	w.rest = w.rest[6:]
	if code != 0 {
		return w.nonIP("pppoe-discovery")
	}
	w.tunnel("pppoe", uint32(session))
	w.rest = w.rest[:min(len(w.rest), length)]
	return stepPPP
}

// ppp reads a PPP frame, with HDLC's address and control or without, the protocol in one byte or two.
func (w *walk) ppp() step {
	if len(w.rest) > 1 && w.rest[0] == 0xff && w.rest[1] == 0x03 {
		w.rest = w.rest[2:]
	}
	if !w.need(2) {
		return stepDone
	}
	protocol := uint16(w.rest[0])
	if protocol&1 == 1 {
		w.rest = w.rest[1:]
	} else {
		protocol = u16(w.rest)
		w.rest = w.rest[2:]
	}
	switch protocol {
	case 0x21, 0x57:
		return stepIP
	case 0x281, 0x283:
		return stepMPLS
	}
	return w.nonIP("ppp") // its own negotiation, or compressed
}
