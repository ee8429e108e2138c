package local

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"

	"stormglass/internal/web/auth"
)

// Commander runs command lines in the service. The error is for what could not be run at all: a command that fails
// writes why to stderr and gives its code. Command returns soon after ctx ends, which it does when the client stops it or goes
// away, and when the service stops.
type Commander interface {
	Command(ctx context.Context, r Request, stdin io.Reader, stdout, stderr io.Writer) (code int, err error)
}

// CommandPath is where commands are sent to.
const CommandPath = "/local/v1/command"

// What bounds a service.
const (
	maxCommands = 32               // at a time
	stopWait    = 10 * time.Second // for commands and requests to end when the service stops
	headerWait  = 10 * time.Second
)

// Serve makes a socket at path and serves it until ctx ends: the API, and commands. Only its owner reaches it.
func Serve(ctx context.Context, path string, handler http.Handler, c Commander, log *slog.Logger) error {
	l, err := Listen(ctx, path)
	if err != nil {
		return err
	}
	return Run(ctx, l, handler, c, log)
}

// Run serves a socket that Listen made until ctx ends, and closes it. Commands that run then are stopped and waited for.
func Run(ctx context.Context, l *net.UnixListener, handler http.Handler, c Commander, log *slog.Logger) error {
	s := &server{commander: c, log: log, places: make(chan struct{}, maxCommands)}
	mux := http.NewServeMux()
	mux.HandleFunc("POST "+CommandPath, func(w http.ResponseWriter, r *http.Request) { s.command(ctx, w, r) })
	mux.Handle("/", handler)
	hs := &http.Server{
		Handler: mux, ReadHeaderTimeout: headerWait, IdleTimeout: time.Minute, MaxHeaderBytes: 64 << 10,
		ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelDebug),
		ConnContext: func(ctx context.Context, conn net.Conn) context.Context {
			who, err := auth.Peer(conn)
			if err != nil {
				log.WarnContext(ctx, "who is at the other end of the local socket is not known", slog.Any("error", err))
				return ctx
			}
			return auth.With(ctx, who)
		},
	}
	done := make(chan error, 1)
	go func() { done <- hs.Serve(l) }()
	select {
	case err := <-done:
		return fmt.Errorf("serve the local socket: %w", err)
	case <-ctx.Done():
	}
	err := s.stop(context.WithoutCancel(ctx), hs)
	return errors.Join(err, served(<-done))
}

// served leaves out that a server was told to end.
func served(err error) error {
	if errors.Is(err, http.ErrServerClosed) {
		return nil
	}
	return err
}

// server runs commands.
type server struct {
	commander Commander
	log       *slog.Logger
	places    chan struct{}

	mu      sync.Mutex
	stopped bool
	running sync.WaitGroup // commands
}

// begin counts a command that runs; not ok when the service stops.
func (s *server) begin() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.stopped {
		return false
	}
	s.running.Add(1)
	return true
}

// stop lets requests and commands end for some time.
func (s *server) stop(ctx context.Context, hs *http.Server) error {
	s.mu.Lock()
	s.stopped = true
	s.mu.Unlock()
	ctx, cancel := context.WithTimeout(ctx, stopWait)
	defer cancel()
	err := hs.Shutdown(ctx)
	if err != nil {
		err = hs.Close() // those who are still there have had their time
	}
	ended := make(chan struct{})
	go func() { s.running.Wait(); close(ended) }()
	select {
	case <-ended:
		return err
	case <-ctx.Done():
		return errors.Join(err, errors.New("stop the local socket: a command does not end"))
	}
}
