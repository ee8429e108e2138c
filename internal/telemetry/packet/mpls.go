package packet

// maxLabels bounds a label stack. Deeper ones than ten are not seen with segment routing either.
const maxLabels = 32

// mpls reads a label stack. Nothing in it says what follows, so what follows is looked at.
func (w *walk) mpls() step {
	labels := uint8(0)
	for {
		if !w.need(4) {
			return stepDone
		}
		if labels == maxLabels {
			return w.fail(ErrMPLS)
		}
		entry := u32(w.rest)
		w.rest = w.rest[4:]
		if labels == 0 {
			w.before.MPLS = entry >> 12
		}
		labels++
		if entry&0x100 != 0 {
			break
		}
	}
	w.before.Labels = labels
	return w.mplsPayload()
}

// mplsPayload tells IP from a pseudowire. A control word begins with a nibble 0 so that it cannot be taken for
// IP (RFC 4385); without it an Ethernet frame begins with an address that may look like anything.
func (w *walk) mplsPayload() step {
	if !w.need(1) {
		return stepDone
	}
	switch w.rest[0] >> 4 {
	case 4, 6:
		if !plausibleIP(w.rest) && frameAt(w.rest) {
			return w.pseudowire(0)
		}
		return stepIP
	case 0:
		if len(w.rest) >= 4 && frameAt(w.rest[4:]) {
			return w.pseudowire(4)
		}
		if frameAt(w.rest) {
			return w.pseudowire(0)
		}
		return w.nonIP("pseudowire") // with a control word, and not of Ethernet as far as one can tell
	case 1:
		return w.nonIP("mpls-oam") // the associated channel of a pseudowire
	}
	if frameAt(w.rest) {
		return w.pseudowire(0)
	}
	return w.fail(ErrMPLSPayload)
}

func (w *walk) pseudowire(controlWord int) step {
	w.tunnel("eompls", w.before.MPLS)
	w.rest = w.rest[controlWord:]
	return stepEthernet
}

// frameAt reports whether b begins with an Ethernet header that leads on or is otherwise common.
func frameAt(b []byte) bool {
	if len(b) < 14 {
		return false
	}
	switch t := u16(b[12:]); t {
	case etherIPv4, etherIPv6, etherVLAN, etherQinQ, etherQinQ1, etherMPLS, etherPPPoE:
		return true
	default:
		return t >= minEtherType && etherName(t) != "other"
	}
}

// plausibleIP reports whether b begins with an IP header that does not contradict itself.
func plausibleIP(b []byte) bool {
	if len(b) < 20 {
		return true
	}
	if b[0]>>4 == 6 {
		return len(b) < 40 || u16(b[4:]) == 0 || b[8] != 0 || b[9] != 0
	}
	header := int(b[0]&15) * 4
	return header >= 20 && int(u16(b[2:])) >= header && b[9] != 0
}
