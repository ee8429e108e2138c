package listen

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/netip"
	"os"
	"sync"
	"time"

	"stormglass/internal/telemetry"
)

const (
	// readSize is read from a connection at a time, bytes.
	readSize = 8 << 10
	// streamQuiet is how long nothing has to come, once stopping, before a connection passes for read.
	streamQuiet = 50 * time.Millisecond
)

// conn is one connection that was let in.
type conn struct {
	stream  *Stream
	tcp     *net.TCPConn
	conn    net.Conn // tcp, or TLS over it
	from    netip.AddrPort
	framing Framing
	buffer  [readSize]byte
	batch   []telemetry.Datagram
	memory  int64 // of framing, as counted

	mu  sync.Mutex
	end time.Time // when all must have ended; zero before stopping
}

func newConn(s *Stream, tcp *net.TCPConn, from netip.AddrPort) *conn {
	c := &conn{stream: s, tcp: tcp, conn: tcp, from: from, framing: Framing{Most: s.cfg.Message}}
	if s.cfg.TLS != nil {
		c.conn = tls.Server(tcp, s.cfg.TLS)
	}
	return c
}

// run reads a connection to its end. ctx ending ends a handshake; reading is ended by stop.
func (c *conn) run(ctx context.Context, expired <-chan struct{}) {
	defer c.stream.forget(c)
	defer c.close()
	if !c.handshake(ctx) {
		return
	}
	err := c.read(expired)
	n := &c.stream.n
	switch {
	case errors.Is(err, errFraming):
		n.malformed.Add(1)
	case errors.Is(err, os.ErrDeadlineExceeded) && !c.stopping():
		n.idleClosed.Add(1)
	}
}

// handshake is that of TLS, and nothing without.
func (c *conn) handshake(ctx context.Context) bool {
	secure, ok := c.conn.(*tls.Conn)
	if !ok {
		return true
	}
	limited, cancel := context.WithTimeout(ctx, c.stream.handshakeTime)
	defer cancel()
	if err := secure.HandshakeContext(limited); err != nil {
		if ctx.Err() == nil { // else it is us who broke off
			c.stream.n.handshakesFailed.Add(1)
		}
		return false
	}
	return true
}

// read hands on messages until the connection ends, for whatever reason, which it gives.
func (c *conn) read(expired <-chan struct{}) error {
	for {
		c.setDeadline()
		n, err := c.conn.Read(c.buffer[:])
		c.stream.n.bytes.Add(uint64(n))
		if e := c.split(c.buffer[:n], expired); e != nil {
			return e
		}
		if err != nil {
			c.finish(err, expired)
			return err
		}
	}
}

// split hands on the messages that end in what was read.
func (c *conn) split(p []byte, expired <-chan struct{}) error {
	at := telemetry.InstantOf(time.Now())
	var err error
	for len(p) > 0 && err == nil {
		var m Message
		if p, m, err = c.framing.Next(p); m.Data != nil {
			c.hand(at, m, expired)
		}
	}
	grown := int64(c.framing.memory())
	c.stream.n.framing.Add(grown - c.memory)
	c.memory = grown
	return err
}

// finish hands on what the connection's end has left without one.
func (c *conn) finish(err error, expired <-chan struct{}) {
	if m := c.framing.Rest(errors.Is(err, io.EOF)); m.Data != nil {
		c.hand(telemetry.InstantOf(time.Now()), m, expired)
	}
}

// hand puts one message into the queue and waits for room. Messages are few beside datagrams: the queue's last
// block stays open, so they are handed over many at a time all the same.
func (c *conn) hand(at telemetry.Instant, m Message, expired <-chan struct{}) {
	n := &c.stream.n
	n.datagrams.Add(1)
	if m.Cut {
		n.cut.Add(1)
	}
	c.batch = append(c.batch[:0], telemetry.Datagram{From: c.from, At: at, Data: m.Data})
	n.left.Add(uint64(c.stream.queue.putWait(c.batch, expired)))
}

// setDeadline gives the next read its time. Writes have the same: TLS answers by itself, and a peer that does not
// read must not hold us.
func (c *conn) setDeadline() {
	_ = c.conn.SetDeadline(time.Now().Add(c.stream.cfg.Idle)) // an error shows in the read
	c.mu.Lock()
	defer c.mu.Unlock()
	c.shorten() // behind the line above: either this sees that it is time, or stop comes after both
}

// stop gives the connection a short while for what is on its way, and an end.
func (c *conn) stop(end time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.end = end
	c.shorten()
}

func (c *conn) shorten() {
	if c.end.IsZero() {
		return
	}
	soon := time.Now().Add(streamQuiet)
	if c.end.Before(soon) {
		soon = c.end
	}
	_ = c.tcp.SetDeadline(soon) // an error shows in the read
}

func (c *conn) stopping() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return !c.end.IsZero()
}

// close closes the TCP connection without the farewell of TLS: that may have to wait for the peer.
func (c *conn) close() {
	_ = c.tcp.Close() // all that was to be read was
	c.stream.n.framing.Add(-c.memory)
}
