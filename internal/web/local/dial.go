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

// connect connects to a service, and says as which user it runs. Its error is ErrNoServer when nobody is there, ErrStranger when it is somebody
// who cannot be the service, and another one when somebody may be there.
func connect(ctx context.Context, at Server) (c net.Conn, uid int, err error) {
	if c, err = dial(ctx, at.Socket); err != nil {
		return nil, 0, err
	}
	if uid, err = at.check(c); err != nil {
		return nil, 0, errors.Join(err, c.Close())
	}
	return c, uid, nil
}

// dial connects to whoever listens. Its errors are those of connect.
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

// Client gives a client for the API of a service; the host of its URLs does not matter
// ("http://stormglass/api/v1/status"). Errors of connecting are as those of Do.
func Client(at Server) *http.Client {
	return &http.Client{Transport: &http.Transport{
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			c, _, err := connect(ctx, at)
			return c, err
		},
		DisableKeepAlives: true,
	}}
}
