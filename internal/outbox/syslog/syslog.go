// Package syslog sends messages as syslog (RFC 5424): over UDP one a datagram (RFC 5426), over TCP and TLS with octet counting (RFC
// 6587, RFC 5425). What a message says is CEF or JSON; its id stands in the structured data.
//
// Syslog knows no acknowledgement. Over TCP and TLS a batch has a connection of its own: after it we close our side and wait for the
// receiver to close its own, which it does after it has read everything; a reset instead says that it has not, and the batch is sent
// again. A receiver that closes nothing is believed after a while. Over UDP what is lost stays lost.
package syslog

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"strconv"
	"time"

	"stormglass/internal/outbox/message"
	"stormglass/internal/outbox/post"
)

// Bounds of a message, in bytes.
const (
	maxDatagram = 8 << 10
	maxFrame    = 64 << 10
)

// Sink sends to one receiver.
type Sink struct {
	network, address string
	form             string
	tls              *tls.Config // nil: none
	timeout          time.Duration
}

// New makes a sink of an address such as tcp://host:port. The form is cef or json.
func New(address, form, caFile string, timeout time.Duration) (*Sink, error) {
	u, err := url.Parse(address)
	if err != nil {
		return nil, fmt.Errorf("read address: %w", err)
	}
	s := &Sink{network: u.Scheme, address: u.Host, form: form, timeout: timeout}
	if s.network == "tls" {
		if s.tls, err = post.TLS(caFile); err != nil {
			return nil, err
		}
		s.network, s.tls.ServerName = "tcp", u.Hostname()
	}
	return s, nil
}

// Close has nothing to let go of: connections last for a batch.
func (s *Sink) Close() error { return nil }

// Deliver sends a batch.
func (s *Sink) Deliver(ctx context.Context, batch []*message.Message) []error {
	ctx, cancel := context.WithTimeout(ctx, s.timeout)
	defer cancel()
	n, err := s.send(ctx, batch)
	if err != nil && n == 0 {
		return []error{err}
	}
	out := make([]error, n)
	if err != nil {
		out = append(out, err)
	}
	return out
}

// send gives how many messages the receiver has.
func (s *Sink) send(ctx context.Context, batch []*message.Message) (n int, err error) {
	c, err := s.dial(ctx)
	if err != nil {
		return 0, err
	}
	defer func() {
		if e := c.Close(); e != nil && !errors.Is(e, net.ErrClosed) && err == nil && s.network == "udp" {
			err = e
		}
	}()
	end, _ := ctx.Deadline()
	if err := c.SetDeadline(end); err != nil {
		return 0, err
	}
	stop := context.AfterFunc(ctx, func() { _ = c.SetDeadline(time.Unix(1, 0)) }) // it fails only when it is closed already
	defer stop()
	if s.network == "udp" {
		return s.datagrams(c, batch)
	}
	if err := s.stream(c, batch); err != nil {
		return 0, err // what of it arrived is not known
	}
	return len(batch), nil
}

func (s *Sink) dial(ctx context.Context) (net.Conn, error) {
	if s.tls != nil {
		return (&tls.Dialer{Config: s.tls}).DialContext(ctx, s.network, s.address)
	}
	return (&net.Dialer{}).DialContext(ctx, s.network, s.address)
}

func (s *Sink) datagrams(c net.Conn, batch []*message.Message) (n int, err error) {
	for _, m := range batch {
		if _, err := c.Write(format(m, s.form, maxDatagram)); err != nil {
			return n, fmt.Errorf("send datagram: %w", err)
		}
		n++
	}
	return n, nil
}

// stream sends all, says that it was all, and waits for the receiver to say that it has read it.
func (s *Sink) stream(c net.Conn, batch []*message.Message) error {
	for _, m := range batch {
		frame := format(m, s.form, maxFrame)
		if _, err := c.Write(append([]byte(strconv.Itoa(len(frame))+" "), frame...)); err != nil {
			return fmt.Errorf("send message: %w", err)
		}
	}
	half, ok := c.(interface{ CloseWrite() error }) // *net.TCPConn and *tls.Conn
	if !ok {
		return nil
	}
	if err := half.CloseWrite(); err != nil {
		return fmt.Errorf("end sending: %w", err)
	}
	if err := c.SetReadDeadline(time.Now().Add(s.timeout / 2)); err != nil {
		return err
	}
	_, err := io.Copy(io.Discard, io.LimitReader(c, maxFrame))
	if err != nil && !errors.Is(err, os.ErrDeadlineExceeded) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return fmt.Errorf("wait for the receiver to close: %w", err)
	}
	return nil
}
