package packet

func (w *walk) transport() step {
	l := w.level()
	switch w.proto {
	case ProtoTCP:
		return w.tcp(l)
	case ProtoUDP, ProtoUDPLite:
		return w.udp(l)
	case ProtoSCTP, protoDCCP:
		return w.ported(l, 12)
	case ProtoICMP, ProtoICMPv6:
		return w.icmp(l)
	case ProtoGRE:
		return w.gre(l)
	case ProtoESP:
		return w.esp(l)
	case ProtoAH:
		return w.auth(l)
	}
	return w.inside(l)
}

// inside enters a packet that stands in another without a header between them.
func (w *walk) inside(l *Level) step {
	switch w.proto {
	case ProtoIPv4:
		return w.nested(l, "ipip", "4in6", stepIP)
	case ProtoIPv6:
		return w.nested(l, "6in4", "6in6", stepIP)
	case ProtoMPLS:
		return w.nested(l, "mpls", "mpls", stepMPLS)
	case ProtoEthernet:
		return w.nested(l, "ethernet", "ethernet", stepEthernet)
	}
	return stepDone
}

func (w *walk) nested(l *Level, in4, in6 string, next step) step {
	if l.Src.Is4() {
		w.tunnel(in4, 0)
	} else {
		w.tunnel(in6, 0)
	}
	return next
}

// ports reads the two ports that TCP, UDP, SCTP and DCCP begin with.
func (w *walk) ports(l *Level) bool {
	if !w.need(4) {
		return false
	}
	l.SrcPort, l.DstPort, l.HasPorts = u16(w.rest), u16(w.rest[2:]), true
	return true
}

// carry leaves a header of the transport layer behind.
func (w *walk) carry(l *Level, header int) {
	w.rest = w.rest[min(header, len(w.rest)):]
	l.Payload = w.rest
	l.PayloadLength -= min(l.PayloadLength, uint32(header))
}

func (w *walk) tcp(l *Level) step {
	if !w.ports(l) {
		return stepDone
	}
	// A frame cut in the header gives what it has.
	header := 20
	if len(w.rest) >= 12 {
		l.Seq, l.Ack = u32(w.rest[4:]), u32(w.rest[8:])
	}
	if len(w.rest) >= 14 {
		l.TCPFlags = w.rest[13]
		header = int(w.rest[12]>>4) * 4
		if header < 20 {
			return w.fail(ErrTCPHeader)
		}
	}
	w.need(header)
	w.carry(l, header)
	return stepDone
}

func (w *walk) udp(l *Level) step {
	if !w.ports(l) {
		return stepDone
	}
	if !w.need(8) {
		w.carry(l, 8)
		return stepDone
	}
	length := int(u16(w.rest[4:]))
	w.carry(l, 8)
	switch {
	case w.proto == ProtoUDPLite || length == 0: // there it is what the checksum covers; 0 is a jumbogram
	case length < 8:
		return w.fail(ErrUDPLength)
	case l.Fragment:
	default:
		l.PayloadLength = min(l.PayloadLength, uint32(length-8))
		w.rest = w.rest[:min(len(w.rest), length-8)]
		l.Payload = w.rest
	}
	return w.udpTunnel(l)
}

func (w *walk) ported(l *Level, header int) step {
	if w.ports(l) && w.need(header) {
		w.carry(l, header)
	}
	return stepDone
}

func (w *walk) icmp(l *Level) step {
	if !w.need(2) {
		return stepDone
	}
	l.ICMPType, l.ICMPCode, l.HasICMP = w.rest[0], w.rest[1], true
	w.carry(l, 8)
	return stepDone
}

// esp is where reading ends: the inside is encrypted. Its SPI is no address of anybody.
func (w *walk) esp(l *Level) step {
	l.Carries = "esp"
	w.carry(l, 8)
	return stepDone
}

// auth passes over an authentication header (RFC 4302); its length is in words of four bytes, less two.
func (w *walk) auth(l *Level) step {
	if !w.need(12) {
		return stepDone
	}
	size := (int(w.rest[1]) + 2) * 4
	next := w.rest[0]
	if !w.need(max(size, 12)) {
		return stepDone
	}
	w.carry(l, max(size, 12))
	l.Auth, l.Proto, w.proto = true, next, next
	return stepTransport
}
