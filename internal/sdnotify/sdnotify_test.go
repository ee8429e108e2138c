package sdnotify

import (
	"context"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// manager is the other end: a socket that systemd would hold.
func manager(t *testing.T, name string) *net.UnixConn {
	t.Helper()
	conn, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Name: name, Net: "unixgram"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	return conn
}

// hears reads what was sent, or fails: a test never waits for ever.
func hears(t *testing.T, conn *net.UnixConn) string {
	t.Helper()
	if err := conn.SetReadDeadline(time.Now().Add(10 * time.Second)); err != nil {
		t.Fatal(err)
	}
	buf := make([]byte, 4096)
	n, err := conn.Read(buf)
	if err != nil {
		t.Fatal(err)
	}
	return string(buf[:n])
}

func env(pairs ...string) func(string) string {
	return func(name string) string {
		for i := 0; i+1 < len(pairs); i += 2 {
			if pairs[i] == name {
				return pairs[i+1]
			}
		}
		return ""
	}
}

func TestNotifier(t *testing.T) {
	names := map[string]string{"a path": filepath.Join(t.TempDir(), "notify")}
	if runtime.GOOS == "linux" {
		names["an abstract address"] = fmt.Sprintf("@stormglass-test-%d", os.Getpid())
	}
	for what, name := range names {
		t.Run(what, func(t *testing.T) {
			ctx, conn := t.Context(), manager(t, name)
			n, err := New(env("NOTIFY_SOCKET", name), 1)
			if err != nil {
				t.Fatal(err)
			}
			for _, c := range []struct {
				tell func() error
				want string
			}{
				{func() error { return n.Ready(ctx) }, "READY=1"},
				{func() error { return n.Alive(ctx) }, "WATCHDOG=1"},
				{func() error { return n.Stopping(ctx) }, "STOPPING=1"},
			} {
				if err := c.tell(); err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(c.want, hears(t, conn)); diff != "" {
					t.Errorf("-want +got\n%s", diff)
				}
			}
		})
	}
}

func TestNobodyAsks(t *testing.T) {
	none, err := New(env(), 1)
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range []*Notifier{none, {}, nil} {
		if err := n.Ready(t.Context()); err != nil {
			t.Error(err)
		}
		n.Watch(t.Context(), func() bool { t.Error("asked"); return true }, func(err error) { t.Error(err) })
	}
}

func TestNew(t *testing.T) {
	for name, c := range map[string]struct {
		env  func(string) string
		want time.Duration
		bad  bool
	}{
		"none":            {env: env("NOTIFY_SOCKET", "/run/n")},
		"ours":            {env: env("NOTIFY_SOCKET", "/run/n", "WATCHDOG_USEC", "30000000", "WATCHDOG_PID", "7"), want: 15 * time.Second},
		"anybody's":       {env: env("NOTIFY_SOCKET", "/run/n", "WATCHDOG_USEC", "30000000"), want: 15 * time.Second},
		"another's":       {env: env("NOTIFY_SOCKET", "/run/n", "WATCHDOG_USEC", "30000000", "WATCHDOG_PID", "8")},
		"without socket":  {env: env("WATCHDOG_USEC", "30000000")},
		"no number":       {env: env("NOTIFY_SOCKET", "/run/n", "WATCHDOG_USEC", "soon"), bad: true},
		"nothing":         {env: env("NOTIFY_SOCKET", "/run/n", "WATCHDOG_USEC", "0"), bad: true},
		"too much":        {env: env("NOTIFY_SOCKET", "/run/n", "WATCHDOG_USEC", "9223372036854775807"), bad: true},
		"no address":      {env: env("NOTIFY_SOCKET", "run/n"), bad: true},
		"another's vsock": {env: env("NOTIFY_SOCKET", "vsock:2:1234"), bad: true},
	} {
		n, err := New(c.env, 7)
		if (err != nil) != c.bad {
			t.Errorf("%s: %v", name, err)
		}
		if err == nil && n.WatchdogEvery() != c.want {
			t.Errorf("%s: every %v, want %v", name, n.WatchdogEvery(), c.want)
		}
	}
}

func TestGoneManager(t *testing.T) {
	n := &Notifier{socket: filepath.Join(t.TempDir(), "gone")}
	if err := n.Ready(t.Context()); err == nil || !strings.HasPrefix(err.Error(), "tell the service manager READY: ") {
		t.Errorf("got %v", err)
	}
}

// TestWatch: signs of life come while the service is healthy and stay away while it is not.
func TestWatch(t *testing.T) {
	name := filepath.Join(t.TempDir(), "notify")
	conn := manager(t, name)
	n := &Notifier{socket: name, watchdog: 2 * time.Millisecond}
	ctx, cancel := context.WithCancel(t.Context())
	var asked atomic.Int64
	sick := make(chan struct{})
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		n.Watch(ctx, func() bool {
			if asked.Add(1) == 10 {
				close(sick)
			}
			return asked.Load() <= 3
		}, func(err error) { t.Error(err) })
	}()
	for range 3 {
		if got := hears(t, conn); got != "WATCHDOG=1" {
			t.Errorf("got %q", got)
		}
	}
	<-sick
	cancel()
	<-ended
	// Whoever is sick says nothing: the next thing heard is what is said now.
	if err := n.Stopping(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := hears(t, conn); got != "STOPPING=1" {
		t.Errorf("while sick %q was sent", got)
	}
}
