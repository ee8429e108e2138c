package pcap

import (
	"stormglass/internal/telemetry"
	"stormglass/internal/telemetry/hello"
)

// The types of TLS records and of handshake messages.
const (
	recordCipher    = 20
	recordAlert     = 21
	recordHandshake = 22
	recordData      = 23

	messageClient      = 1
	messageServer      = 2
	messageCertificate = 11
)

// Bounds of TLS. A record has at most 16 KiB and what its protection adds.
const (
	maxRecord  = 1<<14 + 2048
	maxMessage = 96 << 10
)

// handshake is what the two ends of a TLS connection have said in the clear.
type handshake struct {
	at             telemetry.Instant // of the first hello
	client, server bool              // each has said hello
	swapped        bool              // the responder of the conversation is the client
	name           string
	ja3, ja4, ja3s string
	version        uint16
	cipher         uint16
	subject        string
	issuer         string
	named          bool     // the server's certificate was seen, whether or not it has names
	prints         []string // of certificates
	sealed         [2]bool  // what each end sends is encrypted
	chained        [2]bool  // each end has shown its certificates
	missed         bool     // a part of it was not understood, or is not in the capture
	size           int      // octets held here
}

// tlsHead is how many octets it takes to tell TLS.
const tlsHead = 6

// tlsBegins reports whether octets are a client or server hello in a record of TLS.
func tlsBegins(b []byte) bool {
	return len(b) >= tlsHead && b[0] == recordHandshake && b[1] == 3 && b[2] <= 4 && (b[5] == messageClient || b[5] == messageServer)
}

// tlsRecords reads whole records of TLS and gives how many octets they have.
func (r *run) tlsRecords(c *flow, side int, data []byte) int {
	s, n := &c.content.streams[side], 0
	h := c.content.tls
	for len(data)-n >= 5 && !s.done {
		size := int(data[n+3])<<8 | int(data[n+4])
		if data[n+1] != 3 || size > maxRecord {
			h.missed = true
			r.finished(s)
			return n
		}
		if len(data)-n-5 < size {
			break
		}
		switch data[n] {
		case recordHandshake:
			r.tlsMessages(c, side, data[n+5:n+5+size])
		case recordCipher, recordData:
			h.sealed[side] = true
			r.finished(s)
		case recordAlert:
		default:
			h.missed = true
			r.finished(s)
		}
		n += 5 + size
	}
	return n
}

// tlsMessages reads the handshake messages that a record ends.
func (r *run) tlsMessages(c *flow, side int, data []byte) {
	s := &c.content.streams[side]
	if len(s.message) > 0 {
		s.message = append(s.message, data...)
		r.held += len(data)
		data = s.message
	}
	for len(data) >= 4 {
		size := int(data[1])<<16 | int(data[2])<<8 | int(data[3])
		if size > maxMessage {
			r.stop(c, side, noticeStream)
			return
		}
		if len(data)-4 < size {
			break
		}
		r.tlsMessage(c, side, data[0], data[4:4+size])
		data = data[4+size:]
	}
	rest := append(s.message[:0], data...)
	r.held += len(rest) - len(s.message)
	s.message = rest
}

func (r *run) tlsMessage(c *flow, side int, kind byte, body []byte) {
	h := c.content.tls
	var err error
	switch kind {
	case messageClient:
		err = r.clientHello(c, side, body)
	case messageServer:
		err = r.serverHello(c, body)
	case messageCertificate:
		if !h.chained[side] {
			h.chained[side] = true
			err = hello.Certificates(body, func(der []byte) { r.certificate(h, der, (side == 1) != h.swapped) })
		}
	}
	r.weigh(h)
	if err != nil {
		h.missed = true
		r.set.Skip(r.number, err.Error(), "")
	}
}

// weigh counts what a handshake holds by now.
func (r *run) weigh(h *handshake) {
	size := 200 + len(h.name) + len(h.subject) + len(h.issuer)
	for _, p := range h.prints {
		size += 16 + len(p)
	}
	r.held += size - h.size
	h.size = size
}

func (r *run) clientHello(c *flow, side int, body []byte) error {
	h := c.content.tls
	if h.client {
		return nil // asked to say it again
	}
	m := &r.client
	if err := m.Parse(body); err != nil {
		return err
	}
	h.client, h.swapped = true, side == 1
	h.name, h.ja3, h.ja4 = m.ServerName, m.JA3(), m.JA4(hello.OverTCP)
	c.recognised("ssl")
	return nil
}

func (r *run) serverHello(c *flow, body []byte) error {
	h := c.content.tls
	if h.server {
		return nil
	}
	m := &r.server
	if err := m.Parse(body); err != nil {
		return err
	}
	h.server, h.version, h.cipher, h.ja3s = true, m.Negotiated(), m.Cipher, m.JA3S()
	c.recognised("ssl")
	return nil
}

// shaken makes the record of a handshake.
func (r *run) shaken(c *flow, h *handshake) {
	if !h.client && !h.server {
		return
	}
	b, i := r.set.Append(telemetry.KindTLS)
	r.dated(h.at)
	o := &b.TLS[i]
	o.Occurred = h.at
	c.ends(&o.Ends)
	if h.swapped {
		o.Src, o.Dst, o.SrcPort, o.DstPort = o.Dst, o.Src, o.DstPort, o.SrcPort
	}
	o.ServerName, o.JA3, o.JA4, o.JA3S = h.name, h.ja3, h.ja4, h.ja3s
	if h.server {
		o.Version, o.Cipher = hello.VersionName(h.version), hello.CipherName(h.cipher)
	}
	o.Subject, o.Issuer = h.subject, h.issuer
	for _, p := range h.prints {
		b.AddText(&o.Fingerprints, p)
	}
	o.Established = h.established()
	r.path(b, &o.Extra, c)
	r.full()
}

// established tells whether both ends went on to encrypt.
func (h *handshake) established() telemetry.Answer {
	switch {
	case h.sealed[0] && h.sealed[1]:
		return telemetry.Answered
	case h.missed:
		return telemetry.AnswerUnknown
	}
	return telemetry.Unanswered
}
