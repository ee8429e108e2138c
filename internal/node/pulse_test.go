package node

import (
	"context"
	"log/slog"
	"strings"
	"testing"
	"time"

	"stormglass/internal/receive"
	"stormglass/internal/telemetry"
)

// standing decodes nothing until it is let on.
type standing struct{ in, let chan struct{} }

func (s standing) Decode(*telemetry.Datagram, *telemetry.Set) {
	s.in <- struct{}{}
	<-s.let
}

// A block that is not taken in, and a commit that waits for it, are told of; a service that has nothing to do, or whose folder is
// busy with something that goes on, is not.
func TestHanging(t *testing.T) {
	at := standing{make(chan struct{}), make(chan struct{})}
	l := newFakeListener()
	k, err := OpenKeeper(t.Context(), t.TempDir(), "test")
	if err != nil {
		t.Fatal(err)
	}
	cfg := ServiceConfig{Listeners: []Listener{l}, FoldEvery: time.Millisecond, PollEvery: time.Hour}
	cfg.kinds = map[string]receive.Kind{"calls": {New: func() receive.Decoder { return at }}}
	s, err := NewService(t.Context(), k, cfg, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- s.Run(ctx) }()
	in := func(d time.Duration) string { return s.Hanging(time.Now().Add(d)) }

	waitFor(t, func() bool { return s.pulse.poll.began.Load() == 0 && in(24*time.Hour) == "" })
	l.send("203.0.113.1")
	<-at.in
	if why := in(time.Minute); why != "" {
		t.Errorf("after a minute: %s", why)
	}
	if why := in(time.Hour); !strings.Contains(why, "not taken in: no progress for 1h") {
		t.Errorf("after an hour: %q", why)
	}
	s.pulse.takes[0].end() // to see what is said of the commit, which waits for the block
	waitFor(t, func() bool { return strings.Contains(in(2*time.Hour), "not committed") })
	s.pulse.moved.Store(time.Now().Add(90 * time.Minute).UnixNano())
	if why := in(2 * time.Hour); why != "" {
		t.Errorf("although the folder is busy: %s", why)
	}
	close(at.let)
	waitFor(t, func() bool { return in(24*time.Hour) == "" })
	cancel()
	if err := <-ended; err != nil {
		t.Error(err)
	}
	if err := k.Close(); err != nil {
		t.Error(err)
	}
}
