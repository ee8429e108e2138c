package listen

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"net/netip"
	"syscall"

	"stormglass/internal/fault"
)

// network says which family an address means: 0.0.0.0 is IPv4 alone, [::] and no host are both.
func network(base, address string) string {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return base
	}
	if a, err := netip.ParseAddr(host); err == nil && a.Is4() {
		return base + "4"
	}
	return base
}

// bindError says of the usual reasons why a port cannot be taken what to do.
func bindError(name string, err error) error {
	err = fmt.Errorf("listen for %s: %w", name, err)
	var dns *net.DNSError
	var addr *net.AddrError
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		return fault.Hint(fault.Conflict, err, "another program listens there: stop it, or choose another port")
	case errors.Is(err, fs.ErrPermission):
		return fault.Hint(fault.Denied, err, "ports below 1024 need a right: AmbientCapabilities=CAP_NET_BIND_SERVICE in the unit of systemd")
	case errors.Is(err, syscall.EADDRNOTAVAIL):
		return fault.Hint(fault.Invalid, err, "this machine has no such address: 0.0.0.0 is all of IPv4, [::] is all")
	case errors.As(err, &dns), errors.As(err, &addr):
		return fault.Hint(fault.Invalid, err, "an address is host:port, such as 0.0.0.0:2055 or [::]:2055")
	}
	return err
}

func checkAllow(allow []netip.Prefix) error {
	for _, p := range allow {
		if !p.IsValid() {
			return errors.New("the allow-list has a network that is none")
		}
	}
	return nil
}

// warnOfBuffer says once when the kernel gives less than was wanted, since that is where datagrams are lost.
func (u *UDP) warnOfBuffer(ctx context.Context) {
	for _, s := range u.sockets {
		if granted := s.source.buffer(); granted < u.bufferWanted {
			u.log.WarnContext(ctx, "receive buffer is smaller than wanted",
				slog.String("listener", u.name), slog.Int("wanted_bytes", u.bufferWanted), slog.Int("granted_bytes", granted),
				slog.String("remedy", bufferRemedy(u.bufferWanted)))
			return
		}
	}
}
