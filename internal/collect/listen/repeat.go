package listen

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"

	"stormglass/internal/fault"
)

func checkTargets(targets []netip.AddrPort) error {
	for _, t := range targets {
		if !t.IsValid() || t.Port() == 0 || t.Addr().IsUnspecified() {
			return fmt.Errorf("repeat to %s: not the address and port of a collector", t)
		}
	}
	return nil
}

// Hears reports whether what is sent to an address arrives at this listener: repeating to it, from this listener or
// through others, would go in a circle.
func (u *UDP) Hears(target netip.AddrPort) (bool, error) {
	if target.Port() != u.addr.Port() {
		return false, nil
	}
	a, own := target.Addr().Unmap().WithZone(""), u.addr.Addr()
	if !own.IsUnspecified() {
		return a == own, nil
	}
	if a.IsLoopback() || a.IsUnspecified() {
		return true, nil
	}
	interfaces, err := net.InterfaceAddrs()
	if err != nil {
		return false, fmt.Errorf("list the addresses of this machine: %w", err)
	}
	for _, i := range interfaces {
		if p, err := netip.ParsePrefix(i.String()); err == nil && p.Addr().Unmap().WithZone("") == a {
			return true, nil
		}
	}
	return false, nil
}

// openRepeaters gives each socket what it repeats with.
func (u *UDP) openRepeaters(ctx context.Context, targets []netip.AddrPort, sys system) error {
	if len(targets) == 0 {
		return nil
	}
	for _, t := range targets {
		heard, err := u.Hears(t)
		if err != nil {
			return err
		}
		if heard {
			return fault.Hint(fault.Invalid, fmt.Errorf("repeat %s to %s: %w", u.name, t, errLoop), "name the address of another collector")
		}
	}
	for _, s := range u.sockets {
		r, err := sys.repeat(ctx, targets, &u.n)
		if err != nil {
			return fmt.Errorf("repeat %s: %w", u.name, err)
		}
		s.repeat = r
	}
	return nil
}

var errLoop = errors.New("that is this listener itself")

// connect makes a socket for each target. Being connected it learns when nobody listens there.
func connect(ctx context.Context, targets []netip.AddrPort) ([]*net.UDPConn, error) {
	var out []*net.UDPConn
	var dialer net.Dialer
	for _, t := range targets {
		c, err := dialer.DialContext(ctx, "udp", t.String())
		if err != nil {
			return nil, errors.Join(err, closeConns(out))
		}
		out = append(out, c.(*net.UDPConn))
	}
	return out, nil
}

func closeConns(conns []*net.UDPConn) error {
	var errs []error
	for _, c := range conns {
		errs = append(errs, c.Close())
	}
	return errors.Join(errs...)
}
