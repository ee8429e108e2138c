package packet

// The ports of tunnels in UDP.
const (
	portGTP      = 2152
	portTeredo   = 3544
	portVXLAN    = 4789
	portVXLANGPE = 4790
	portGeneve   = 6081
	portMPLS     = 6635
	portVXLANOld = 8472 // what Linux took before there was a number
)

// udpTunnel enters a tunnel in UDP. A port is only a hint: what does not look like the tunnel is left as
// payload, and so is what turns out to be no frame inside (see Decode).
func (w *walk) udpTunnel(l *Level) step {
	w.guess, w.guessed = true, w.h.N
	switch l.DstPort {
	case portVXLAN, portVXLANOld, portVXLANGPE:
		return w.vxlan()
	case portGeneve:
		return w.geneve()
	case portGTP:
		return w.gtp()
	case portTeredo:
		return w.teredo()
	case portMPLS:
		if len(w.rest) < 4 {
			return stepDone
		}
		w.tunnel("mpls", 0)
		return stepMPLS
	}
	if l.SrcPort == portTeredo {
		return w.teredo()
	}
	if l.SrcPort == portGTP {
		return w.gtp()
	}
	return stepDone
}

// vxlan reads VXLAN, and its generic extension, which says by a flag that it names what follows: senders use
// the port of the one for the other.
func (w *walk) vxlan() step {
	b := w.rest
	if len(b) < 8 || b[0]&0x08 == 0 {
		return stepDone
	}
	next := stepEthernet
	if b[0]&0x04 != 0 {
		switch b[3] {
		case 1, 2:
			next = stepIP
		case 5:
			next = stepMPLS
		}
	}
	w.tunnel("vxlan", u32(b[4:])>>8)
	w.rest = b[8:]
	return next
}

func (w *walk) geneve() step {
	b := w.rest
	if len(b) < 8 || b[0]>>6 != 0 {
		return stepDone
	}
	header := 8 + int(b[0]&0x3f)*4
	if len(b) < header {
		return stepDone
	}
	next := stepIP
	switch u16(b[2:]) {
	case etherIPv4, etherIPv6:
	case etherBridged:
		next = stepEthernet
	default:
		return stepDone
	}
	w.tunnel("geneve", u32(b[4:])>>8)
	w.rest = b[header:]
	return next
}

// gtp reads the header of GTP-U, version 1, of a message that carries a subscriber's packet.
func (w *walk) gtp() step {
	b := w.rest
	if len(b) < 8 || b[0]&0xf0 != 0x30 || b[1] != 255 {
		return stepDone
	}
	id, header := u32(b[4:]), 8
	if b[0]&0x07 != 0 {
		header = 12
		if len(b) < header {
			return stepDone
		}
		for next := b[11]; b[0]&0x04 != 0 && next != 0; {
			if len(b) <= header {
				return stepDone
			}
			size := int(b[header]) * 4
			if size == 0 || len(b) < header+size {
				return stepDone
			}
			header += size
			next = b[header-1]
		}
	}
	w.tunnel("gtp", id)
	w.rest = b[header:]
	return stepIP
}

// teredo passes over the two indications that may stand before the IPv6 packet.
func (w *walk) teredo() step {
	b := w.rest
	if len(b) >= 4 && u16(b) == 1 { // authentication: two lengths, then the identifier, the value, a nonce, a byte
		size := 4 + int(b[2]) + int(b[3]) + 9
		if len(b) < size {
			return stepDone
		}
		b = b[size:]
	}
	if len(b) >= 8 && u16(b) == 0 { // origin: a port and an address
		b = b[8:]
	}
	if len(b) < 40 || b[0]>>4 != 6 {
		return stepDone
	}
	w.tunnel("teredo", 0)
	w.rest = b
	return stepIP
}
