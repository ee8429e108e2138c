// Package sdnotify tells systemd how the service is doing: that it is ready, that it stops, what it is at,
// and that it lives (sd_notify(3)). Where nobody asked, which is where NOTIFY_SOCKET is not set, it does
// nothing.
package sdnotify

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strconv"
	"strings"
	"time"
)

// Notifier sends to the service manager. The zero Notifier, and nil, send nothing.
type Notifier struct {
	socket   string
	watchdog time.Duration
}

// New takes what the service manager said in the environment. pid is the process's own: a watchdog that is
// meant for another process (WATCHDOG_PID) is none of ours.
func New(getenv func(string) string, pid int) (*Notifier, error) {
	n := &Notifier{socket: getenv("NOTIFY_SOCKET")}
	switch {
	case n.socket == "":
		return n, nil
	case n.socket[0] != '/' && n.socket[0] != '@':
		return nil, fmt.Errorf("NOTIFY_SOCKET %q is neither a path nor an abstract address", n.socket)
	}
	text := getenv("WATCHDOG_USEC")
	if other := getenv("WATCHDOG_PID"); text == "" || other != "" && other != strconv.Itoa(pid) {
		return n, nil
	}
	usec, err := strconv.ParseInt(text, 10, 64)
	if err != nil || usec <= 0 || usec > int64(maxWatchdog/time.Microsecond) {
		return nil, fmt.Errorf("WATCHDOG_USEC %q is no number of microseconds", text)
	}
	n.watchdog = time.Duration(usec) * time.Microsecond
	return n, nil
}

// maxWatchdog keeps microseconds within what a Duration holds.
const maxWatchdog = 365 * 24 * time.Hour

// Ready says that the service serves.
func (n *Notifier) Ready(ctx context.Context) error { return n.send(ctx, "READY=1") }

// Stopping says that the service ends, on its own account or because it was told to.
func (n *Notifier) Stopping(ctx context.Context) error { return n.send(ctx, "STOPPING=1") }

// WatchdogEvery gives how often Alive should be called, half of what the service manager waits; 0 when it
// does not ask.
func (n *Notifier) WatchdogEvery() time.Duration {
	if n == nil {
		return 0
	}
	return n.watchdog / 2
}

// Alive says that the service lives.
func (n *Notifier) Alive(ctx context.Context) error { return n.send(ctx, "WATCHDOG=1") }

// Watch calls Alive as often as the service manager wants it, as long as healthy says so; it returns when
// the context ends, at once when nobody asks. A process that hangs is what the manager restarts, so
// healthy must look at the parts that can hang. failed hears of what could not be sent.
func (n *Notifier) Watch(ctx context.Context, healthy func() bool, failed func(error)) {
	every := n.WatchdogEvery()
	if every <= 0 {
		return
	}
	t := time.NewTicker(every)
	defer t.Stop()
	for {
		if healthy() {
			if err := n.Alive(ctx); err != nil && ctx.Err() == nil {
				failed(err)
			}
		}
		select {
		case <-ctx.Done():
			return
		case <-t.C:
		}
	}
}

// send writes one datagram. A socket that is full makes it wait for a second at most.
func (n *Notifier) send(ctx context.Context, state string) (err error) {
	if n == nil || n.socket == "" {
		return nil
	}
	const patience = time.Second
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	what, _, _ := strings.Cut(state, "=")
	defer func() {
		if err != nil {
			err = fmt.Errorf("tell the service manager %s: %w", what, err)
		}
	}()
	conn, err := (&net.Dialer{}).DialContext(ctx, "unixgram", n.socket)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, conn.Close()) }()
	deadline, _ := ctx.Deadline()
	if err := conn.SetWriteDeadline(deadline); err != nil {
		return err
	}
	_, err = conn.Write([]byte(state))
	return err
}
