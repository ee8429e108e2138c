package simulate

import (
	"net/netip"
	"time"
)

// Protocol numbers.
const (
	protoICMP = 1
	protoIPIP = 4
	protoTCP  = 6
	protoUDP  = 17
	protoGRE  = 47
	protoESP  = 50
)

// talk is one conversation, as whoever stands beside it could see it.
type talk struct {
	uid                  string
	start                time.Time
	length               time.Duration // 0 for a single packet
	src, dst             netip.Addr
	srcPort, dstPort     uint16
	proto                uint8
	service              string
	up, down             uint64 // payload bytes
	upPackets, dnPackets uint64
	state, history       string // Zeek's words
	dns                  *question
	http                 *request
	tls                  *handshake
	alert                *alert
	mirror               bool // a tunnel that carries mirrored traffic: ERSPAN II
	marks                []mark
}

type question struct {
	id      uint16
	name    string
	qtype   string
	rcode   string
	answers []string
	ttl     int
	rtt     time.Duration
}

type request struct {
	method, host, uri, agent string
	status                   int
	file, mime               string // name and type of what was answered
}

type handshake struct {
	client *client
	server string // name asked for
	cert   string // SHA-256 of the server's certificate, where it is sent in clear
}

type alert struct {
	id        int
	signature string
	category  string
	severity  int
}

// answered reports whether the other side replied.
func (t *talk) answered() bool { return t.dnPackets > 0 }

// mark notes that the conversation counts for an entry of the truth.
func (t *talk) mark(of *Occurrence, in facet) *talk {
	t.marks = append(t.marks, mark{of, in})
	return t
}

const base62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

func (c *cast) uid() string {
	b := [18]byte{0: 'C'}
	for i := 1; i < len(b); i++ {
		b[i] = base62[c.rng.IntN(len(base62))]
	}
	return string(b[:])
}

// call begins a conversation that nobody answered yet.
func (c *cast) call(at time.Time, src, dst netip.Addr, port uint16, proto uint8) *talk {
	t := &talk{
		uid: c.uid(), start: at.Truncate(time.Microsecond), src: src, dst: dst,
		srcPort: uint16(c.between(32768, 60999)), dstPort: port, proto: proto,
		upPackets: 1, state: "S0", history: "S",
	}
	if proto == protoUDP {
		t.history = "D"
	}
	return t
}

// retry makes an unanswered conversation one of several attempts.
func (t *talk) retry(packets uint64, length time.Duration) *talk {
	t.upPackets, t.length = packets, length
	return t
}

// refuse answers with a reset.
func (t *talk) refuse(after time.Duration) *talk {
	t.dnPackets, t.length, t.state, t.history = 1, after, "REJ", "Sr"
	return t
}

// answer gives the conversation its payload and length.
func (t *talk) answer(service string, up, down uint64, length time.Duration) *talk {
	t.service, t.up, t.down, t.length = service, up, down, length.Truncate(time.Microsecond)
	t.state = "SF"
	if t.proto == protoUDP {
		t.history = "Dd"
		t.upPackets, t.dnPackets = 1+up/1200, 1+down/1200
		return t
	}
	t.history = "ShADadFf"
	// Handshake and end, then data with an acknowledgement for every second packet.
	out, in := up/1380, down/1380
	t.upPackets, t.dnPackets = 5+out+in/2, 4+in+out/2
	return t
}

// tunnel makes the conversation a tunnel, with what it carries. The sensors that know TCP and UDP look past it.
func (c *cast) tunnel(at time.Time, src, dst netip.Addr, proto uint8, up, down uint64, length time.Duration) *talk {
	t := c.call(at, src, dst, 0, proto)
	t.srcPort, t.up, t.down, t.length = 0, up, down, length.Truncate(time.Microsecond)
	t.upPackets, t.dnPackets = 1+up/1300, 1+down/1300
	t.state, t.history = "OTH", ""
	return t
}

// isTunnel reports whether the conversation is of a protocol that carries others.
func (t *talk) isTunnel() bool {
	return t.proto == protoGRE || t.proto == protoIPIP || t.proto == protoESP
}

// echo makes the conversation one of ICMP echoes, so many of them with so many bytes each. Zeek writes the types of
// message as ports.
func (c *cast) echo(at time.Time, src, dst netip.Addr, n, size uint64, length time.Duration) *talk {
	t := c.call(at, src, dst, 0, protoICMP)
	t.srcPort, t.upPackets, t.dnPackets, t.length = 8, n, n, length.Truncate(time.Microsecond)
	t.up, t.down, t.state, t.history = n*size, n*size, "OTH", "-"
	return t
}

// overhead is the size of the headers of a packet.
func (t *talk) overhead() uint64 {
	n := uint64(20)
	switch t.proto {
	case protoUDP:
		n = 8
	case protoGRE:
		n = 4
	case protoESP, protoICMP:
		n = 8
	case protoIPIP:
		n = 0
	}
	if t.src.Is4() {
		return n + 20
	}
	return n + 40
}

// talk puts a conversation into the queue, with every record that a sensor may make of it.
func (s *slot) talk(t *talk) {
	limit := s.queue.end.Sub(t.start)
	if limit <= 0 { // it would begin after all that is told of
		return
	}
	if t.length > limit {
		t.length = limit.Truncate(time.Microsecond)
	}
	if t.dns != nil {
		at := t.start.Add(t.dns.rtt)
		if !t.answered() {
			at = t.start.Add(10 * time.Second)
		}
		s.queue.add(s.part, record{at: at, what: aspectDNS, talk: t})
	}
	if t.http != nil {
		s.queue.add(s.part, record{at: t.start.Add(min(t.length/2, 10*time.Second)), what: aspectHTTP, talk: t})
	}
	if t.tls != nil {
		s.queue.add(s.part, record{at: t.start.Add(min(t.length/2, 80*time.Millisecond)), what: aspectTLS, talk: t})
	}
	if t.alert != nil {
		s.queue.add(s.part, record{at: t.start.Add(t.length / 2), what: aspectAlert, talk: t})
	}
	end := t.start.Add(t.length)
	switch {
	case !t.answered():
		end = end.Add(5 * time.Second)
	case t.proto == protoUDP:
		end = end.Add(10 * time.Second)
	}
	s.queue.add(s.part, record{at: end, what: aspectFlow, talk: t})
	s.meter(t)
}
