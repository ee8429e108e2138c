package api_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"stormglass/internal/web/api"
	"stormglass/internal/web/auth"
)

// slow is a body that comes when the test lets it.
type slow struct {
	reading chan struct{} // somebody waits for it
	rest    *io.PipeReader
}

func (s *slow) Read(p []byte) (int, error) {
	if s.reading != nil {
		close(s.reading)
		s.reading = nil
	}
	return s.rest.Read(p) //nolint:wrapcheck // a test
}

// begin sends a request whose body does not come until end is called, and waits until the service waits for it.
func (w *world) begin(ctx context.Context, token, target, body string) (end func() int) {
	pr, pw := io.Pipe()
	reading, done := make(chan struct{}), make(chan int, 1)
	r := httptest.NewRequestWithContext(ctx, http.MethodPost, target, &slow{reading, pr})
	r.Header.Set("Content-Type", "application/json")
	go func() { done <- w.send(r, token).Code }()
	select {
	case <-reading:
	case code := <-done:
		w.t.Errorf("%s by %s ended with %d before its body came", target, token, code)
		done <- code
	}
	return func() int {
		_, _ = io.WriteString(pw, body)
		_ = pw.Close()
		return <-done
	}
}

// Who hands things in slowly keeps nobody from asking, and one client keeps no other from handing in.
func TestSlowUploadsTakePlacesOfTheirOwn(t *testing.T) {
	w := newWorld(t, func(c *api.Config) { c.Limits.Heavy, c.Limits.Uploads = 1, 3 })
	var ends []func() int
	for _, token := range []string{"ingest", "ingest", "admin"} {
		ends = append(ends, w.begin(t.Context(), token, fmt.Sprintf("/api/v1/ingest?name=n%d", len(ends)), "{\"a\":1}\n"))
	}
	for _, name := range []string{"GET /api/v1/findings", "GET /api/v1/seen", "POST /api/v1/seen", "GET /api/v1/coverage"} {
		if rec := w.do("read", requests[name].request, requests[name].body); rec.Code != http.StatusOK {
			t.Errorf("%s while bodies come: status %d", name, rec.Code)
		}
	}
	refused := func(what, token, detail string) {
		t.Helper()
		rec := w.do(token, "POST /api/v1/ingest?name=more", "{}\n")
		if p := problem(t, rec); rec.Code != http.StatusServiceUnavailable || !strings.Contains(p.Detail, detail) || rec.Header().Get("Retry-After") == "" {
			t.Errorf("%s: %+v", what, p)
		}
	}
	refused("a third one of one client", "ingest", "ingest (token) hands in 2 at a time already")
	refused("a fourth one", "admin", "as many requests as it can")
	local := httptest.NewRequestWithContext(as(t.Context(), auth.Admin), http.MethodPost, "/api/v1/ingest?name=local", strings.NewReader("{}\n"))
	if rec := w.send(local, "nobody"); rec.Code != http.StatusOK {
		t.Errorf("on the local socket: status %d", rec.Code)
	}
	for _, end := range ends {
		if code := end(); code != http.StatusOK {
			t.Errorf("a slow one: status %d", code)
		}
	}
	for range 3 { // no place was lost
		if rec := w.do("ingest", "POST /api/v1/ingest?name=more", "{}\n"); rec.Code != http.StatusOK {
			t.Errorf("after they ended: status %d", rec.Code)
		}
	}
}

// The owner's places are not counted by client: several programs of theirs may hand in.
func TestTheOwnerIsNotCounted(t *testing.T) {
	w := newWorld(t, func(c *api.Config) { c.Limits.Uploads = 3 })
	var ends []func() int
	for i := range 3 {
		ends = append(ends, w.begin(as(t.Context(), auth.Admin), "nobody", fmt.Sprintf("/api/v1/ingest?name=n%d", i), "{}\n"))
	}
	local := httptest.NewRequestWithContext(as(t.Context(), auth.Admin), http.MethodPost, "/api/v1/ingest?name=local", strings.NewReader("{}\n"))
	if rec := w.send(local, "nobody"); rec.Code != http.StatusServiceUnavailable {
		t.Errorf("one more than there are places: status %d", rec.Code)
	}
	for _, end := range ends {
		if code := end(); code != http.StatusOK {
			t.Errorf("status %d", code)
		}
	}
}

// Questions whose bodies do not come keep nobody from asking otherwise.
func TestSlowQuestions(t *testing.T) {
	w := newWorld(t, func(c *api.Config) { c.Limits.Heavy = 2 })
	ends := []func() int{
		w.begin(t.Context(), "read", "/api/v1/seen", `{"values":["192.0.2.1"]}`),
		w.begin(t.Context(), "read", "/api/v1/seen", `{"values":["192.0.2.1"]}`),
	}
	if rec := w.do("read", "GET /api/v1/seen?value=192.0.2.1", ""); rec.Code != http.StatusOK {
		t.Errorf("GET: status %d", rec.Code)
	}
	if rec := w.do("read", requests["POST /api/v1/seen"].request, requests["POST /api/v1/seen"].body); rec.Code != http.StatusServiceUnavailable {
		t.Errorf("one more: status %d", rec.Code)
	}
	for _, end := range ends {
		if code := end(); code != http.StatusOK {
			t.Errorf("status %d", code)
		}
	}
}
