package web

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strconv"

	"stormglass/internal/fault"
)

// Resolver finds the addresses of a name; net.DefaultResolver is one.
type Resolver interface {
	LookupNetIP(ctx context.Context, network, host string) ([]netip.Addr, error)
}

// errOpen is that somebody else could reach the service who does not have to say who they are.
var errOpen = errors.New("anybody who reaches this address could ask the service, and hand things in")

// resolve makes addresses to listen on of "host:port", an address of it that is not on this machine only when the
// service is protected. A name is resolved once, here, so that it cannot mean something else when it is listened on.
func resolve(ctx context.Context, r Resolver, address string, protected bool) (netip.AddrPort, error) {
	host, portText, err := net.SplitHostPort(address)
	if err != nil {
		return netip.AddrPort{}, fault.Hint(fault.Invalid, fmt.Errorf("listen on %s: %w", address, err), "127.0.0.1:8080, for example")
	}
	port, err := strconv.ParseUint(portText, 10, 16)
	if err != nil {
		return netip.AddrPort{}, fault.Hint(fault.Invalid, fmt.Errorf("listen on %s: the port is no number up to 65535", address), "127.0.0.1:8080, for example")
	}
	addrs, err := addresses(ctx, r, host)
	if err != nil {
		return netip.AddrPort{}, fault.Wrap(fault.Invalid, fmt.Errorf("listen on %s: %w", address, err))
	}
	if !protected {
		for _, a := range addrs {
			if !a.IsLoopback() {
				return netip.AddrPort{}, fault.Hint(fault.Invalid, fmt.Errorf("listen on %s (%s): %w", address, a, errOpen),
					"name a file of tokens, or listen on 127.0.0.1:"+portText)
			}
		}
	}
	return netip.AddrPortFrom(addrs[0], uint16(port)), nil
}

// addresses gives what a host stands for, IPv4 first; no host is all addresses of the machine.
func addresses(ctx context.Context, r Resolver, host string) ([]netip.Addr, error) {
	if host == "" {
		return []netip.Addr{netip.IPv6Unspecified()}, nil
	}
	if a, err := netip.ParseAddr(host); err == nil {
		return []netip.Addr{a.Unmap()}, nil
	}
	found, err := r.LookupNetIP(ctx, "ip", host)
	if err != nil {
		return nil, fmt.Errorf("find the address of %s: %w", host, err)
	}
	var four, six []netip.Addr
	for _, a := range found {
		if a = a.Unmap(); a.Is4() {
			four = append(four, a)
		} else {
			six = append(six, a)
		}
	}
	if found = append(four, six...); len(found) == 0 {
		return nil, fmt.Errorf("find the address of %s: it has none", host)
	}
	return found, nil
}
