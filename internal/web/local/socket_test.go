package local

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"stormglass/internal/fault"
)

func nothing(context.Context, Request, io.Reader, io.Writer, io.Writer) (int, error) { return 0, nil }

// private gives a folder that only its owner may enter.
func private(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.Chmod(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	return dir
}

func TestModes(t *testing.T) {
	s := serve(t, nothing)
	info, err := os.Lstat(s.socket)
	if err != nil || info.Mode()&fs.ModeSocket == 0 || info.Mode().Perm() != 0o600 {
		t.Errorf("the socket: %v, %v", info.Mode(), err)
	}
	dir := filepath.Join(t.TempDir(), "new", "folder")
	l, err := Listen(t.Context(), filepath.Join(dir, "s.sock"))
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	if info, err = os.Lstat(dir); err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("the folder: %v, %v", info.Mode(), err)
	}
}

func TestListenRefuses(t *testing.T) {
	open := private(t)
	if err := os.Chmod(open, 0o750); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(private(t), "f")
	if err := os.WriteFile(file, []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	link := filepath.Join(private(t), "l")
	if err := os.Symlink(private(t), link); err != nil {
		t.Fatal(err)
	}
	busy := serve(t, nothing)
	for name, tt := range map[string]struct {
		path, want string
		kind       fault.Kind
	}{
		"open to others":   {filepath.Join(open, "s"), "mode 0750", fault.Invalid},
		"a file":           {file, "it is no socket", fault.Conflict},
		"below a file":     {filepath.Join(file, "s"), "make the folder", fault.Internal},
		"folder is a link": {filepath.Join(link, "s"), "is no folder", fault.Invalid},
		"too long":         {"/" + strings.Repeat("x", 107), "has 108 bytes, the system takes 107", fault.Invalid},
		"somebody answers": {busy.socket, "a service answers", fault.Conflict},
	} {
		l, err := Listen(t.Context(), tt.path)
		if err == nil {
			_ = l.Close()
		}
		if err == nil || !strings.Contains(err.Error(), tt.want) || fault.KindOf(err) != tt.kind {
			t.Errorf("%s: %v of kind %s, want %q", name, err, fault.KindOf(err), tt.want)
		}
	}
	if text, err := os.ReadFile(file); string(text) != "mine" || err != nil {
		t.Errorf("the file: %q, %v", text, err)
	}
	if _, _, _, err := busy.run(t.Context(), list, nil); err != nil {
		t.Errorf("the one that answered does not any more: %v", err)
	}
}

// stale leaves the socket of a service that is dead.
func stale(t *testing.T) string {
	t.Helper()
	path := filepath.Join(private(t), "s.sock")
	l, err := Listen(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	l.SetUnlinkOnClose(false)
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestSocketOfADeadService(t *testing.T) {
	path := stale(t)
	l, err := Listen(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Lstat(path); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the socket outlives its service: %v", err)
	}
}

func TestNoServer(t *testing.T) {
	for name, path := range map[string]string{"no socket": filepath.Join(private(t), "none"), "dead": stale(t)} {
		code, err := Do(t.Context(), Server{Socket: path}, list, nil, io.Discard, io.Discard)
		if code != 1 || !errors.Is(err, ErrNoServer) || fault.KindOf(err) != fault.NotFound {
			t.Errorf("%s: %d, %v", name, code, err)
		}
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://stormglass/healthz", nil)
		if err != nil {
			t.Fatal(err)
		}
		if resp, err := Client(Server{Socket: path}).Do(req); !errors.Is(err, ErrNoServer) {
			t.Errorf("%s: %v", name, err)
			if err == nil {
				_ = resp.Body.Close()
			}
		}
	}
	if _, err := Do(t.Context(), Server{Socket: "/" + strings.Repeat("x", 200)}, list, nil, io.Discard, io.Discard); err == nil || errors.Is(err, ErrNoServer) {
		t.Errorf("a path that cannot be: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Do(ctx, Server{Socket: serve(t, nothing).socket}, list, nil, io.Discard, io.Discard); !errors.Is(err, context.Canceled) || errors.Is(err, ErrNoServer) {
		t.Errorf("stopped before it began: %v", err)
	}
}

// Somebody who answers something else is not nobody.
func TestSomebodyElseAnswers(t *testing.T) {
	for name, tt := range map[string]struct{ answer, want string }{
		"closes":        {"", "send a command to the service"},
		"no HTTP":       {"SSH-2.0-x\r\n", "send a command to the service"},
		"not found":     {"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", "the service answered 404 Not Found"},
		"goes away":     {switching + string(appendFrame(nil, frameOutput, []byte("a"))), "went away before the command ended"},
		"no frames":     {switching + "hello world", "not in the form of frames"},
		"frame of ours": {switching + string(appendFrame(nil, frameCancel, nil)), "not in the form of frames"},
		"no exit":       {switching + string(appendFrame(nil, frameExit, []byte("??"))), "read how the command ended"},
	} {
		t.Run(name, func(t *testing.T) {
			l, err := Listen(t.Context(), filepath.Join(private(t), "s"))
			if err != nil {
				t.Fatal(err)
			}
			defer l.Close()
			go func() {
				c, err := l.Accept()
				if err != nil {
					return
				}
				defer c.Close()
				_, _ = c.Read(make([]byte, 4096))
				_, _ = io.WriteString(c, tt.answer)
			}()
			code, err := Do(t.Context(), Server{Socket: l.Addr().String()}, list, nil, io.Discard, io.Discard)
			if code != 1 || err == nil || !strings.Contains(err.Error(), tt.want) || errors.Is(err, ErrNoServer) {
				t.Errorf("%d, %v, want %q", code, err, tt.want)
			}
		})
	}
}

func TestRequestsThatAreRefused(t *testing.T) {
	ran := false
	s := serve(t, func(context.Context, Request, io.Reader, io.Writer, io.Writer) (int, error) {
		ran = true
		return 0, nil
	})
	for name, r := range map[string]Request{
		"no words":       {Dir: "/"},
		"too many words": {Args: make([]string, maxArgs+1), Dir: "/"},
		"zero byte":      {Args: []string{"a\x00b"}, Dir: "/"},
		"relative":       {Args: []string{"a"}, Dir: "srv"},
		"no folder":      {Args: []string{"a"}},
		"columns":        {Args: []string{"a"}, Dir: "/", Columns: -1},
		"variable":       {Args: []string{"a"}, Dir: "/", Env: map[string]string{"LD_PRELOAD": "x"}},
		"long variable":  {Args: []string{"a"}, Dir: "/", Env: map[string]string{"TERM": strings.Repeat("x", 5000)}},
		"too long":       {Args: []string{strings.Repeat("x", maxRequest)}, Dir: "/"},
	} {
		code, _, _, err := s.run(t.Context(), r, nil)
		if code != 1 || fault.KindOf(err) != fault.Invalid || err == nil {
			t.Errorf("%s: %d, %v of kind %s", name, code, err, fault.KindOf(err))
		}
	}
	for name, tt := range map[string]struct {
		body, upgrade string
		status        int
	}{
		"other version":  {`{"args":["a"],"cwd":"/"}`, "stormglass-command/2", 400},
		"no upgrade":     {`{"args":["a"],"cwd":"/"}`, "", 400},
		"unknown member": {`{"args":["a"],"cwd":"/","who":{"Name":"root"}}`, protocol, 400},
		"no JSON":        {`{`, protocol, 400},
	} {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://stormglass"+CommandPath, strings.NewReader(tt.body))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Upgrade", tt.upgrade)
		resp, err := Client(Server{Socket: s.socket}).Do(req)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		var p problem
		if err := json.NewDecoder(resp.Body).Decode(&p); err != nil || resp.StatusCode != tt.status || p.Status != tt.status || p.Detail == "" {
			t.Errorf("%s: status %d, %+v, %v", name, resp.StatusCode, p, err)
		}
		_ = resp.Body.Close()
	}
	if ran {
		t.Error("one of them was run")
	}
}

func TestTooManyCommands(t *testing.T) {
	inside, leave := make(chan struct{}), make(chan struct{})
	s := serve(t, func(context.Context, Request, io.Reader, io.Writer, io.Writer) (int, error) {
		inside <- struct{}{}
		<-leave
		return 0, nil
	})
	done := make(chan error, maxCommands)
	for range maxCommands {
		go func() {
			_, err := Do(t.Context(), Server{Socket: s.socket}, list, nil, io.Discard, io.Discard)
			done <- err
		}()
		<-inside
	}
	if code, _, _, err := s.run(t.Context(), list, nil); code != 1 || fault.KindOf(err) != fault.Busy {
		t.Errorf("%d, %v of kind %s", code, err, fault.KindOf(err))
	}
	close(leave)
	for range maxCommands {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
}

// When the service stops, its commands are told, and their ends get through.
func TestServiceStops(t *testing.T) {
	running := make(chan struct{})
	s := serve(t, func(ctx context.Context, _ Request, _ io.Reader, stdout, _ io.Writer) (int, error) {
		close(running)
		<-ctx.Done()
		_, err := io.WriteString(stdout, "half")
		return 4, err
	})
	stopped := make(chan error, 1)
	go func() {
		<-running
		stopped <- s.stop()
	}()
	code, stdout, _, err := s.run(t.Context(), list, nil)
	if code != 4 || stdout != "half" || err != nil {
		t.Errorf("%d, %q, %v", code, stdout, err)
	}
	if err := <-stopped; err != nil {
		t.Errorf("serve gave %v", err)
	}
	if _, _, _, err := s.run(t.Context(), list, nil); !errors.Is(err, ErrNoServer) {
		t.Errorf("after it stopped: %v", err)
	}
}

func TestServe(t *testing.T) {
	path := filepath.Join(private(t), "s")
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	s := &instance{log: &logged{}}
	go func() { done <- Serve(ctx, path, http.NotFoundHandler(), commander(nothing), slogTo(s.log)) }()
	for {
		if c, err := dial(t.Context(), path); err == nil {
			_ = c.Close()
			break
		}
	}
	cancel()
	if err := <-done; err != nil {
		t.Error(err)
	}
	if err := Serve(t.Context(), "/"+strings.Repeat("x", 200), http.NotFoundHandler(), commander(nothing), slogTo(s.log)); err == nil {
		t.Error("a path that cannot be")
	}
}

// The API is reached by the socket, by whom the kernel names.
func TestAPIOnTheSocket(t *testing.T) {
	s := serve(t, nothing)
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://stormglass/api/v1/status", nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := Client(Server{Socket: s.socket}).Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil || !strings.HasSuffix(string(text), "(socket) /api/v1/status") {
		t.Errorf("%s, %v", text, err)
	}
}

func TestEnvironment(t *testing.T) {
	got := Environment([]string{"PATH=/bin", "TERM=xterm", "LC_ALL=C=1", "LD_PRELOAD=x", "NO_COLOR=", "TZ", "STORMGLASS_TOKEN=secret", "LANG=" + strings.Repeat("x", 5000)})
	want := map[string]string{"TERM": "xterm", "LC_ALL": "C=1", "NO_COLOR": ""}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("environment (-want +got):\n%s", diff)
	}
	if err := (&Request{Args: []string{"a"}, Dir: "/", Env: got}).check(); err != nil {
		t.Errorf("what is picked is refused: %v", err)
	}
}

func TestDefaultPath(t *testing.T) {
	dir, other := t.TempDir(), t.TempDir()
	link := filepath.Join(other, "link")
	if err := os.Symlink(dir, link); err != nil {
		t.Fatal(err)
	}
	get := func(data, runtime string) string {
		t.Helper()
		p, err := DefaultPath(data, runtime)
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	a := get(dir, "/run/user/1000")
	if filepath.Dir(a) != "/run/user/1000/stormglass" || checkPath(a) != nil {
		t.Error(a)
	}
	if b := get(link, "/run/user/1000"); a != b {
		t.Errorf("a folder and a link to it: %s, %s", a, b)
	}
	if b := get(other, "/run/user/1000"); a == b {
		t.Errorf("two folders have one socket: %s", b)
	}
	if b := get(dir, "relative"); !filepath.IsAbs(b) || filepath.Base(a) != filepath.Base(b) {
		t.Error(b)
	}
	t.Chdir(dir)
	if b := get(".", "/run/user/1000"); a != b {
		t.Errorf("by a relative path: %s, %s", a, b)
	}
}

// A request may be as long as the limit, and the exit as long as it gets.
func TestTheLongest(t *testing.T) {
	text, err := json.Marshal(exitOf(1, fault.Hint(fault.Invalid, errors.New(strings.Repeat("\x01", 9000)), strings.Repeat("\xff", 9000))))
	if err != nil || len(text) > maxPiece {
		t.Errorf("%d bytes, %v", len(text), err)
	}
	var long bytes.Buffer
	s := serve(t, func(_ context.Context, r Request, _ io.Reader, stdout, _ io.Writer) (int, error) {
		_, err := io.WriteString(stdout, r.Args[0])
		return 0, err
	})
	arg := strings.Repeat("x", maxRequest-1000)
	if _, err := Do(t.Context(), Server{Socket: s.socket}, Request{Args: []string{arg}, Dir: "/"}, nil, &long, io.Discard); err != nil || long.String() != arg {
		t.Errorf("%d of %d bytes, %v", long.Len(), len(arg), err)
	}
}
