package simulate

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"path/filepath"
	"time"
)

// Sending says where the export packets of a simulation go.
type Sending struct {
	Flows netip.AddrPort // of NetFlow and IPFIX
	SFlow netip.AddrPort // of sFlow; not valid is the same as Flows
	Rate  int            // datagrams a second
}

// MaxRate bounds Sending.Rate.
const MaxRate = 1_000_000

// Validate says everything that is wrong with s.
func (s Sending) Validate() error {
	var errs []error
	if !s.Flows.IsValid() || s.Flows.Port() == 0 {
		errs = append(errs, errors.New("the collector's address lacks a host or a port"))
	}
	if s.SFlow.IsValid() && s.SFlow.Port() == 0 {
		errs = append(errs, errors.New("the address for sFlow lacks a port"))
	}
	if s.Rate < 1 || s.Rate > MaxRate {
		errs = append(errs, fmt.Errorf("rate is %d datagrams a second: must be 1 to %d", s.Rate, MaxRate))
	}
	return errors.Join(errs...)
}

// SentRouter is what was sent in a router's name.
type SentRouter struct {
	Name      string
	Address   netip.Addr     // the router's own
	From      netip.AddrPort // where its datagrams really came from
	Datagrams int
}

// Sent is what Send did.
type Sent struct {
	Routers []SentRouter // in the order of their first datagrams
	Apart   bool         // each router had an address of its own
}

// Datagrams counts what was sent.
func (s *Sent) Datagrams() int {
	n := 0
	for _, r := range s.Routers {
		n += r.Datagrams
	}
	return n
}

// Send gives a collector the export packets of the simulation in dir, in the order of their times and at a steady rate.
// To a collector on 127.0.0.0/8 each router sends from an address of its own there, 127.0.0.11 and on, as far as the
// system lets it; to any other all datagrams come from this host, and only domains and ports tell routers apart.
// That a datagram was sent does not mean that it was received. Samples of sFlow state no time: to a collector they are of
// the moment when they come.
func Send(ctx context.Context, dir string, cfg Sending) (*Sent, error) {
	if err := cfg.Validate(); err != nil {
		return nil, err
	}
	if !cfg.SFlow.IsValid() {
		cfg.SFlow = cfg.Flows
	}
	in, err := openMerged(dir)
	if err != nil {
		return nil, err
	}
	o := &outgoing{cfg: cfg, routers: map[netip.Addr]*route{}, sent: &Sent{Apart: true}}
	err = errors.Join(o.send(ctx, in), o.close(), in.close())
	return o.sent, err
}

// outgoing sends datagrams, each from its router's socket.
type outgoing struct {
	cfg     Sending
	routers map[netip.Addr]*route
	sent    *Sent
}

type route struct {
	conn  *net.UDPConn
	index int // in Sent.Routers
}

// beat is how often datagrams are sent, as many as the rate allows.
const beat = 5 * time.Millisecond

func (o *outgoing) send(ctx context.Context, in *merged) error {
	pace := time.NewTicker(beat)
	defer pace.Stop()
	begin, n := time.Now(), 0
	for {
		d, err := in.next()
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		}
		for float64(n) >= float64(o.cfg.Rate)*(time.Since(begin)+beat).Seconds() {
			select {
			case <-ctx.Done():
				return ctx.Err()
			case <-pace.C:
			}
		}
		n++
		if err := o.datagram(ctx, d); err != nil {
			return err
		}
	}
}

func (o *outgoing) datagram(ctx context.Context, d *datagram) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	r, err := o.route(ctx, d)
	if err != nil {
		return err
	}
	if _, err := r.conn.Write(d.data); err != nil {
		return fmt.Errorf("send to the collector: %w", err)
	}
	o.sent.Routers[r.index].Datagrams++
	return nil
}

// route gives the socket of the router that a datagram is of.
func (o *outgoing) route(ctx context.Context, d *datagram) (*route, error) {
	if r := o.routers[d.from.Addr()]; r != nil {
		return r, nil
	}
	to := o.cfg.Flows
	if d.to.Port() == sflow5.collectorPort() {
		to = o.cfg.SFlow
	}
	conn, apart, err := dial(ctx, to, d.from.Port()-firstPort)
	if err != nil {
		return nil, fmt.Errorf("reach the collector: %w", err)
	}
	name := d.from.Addr().String()
	if x := newSite().deviceAt(d.from.Addr()); x != nil {
		name = x.name
	}
	from, _ := netip.ParseAddrPort(conn.LocalAddr().String())
	r := &route{conn: conn, index: len(o.sent.Routers)}
	o.sent.Routers = append(o.sent.Routers, SentRouter{Name: name, Address: d.from.Addr(), From: from})
	o.sent.Apart = o.sent.Apart && apart
	o.routers[d.from.Addr()] = r
	return r, nil
}

// dial opens a socket towards a collector: on loopback from an address of the router's own, where the system has one.
func dial(ctx context.Context, to netip.AddrPort, order uint16) (conn *net.UDPConn, apart bool, err error) {
	if a := to.Addr(); a.Is4() && a.IsLoopback() && order < 200 {
		from := net.UDPAddr{IP: net.IPv4(127, 0, 0, byte(11+order))}
		c, err := (&net.Dialer{LocalAddr: &from}).DialContext(ctx, "udp4", to.String())
		if err == nil {
			return c.(*net.UDPConn), true, nil //nolint:forcetypeassert // what the dialer gives for udp4
		}
	}
	c, err := (&net.Dialer{}).DialContext(ctx, "udp", to.String())
	if err != nil {
		return nil, false, err
	}
	return c.(*net.UDPConn), false, nil //nolint:forcetypeassert // what the dialer gives for udp
}

func (o *outgoing) close() error {
	var errs []error
	for _, r := range o.routers {
		errs = append(errs, r.conn.Close())
	}
	return errors.Join(errs...)
}

// merged reads the captures of a simulation in the order of time.
type merged struct {
	files []*captured
	heads []*datagram // nil when the file is at its end
}

func openMerged(dir string) (*merged, error) {
	m := &merged{}
	for _, name := range []string{fileNetflow9, fileIPFIX, fileSFlow} {
		c, err := openCaptured(filepath.Join(dir, filepath.FromSlash(ExportsDir), name+".pcap"))
		if err != nil {
			return nil, errors.Join(fmt.Errorf("open what the routers export: %w", err), m.close())
		}
		m.files = append(m.files, c)
		d, err := c.next()
		if err != nil && !errors.Is(err, io.EOF) {
			return nil, errors.Join(err, m.close())
		}
		m.heads = append(m.heads, d)
	}
	return m, nil
}

// next gives the next datagram, or io.EOF.
func (m *merged) next() (*datagram, error) {
	first := -1
	for i, d := range m.heads {
		if d != nil && (first < 0 || d.at.Before(m.heads[first].at)) {
			first = i
		}
	}
	if first < 0 {
		return nil, io.EOF
	}
	d := m.heads[first]
	head, err := m.files[first].next()
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	m.heads[first] = head
	return d, nil
}

func (m *merged) close() error {
	var errs []error
	for _, c := range m.files {
		errs = append(errs, c.close())
	}
	return errors.Join(errs...)
}
