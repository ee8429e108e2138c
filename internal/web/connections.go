package web

import (
	"context"
	"log/slog"
	"net"
	"net/netip"
	"sync"
)

// Connections of one address; in IPv6 of a network of 64 bits, where one machine has all addresses. On loopback there may be a proxy, which connects for
// many.
const (
	maxOfAddress  = 64
	maxOfLoopback = 256
)

// perAddress is a listener that closes at once what one address has too many of, so that nobody takes all connections.
type perAddress struct {
	net.Listener

	log *slog.Logger
	mu  sync.Mutex
	of  map[netip.Addr]int // open ones
}

func limitAddresses(l net.Listener, log *slog.Logger) *perAddress {
	return &perAddress{Listener: l, log: log, of: map[netip.Addr]int{}}
}

// Accept waits for a connection that there is room for.
func (l *perAddress) Accept() (net.Conn, error) {
	for {
		c, err := l.Listener.Accept()
		if err != nil {
			return nil, err //nolint:wrapcheck // it stands for the listener: net/http asks what kind of error it is
		}
		from := networkOf(c.RemoteAddr())
		if l.enter(from) {
			return &counted{Conn: c, leave: sync.OnceFunc(func() { l.left(from) })}, nil
		}
		_ = c.Close() // nothing was read or written
		l.log.DebugContext(context.Background(), "an address has too many connections", slog.String("from", from.String()))
	}
}

func (l *perAddress) enter(from netip.Addr) bool {
	most := maxOfAddress
	if from.IsLoopback() {
		most = maxOfLoopback
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.of[from] >= most {
		return false
	}
	l.of[from]++
	return true
}

func (l *perAddress) left(from netip.Addr) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.of[from]--; l.of[from] == 0 {
		delete(l.of, from)
	}
}

// networkOf gives what the connections of an address are counted under.
func networkOf(a net.Addr) netip.Addr {
	t, ok := a.(*net.TCPAddr)
	if !ok {
		return netip.Addr{}
	}
	addr := t.AddrPort().Addr().Unmap().WithZone("")
	if p, err := addr.Prefix(64); err == nil && addr.Is6() && !addr.IsLoopback() {
		return p.Addr()
	}
	return addr
}

// counted is a connection that is no longer counted when it is closed.
type counted struct {
	net.Conn

	leave func()
}

// Close closes the connection.
func (c *counted) Close() error {
	c.leave()
	return c.Conn.Close() //nolint:wrapcheck // it stands for the connection
}
