package local

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"runtime/debug"
	"time"

	"stormglass/internal/fault"
	"stormglass/internal/web/auth"
)

// protocol names the frames that follow a request, with their version.
const protocol = "stormglass-command/1"

// command answers POST /local/v1/command. The context is that of the whole service: commands outlive the requests that
// begin them.
func (s *server) command(ctx context.Context, w http.ResponseWriter, r *http.Request) {
	req, err := s.read(w, r)
	if err != nil {
		refuse(w, err)
		return
	}
	select {
	case s.places <- struct{}{}:
		defer func() { <-s.places }()
	default:
		refuse(w, fault.Hint(fault.Busy, fmt.Errorf("%d commands run already", maxCommands), "try again later"))
		return
	}
	if !s.begin() {
		refuse(w, fault.Wrap(fault.Busy, errors.New("the service is stopping")))
		return
	}
	defer s.running.Done()
	conn, buffered, err := http.NewResponseController(w).Hijack()
	if err != nil {
		refuse(w, fmt.Errorf("take over the connection of a command: %w", err))
		return
	}
	s.talk(ctx, conn, buffered.Reader, req)
}

// read reads a request.
func (s *server) read(w http.ResponseWriter, r *http.Request) (req Request, err error) {
	req.Who = auth.From(r.Context())
	if !req.Who.May(auth.Admin) {
		return req, fault.Hint(fault.Denied, fmt.Errorf("%s may not run commands in the service", req.Who), "run this as the user that the service runs as")
	}
	if r.Header.Get("Upgrade") != protocol {
		return req, fault.Hint(fault.Invalid, fmt.Errorf("a command comes as %s", protocol), "service and command line are of different versions")
	}
	_ = http.NewResponseController(w).SetReadDeadline(time.Now().Add(headerWait))
	who := req.Who
	d := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxRequest))
	d.DisallowUnknownFields()
	if err := d.Decode(&req); err != nil {
		return req, fault.Hint(fault.Invalid, fmt.Errorf("read a command: %w", err), "service and command line are of different versions")
	}
	req.Who = who
	return req, req.check()
}

// refuse answers a request that is not run, as the API answers (RFC 9457).
func refuse(w http.ResponseWriter, err error) {
	x := exitOf(1, err)
	status := map[string]int{
		fault.Invalid.String(): http.StatusBadRequest, fault.Denied.String(): http.StatusForbidden, fault.Busy.String(): http.StatusServiceUnavailable,
	}[x.Kind]
	if status == 0 {
		status = http.StatusInternalServerError
	}
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(problem{Title: http.StatusText(status), Status: status, Detail: x.Error, Kind: x.Kind, Hint: x.Hint}) // the client has gone, or reads it
}

// problem is an error of the service before frames begin.
type problem struct {
	Title  string `json:"title"`
	Status int    `json:"status"`
	Detail string `json:"detail"`
	Kind   string `json:"kind"`
	Hint   string `json:"hint,omitempty"`
}

const switching = "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: " + protocol + "\r\n\r\n"

// talk runs a command over a connection, and closes it.
func (s *server) talk(ctx context.Context, conn net.Conn, from *bufio.Reader, req Request) {
	ctx, cancel := context.WithCancelCause(auth.With(ctx, req.Who))
	defer cancel(nil)
	t := &talk{conn: conn, cancel: cancel, in: newInput()}
	t.in.room = t.giveRoom
	_ = conn.SetDeadline(time.Time{})
	if _, err := conn.Write([]byte(switching)); err != nil {
		_ = conn.Close() // the client has gone
		return
	}
	release := context.AfterFunc(ctx, func() {
		t.in.end(context.Cause(ctx))
		_ = conn.SetWriteDeadline(time.Now().Add(stopWait / 2)) // what is left to say is said by then, or nobody listens
	})
	defer release()
	received := make(chan struct{})
	go func() {
		defer close(received)
		t.receive(&frameReader{r: from})
	}()
	code, err := s.run(ctx, req, t)
	if err != nil && fault.KindOf(err) == fault.Internal && ctx.Err() == nil {
		s.log.ErrorContext(ctx, "a command of the local socket could not be run", slog.Any("error", err))
	}
	t.exit(exitOf(code, err))
	_ = conn.Close()
	<-received
}

// run runs the command; one that panics has failed.
func (s *server) run(ctx context.Context, req Request, t *talk) (code int, err error) {
	defer func() {
		if p := recover(); p != nil {
			s.log.ErrorContext(ctx, "a command of the local socket panicked", slog.String("panic", fmt.Sprint(p)), slog.String("stack", string(debug.Stack())))
			code, err = 1, errors.New("the command panicked")
		}
	}()
	return s.commander.Command(ctx, req, t.in, &output{t: t, kind: frameOutput}, &output{t: t, kind: frameErrors})
}
