package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"time"

	"golang.org/x/net/ipv4"
)

const (
	batch          = 32                     // datagrams by one call
	templatesEvery = 20 * time.Second       // as routers send their templates again
	tooLate        = 100 * time.Millisecond // what the sender is behind by more is not sent in a burst
)

// sender sends as several exporters by turns.
type sender struct {
	packets *packets
	from    []*exporter
	next    int // in the ring
	at      int // exporter

	datagrams, data uint64 // sent; those with flows
	slipped         time.Duration
}

// exporter is an address with sequence numbers of its own.
type exporter struct {
	conn     *net.UDPConn
	batch    *ipv4.PacketConn
	id       uint32
	sequence uint32
	messages []ipv4.Message
}

func newSender(ctx context.Context, p *packets, n, port int) (*sender, error) {
	s := &sender{packets: p}
	for i := range n {
		d := net.Dialer{LocalAddr: &net.UDPAddr{IP: net.IPv4(127, 0, 1, byte(1+i))}}
		c, err := d.DialContext(ctx, "udp4", fmt.Sprintf("127.0.0.1:%d", port))
		if err != nil {
			return nil, errors.Join(err, s.close())
		}
		x := &exporter{conn: c.(*net.UDPConn), batch: ipv4.NewPacketConn(c.(*net.UDPConn)), id: uint32(256 + i), messages: make([]ipv4.Message, batch)}
		for m := range x.messages {
			x.messages[m].Buffers = make([][]byte, 1)
		}
		s.from = append(s.from, x)
	}
	return s, nil
}

func (s *sender) close() error {
	var errs []error
	for _, x := range s.from {
		errs = append(errs, x.conn.Close())
	}
	return errors.Join(errs...)
}

// flows is how many were sent.
func (s *sender) flows() uint64 { return s.data * perPacket }

// run sends at a rate (flows a second, 0 as fast as it goes) for some time.
func (s *sender) run(ctx context.Context, rate int, long time.Duration) error {
	began := time.Now()
	until, templates, due := began.Add(long), began, began
	for ctx.Err() == nil {
		now := time.Now()
		if now.After(until) {
			return nil
		}
		if !now.Before(templates) {
			if err := s.template(now); err != nil {
				return err
			}
			templates = templates.Add(templatesEvery)
		}
		if err := s.send(now); err != nil {
			return err
		}
		if rate == 0 {
			continue
		}
		due = due.Add(time.Duration(float64(batch*perPacket) / float64(rate) * float64(time.Second)))
		switch late := time.Since(due); {
		case late < -time.Millisecond:
			time.Sleep(-late)
		case late > tooLate: // this machine had something else to do
			s.slipped += late
			due = due.Add(late)
		}
	}
	return ctx.Err()
}

// template has every exporter tell its template.
func (s *sender) template(now time.Time) error {
	for _, x := range s.from {
		stamp(s.packets.templates, now, x.sequence, x.id)
		x.sequence++
		if _, err := x.conn.Write(s.packets.templates); err != nil {
			return err
		}
		s.datagrams++
	}
	return nil
}

// send sends a batch of one exporter.
func (s *sender) send(now time.Time) error {
	x := s.from[s.at]
	s.at = (s.at + 1) % len(s.from)
	for i := range x.messages {
		b := s.packets.all[s.next]
		s.next = (s.next + 1) % len(s.packets.all)
		stamp(b, now, x.sequence, x.id)
		x.sequence++
		x.messages[i].Buffers[0] = b
	}
	for rest := x.messages; len(rest) > 0; {
		n, err := x.batch.WriteBatch(rest, 0)
		if err != nil {
			return fmt.Errorf("send: %w", err)
		}
		s.datagrams, s.data = s.datagrams+uint64(n), s.data+uint64(n)
		rest = rest[n:]
	}
	return nil
}

// freePort gives a port of loopback that nobody has.
func freePort(ctx context.Context) (int, error) {
	c, err := new(net.ListenConfig).ListenPacket(ctx, "udp4", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	return c.LocalAddr().(*net.UDPAddr).Port, c.Close()
}
