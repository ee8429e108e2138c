package pcap

import (
	"stormglass/internal/telemetry/packet"
)

// What is told of contents that are not read to their end.
const (
	noticeHole   = "contents of TCP with parts missing: not read to the end"
	noticeHeld   = "contents of TCP not read: too many at a time"
	noticeStream = "contents of TCP not read to the end: too long"
)

// maxLate is how many segments of a direction are looked at for a beginning of TLS: it may come after a greeting
// (STARTTLS), a request to a proxy, or the negotiation of RDP.
const maxLate = 12

// protocol is what one direction of a conversation is read as.
type protocol uint8

const (
	unknown protocol = iota
	inTLS
	inDNS
	inHTTP
)

// contentSize is about what a content takes without what is held in it.
const contentSize = 512

// content is what is read of the octets of a TCP conversation, for as long as it is.
type content struct {
	streams [2]stream // of the originator, of the responder
	tls     *handshake
	http    *exchange
}

type stream struct {
	intake
	as       protocol
	segments int    // looked at
	body     body   // of HTTP
	message  []byte // of the TLS handshake, as far as it has come
}

// contents reads the payload of a TCP packet.
func (r *run) contents(c *flow, l *packet.Level, forward bool) {
	if c.deaf || len(l.Payload) == 0 || l.TCPFlags&flagRST != 0 {
		return
	}
	if c.content == nil {
		if r.held >= r.maxHeld {
			r.pass(r.number, noticeHeld)
			c.deaf = true
			return
		}
		c.content = new(content)
		r.held += contentSize
	}
	side, h := 0, &c.one
	if !forward {
		side, h = 1, &c.two
	}
	s := &c.content.streams[side]
	if s.done {
		return
	}
	seq := l.Seq
	if l.TCPFlags&flagSYN != 0 {
		seq++
	}
	switch {
	case s.begun:
	case h.opened:
		s.start(h.first)
	default:
		s.start(seq)
	}
	r.take(c, side, seq, l.Payload)
	switch {
	case s.done:
	case s.at >= maxStream && s.as != inHTTP:
		r.stop(c, side, noticeStream)
	case uint32(len(l.Payload)) != l.PayloadLength: // cut short by the capture
		r.stop(c, side, noticeHole)
	}
	if c.content.streams[0].done && c.content.streams[1].done {
		r.close(c)
	}
}

// take puts a segment in its place and reads what is ready.
func (r *run) take(c *flow, side int, seq uint32, data []byte) {
	s := &c.content.streams[side]
	off, data, ok, beyond := s.place(seq, data)
	if beyond {
		r.stop(c, side, noticeHole)
	}
	if !ok {
		return
	}
	if off == 0 && len(s.buf) == 0 { // as nearly all do: nothing needs to be kept
		r.recognise(c, s, data)
		n := r.consume(c, side, data)
		s.at += n
		if data = data[n:]; len(data) == 0 || s.done {
			return
		}
	}
	r.hold(c, side, off, data)
}

// hold keeps a segment until what it belongs to is there.
func (r *run) hold(c *flow, side, off int, data []byte) {
	s := &c.content.streams[side]
	if r.held+len(data) > r.maxHeld {
		r.stop(c, side, noticeHeld)
		return
	}
	before := s.ready
	grown, ok := s.put(off, data)
	r.held += grown
	if !ok {
		r.stop(c, side, noticeHole)
	}
	if s.done || s.ready == before {
		return
	}
	r.recognise(c, s, s.buf[:s.ready])
	n := r.consume(c, side, s.buf[:s.ready])
	if !s.done {
		s.consume(n)
		r.held -= n
	}
}

// stop gives a direction up, and says why if it was worth reading.
func (r *run) stop(c *flow, side int, why string) {
	s := &c.content.streams[side]
	if s.as != unknown {
		r.pass(r.number, why)
	}
	if s.as == inTLS {
		c.content.tls.missed = true
	}
	r.finished(s)
}

// finished frees what a direction held.
func (r *run) finished(s *stream) {
	s.done = true
	r.held -= len(s.buf) + len(s.message)
	s.buf, s.islands, s.message, s.ready = nil, nil, nil, 0
}

// recognise tells by its first octets what a direction is.
func (r *run) recognise(c *flow, s *stream, data []byte) {
	if s.as != unknown {
		return
	}
	if s.at == 0 {
		c.recognised(serviceOf(data))
		if dnsPort(c.originator().port) || dnsPort(c.responder().port) {
			s.as = inDNS
			return
		}
	}
	switch request := requestBegins(data); {
	case tlsBegins(data):
		s.as = inTLS
		if c.content.tls == nil {
			c.content.tls = &handshake{at: r.at}
		}
	case request || responseBegins(data):
		s.as = inHTTP
		if c.content.http == nil {
			c.content.http = new(exchange)
			if s == &c.content.streams[0] != request {
				c.content.http.client = 1
			}
		}
		c.recognised("http")
	}
	s.segments++
}

// consume reads what is ready and gives how much of it was used up.
func (r *run) consume(c *flow, side int, data []byte) int {
	s := &c.content.streams[side]
	switch s.as {
	case inTLS:
		return r.tlsRecords(c, side, data)
	case inHTTP:
		return r.http(c, side, data)
	case inDNS:
		return r.dnsMessages(c, side, data)
	case unknown:
		switch {
		case s.segments >= maxLate:
			r.finished(s)
		case s.at == 0 && mayBegin(data):
			return 0
		}
	}
	return len(data)
}

// close ends the reading of a conversation's contents.
func (r *run) close(c *flow) {
	if c.content == nil {
		return
	}
	for x := c.content.http; x != nil && len(x.waiting) > 0; {
		r.exchanged(c, nil)
	}
	h := c.content.tls
	for i := range c.content.streams {
		r.finished(&c.content.streams[i])
	}
	c.content, c.deaf = nil, true
	r.held -= contentSize
	if h != nil {
		r.held -= h.size
		r.shaken(c, h)
	}
}

// dnsMessages reads the messages of DNS over TCP, each after its length (RFC 1035, section 4.2.2).
func (r *run) dnsMessages(c *flow, side int, data []byte) int {
	s, n := &c.content.streams[side], 0
	for len(data)-n >= 2 {
		size := int(data[n])<<8 | int(data[n+1])
		if size > maxWindow-2 {
			r.stop(c, side, noticeStream)
			return n
		}
		if len(data)-n-2 < size {
			break
		}
		if !r.dns(c, data[n+2:n+2+size], side == 0, true) {
			r.finished(s)
			return n
		}
		n += 2 + size
	}
	return n
}
