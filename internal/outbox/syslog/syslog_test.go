package syslog

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"encoding/json"
	"encoding/pem"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"stormglass/internal/outbox/message"
	"stormglass/internal/outbox/outboxtest"
)

var update = flag.Bool("update", false, "write the golden files anew")

func TestForms(t *testing.T) {
	all := outboxtest.All(t)
	for _, form := range []string{"cef", "json"} {
		for _, name := range []string{"finding", "findings", "rule", "pointer", "summary", "alarm"} {
			got := append(format(all[name], form, maxFrame), '\n')
			path := filepath.Join("testdata", name+"."+form)
			if *update {
				if err := os.WriteFile(path, got, 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), string(got)); diff != "" {
				t.Errorf("%s, -want +got:\n%s", path, diff)
			}
			if bytes.ContainsAny(got[:len(got)-1], "\r\n\x1b") {
				t.Errorf("%s holds a control character", path)
			}
		}
	}
}

func TestWhatIsTooLongIsShortened(t *testing.T) {
	m := outboxtest.Several(t, 50)
	for _, form := range []string{"cef", "json"} {
		for _, most := range []int{maxFrame, 8 << 10, 1500, 600, 300} {
			got := format(m, form, most)
			if len(got) > most && most > 300 {
				t.Errorf("%s of at most %d bytes has %d", form, most, len(got))
			}
			if !bytes.Contains(got, []byte(m.ID)) {
				t.Errorf("%s of at most %d bytes lost its id", form, most)
			}
			_, body, _ := strings.Cut(string(got), "\ufeff")
			if form == "json" && most >= 1500 && !json.Valid([]byte(body)) {
				t.Errorf("of at most %d bytes it is no JSON: %s", most, body)
			}
		}
	}
}

// server takes syslog over TCP.
type server struct {
	net.Listener
	mu  sync.Mutex
	got []string
	do  func(net.Conn) bool // something else first; false: that was all
}

func (s *server) run(wg *sync.WaitGroup) {
	for {
		c, err := s.Accept()
		if err != nil {
			return
		}
		wg.Go(func() {
			defer c.Close()
			if s.do == nil || s.do(c) {
				s.read(c)
			}
		})
	}
}

// read reads messages with octet counting.
func (s *server) read(c net.Conn) {
	r := bufio.NewReader(c)
	for {
		size, err := r.ReadString(' ')
		if err != nil {
			return
		}
		n, err := strconv.Atoi(strings.TrimSpace(size))
		if err != nil {
			return
		}
		b := make([]byte, n)
		if _, err := io.ReadFull(r, b); err != nil {
			return
		}
		s.mu.Lock()
		s.got = append(s.got, string(b))
		s.mu.Unlock()
	}
}

func (s *server) messages() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.got)
}

func serve(t *testing.T, config *tls.Config, do func(net.Conn) bool) *server {
	t.Helper()
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	if config != nil {
		l = tls.NewListener(l, config)
	}
	s := &server{Listener: l, do: do}
	var wg sync.WaitGroup
	wg.Go(func() { s.run(&wg) })
	t.Cleanup(func() {
		l.Close()
		wg.Wait()
	})
	return s
}

func batch(t *testing.T, n int) (out []*message.Message) {
	for i := range n {
		out = append(out, outboxtest.Numbered(t, i+1))
	}
	return out
}

func sink(t *testing.T, address, ca string, timeout time.Duration) *Sink {
	t.Helper()
	s, err := New(address, "cef", ca, timeout)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func wantAll(t *testing.T, got []string, sent []*message.Message) {
	t.Helper()
	var want []string
	for _, m := range sent {
		want = append(want, string(format(m, "cef", maxFrame)))
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestTCP(t *testing.T) {
	srv, sent := serve(t, nil, nil), batch(t, 3)
	errs := sink(t, "tcp://"+srv.Addr().String(), "", 10*time.Second).Deliver(t.Context(), sent)
	if !slices.Equal(errs, make([]error, 3)) {
		t.Fatalf("got %v", errs)
	}
	wantAll(t, srv.messages(), sent) // it closed after it had read everything
}

func TestTLS(t *testing.T) {
	https := httptest.NewTLSServer(nil)
	defer https.Close()
	ca := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(ca, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: https.Certificate().Raw}), 0o600); err != nil {
		t.Fatal(err)
	}
	srv, sent := serve(t, https.TLS, nil), batch(t, 2)
	errs := sink(t, "tls://"+srv.Addr().String(), ca, 10*time.Second).Deliver(t.Context(), sent)
	if !slices.Equal(errs, make([]error, 2)) {
		t.Fatalf("got %v", errs)
	}
	wantAll(t, srv.messages(), sent)
	errs = sink(t, "tls://"+srv.Addr().String(), "", 10*time.Second).Deliver(t.Context(), sent)
	if len(errs) != 1 || errs[0] == nil || !strings.Contains(errs[0].Error(), "certificate") {
		t.Errorf("a certificate that nobody trusts: %v", errs)
	}
}

func TestMisbehavingTCP(t *testing.T) {
	reset := func(c net.Conn) bool {
		_, _ = io.ReadFull(c, make([]byte, 10))
		_ = c.(*net.TCPConn).SetLinger(0)
		return false
	}
	srv := serve(t, nil, reset)
	errs := sink(t, "tcp://"+srv.Addr().String(), "", 10*time.Second).Deliver(t.Context(), batch(t, 50))
	if len(errs) != 1 || errs[0] == nil || message.IsRefused(errs[0]) {
		t.Errorf("a receiver that resets: %v", errs)
	}
	srv.Close()
	errs = sink(t, "tcp://"+srv.Addr().String(), "", 10*time.Second).Deliver(t.Context(), batch(t, 1))
	if len(errs) != 1 || errs[0] == nil {
		t.Errorf("a receiver that is not there: %v", errs)
	}
	ends := make(chan struct{})
	keeps := serve(t, nil, func(c net.Conn) bool { // it reads everything and never closes
		_, _ = io.Copy(io.Discard, c)
		<-ends
		return false
	})
	errs = sink(t, "tcp://"+keeps.Addr().String(), "", 200*time.Millisecond).Deliver(t.Context(), batch(t, 1))
	if !slices.Equal(errs, []error{nil}) {
		t.Errorf("a receiver that closes nothing: %v", errs)
	}
	close(ends)
	stuck := make(chan struct{})
	never := serve(t, nil, func(net.Conn) bool { <-stuck; return false })
	large := batch(t, 200)
	for _, m := range large {
		m.Title = strings.Repeat("x", 60_000) // more than the buffers of both ends hold
	}
	errs = sink(t, "tcp://"+never.Addr().String(), "", 200*time.Millisecond).Deliver(t.Context(), large)
	if len(errs) != 1 || errs[0] == nil {
		t.Errorf("a receiver that reads nothing: %v", errs)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if errs := sink(t, "tcp://"+never.Addr().String(), "", time.Minute).Deliver(ctx, batch(t, 1)); len(errs) != 1 || errs[0] == nil {
		t.Errorf("after the end: %v", errs)
	}
	close(stuck)
}

func TestUDP(t *testing.T) {
	c, err := new(net.ListenConfig).ListenPacket(t.Context(), "udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	sent := batch(t, 2)
	if errs := sink(t, "udp://"+c.LocalAddr().String(), "", 10*time.Second).Deliver(t.Context(), sent); !slices.Equal(errs, make([]error, 2)) {
		t.Fatalf("got %v", errs)
	}
	buf := make([]byte, 64<<10)
	var got []string
	for range sent {
		n, _, err := c.ReadFrom(buf)
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, string(buf[:n]))
	}
	wantAll(t, got, sent)
}

// unescape undoes an escaper: a backslash stands before each character of special.
func unescape(s, special string, lines bool) (string, error) {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] != '\\' {
			if strings.IndexByte(special, s[i]) > 0 { // the backslash comes first
				return "", fmt.Errorf("%q stands alone in %q", s[i], s)
			}
			b.WriteByte(s[i])
			continue
		}
		i++
		switch {
		case i == len(s):
			return "", fmt.Errorf("%q ends in a backslash", s)
		case strings.IndexByte(special, s[i]) >= 0:
			b.WriteByte(s[i])
		case lines && s[i] == 'n':
			b.WriteByte('\n')
		case lines && s[i] == 'r':
			b.WriteByte('\r')
		default:
			return "", fmt.Errorf("an unknown escape in %q", s)
		}
	}
	return b.String(), nil
}

// FuzzEscapes holds that what is escaped holds nothing that ends a value, and can be read back.
func FuzzEscapes(f *testing.F) {
	for _, s := range []string{"", "plain", outboxtest.Hostile, `\`, `\\n`, "a=b", "|", `"]`, "\xff\n", "\ufffd"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		valid := strings.ToValidUTF8(s, "\ufffd")
		flat := strings.NewReplacer("\n", " ", "\r", " ").Replace(valid)
		for _, tt := range []struct {
			name, got, special, want string
			lines                    bool
		}{
			{"header", header(s), `\|`, flat, false},
			{"extension", extension(s), `\=`, valid, true},
			{"param", param(s), `\"]`, valid, false},
		} {
			back, err := unescape(tt.got, tt.special, tt.lines)
			if err != nil || back != tt.want {
				t.Errorf("%s: %q became %q, and is read as %q (%v)", tt.name, s, tt.got, back, err)
			}
			if tt.name != "param" && strings.ContainsAny(tt.got, "\r\n") {
				t.Errorf("%s: %q holds a line break", tt.name, tt.got)
			}
		}
		if w := word(s, 32); w == "" || len(w) > 32 || strings.ContainsFunc(w, func(r rune) bool { return r <= ' ' || r > '~' }) {
			t.Errorf("word of %q is %q", s, w)
		}
	})
}
