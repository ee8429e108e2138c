package listen

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"os"
	"sync/atomic"
	"time"

	"stormglass/internal/telemetry"
)

// quiet is how long nothing has to arrive, once stopping, before a socket passes for empty.
const quiet = 20 * time.Millisecond

// plainSocket reads a datagram at a time, which works on every system. The kernel's losses are not known there.
type plainSocket struct {
	conn    *net.UDPConn
	granted int
	space   [64 << 10]byte
	one     [1]telemetry.Datagram
	end     atomic.Int64 // when reading the rest must end, nanoseconds since 1970
}

func openPlain(ctx context.Context, c *UDPConfig) ([]source, netip.AddrPort, error) {
	var lc net.ListenConfig
	conn, err := lc.ListenPacket(ctx, network("udp", c.Address), c.Address)
	if err != nil {
		return nil, netip.AddrPort{}, err
	}
	s := &plainSocket{conn: conn.(*net.UDPConn)}
	// Some systems refuse more than they allow instead of giving that.
	for s.granted = c.Buffer; s.granted > 0 && s.conn.SetReadBuffer(s.granted) != nil; {
		s.granted /= 2
	}
	return []source{s}, sender(conn.LocalAddr().(*net.UDPAddr).AddrPort()), nil
}

func (s *plainSocket) buffer() int          { return s.granted }
func (s *plainSocket) memory() int64        { return int64(len(s.space)) }
func (s *plainSocket) lost() (uint64, bool) { return 0, false }
func (s *plainSocket) close() error         { return s.conn.Close() }

func (s *plainSocket) read() ([]telemetry.Datagram, error) {
	n, from, err := s.conn.ReadFromUDPAddrPort(s.space[:])
	if err != nil {
		return nil, err
	}
	s.one[0] = telemetry.Datagram{From: sender(from), At: telemetry.InstantOf(time.Now()), Data: s.space[:n:n]}
	return s.one[:], nil
}

func (s *plainSocket) interrupt() {
	s.end.Store(time.Now().Add(stopTime).UnixNano())
	_ = s.conn.SetReadDeadline(time.Unix(1, 0)) // only a closed socket has none
}

func (s *plainSocket) rest() ([]telemetry.Datagram, error) {
	until, now := time.Unix(0, s.end.Load()), time.Now()
	if !now.Before(until) {
		return nil, nil
	}
	if soon := now.Add(quiet); soon.Before(until) {
		until = soon
	}
	if err := s.conn.SetReadDeadline(until); err != nil {
		return nil, err
	}
	ds, err := s.read()
	if errors.Is(err, os.ErrDeadlineExceeded) {
		return nil, nil
	}
	return ds, err
}
