package local

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"os/user"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"stormglass/internal/fault"
	"stormglass/internal/web/auth"
)

// commander runs what a test gives it.
type commander func(ctx context.Context, r Request, stdin io.Reader, stdout, stderr io.Writer) (int, error)

func (c commander) Command(ctx context.Context, r Request, stdin io.Reader, stdout, stderr io.Writer) (int, error) {
	return c(ctx, r, stdin, stdout, stderr)
}

// logged is a log that several goroutines write.
type logged struct {
	mu   sync.Mutex
	text strings.Builder
}

func (l *logged) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *logged) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// instance is a service on a socket.
type instance struct {
	socket string
	log    *logged
	stop   func() error // ends it and gives what Serve gave
}

// serve runs a service until the test ends.
func serve(t *testing.T, c commander) *instance {
	t.Helper()
	dir := t.TempDir()
	if err := os.Chmod(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	s := &instance{socket: filepath.Join(dir, "s.sock"), log: &logged{}}
	l, err := Listen(t.Context(), s.socket)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	done := make(chan error, 1)
	handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, auth.From(r.Context()).String()+" "+r.URL.Path)
	})
	log := slog.New(slog.NewTextHandler(s.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	go func() { done <- Run(ctx, l, handler, c, log) }()
	s.stop = sync.OnceValue(func() error {
		cancel()
		return <-done
	})
	t.Cleanup(func() {
		if err := s.stop(); err != nil {
			t.Errorf("serve: %v", err)
		}
	})
	return s
}

var list = Request{Args: []string{"finding", "list"}, Dir: "/"}

// run runs a command and gives what came of it.
func (s *instance) run(ctx context.Context, r Request, stdin io.Reader) (code int, stdout, stderr string, err error) {
	var out, errs bytes.Buffer
	code, err = Do(ctx, Server{Socket: s.socket}, r, stdin, &out, &errs)
	return code, out.String(), errs.String(), err
}

func TestCommand(t *testing.T) {
	var got Request
	s := serve(t, func(_ context.Context, r Request, stdin io.Reader, stdout, stderr io.Writer) (int, error) {
		got = r
		text, err := io.ReadAll(stdin)
		fmt.Fprintf(stdout, "read %q, %v\n", text, err)
		fmt.Fprint(stderr, "a warning\n")
		return 3, nil
	})
	want := Request{Args: []string{"seen", "-", "öä\n"}, Dir: "/srv/x", Env: map[string]string{"LC_ALL": "C"}, Columns: 120, Color: true}
	code, stdout, stderr, err := s.run(t.Context(), want, strings.NewReader("203.0.113.7\n"))
	if code != 3 || stdout != "read \"203.0.113.7\\n\", <nil>\n" || stderr != "a warning\n" || err != nil {
		t.Errorf("%d, %q, %q, %v", code, stdout, stderr, err)
	}
	me, err := user.Current()
	if err != nil {
		t.Fatal(err)
	}
	want.Who = auth.Who{Name: me.Username, Roles: []auth.Role{auth.Admin}, Via: auth.ViaSocket}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("request (-want +got):\n%s", diff)
	}
	if code, stdout, _, err := s.run(t.Context(), list, nil); code != 3 || stdout != "read \"\", <nil>\n" || err != nil {
		t.Errorf("without input: %d, %q, %v", code, stdout, err)
	}
}

// Much goes both ways at once, unharmed, although neither side holds much.
func TestMuchBothWays(t *testing.T) {
	s := serve(t, func(_ context.Context, _ Request, stdin io.Reader, stdout, stderr io.Writer) (int, error) {
		n, err := io.Copy(stdout, io.TeeReader(stdin, stderr))
		return int(n % 100), err
	})
	text := make([]byte, 3<<20+17)
	_, _ = rand.Read(text)
	code, stdout, stderr, err := s.run(t.Context(), list, bytes.NewReader(text))
	if code != len(text)%100 || err != nil || stdout != string(text) || stderr != string(text) {
		t.Errorf("%d, %v; %d and %d bytes of %d", code, err, len(stdout), len(stderr), len(text))
	}
}

func TestErrorsOfCommands(t *testing.T) {
	for name, tt := range map[string]struct {
		err        error
		kind       fault.Kind
		text, hint string
	}{
		"invalid":  {fault.Hint(fault.Invalid, errors.New("no such command"), "help lists them"), fault.Invalid, "no such command", "help lists them"},
		"busy":     {fault.Wrap(fault.Busy, errors.New("a purge runs")), fault.Busy, "a purge runs", ""},
		"internal": {errors.New("SECRET"), fault.Internal, "internal error", "the log of the service says more"},
		"long":     {fault.Wrap(fault.Conflict, errors.New(strings.Repeat("\x01é", 40_000))), fault.Conflict, "\x01é", ""},
	} {
		t.Run(name, func(t *testing.T) {
			s := serve(t, func(context.Context, Request, io.Reader, io.Writer, io.Writer) (int, error) { return 7, tt.err })
			code, _, _, err := s.run(t.Context(), list, nil)
			if code != 7 || err == nil || !strings.HasPrefix(err.Error(), tt.text) || fault.KindOf(err) != tt.kind || fault.HintOf(err) != tt.hint {
				t.Errorf("%d, %.80v of kind %s, hint %q", code, err, fault.KindOf(err), fault.HintOf(err))
			}
			if logged := strings.Contains(s.log.String(), "SECRET"); logged != (name == "internal") {
				t.Errorf("the log:\n%s", s.log)
			}
		})
	}
	s := serve(t, func(context.Context, Request, io.Reader, io.Writer, io.Writer) (int, error) { panic("SECRET") })
	code, _, _, err := s.run(t.Context(), list, nil)
	if code != 1 || err == nil || err.Error() != "internal error" || !strings.Contains(s.log.String(), "panic=SECRET") {
		t.Errorf("%d, %v; the log:\n%s", code, err, s.log)
	}
}

// A command is stopped, and may still say its last word.
func TestCancel(t *testing.T) {
	running := make(chan struct{})
	s := serve(t, func(ctx context.Context, _ Request, stdin io.Reader, stdout, _ io.Writer) (int, error) {
		close(running)
		_, err := stdin.Read(make([]byte, 1)) // waits for input, which does not come
		<-ctx.Done()
		fmt.Fprintf(stdout, "stopped: %v, %v", context.Cause(ctx), err)
		return 130, nil
	})
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		<-running
		cancel()
	}()
	wait, end := io.Pipe()
	defer end.Close()
	code, stdout, _, err := s.run(ctx, list, wait)
	if want := fmt.Sprintf("stopped: %v, %v", errCancelled, errCancelled); code != 130 || stdout != want || err != nil {
		t.Errorf("%d, %q, %v", code, stdout, err)
	}
}

// The service learns at once that a client was killed: while the command waits, writes, and reads.
func TestClientIsKilled(t *testing.T) {
	for name, work := range map[string]func(ctx context.Context, stdin io.Reader, stdout io.Writer) error{
		"waiting": func(ctx context.Context, _ io.Reader, _ io.Writer) error {
			<-ctx.Done()
			return context.Cause(ctx)
		},
		"writing": func(_ context.Context, _ io.Reader, stdout io.Writer) error {
			for {
				if _, err := stdout.Write(make([]byte, 1<<20)); err != nil {
					return err
				}
			}
		},
		"reading": func(_ context.Context, stdin io.Reader, _ io.Writer) error {
			_, err := io.Copy(io.Discard, stdin)
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			running, ended := make(chan struct{}), make(chan error, 1)
			s := serve(t, func(ctx context.Context, _ Request, stdin io.Reader, stdout, _ io.Writer) (int, error) {
				close(running)
				err := work(ctx, stdin, stdout)
				<-ctx.Done()
				ended <- err
				return 1, nil
			})
			conn, err := dial(t.Context(), s.socket)
			if err != nil {
				t.Fatal(err)
			}
			c := &client{conn: conn, room: newRoom()}
			if _, err := c.begin(t.Context(), &list); err != nil {
				t.Fatal(err)
			}
			<-running
			_ = conn.Close()
			if err := <-ended; err == nil {
				t.Error("the command thinks all is well")
			}
		})
	}
}

// Standard output that is closed ends the command.
func TestOutputThatNobodyTakes(t *testing.T) {
	ended := make(chan struct{})
	s := serve(t, func(ctx context.Context, _ Request, _ io.Reader, stdout, _ io.Writer) (int, error) {
		defer close(ended)
		for ctx.Err() == nil {
			_, _ = stdout.Write([]byte("line\n"))
		}
		return 0, nil
	})
	r, w := io.Pipe()
	_ = r.Close()
	code, err := Do(t.Context(), Server{Socket: s.socket}, list, nil, w, io.Discard)
	if code != 1 || !errors.Is(err, io.ErrClosedPipe) {
		t.Errorf("%d, %v", code, err)
	}
	<-ended
}

// Output waits for who takes it: the service does not pile it up.
func TestBackpressure(t *testing.T) {
	var mu sync.Mutex
	written := 0
	s := serve(t, func(_ context.Context, _ Request, _ io.Reader, stdout, _ io.Writer) (int, error) {
		for range 400 {
			if _, err := stdout.Write(make([]byte, maxPiece)); err != nil {
				return 1, err
			}
			mu.Lock()
			written++
			mu.Unlock()
		}
		return 0, nil
	})
	taken := make(chan struct{})
	slow := writerFunc(func(p []byte) (int, error) {
		<-taken
		return len(p), nil
	})
	done := make(chan error, 1)
	go func() {
		_, err := Do(t.Context(), Server{Socket: s.socket}, list, nil, slow, io.Discard)
		done <- err
	}()
	last := -1
	for { // until it writes no more
		time.Sleep(50 * time.Millisecond)
		mu.Lock()
		now := written
		mu.Unlock()
		if now == last && now > 0 {
			break
		}
		last = now
	}
	if last >= 400 {
		t.Errorf("all %d pieces were written although none was taken", last)
	}
	close(taken)
	if err := <-done; err != nil {
		t.Error(err)
	}
}

type writerFunc func(p []byte) (int, error)

func (f writerFunc) Write(p []byte) (int, error) { return f(p) }

// failing gives some text and then an error.
type failing struct{ text io.Reader }

func (f failing) Read(p []byte) (int, error) {
	n, err := f.text.Read(p)
	if errors.Is(err, io.EOF) {
		err = errors.New("the disk is gone")
	}
	return n, err
}

// Half of an input is no input: the command learns that it is to stop, not that the input ended.
func TestInputThatBreaks(t *testing.T) {
	got := make(chan error, 1)
	s := serve(t, func(_ context.Context, _ Request, stdin io.Reader, _, _ io.Writer) (int, error) {
		_, err := io.ReadAll(stdin)
		got <- err
		return 0, nil
	})
	code, _, _, err := s.run(t.Context(), list, failing{strings.NewReader("203.0.113.7\n")})
	if code != 1 || err == nil || !strings.Contains(err.Error(), "the disk is gone") {
		t.Errorf("%d, %v", code, err)
	}
	if err := <-got; !errors.Is(err, errCancelled) {
		t.Errorf("the command has %v", err)
	}
}

// What nobody reads stays with the client.
func TestInputIsNotTakenUnlessItIsRead(t *testing.T) {
	s := serve(t, func(context.Context, Request, io.Reader, io.Writer, io.Writer) (int, error) { return 0, nil })
	in := strings.NewReader("for whoever comes next")
	if code, _, _, err := s.run(t.Context(), list, in); code != 0 || err != nil || in.Len() != len("for whoever comes next") {
		t.Errorf("%d, %v, %d bytes left", code, err, in.Len())
	}
}

// A client that does not keep to the rules has its command stopped.
func TestClientsThatDoNotKeepToTheRules(t *testing.T) {
	for name, text := range map[string][]byte{
		"input without room": appendFrame(nil, frameInput, []byte("x")),
		"a frame of ours":    appendFrame(nil, frameExit, []byte("{}")),
		"no frame":           []byte("GET / HTTP/1.1\r\n\r\n"),
		"too long":           {'i', 0x7f, 0xff, 0xff, 0xff},
	} {
		t.Run(name, func(t *testing.T) {
			cause := make(chan error, 1)
			s := serve(t, func(ctx context.Context, _ Request, _ io.Reader, _, _ io.Writer) (int, error) {
				<-ctx.Done()
				cause <- context.Cause(ctx)
				return 1, nil
			})
			conn, err := dial(t.Context(), s.socket)
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Close()
			c := &client{conn: conn, room: newRoom()}
			from, err := c.begin(t.Context(), &list)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := conn.Write(text); err != nil {
				t.Fatal(err)
			}
			if err := <-cause; !errors.Is(err, errFrame) && !errors.Is(err, errGone) {
				t.Errorf("cause %v", err)
			}
			if _, err := io.ReadAll(from); err != nil {
				t.Errorf("the end: %v", err)
			}
		})
	}
}

func TestTooMuchInput(t *testing.T) {
	in := newInput()
	in.room = func(int) error { return nil }
	if err := in.ask(); err != nil {
		t.Fatal(err)
	}
	piece := make([]byte, inputRoom/2)
	if err := errors.Join(in.add(piece), in.add(piece)); err != nil {
		t.Fatal(err)
	}
	if err := in.add([]byte{1}); !errors.Is(err, errFrame) {
		t.Errorf("a byte too much: %v", err)
	}
	if n, err := in.Read(make([]byte, inputRoom)); n != inputRoom || err != nil {
		t.Errorf("%d, %v", n, err)
	}
	if err := in.add([]byte{1}); err != nil {
		t.Errorf("with room again: %v", err)
	}
}

func slogTo(l *logged) *slog.Logger { return slog.New(slog.NewTextHandler(l, nil)) }
