package service

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"testing"

	"stormglass/internal/config"
)

// opened opens a service, which start runs until stop: what arrives between waits in the kernel. Change is called in between.
func opened(t *testing.T, c *config.Config, change func(*Service)) (s *Service, start func() (stop func())) {
	t.Helper()
	log := slog.New(slog.DiscardHandler)
	if testing.Verbose() {
		log = slog.New(slog.NewTextHandler(t.Output(), nil))
	}
	s, err := Open(t.Context(), c, Options{Version: "test", Room: roomy, Socket: filepath.Join(t.TempDir(), "s.sock"), Getenv: func(string) string { return "" }, Log: log})
	if err != nil {
		t.Fatal(err)
	}
	change(s)
	return s, func() func() { return begun(t, s) }
}

// begun runs a service until stop, which waits for its end.
func begun(t *testing.T, s *Service) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	ended := make(chan error, 1)
	go func() { ended <- s.Run(ctx) }()
	stopped := false
	stop = func() {
		t.Helper()
		if stopped {
			return
		}
		stopped = true
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("the service ended with %v", err)
		}
	}
	t.Cleanup(stop)
	until(t, "ready", func() bool {
		st, err := s.Status(t.Context())
		return err == nil && st.Ready
	})
	return stop
}

// soaking reports whether tests may take long.
func soaking() bool { return os.Getenv("STORMGLASS_SOAK") != "" }
