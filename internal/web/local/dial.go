package local

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/http"

	"stormglass/internal/fault"
)

// ErrNoServer is that no service answers at a socket: there is none, or it is dead.
var ErrNoServer = errors.New("no service answers")

// dial connects. Its error is ErrNoServer when nobody is there, and something else when somebody may be.
func dial(ctx context.Context, path string) (net.Conn, error) {
	if err := checkPath(path); err != nil {
		return nil, err
	}
	d := net.Dialer{Timeout: dialWait}
	c, err := d.DialContext(ctx, "unix", path)
	switch {
	case err == nil:
		return c, nil
	case errors.Is(err, fs.ErrNotExist) || refused(err):
		return nil, fault.Wrap(fault.NotFound, fmt.Errorf("%w at %s", ErrNoServer, path))
	case errors.Is(err, fs.ErrPermission):
		return nil, fault.Hint(fault.Denied, fmt.Errorf("connect to the service: %w", err), "run this as the user that the service runs as")
	}
	return nil, fmt.Errorf("connect to the service: %w", err)
}

// Client gives a client for the API of the service at a socket; the host of its URLs does not matter
// ("http://stormglass/api/v1/status"). Errors of connecting are as those of Do.
func Client(path string) *http.Client {
	return &http.Client{Transport: &http.Transport{
		DialContext:       func(ctx context.Context, _, _ string) (net.Conn, error) { return dial(ctx, path) },
		DisableKeepAlives: true,
	}}
}
