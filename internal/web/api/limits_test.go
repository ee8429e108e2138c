package api_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"stormglass/internal/fault"
	"stormglass/internal/seen"
	"stormglass/internal/web/api"
	"stormglass/internal/web/api/apitest"
	"stormglass/internal/web/auth"
)

// short are limits that a test can wait for.
func short(c *api.Config) {
	c.Limits.BodyGrace, c.Limits.BodyRate, c.Limits.Discard, c.Limits.WriteStall = 50*time.Millisecond, 1<<20, 50*time.Millisecond, 500*time.Millisecond
	c.Limits.Intel, c.Limits.Lines = 1000, 1000
}

// serve serves a world on a socket.
func (w *world) serve() *httptest.Server {
	srv := httptest.NewServer(w.handler)
	w.t.Cleanup(srv.Close)
	return srv
}

// raw sends text as it is, and gives what is answered.
func raw(t *testing.T, srv *httptest.Server, text string, end bool) (status int, c net.Conn) {
	t.Helper()
	var d net.Dialer
	c, err := d.DialContext(t.Context(), "tcp", srv.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	if _, err := io.WriteString(c, text); err != nil {
		t.Fatal(err)
	}
	if end {
		_ = c.(*net.TCPConn).CloseWrite()
	}
	resp, err := http.ReadResponse(bufio.NewReader(c), nil)
	if err != nil {
		t.Fatalf("no answer to %.60q: %v", text, err)
	}
	_ = resp.Body.Close()
	return resp.StatusCode, c
}

func head(token, request string, length int) string {
	return fmt.Sprintf("%s HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer token-%s\r\nContent-Length: %d\r\n\r\n", request, token, length)
}

const intelPost, ingestPost = "POST /api/v1/intel?name=a", "POST /api/v1/ingest?name=a"

func TestBodyTooLong(t *testing.T) {
	w := newWorld(t, short)
	for _, request := range []string{intelPost, ingestPost} {
		for _, swallow := range []bool{false, true} {
			w.service.Swallow = swallow
			if rec := w.do("admin", request, strings.Repeat("1\n", 500)); rec.Code != http.StatusOK {
				t.Errorf("%s: 1000 bytes: status %d: %s", request, rec.Code, rec.Body)
			}
			p := problem(t, w.do("admin", request, strings.Repeat("1\n", 501)))
			if p.Status != http.StatusRequestEntityTooLarge || p.Kind != "invalid" || !strings.Contains(p.Detail, "1000 bytes") {
				t.Errorf("%s: 1002 bytes: %+v", request, p)
			}
		}
	}
	p := problem(t, w.do("admin", "POST /api/v1/seen", `{"values":["`+strings.Repeat("a", api.MaxSeenBody)+`"]}`))
	if p.Status != http.StatusRequestEntityTooLarge {
		t.Errorf("seen: %+v", p)
	}
	if n := len(w.service.Asked()); n != 8 {
		t.Errorf("%d requests came through", n)
	}
	if rec := w.do("read", "GET /api/v1/intel", "a body that nobody asked for"); rec.Code != http.StatusOK {
		t.Errorf("a body with GET: status %d", rec.Code)
	}
}

// Whoever sends too slowly does not hold a place.
func TestBodyTooSlow(t *testing.T) {
	w := newWorld(t, short)
	srv := w.serve()
	for _, swallow := range []bool{false, true} {
		w.service.Swallow = swallow
		for _, request := range []string{intelPost, ingestPost, "POST /api/v1/seen"} {
			status, _ := raw(t, srv, head("admin", request, 500)+"{\n{", false)
			if status != http.StatusRequestTimeout {
				t.Errorf("%s, swallow %v: status %d", request, swallow, status)
			}
		}
	}
}

// What was not sent to its end is never acknowledged, whatever the service makes of it.
func TestBodyCut(t *testing.T) {
	w := newWorld(t, nil)
	srv := w.serve()
	for _, swallow := range []bool{false, true} {
		w.service.Swallow = swallow
		for _, request := range []string{intelPost, ingestPost} {
			for _, text := range []string{
				head("admin", request, 500) + "{}\n{}\n",
				strings.Replace(head("admin", request, 0), "Content-Length: 0", "Transfer-Encoding: chunked", 1) + "3\r\n{}\n\r\n",
				strings.Replace(head("admin", request, 0), "Content-Length: 0", "Transfer-Encoding: chunked", 1) + "3\r\n{}\n\r\nzz\r\n",
			} {
				status, _ := raw(t, srv, text, true)
				if status != http.StatusBadRequest {
					t.Errorf("%s, swallow %v: status %d", request, swallow, status)
				}
			}
		}
	}
}

// The body of somebody who is turned away is not waited for.
func TestBodyOfWhoIsTurnedAway(t *testing.T) {
	w := newWorld(t, short)
	status, c := raw(t, w.serve(), head("wrong", ingestPost, 1_000_000)+"{}\n", false)
	if status != http.StatusUnauthorized {
		t.Fatalf("status %d", status)
	}
	if _, err := io.Copy(io.Discard, c); err != nil && !errors.Is(err, net.ErrClosed) && !strings.Contains(err.Error(), "reset") {
		t.Errorf("the connection does not end: %v", err)
	}
	if n := len(w.service.Asked()); n != 0 {
		t.Error("it came through")
	}
}

// A request whose body has come may take its time: the pace of the body does not end it.
func TestAnswersMayTakeLongerThanBodies(t *testing.T) {
	w := newWorld(t, short)
	w.service.Before = func(ctx context.Context, _ string) error {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(300 * time.Millisecond):
			return nil
		}
	}
	srv := w.serve()
	for _, text := range []string{
		head("admin", "POST /api/v1/seen", len(`{"values":["a.example"]}`)) + `{"values":["a.example"]}`, head("admin", "GET /api/v1/seen?value=a.example", 0),
	} {
		status, _ := raw(t, srv, text, false)
		if status != http.StatusOK {
			t.Errorf("%.30s: status %d", text, status)
		}
	}
}

func TestAtMostSoManyAtATime(t *testing.T) {
	w := newWorld(t, func(c *api.Config) { c.Limits.Heavy = 2 })
	inside, leave := make(chan struct{}), make(chan struct{})
	w.service.Before = func(_ context.Context, method string) error {
		if method == "findings" {
			inside <- struct{}{}
			<-leave
		}
		return nil
	}
	done := make(chan int)
	for range 2 {
		go func() { done <- w.do("read", "GET /api/v1/findings", "").Code }()
		<-inside
	}
	rec := w.do("read", "GET /api/v1/seen?value=a.example", "")
	if p := problem(t, rec); p.Status != http.StatusServiceUnavailable || p.Kind != "busy" || rec.Header().Get("Retry-After") == "" {
		t.Errorf("%+v, Retry-After %q", p, rec.Header().Get("Retry-After"))
	}
	for _, light := range []string{"GET /healthz", "GET /readyz", "GET /api/v1/status", "GET /metrics"} {
		if rec := w.do("read", light, ""); rec.Code != http.StatusOK {
			t.Errorf("%s: status %d", light, rec.Code)
		}
	}
	if rec := w.do("nobody", "GET /api/v1/findings", ""); rec.Code != http.StatusUnauthorized {
		t.Errorf("who asks comes before whether there is room: status %d", rec.Code)
	}
	close(leave)
	for range 2 {
		if code := <-done; code != http.StatusOK {
			t.Errorf("one of those inside: status %d", code)
		}
	}
	if rec := w.do("read", "GET /api/v1/seen?value=a.example", ""); rec.Code != http.StatusOK {
		t.Errorf("after they left: status %d", rec.Code)
	}
}

func TestKindsOfError(t *testing.T) {
	secret := errors.New("dial postgres://admin:SECRET@db")
	for name, tt := range map[string]struct {
		err          error
		status       int
		kind, detail string
		hint         string
		retry        bool
	}{
		"invalid":   {fault.Hint(fault.Invalid, errors.New("no such thing\x1b[2J"), "another thing"), 400, "invalid", "no such thing", "another thing", false},
		"not found": {fault.Wrap(fault.NotFound, errors.New("none")), 404, "not found", "none", "", false},
		"conflict":  {fault.Wrap(fault.Conflict, errors.New("held")), 409, "conflict", "held", "", false},
		"denied":    {fault.Wrap(fault.Denied, errors.New("no")), 403, "denied", "no", "", false},
		"busy":      {fault.Wrap(fault.Busy, errors.New("later")), 503, "busy", "later", "", true},
		"internal":  {fault.Hint(fault.Internal, secret, "SECRET"), 500, "internal", "internal error", "the log of the service says more", false},
		"no kind":   {fmt.Errorf("read: %w", secret), 500, "internal", "internal error", "the log of the service says more", false},
		"ended":     {fmt.Errorf("read: %w", context.DeadlineExceeded), 503, "busy", "took too long", "", true},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, nil)
			w.service.Err = tt.err
			for request := range requests {
				if requests[request].need == "" || strings.HasSuffix(request, "openapi.json") || strings.HasSuffix(request, "/metrics") {
					continue
				}
				rec := w.do("admin", requests[request].request, requests[request].body)
				p := problem(t, rec)
				if p.Status != tt.status || p.Kind != tt.kind || !strings.Contains(p.Detail, tt.detail) || p.Hint != tt.hint || strings.ContainsRune(p.Detail, 0x1b) {
					t.Errorf("%s: %+v", request, p)
				}
				if got := rec.Header().Get("Retry-After") != ""; got != tt.retry {
					t.Errorf("%s: Retry-After %v", request, got)
				}
			}
			if logged := strings.Contains(w.log.String(), "SECRET"); logged != (tt.kind == "internal") {
				t.Errorf("the log:\n%s", w.log)
			}
		})
	}
}

func TestPanics(t *testing.T) {
	w := newWorld(t, nil)
	w.service.Before = func(context.Context, string) error { panic("SECRET") }
	for _, request := range []string{"GET /api/v1/status", "GET /readyz", ingestPost} {
		rec := w.do("admin", request, "{}\n")
		if p := problem(t, rec); p.Status != 500 || strings.Contains(p.Detail, "SECRET") {
			t.Errorf("%s: %+v", request, p)
		}
	}
	if !strings.Contains(w.log.String(), "panic=SECRET") || !strings.Contains(w.log.String(), "limits_test.go") {
		t.Errorf("the log:\n%s", w.log)
	}
}

// nothing gives no result and no error, as no service should.
type nothing struct{ *apitest.Service }

func (nothing) Seen(context.Context, auth.Who, api.SeenQuery) (*seen.Result, error) { return nil, nil } //nolint:nilnil // that is what it is for

// An answer that breaks off in its midst is seen to be broken off.
func TestPanicInTheMidst(t *testing.T) {
	w := newWorld(t, nil)
	w2 := newWorld(t, func(c *api.Config) { c.Service = nothing{w.service} })
	srv := w2.serve()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, srv.URL+"/api/v1/seen?value=a.example", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer token-read")
	resp, err := srv.Client().Do(req)
	if err == nil {
		_, err = io.ReadAll(resp.Body)
		_ = resp.Body.Close()
		if resp.StatusCode == http.StatusOK && err == nil {
			t.Error("the answer looks whole")
		}
	}
	if !strings.Contains(w2.log.String(), "a request panicked") {
		t.Errorf("the log:\n%s", w2.log)
	}
}

// The service learns that a client has gone.
func TestClientsThatGo(t *testing.T) {
	w := newWorld(t, nil)
	inside, gone := make(chan struct{}), make(chan error)
	w.service.Before = func(ctx context.Context, _ string) error {
		inside <- struct{}{}
		<-ctx.Done()
		gone <- ctx.Err()
		return ctx.Err()
	}
	srv := w.serve()
	for _, request := range []string{"GET /api/v1/findings", "GET /api/v1/status", "POST /api/v1/seen"} {
		method, path, _ := strings.Cut(request, " ")
		ctx, cancel := context.WithCancel(t.Context())
		req, err := http.NewRequestWithContext(ctx, method, srv.URL+path, strings.NewReader(requests[request].body))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Authorization", "Bearer token-read")
		done := make(chan error)
		go func() {
			resp, err := srv.Client().Do(req)
			if err == nil {
				_ = resp.Body.Close()
			}
			done <- err
		}()
		<-inside
		cancel()
		if err := <-gone; !errors.Is(err, context.Canceled) {
			t.Errorf("%s: %v", request, err)
		}
		if err := <-done; !errors.Is(err, context.Canceled) {
			t.Errorf("%s: the client has %v", request, err)
		}
	}
	if strings.Contains(w.log.String(), "level=ERROR") {
		t.Errorf("a client that went is an error of ours:\n%s", w.log)
	}
}

func TestTimeout(t *testing.T) {
	w := newWorld(t, func(c *api.Config) { c.Limits.Timeout = 10 * time.Millisecond })
	w.service.Before = func(ctx context.Context, _ string) error {
		<-ctx.Done()
		return fmt.Errorf("look: %w", ctx.Err())
	}
	if p := problem(t, w.do("read", "GET /api/v1/findings", "")); p.Status != http.StatusServiceUnavailable {
		t.Errorf("%+v", p)
	}
}

// Whoever does not fetch an answer does not hold it for ever.
func TestAnswersThatNobodyFetches(t *testing.T) {
	w := newWorld(t, func(c *api.Config) {
		short(c)
		c.Service = apitest.New(1000)
	})
	ended := make(chan struct{})
	srv := httptest.NewUnstartedServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		defer close(ended)
		w.handler.ServeHTTP(rw, r)
	}))
	srv.Config.ConnContext = func(ctx context.Context, c net.Conn) context.Context {
		_ = c.(*net.TCPConn).SetWriteBuffer(4096)
		return ctx
	}
	srv.Start()
	defer srv.Close()
	var d net.Dialer
	c, err := d.DialContext(t.Context(), "tcp", srv.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	_ = c.(*net.TCPConn).SetReadBuffer(4096)
	if _, err := io.WriteString(c, head("read", "GET /api/v1/findings?all=true&limit=1000", 0)); err != nil {
		t.Fatal(err)
	}
	<-ended // the test's own time ends it otherwise
	if !strings.Contains(w.log.String(), "an answer was not fetched whole") {
		t.Errorf("the log:\n%s", w.log)
	}
}

// A service that takes its time between reads does not use up that of the client.
func TestServiceThatReadsSlowly(t *testing.T) {
	w := newWorld(t, short)
	w.service.Before = func(context.Context, string) error {
		time.Sleep(200 * time.Millisecond)
		return nil
	}
	for _, request := range []string{intelPost, ingestPost} {
		status, _ := raw(t, w.serve(), head("admin", request, 3)+"{}\n", false)
		if status != http.StatusOK {
			t.Errorf("%s: status %d", request, status)
		}
	}
}
