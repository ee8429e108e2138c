package mailer

import (
	"bufio"
	"crypto/tls"
	"encoding/base64"
	"encoding/pem"
	"fmt"
	"io"
	"mime"
	"mime/quotedprintable"
	"net"
	"net/http/httptest"
	"net/mail"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"stormglass/internal/outbox/message"
	"stormglass/internal/outbox/outboxtest"
)

// server is a small mail server.
type server struct {
	net.Listener
	tls    *tls.Config
	answer func(command string) string // in place of what it would say; empty: as it goes
	mu     sync.Mutex
	got    []string
}

func listen(t *testing.T) net.Listener {
	t.Helper()
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func serve(t *testing.T, config *tls.Config, answer func(string) string) *server {
	t.Helper()
	return serveOn(t, listen(t), config, answer)
}

func serveOn(t *testing.T, l net.Listener, config *tls.Config, answer func(string) string) *server {
	t.Helper()
	s := &server{Listener: l, tls: config, answer: answer}
	var wg sync.WaitGroup
	wg.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			wg.Go(func() {
				defer c.Close()
				_ = c.SetDeadline(time.Now().Add(time.Minute))
				s.talk(c)
			})
		}
	})
	t.Cleanup(func() {
		l.Close()
		wg.Wait()
	})
	return s
}

func (s *server) talk(c net.Conn) {
	r, secure := bufio.NewReader(c), false
	fmt.Fprint(c, "220 made up\r\n")
	for {
		line, err := r.ReadString('\n')
		if err != nil {
			return
		}
		line = strings.TrimSpace(line)
		verb, rest, _ := strings.Cut(line, " ")
		say := "250 fine"
		switch strings.ToUpper(verb) {
		case "EHLO":
			say = "250-made up\r\n250-AUTH PLAIN\r\n250 8BITMIME"
			if s.tls != nil && !secure {
				say = "250-made up\r\n250-STARTTLS\r\n250 8BITMIME"
			}
		case "AUTH":
			say = "535 who are you"
			if _, text, _ := strings.Cut(rest, " "); text == base64.StdEncoding.EncodeToString([]byte("\x00ana\x00s3cr3t")) {
				say = "235 welcome"
			}
		case "DATA":
			say = "354 go on"
		case "QUIT":
			say = "221 bye"
		case "STARTTLS":
			fmt.Fprint(c, "220 go on\r\n")
			c = tls.Server(c, s.tls)
			r, secure = bufio.NewReader(c), true
			continue
		}
		if s.answer != nil {
			if other := s.answer(line); other != "" {
				say = other
			}
		}
		if say == "hang up" {
			return
		}
		fmt.Fprint(c, say+"\r\n")
		if strings.HasPrefix(say, "354") && !s.body(c, r) {
			return
		}
	}
}

func (s *server) body(c net.Conn, r *bufio.Reader) bool {
	var b strings.Builder
	for {
		line, err := r.ReadString('\n')
		if err != nil {
			return false
		}
		if line == ".\r\n" {
			break
		}
		b.WriteString(strings.TrimPrefix(line, "."))
	}
	s.mu.Lock()
	s.got = append(s.got, b.String())
	s.mu.Unlock()
	say := "250 taken"
	if s.answer != nil {
		if other := s.answer("."); other != "" {
			say = other
		}
	}
	if say == "hang up" {
		return false
	}
	fmt.Fprint(c, say+"\r\n")
	return true
}

func (s *server) mails() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string(nil), s.got...)
}

func sink(t *testing.T, c Config) *Sink {
	t.Helper()
	c.From, c.To = "Stormglass <stormglass@example.net>", []string{"soc@example.net", "noc@example.net"}
	if c.Timeout == 0 {
		c.Timeout = 10 * time.Second
	}
	s, err := New(c)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func results(errs []error) (out []string) {
	for _, err := range errs {
		switch {
		case err == nil:
			out = append(out, "taken")
		case message.IsRefused(err):
			out = append(out, "refused")
		default:
			out = append(out, "later")
		}
	}
	return out
}

func TestMails(t *testing.T) {
	srv := serve(t, nil, nil)
	all := outboxtest.All(t)
	for _, name := range []string{"finding", "alarm"} {
		if got := results(sink(t, Config{Host: srv.Addr().String(), TLS: "none"}).Deliver(t.Context(), []*message.Message{all[name]})); !cmp.Equal(got, []string{"taken"}) {
			t.Fatalf("%s: %v", name, got)
		}
	}
	for i, name := range []string{"finding", "alarm"} {
		m, err := mail.ReadMessage(strings.NewReader(srv.mails()[i]))
		if err != nil {
			t.Fatal(err)
		}
		subject, err := new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject"))
		if err != nil || !strings.HasPrefix(subject, "[stormglass] ") || !strings.Contains(subject, all[name].Level) {
			t.Errorf("subject %q, %v", subject, err)
		}
		got := map[string]string{}
		for _, h := range []string{"Message-Id", "Bcc", "Auto-Submitted", "From", "To", "Date"} {
			got[h] = m.Header.Get(h)
		}
		want := map[string]string{
			"Message-Id": "<" + all[name].ID + "@example.net>", "Bcc": "", "Auto-Submitted": "auto-generated", "From": `"Stormglass" <stormglass@example.net>`,
			"To": "<soc@example.net>, <noc@example.net>", "Date": "Sun, 01 Mar 2026 12:00:00 +0000",
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("headers, -want +got:\n%s", diff)
		}
		body, err := io.ReadAll(quotedprintable.NewReader(m.Body))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(strings.TrimSpace(all[name].Text()), strings.TrimSpace(strings.ReplaceAll(string(body), "\r\n", "\n"))); diff != "" {
			t.Errorf("text, -want +got:\n%s", diff)
		}
	}
}

// TestHeadersAreOneLine has a title that was not made safe: whatever it is, it becomes no header.
func TestHeadersAreOneLine(t *testing.T) {
	srv, m := serve(t, nil, nil), outboxtest.Single(t)
	m.Title = "x\r\nBcc: evil@example.org\r\n\r\nbody"
	m.Level, m.TLP = "high\r\nX-Evil: 1", "TLP:AMBER\r\nX-Evil: 1"
	if got := results(sink(t, Config{Host: srv.Addr().String(), TLS: "none"}).Deliver(t.Context(), []*message.Message{m})); !cmp.Equal(got, []string{"taken"}) {
		t.Fatal(got)
	}
	got, err := mail.ReadMessage(strings.NewReader(srv.mails()[0]))
	if err != nil || got.Header.Get("Bcc") != "" || got.Header.Get("X-Evil") != "" {
		t.Errorf("headers %v, %v", got.Header, err)
	}
}

func TestTLS(t *testing.T) {
	https := httptest.NewTLSServer(nil)
	defer https.Close()
	ca := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(ca, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: https.Certificate().Raw}), 0o600); err != nil {
		t.Fatal(err)
	}
	config := https.TLS.Clone()
	config.NextProtos = nil
	srv, plain := serve(t, config, nil), serve(t, nil, nil)
	implicit := serveOn(t, tls.NewListener(listen(t), config), nil, nil)
	one := []*message.Message{outboxtest.Single(t)}
	for _, tt := range []struct {
		name string
		c    Config
		want string
	}{
		{"logged in", Config{Host: srv.Addr().String(), TLS: "starttls", CAFile: ca, User: "ana", Password: "s3cr3t"}, "taken"},
		{"inside TLS", Config{Host: implicit.Addr().String(), TLS: "implicit", CAFile: ca, User: "ana", Password: "s3cr3t"}, "taken"},
		{"inside TLS, that nobody trusts", Config{Host: implicit.Addr().String(), TLS: "implicit", User: "ana", Password: "s3cr3t"}, "later"},
		{"another password", Config{Host: srv.Addr().String(), TLS: "starttls", CAFile: ca, User: "ana", Password: "0ther"}, "later"},
		{"a certificate that nobody trusts", Config{Host: srv.Addr().String(), TLS: "starttls"}, "later"},
		{"a server without TLS", Config{Host: plain.Addr().String(), TLS: "starttls", CAFile: ca}, "later"},
	} {
		errs := sink(t, tt.c).Deliver(t.Context(), one)
		if diff := cmp.Diff([]string{tt.want}, results(errs)); diff != "" || errs[0] != nil && tt.c.Password != "" && strings.Contains(errs[0].Error(), tt.c.Password) {
			t.Errorf("%s: %v", tt.name, errs)
		}
	}
	if n := len(plain.mails()); n != 0 {
		t.Errorf("%d mails went in clear", n)
	}
}

func TestMisbehavingServer(t *testing.T) {
	two := []*message.Message{outboxtest.Numbered(t, 1), outboxtest.Numbered(t, 2)}
	for _, tt := range []struct {
		name, command, say string
		want               []string
	}{
		{"a recipient is unknown", "RCPT", "550 no such user", []string{"refused", "refused"}},
		{"come back later", "RCPT", "451 greylisted", []string{"later"}},
		{"not this mail", ".", "554 spam", []string{"refused", "refused"}},
		{"it hangs up before it says that it has it", ".", "hang up", []string{"later"}},
		{"it hangs up at once", "EHLO", "hang up", []string{"later"}},
	} {
		srv := serve(t, nil, func(command string) string {
			if strings.HasPrefix(command, tt.command) {
				return tt.say
			}
			return ""
		})
		if diff := cmp.Diff(tt.want, results(sink(t, Config{Host: srv.Addr().String(), TLS: "none"}).Deliver(t.Context(), two))); diff != "" {
			t.Errorf("%s, -want +got:\n%s", tt.name, diff)
		}
	}
	stuck := make(chan struct{})
	silent := serve(t, nil, func(string) string { <-stuck; return "hang up" })
	if got := results(sink(t, Config{Host: silent.Addr().String(), TLS: "none", Timeout: 200 * time.Millisecond}).Deliver(t.Context(), two)); !cmp.Equal(got, []string{"later"}) {
		t.Errorf("a silent server: %v", got)
	}
	close(stuck)
}
