// Package porttest gives tests ports of loopback for programs that must be told one.
package porttest

import (
	"math/rand/v2"
	"net"
	"net/netip"
	"testing"
)

// Free gives an address of 127.0.0.1 whose port nobody has now, neither of UDP nor of TCP. It is not one of those that the system gives
// to who asks for any: somebody else, or who connects while nobody listens, would be given it.
func Free(t testing.TB) netip.AddrPort {
	t.Helper()
	for range 1000 {
		at := netip.AddrPortFrom(netip.MustParseAddr("127.0.0.1"), uint16(20_000+rand.IntN(12_000)))
		u, err := net.ListenUDP("udp4", net.UDPAddrFromAddrPort(at))
		if err != nil {
			continue
		}
		l, err := net.ListenTCP("tcp4", net.TCPAddrFromAddrPort(at))
		_ = u.Close()
		if err == nil {
			_ = l.Close()
			return at
		}
	}
	t.Fatal("no port is free")
	return netip.AddrPort{}
}
