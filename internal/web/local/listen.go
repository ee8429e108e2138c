package local

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"time"

	"stormglass/internal/fault"
)

// dialWait is how long somebody who listens has to answer.
const dialWait = 2 * time.Second

// Listen makes the socket at path, which only its owner can reach. The socket of a service that is dead is removed; one
// that answers is a Conflict. Two services that start at the same moment are kept apart by the lock of the data folder, not
// by this.
func Listen(ctx context.Context, path string) (*net.UnixListener, error) {
	if err := checkPath(path); err != nil {
		return nil, err
	}
	if err := makeFolder(filepath.Dir(path)); err != nil {
		return nil, err
	}
	if err := removeStale(ctx, path); err != nil {
		return nil, err
	}
	var lc net.ListenConfig
	l, err := lc.Listen(ctx, "unix", path)
	if err != nil {
		return nil, fmt.Errorf("make the local socket: %w", err)
	}
	if err := os.Chmod(path, 0o600); err != nil {
		return nil, errors.Join(fmt.Errorf("close the local socket to others: %w", err), l.Close())
	}
	return l.(*net.UnixListener), nil
}

// removeStale removes a socket that nobody answers at.
func removeStale(ctx context.Context, path string) error {
	info, err := os.Lstat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("look at the local socket: %w", err)
	}
	if info.Mode()&fs.ModeSocket == 0 {
		return fault.Hint(fault.Conflict, fmt.Errorf("something lies where the socket is to be made, %s: %w", path, errNotSocket), "remove it, or choose another place")
	}
	c, err := dial(ctx, path)
	if err == nil {
		_ = c.Close()
		return fault.Hint(fault.Conflict, fmt.Errorf("a service answers at %s already", path), "stop it first")
	}
	if !errors.Is(err, ErrNoServer) {
		return err
	}
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("remove the socket of a service that is dead: %w", err)
	}
	return nil
}
