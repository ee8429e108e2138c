package pcap

import (
	"bytes"
	"strconv"

	"stormglass/internal/telemetry"
)

// maxRequests bounds the requests of a conversation that wait for their responses.
const maxRequests = 16

// noticeHTTP tells of conversations whose HTTP is not read to its end.
const noticeHTTP = "HTTP not read to the end: what follows is not understood"

// exchange is the HTTP of one conversation.
type exchange struct {
	waiting []request // for their responses
	client  int       // which side asks
}

// request is one that waits for its response.
type request struct {
	head
	at telemetry.Instant
}

// size is what a request holds, about.
func (q *request) size() int {
	return 200 + len(q.method) + len(q.uri) + len(q.host) + len(q.referrer) + len(q.agent) + len(q.userName)
}

// body is where one direction is within a message.
type body struct {
	left    uint64 // octets to pass over
	chunked bool
	trailer bool // behind the last chunk
	endless bool // to the end of the conversation
}

// http reads one direction of HTTP and gives how much of it was used up.
func (r *run) http(c *flow, side int, data []byte) int {
	s, n := &c.content.streams[side], 0
	for n < len(data) && !s.done && s.as == inHTTP {
		step, ok := r.httpStep(c, side, data[n:])
		if !ok {
			r.stop(c, side, noticeHTTP)
			return n
		}
		if step == 0 {
			break
		}
		n += step
	}
	return n
}

// httpStep reads the next part of a message: 0 when it is not all there, not ok when it is no HTTP.
func (r *run) httpStep(c *flow, side int, data []byte) (n int, ok bool) {
	b := &c.content.streams[side].body
	switch {
	case b.endless:
		return len(data), true
	case b.left > 0:
		n = int(min(b.left, uint64(len(data))))
		b.left -= uint64(n)
		return n, true
	case b.chunked:
		return b.chunk(data)
	case data[0] == '\r' || data[0] == '\n': // between messages
		return 1, true
	}
	x := c.content.http
	asks := side == x.client
	if n = headEnd(data); n == 0 {
		begins := requestBegins(data) || !asks && bytes.HasPrefix([]byte("HTTP/1."), data[:min(7, len(data))])
		return 0, len(data) <= maxHead && begins
	}
	var h head
	if n > maxHead || !h.parse(data[:n], asks) {
		return 0, false
	}
	if asks {
		r.asks(c, side, &h)
	} else {
		r.responds(c, side, &h)
	}
	return n, true
}

// chunk passes over the size of a chunk, or a line of the trailer.
func (b *body) chunk(data []byte) (n int, ok bool) {
	end := bytes.IndexByte(data, '\n')
	if end < 0 {
		return 0, len(data) <= maxHead
	}
	line := bytes.TrimRight(data[:end], "\r")
	if b.trailer {
		b.chunked, b.trailer = len(line) > 0, len(line) > 0
		return end + 1, true
	}
	digits, _, _ := bytes.Cut(line, []byte(";"))
	size, err := strconv.ParseUint(string(bytes.TrimSpace(digits)), 16, 62)
	if err != nil {
		return 0, false
	}
	if b.trailer = size == 0; !b.trailer {
		b.left = size + 2 // with the end of its line
	}
	return end + 1, true
}

// asks notes a request.
func (r *run) asks(c *flow, side int, h *head) {
	x := c.content.http
	if n := len(x.waiting); n == maxRequests || n > 0 && r.held >= r.maxHeld {
		r.exchanged(c, nil)
	}
	q := request{head: *h, at: r.at}
	x.waiting = append(x.waiting, q)
	r.held += q.size()
	b := &c.content.streams[side].body
	if *b = (body{chunked: h.chunked}); !h.chunked && h.length != telemetry.NoCount {
		b.left = h.length
	}
}

// responds makes a record of the request that a response belongs to.
func (r *run) responds(c *flow, side int, h *head) {
	if h.status < 200 && h.status != 101 {
		return // there is more to come
	}
	x, s := c.content.http, &c.content.streams[side]
	method := ""
	if len(x.waiting) > 0 {
		method = x.waiting[0].method
	}
	r.exchanged(c, h)
	switch {
	case h.status == 101 || method == "CONNECT" && h.status < 300: // another protocol follows
		for i := range c.content.streams {
			o := &c.content.streams[i]
			o.as, o.segments = unknown, 1
		}
	case method == "HEAD" || h.status == 204 || h.status == 304:
		s.body = body{}
	case h.chunked:
		s.body = body{chunked: true}
	case h.length != telemetry.NoCount:
		s.body = body{left: h.length}
	default:
		s.body = body{endless: true}
	}
}

// exchanged makes the record of the oldest request that waits, with its response if there is one. A response alone
// makes one too.
func (r *run) exchanged(c *flow, with *head) {
	x := c.content.http
	q := request{head: head{length: telemetry.NoCount}, at: r.at}
	if len(x.waiting) > 0 {
		q = x.waiting[0]
		x.waiting = append(x.waiting[:0], x.waiting[1:]...)
		r.held -= q.size()
	}
	b, i := r.set.Append(telemetry.KindHTTP)
	r.dated(q.at)
	o := &b.HTTP[i]
	o.Occurred = q.at
	c.ends(&o.Ends)
	if x.client == 1 {
		o.Src, o.Dst, o.SrcPort, o.DstPort = o.Dst, o.Src, o.DstPort, o.SrcPort
	}
	o.Method, o.Host, o.URI, o.Referrer, o.UserAgent, o.UserName = q.method, q.host, q.uri, q.referrer, q.agent, q.userName
	o.RequestBytes = q.length
	if with != nil {
		o.Status, o.ResponseBytes = uint16(with.status), with.length
	}
	r.path(b, &o.Extra, c)
	r.full()
}
