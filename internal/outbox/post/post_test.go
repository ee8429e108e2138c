package post

import (
	"encoding/pem"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"stormglass/internal/fault"
	"stormglass/internal/outbox/message"
)

func client(t *testing.T, ca string, timeout time.Duration) *Client {
	t.Helper()
	c, err := New(ca, timeout)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

func TestAnswers(t *testing.T) {
	elsewhere := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("a redirect was followed") }))
	defer elsewhere.Close()
	tests := []struct {
		name            string
		status          int
		header          map[string]string
		refused, failed bool // by an impatient sink
		refusedPatient  bool
		after           time.Duration
	}{
		{name: "taken", status: 200},
		{name: "taken, empty", status: 204},
		{name: "redirect", status: 307, header: map[string]string{"Location": elsewhere.URL}, refused: true, failed: true, refusedPatient: true},
		{name: "bad", status: 400, refused: true, failed: true, refusedPatient: true},
		{name: "who are you", status: 401, refused: true, failed: true},
		{name: "not here", status: 404, refused: true, failed: true},
		{name: "gone", status: 410, refused: true, failed: true, refusedPatient: true},
		{name: "too slow", status: 408, failed: true},
		{name: "too many", status: 429, header: map[string]string{"Retry-After": "90"}, failed: true, after: 90 * time.Second},
		{name: "down", status: 503, failed: true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				for k, v := range tt.header {
					w.Header().Set(k, v)
				}
				w.WriteHeader(tt.status)
				if tt.status != 204 {
					_, _ = w.Write([]byte("why\n\x1b[31m"))
				}
			}))
			defer srv.Close()
			a, err := client(t, "", 10*time.Second).Send(t.Context(), srv.URL, nil, []byte("x"))
			if err != nil {
				t.Fatal(err)
			}
			got := a.Err(false)
			if (got != nil) != tt.failed || message.IsRefused(got) != tt.refused || message.IsRefused(a.Err(true)) != tt.refusedPatient || message.AfterOf(got) != tt.after {
				t.Errorf("got %v, refused %v and, patient, %v, after %v", got, message.IsRefused(got), message.IsRefused(a.Err(true)), message.AfterOf(got))
			}
			if got != nil && strings.ContainsAny(got.Error(), "\n\x1b") {
				t.Errorf("the error %q is not for a terminal", got)
			}
		})
	}
}

func TestMisbehavingServers(t *testing.T) {
	hang := make(chan struct{})
	mux := http.NewServeMux()
	mux.HandleFunc("/slow", func(http.ResponseWriter, *http.Request) { <-hang })
	mux.HandleFunc("/drop", func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })
	mux.HandleFunc("/endless", func(w http.ResponseWriter, r *http.Request) {
		for {
			if _, err := w.Write(make([]byte, 64<<10)); err != nil || r.Context().Err() != nil {
				return
			}
		}
	})
	srv := httptest.NewServer(mux)
	defer srv.Close()
	defer close(hang)
	for _, path := range []string{"/slow", "/drop"} {
		_, err := client(t, "", 200*time.Millisecond).Send(t.Context(), srv.URL+path+"?secret=s3cr3t", nil, nil)
		if err == nil || strings.Contains(err.Error(), "s3cr3t") {
			t.Errorf("%s: got %v", path, err)
		}
	}
	a, err := client(t, "", 10*time.Second).Send(t.Context(), srv.URL+"/endless", nil, nil)
	if err != nil || len(a.Body) != maxAnswer {
		t.Errorf("an endless answer: %v", err)
	}
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l.Close()
	if _, err := client(t, "", time.Second).Send(t.Context(), "http://"+l.Addr().String()+"/s3cr3t", nil, nil); err == nil || strings.Contains(err.Error(), "s3cr3t") {
		t.Errorf("nobody there: got %v", err)
	}
}

func TestCertificates(t *testing.T) {
	srv := httptest.NewTLSServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	defer srv.Close()
	ca := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(ca, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: srv.Certificate().Raw}), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := client(t, ca, 10*time.Second).Send(t.Context(), srv.URL, nil, nil); err != nil {
		t.Error(err)
	}
	if _, err := client(t, "", 10*time.Second).Send(t.Context(), srv.URL, nil, nil); err == nil || !strings.Contains(err.Error(), "certificate") {
		t.Errorf("a certificate that nobody trusts: %v", err)
	}
	if err := os.WriteFile(ca, []byte("no certificate"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := New(ca, time.Second); fault.KindOf(err) != fault.Invalid {
		t.Errorf("no certificate in the file: %v", err)
	}
}

func TestSecret(t *testing.T) {
	dir := t.TempDir()
	for content, want := range map[string]string{"abc\n": "abc", " abc": "abc", "": "", "a\nb": "", "\n": ""} {
		name := filepath.Join(dir, "s")
		if err := os.WriteFile(name, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		got, err := Secret("token_file", name)
		if got != want || (err == nil) != (want != "") || err != nil && content != "" && strings.Contains(err.Error(), "a\nb") {
			t.Errorf("%q: got %q, %v", content, got, err)
		}
	}
	if _, err := Secret("token_file", filepath.Join(dir, "none")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("got %v", err)
	}
}

func TestRetryAfter(t *testing.T) {
	for s, want := range map[string]time.Duration{"": 0, "5": 5 * time.Second, "-1": 0, "x": 0, "Mon, 02 Jan 2006 15:04:05 GMT": 0, "99999999999": 0} {
		if got := retryAfter(s); got != want {
			t.Errorf("%q is %v, want %v", s, got, want)
		}
	}
}
