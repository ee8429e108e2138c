package api_test

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"stormglass/internal/web/api"
	"stormglass/internal/web/api/apitest"
	"stormglass/internal/web/auth"
)

// world is a service behind its API, with a token for each role.
type world struct {
	t       *testing.T
	service *apitest.Service
	log     *logged
	handler http.Handler
}

const tokens = "nobody read ingest intel admin over" // over is an admin's whose time is over

func newWorld(t *testing.T, change func(*api.Config)) *world {
	t.Helper()
	w := &world{t: t, service: apitest.New(20), log: &logged{}}
	var text strings.Builder
	text.WriteString("tokens:\n")
	for name := range strings.FieldsSeq(tokens) {
		role, until := name, "2099-01-01"
		switch name {
		case "nobody":
			continue
		case "over":
			role, until = "admin", "2020-01-01"
		}
		fmt.Fprintf(&text, "- {name: %s, sha256: %x, roles: [%s], until: %s}\n", name, sha256.Sum256([]byte("token-"+name)), role, until)
	}
	file := filepath.Join(t.TempDir(), "tokens.yaml")
	if err := os.WriteFile(file, []byte(text.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	log := slog.New(slog.NewTextHandler(w.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	a, err := auth.Open(auth.Config{File: file, Log: log})
	if err != nil {
		t.Fatal(err)
	}
	cfg := api.Config{
		Service: w.service, Auth: a, Version: "1.2.3", Limits: api.DefaultLimits(), Log: log,
		Metrics: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "stormglass_up 1\n") }),
	}
	if change != nil {
		change(&cfg)
	}
	if w.handler, err = api.New(cfg); err != nil {
		t.Fatal(err)
	}
	return w
}

// do sends a request as "METHOD /path", with the token of a name.
func (w *world) do(token, request, body string, headers ...string) *httptest.ResponseRecorder {
	w.t.Helper()
	method, target, _ := strings.Cut(request, " ")
	r := httptest.NewRequestWithContext(w.t.Context(), method, target, strings.NewReader(body))
	return w.send(r, token, headers...)
}

func (w *world) send(r *http.Request, token string, headers ...string) *httptest.ResponseRecorder {
	if token != "nobody" {
		r.Header.Set("Authorization", "Bearer token-"+token)
	}
	for _, h := range headers {
		name, value, _ := strings.Cut(h, ": ")
		r.Header.Set(name, value)
	}
	rec := httptest.NewRecorder()
	w.handler.ServeHTTP(rec, r)
	return rec
}

// problem reads a problem out of an answer.
func problem(t *testing.T, rec *httptest.ResponseRecorder) api.Problem {
	t.Helper()
	var p api.Problem
	d := json.NewDecoder(rec.Body)
	d.DisallowUnknownFields()
	if err := d.Decode(&p); err != nil {
		t.Fatalf("status %d is no problem: %v", rec.Code, err)
	}
	if ct := rec.Header().Get("Content-Type"); ct != "application/problem+json" || p.Status != rec.Code || p.Title != http.StatusText(rec.Code) || p.Type != "about:blank" {
		t.Errorf("a problem of %s with status %d: %+v", ct, rec.Code, p)
	}
	return p
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

// as gives a context of who asks on the local socket.
func as(ctx context.Context, roles ...auth.Role) context.Context {
	return auth.With(ctx, auth.Who{Name: "owner", Roles: roles, Via: auth.ViaSocket})
}
