package web

import (
	"crypto/sha256"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"testing"
)

// queue is a listener whose connections come from where the test says.
type queue struct{ from chan string }

func (q *queue) Accept() (net.Conn, error) {
	from, ok := <-q.from
	if !ok {
		return nil, net.ErrClosed
	}
	ours, theirs := net.Pipe()
	return &placed{Conn: ours, theirs: theirs, from: net.TCPAddrFromAddrPort(netip.MustParseAddrPort(from))}, nil
}
func (q *queue) Close() error   { return nil }
func (q *queue) Addr() net.Addr { return &net.TCPAddr{} }

type placed struct {
	net.Conn

	theirs net.Conn
	from   net.Addr
}

func (p *placed) RemoteAddr() net.Addr { return p.from }

func TestConnectionsOfOneAddress(t *testing.T) {
	for _, tt := range []struct {
		from, same string
		most       int
	}{
		{"192.0.2.1:1", "[::ffff:192.0.2.1]:2", 64}, {"[2001:db8::1]:1", "[2001:db8::ffff:2]:1", 64}, {"127.0.0.1:1", "127.0.0.1:2", 256}, {"[::1]:1", "[::1]:2", 256},
	} {
		q := &queue{make(chan string, 1000)}
		l := limitAddresses(q, quiet)
		accept := func(from string) net.Conn {
			t.Helper()
			q.from <- from
			c, err := l.Accept()
			if err != nil {
				t.Fatal(err)
			}
			return c
		}
		var open []net.Conn
		for range tt.most {
			open = append(open, accept(tt.from))
		}
		q.from <- tt.same // one too many: it is passed over
		if c := accept("198.51.100.9:1"); c.RemoteAddr().String() != "198.51.100.9:1" {
			t.Errorf("%s: one more than %d comes through: %s", tt.from, tt.most, c.RemoteAddr())
		} else {
			open = append(open, c)
		}
		_, _ = open[0].Close(), open[0].Close() // twice is once
		if c := accept(tt.same); c.RemoteAddr().String() == "198.51.100.9:1" {
			t.Errorf("%s: nobody comes after one left", tt.from)
		} else {
			open = append(open, c)
		}
		q.from <- tt.from
		close(q.from)
		if c, err := l.Accept(); err == nil {
			t.Errorf("%s: a connection was counted down twice: %s", tt.from, c.RemoteAddr())
		}
		for _, c := range open {
			_ = c.Close()
		}
		if len(l.of) != 0 {
			t.Errorf("%s: %v is still counted after all have left", tt.from, l.of)
		}
	}
}

// Who has shown no token does not keep a connection.
func TestOnlyKnownClientsKeepConnections(t *testing.T) {
	h, a := world(t, tokenFile(t, "tokens: [{name: siem, sha256: "+fmt.Sprintf("%x", sha256.Sum256([]byte("good")))+", roles: [read]}]"))
	s := start(t, Config{Handler: h, Auth: a})
	for _, tt := range []struct {
		path, token string
		kept        bool
	}{
		{"/api/v1/status", "good", true}, {"/api/v1/findings/zz", "good", true}, {"/readyz", "", true}, // this machine is known at /readyz
		{"/api/v1/status", "bad", false}, {"/api/v1/status", "", false}, {"/healthz", "", false}, {"/none", "", false},
	} {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+s.Addr().String()+tt.path, nil)
		if err != nil {
			t.Fatal(err)
		}
		if tt.token != "" {
			req.Header.Set("Authorization", "Bearer "+tt.token)
		}
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		_, _ = io.Copy(io.Discard, resp.Body)
		_ = resp.Body.Close()
		if resp.Close == tt.kept {
			t.Errorf("%s with token %q: status %d, closed %v", tt.path, tt.token, resp.StatusCode, resp.Close)
		}
	}
}
