package listen

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strconv"
	"syscall"

	"golang.org/x/sys/unix"
)

// openSockets opens the sockets of a listener. The first takes the port for itself, so that a port that another
// program has is an error and not shared with it; only then may ours join it.
func openSockets(ctx context.Context, c *UDPConfig) ([]source, netip.AddrPort, error) {
	var out []source
	address := c.Address
	for i := range c.Sockets {
		s, err := openSocket(ctx, c, address, i > 0)
		if err != nil {
			return nil, netip.AddrPort{}, errors.Join(err, closeAll(out))
		}
		out = append(out, s)
		if i == 0 {
			address = s.conn.LocalAddr().String()
			if c.Sockets > 1 {
				err = s.set(unix.SO_REUSEPORT, 1)
			}
		}
		if err != nil {
			return nil, netip.AddrPort{}, errors.Join(fmt.Errorf("share the port among sockets: %w", err), closeAll(out))
		}
	}
	return out, sender(out[0].(*batchSocket).local()), nil
}

func closeAll(sources []source) error {
	var errs []error
	for _, s := range sources {
		errs = append(errs, s.close())
	}
	return errors.Join(errs...)
}

func openSocket(ctx context.Context, c *UDPConfig, address string, join bool) (*batchSocket, error) {
	var granted int
	lc := net.ListenConfig{Control: func(_, _ string, raw syscall.RawConn) (err error) {
		if join {
			if err = setOption(raw, unix.SO_REUSEPORT, 1); err != nil {
				return err
			}
		}
		granted, err = enlarge(raw, c.Buffer) // before the port is taken: from then on datagrams arrive
		return err
	}}
	conn, err := lc.ListenPacket(ctx, network("udp", c.Address), address)
	if err != nil {
		return nil, err
	}
	s, err := newBatchSocket(conn.(*net.UDPConn))
	if err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	s.granted = granted
	return s, nil
}

// enlarge asks for a receive buffer, beyond what the system allows to everyone where we may, and gives what was granted.
func enlarge(raw syscall.RawConn, wanted int) (granted int, err error) {
	if setOption(raw, unix.SO_RCVBUFFORCE, wanted) != nil { // it needs CAP_NET_ADMIN
		if err := setOption(raw, unix.SO_RCVBUF, wanted); err != nil {
			return 0, fmt.Errorf("set the receive buffer: %w", err)
		}
	}
	e := raw.Control(func(fd uintptr) { granted, err = unix.GetsockoptInt(int(fd), unix.SOL_SOCKET, unix.SO_RCVBUF) })
	if err = errors.Join(e, err); err != nil {
		return 0, fmt.Errorf("read the receive buffer: %w", err)
	}
	return granted / 2, nil // the kernel doubles it, for what it keeps beside the data
}

func (s *batchSocket) set(option, value int) error { return setOption(s.raw, option, value) }

func setOption(raw syscall.RawConn, option, value int) error {
	var err error
	if e := raw.Control(func(fd uintptr) { err = unix.SetsockoptInt(int(fd), unix.SOL_SOCKET, option, value) }); e != nil {
		return e
	}
	return err
}

// bufferRemedy says what to change so that a buffer of this size is granted.
func bufferRemedy(wanted int) string {
	return "sysctl -w net.core.rmem_max=" + strconv.Itoa(wanted)
}
