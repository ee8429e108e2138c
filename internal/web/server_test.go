package web

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"stormglass/internal/fault"
	"stormglass/internal/web/api"
	"stormglass/internal/web/api/apitest"
	"stormglass/internal/web/auth"
)

// names finds addresses in a map.
type names map[string][]string

func (n names) LookupNetIP(_ context.Context, _, host string) (out []netip.Addr, err error) {
	for _, a := range n[host] {
		out = append(out, netip.MustParseAddr(a))
	}
	if out == nil {
		return nil, &net.DNSError{Err: "no such host", Name: host, IsNotFound: true}
	}
	return out, nil
}

var quiet = slog.New(slog.DiscardHandler)

func tokenFile(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "tokens.yaml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func authenticator(t *testing.T, file string) *auth.Authenticator {
	t.Helper()
	a, err := auth.Open(auth.Config{File: file, Loopback: []auth.Role{auth.Read}, Log: quiet})
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// Without tokens nothing but loopback is listened on, however it is written.
func TestWhereItListens(t *testing.T) {
	found := names{
		"localhost": {"::1", "127.0.0.1"}, "moved.example": {"192.0.2.1"}, "both.example": {"127.0.0.1", "192.0.2.1"}, "local.example": {"127.0.0.5"}, "mapped.example": {"::ffff:192.0.2.1"},
	}
	for address, want := range map[string]string{
		"127.0.0.1:80": "127.0.0.1:80", "127.9.9.9:0": "127.9.9.9:0", "[::1]:80": "[::1]:80", "[::ffff:127.0.0.1]:80": "127.0.0.1:80", "[0:0:0:0:0:0:0:1]:80": "[::1]:80",
		"localhost:80": "127.0.0.1:80", "local.example:80": "127.0.0.5:80",
		":80": "open", "0.0.0.0:80": "open", "[::]:80": "open", "192.0.2.1:80": "open", "[fe80::1%lo]:80": "open", "[::ffff:192.0.2.1]:80": "open", "[::ffff:0.0.0.0]:80": "open",
		"10.0.0.1:80": "open", "moved.example:80": "open", "both.example:80": "open", "mapped.example:80": "open", "128.0.0.1:80": "open", "126.255.255.255:80": "open", "[::2]:80": "open",
		"127.1:80": "no such host", "2130706433:80": "no such host", "0x7f.1:80": "no such host", "none.example:80": "no such host",
		"127.0.0.1": "missing port", "127.0.0.1:http": "no number", "127.0.0.1:65536": "no number", "127.0.0.1:-1": "no number", "": "missing port", "::1:80": "too many colons",
	} {
		got, err := resolve(t.Context(), found, address, false)
		switch {
		case want == "open":
			if !errors.Is(err, errOpen) || fault.KindOf(err) != fault.Invalid || fault.HintOf(err) == "" {
				t.Errorf("%s: %s, %v", address, got, err)
			}
			if at, err := resolve(t.Context(), found, address, true); err != nil || !at.IsValid() {
				t.Errorf("%s with tokens: %s, %v", address, at, err)
			}
		case err != nil:
			if !strings.Contains(err.Error(), want) || fault.KindOf(err) != fault.Invalid {
				t.Errorf("%s: %v, want %q", address, err, want)
			}
		case got.String() != want:
			t.Errorf("%s: %s, want %s", address, got, want)
		}
	}
}

// start runs a server until the test ends.
func start(t *testing.T, cfg Config) *Server {
	t.Helper()
	cfg.Log = quiet
	if cfg.Address == "" {
		cfg.Address = "127.0.0.1:0"
	}
	s, err := Listen(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	done := make(chan error, 1)
	go func() { done <- s.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Errorf("run: %v", err)
		}
	})
	return s
}

// world gives the handler of a service, with the authenticator of a file of tokens.
func world(t *testing.T, file string) (http.Handler, *auth.Authenticator) {
	t.Helper()
	a := authenticator(t, file)
	h, err := api.New(api.Config{Service: apitest.New(3), Auth: a, Limits: api.DefaultLimits(), Log: quiet})
	if err != nil {
		t.Fatal(err)
	}
	return h, a
}

func get(t *testing.T, c *http.Client, url string, headers ...string) (int, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, h := range headers {
		name, value, _ := strings.Cut(h, ": ")
		if name == "Host" {
			req.Host = value
		}
		req.Header.Set(name, value)
	}
	resp, err := c.Do(req)
	if err != nil {
		return 0, err.Error()
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil && resp.StatusCode == http.StatusOK { // who is cut off may not get all of why
		t.Error(err)
	}
	return resp.StatusCode, string(text)
}

func TestListenRefuses(t *testing.T) {
	h, open := world(t, "")
	_, closed := world(t, tokenFile(t, "tokens: []\ncertificates: [{name: a, san: a, roles: [read]}]"))
	pki := newPKI(t)
	for name, tt := range map[string]struct {
		cfg  Config
		want string
	}{
		"open":                       {Config{Address: "0.0.0.0:0", Auth: open}, errOpen.Error()},
		"all addresses":              {Config{Address: ":0", Auth: open}, errOpen.Error()},
		"no certificate":             {Config{Address: "127.0.0.1:0", Auth: open, Certificate: "/none", Key: "/none"}, "read the certificate of the service"},
		"authority without own":      {Config{Address: "127.0.0.1:0", Auth: closed, ClientCA: pki.ca}, "the service has none"},
		"authority is none":          {Config{Address: "127.0.0.1:0", Auth: closed, Certificate: pki.cert, Key: pki.key, ClientCA: pki.key}, "there is no certificate in it"},
		"authority is not there":     {Config{Address: "127.0.0.1:0", Auth: closed, Certificate: pki.cert, Key: pki.key, ClientCA: "/none"}, "no such file"},
		"an address of somebody":     {Config{Address: "192.0.2.1:0", Auth: closed}, "listen on 192.0.2.1:0"},
		"certificates, no authority": {Config{Address: "127.0.0.1:0", Auth: closed}, ""},
	} {
		tt.cfg.Handler, tt.cfg.Log = h, quiet
		s, err := Listen(t.Context(), tt.cfg)
		if tt.want == "" {
			if err != nil || len(s.Warnings()) != 1 {
				t.Errorf("%s: %v", name, err)
			} else if err := s.Close(); err != nil {
				t.Error(err)
			}
			continue
		}
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: %v, want %q", name, err, tt.want)
		}
	}
	s, err := Listen(t.Context(), Config{Address: ":0", Auth: closed, Handler: h, Log: quiet, Certificate: pki.cert, Key: pki.key, ClientCA: pki.ca})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if len(s.Warnings()) != 0 {
		t.Errorf("warnings: %q", s.Warnings())
	}
	s, err = Listen(t.Context(), Config{Address: ":0", Auth: closed, Handler: h, Log: quiet})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if w := strings.Join(s.Warnings(), "\n"); !strings.Contains(w, "in clear") {
		t.Errorf("warnings: %q", w)
	}
}

// A page whose name was made to point to this machine learns nothing.
func TestRebinding(t *testing.T) {
	h, a := world(t, "")
	s := start(t, Config{Handler: h, Auth: a, Names: []string{"NOC.example."}})
	url := "http://" + s.Addr().String() + "/api/v1/status"
	for host, want := range map[string]int{
		"": 200, "localhost": 200, "localhost:1": 200, "LOCALHOST.": 200, "127.0.0.1": 200, "127.1.2.3:80": 200, "[::1]": 200, "[::1]:80": 200, "noc.example:80": 200,
		"evil.example": 421, "localhost.evil.example": 421, "192.0.2.1": 421, "127.0.0.1.evil.example": 421, "noc.example.evil.example": 421, "0.0.0.0": 421, "[::]:80": 421, "2130706433": 421,
	} {
		if got, text := get(t, http.DefaultClient, url, "Host: "+host); got != want {
			t.Errorf("Host %q: status %d: %s", host, got, text)
		}
	}
	// With headers of a proxy it is not this machine that asks, and there are no tokens.
	if got, _ := get(t, http.DefaultClient, url, "Host: evil.example", "X-Forwarded-For: 127.0.0.1"); got != http.StatusUnauthorized {
		t.Errorf("through a proxy: status %d", got)
	}
}

// A certificate's names and the machine's own need not be configured; the refusal names the key for others.
func TestNamesThatNeedNotBeStated(t *testing.T) {
	ours := newPKI(t)
	cert, key := ours.issue(t, "named", &x509.Certificate{Subject: pkix.Name{CommonName: "cn.example"}, DNSNames: []string{"glass.example", "*.noc.example"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}})
	own, err := os.Hostname()
	if err != nil || own == "" {
		t.Skip("the machine has no name")
	}
	h, a := world(t, "")
	secure := start(t, Config{Handler: h, Auth: a, Certificate: cert, Key: key})
	plain := start(t, Config{Handler: h, Auth: a})
	for host, want := range map[string][2]int{ // with and without the certificate
		"glass.example": {200, 421}, "Glass.Example.:8417": {200, 421}, "a.noc.example": {200, 421}, strings.ToUpper(own) + ":1": {200, 200},
		"cn.example": {421, 421}, "b.a.noc.example": {421, 421}, "evil.example": {421, 421}, "192.0.2.1": {421, 421},
	} {
		for i, s := range []*Server{secure, plain} {
			url := []string{"https://", "http://"}[i] + s.Addr().String() + "/api/v1/status"
			if got, text := get(t, ours.client(t, ""), url, "Host: "+host); got != want[i] || got == 421 && !strings.Contains(text, "http.names") {
				t.Errorf("Host %q at %s: status %d, want %d: %s", host, url, got, want[i], text)
			}
		}
	}
}

// pki is an authority, a certificate of the service, and clients'.
type pki struct {
	ca, cert, key string // files
	pool          *x509.CertPool
	dir           string
	parent        *x509.Certificate
	parentKey     *ecdsa.PrivateKey
	serial        int64
}

func newPKI(t *testing.T) *pki {
	t.Helper()
	p := &pki{dir: t.TempDir(), pool: x509.NewCertPool()}
	p.ca, _ = p.issue(t, "ca", &x509.Certificate{IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign, Subject: pkix.Name{CommonName: "ca"}})
	p.cert, p.key = p.issue(t, "server", &x509.Certificate{Subject: pkix.Name{CommonName: "server"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}})
	return p
}

// issue makes a certificate; the first one is the authority's own.
func (p *pki) issue(t *testing.T, name string, c *x509.Certificate) (cert, key string) {
	t.Helper()
	k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	p.serial++
	c.SerialNumber, c.NotBefore, c.NotAfter = big.NewInt(p.serial), time.Now().Add(-time.Hour), time.Now().Add(time.Hour)
	c.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth}
	parent, parentKey := p.parent, p.parentKey
	if parent == nil {
		parent, parentKey = c, k
	}
	der, err := x509.CreateCertificate(rand.Reader, c, parent, &k.PublicKey, parentKey)
	if err != nil {
		t.Fatal(err)
	}
	if p.parent == nil {
		if p.parent, err = x509.ParseCertificate(der); err != nil {
			t.Fatal(err)
		}
		p.parentKey = k
		p.pool.AddCert(p.parent)
	}
	keyDER, err := x509.MarshalECPrivateKey(k)
	if err != nil {
		t.Fatal(err)
	}
	cert, key = filepath.Join(p.dir, name+".pem"), filepath.Join(p.dir, name+".key")
	for file, b := range map[string]*pem.Block{cert: {Type: "CERTIFICATE", Bytes: der}, key: {Type: "EC PRIVATE KEY", Bytes: keyDER}} {
		if err := os.WriteFile(file, pem.EncodeToMemory(b), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return cert, key
}

// client gives a client that shows a certificate, none when there is no name.
func (p *pki) client(t *testing.T, name string) *http.Client {
	t.Helper()
	cfg := &tls.Config{RootCAs: p.pool}
	if name != "" {
		pair, err := tls.LoadX509KeyPair(filepath.Join(p.dir, name+".pem"), filepath.Join(p.dir, name+".key"))
		if err != nil {
			t.Fatal(err)
		}
		cfg.Certificates = []tls.Certificate{pair}
	}
	return &http.Client{Transport: &http.Transport{TLSClientConfig: cfg, DisableKeepAlives: true}}
}

func TestMutualTLS(t *testing.T) {
	ours, theirs := newPKI(t), newPKI(t)
	ours.issue(t, "noc", &x509.Certificate{Subject: pkix.Name{CommonName: "noc", Organization: []string{"Operator"}}})
	ours.issue(t, "probe", &x509.Certificate{Subject: pkix.Name{CommonName: "x"}, DNSNames: []string{"probe.example"}})
	ours.issue(t, "other", &x509.Certificate{Subject: pkix.Name{CommonName: "other"}})
	theirs.issue(t, "noc", &x509.Certificate{Subject: pkix.Name{CommonName: "noc", Organization: []string{"Operator"}}})
	h, a := world(t, tokenFile(t, "certificates:\n- {name: noc, subject: 'CN=noc,O=Operator', roles: [read]}\n- {name: probe, san: probe.example, roles: [ingest]}\n"+
		fmt.Sprintf("tokens:\n- {name: siem, sha256: %x, roles: [read]}\n", sha256.Sum256([]byte("good")))))
	s := start(t, Config{Handler: h, Auth: a, Certificate: ours.cert, Key: ours.key, ClientCA: ours.ca})
	url := "https://" + s.Addr().String() + "/api/v1/status"
	for name, tt := range map[string]struct {
		client *http.Client
		want   int
		header string
	}{
		"read":                       {ours.client(t, "noc"), 200, ""},
		"another role":               {ours.client(t, "probe"), 403, ""},
		"not named":                  {ours.client(t, "other"), 401, ""},
		"no certificate":             {ours.client(t, ""), 401, ""},
		"no certificate but a token": {ours.client(t, ""), 200, "Authorization: Bearer good"},
		"wrong token":                {ours.client(t, "noc"), 401, "Authorization: Bearer bad"},
	} {
		headers := []string{"Accept: */*"}
		if tt.header != "" {
			headers = append(headers, tt.header)
		}
		if got, text := get(t, tt.client, url, headers...); got != tt.want {
			t.Errorf("%s: status %d: %s", name, got, text)
		}
	}
	stranger := theirs.client(t, "noc")
	stranger.Transport.(*http.Transport).TLSClientConfig.RootCAs = ours.pool
	if got, text := get(t, stranger, url); got != 0 {
		t.Errorf("a certificate of another authority: status %d: %s", got, text)
	}
	if got, _ := get(t, http.DefaultClient, "http://"+s.Addr().String()+"/healthz"); got != http.StatusBadRequest {
		t.Errorf("without TLS: status %d", got)
	}
	old := ours.client(t, "noc")
	old.Transport.(*http.Transport).TLSClientConfig.MaxVersion = tls.VersionTLS11
	if got, _ := get(t, old, url); got != 0 {
		t.Errorf("TLS 1.1: status %d", got)
	}
}

// Whoever sends headers byte by byte is cut off, and holds up nobody.
func TestSlowHeaders(t *testing.T) {
	h, a := world(t, "")
	cfg := Config{Handler: h, Auth: a, Log: quiet}
	srv := cfg.server(nil)
	if srv.ReadHeaderTimeout <= 0 || srv.IdleTimeout <= 0 || srv.MaxHeaderBytes != maxHeader || srv.WriteTimeout != 0 || srv.ReadTimeout != 0 {
		t.Errorf("the limits: %+v", srv)
	}
	srv.ReadHeaderTimeout = 100 * time.Millisecond
	ts := httptest.NewUnstartedServer(nil)
	ts.Config = srv
	ts.Start()
	defer ts.Close()
	var d net.Dialer
	var slow []net.Conn
	for range 50 {
		c, err := d.DialContext(t.Context(), "tcp", ts.Listener.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		if _, err := io.WriteString(c, "GET /healthz HTTP/1.1\r\nHost: localhost\r\nX-A: "); err != nil {
			t.Fatal(err)
		}
		slow = append(slow, c)
	}
	if got, text := get(t, http.DefaultClient, ts.URL+"/healthz"); got != http.StatusOK {
		t.Errorf("somebody else: status %d: %s", got, text)
	}
	for _, c := range slow {
		text, err := io.ReadAll(c) // ends because the server ends it
		if err != nil && !strings.Contains(err.Error(), "reset") || strings.Contains(string(text), "200 OK") {
			t.Errorf("%q, %v", text, err)
		}
	}
}

func TestHeadersTooLong(t *testing.T) {
	h, a := world(t, "")
	s := start(t, Config{Handler: h, Auth: a})
	url := "http://" + s.Addr().String() + "/healthz"
	if got, _ := get(t, http.DefaultClient, url, "X-A: "+strings.Repeat("x", 64<<10)); got != http.StatusRequestHeaderFieldsTooLarge {
		t.Errorf("status %d", got)
	}
	if got, _ := get(t, http.DefaultClient, url, "X-A: "+strings.Repeat("x", 8<<10)); got != http.StatusOK {
		t.Errorf("8 KiB: status %d", got)
	}
}

// A request that is being answered when the service stops is answered.
func TestStop(t *testing.T) {
	_, a := world(t, "")
	inside, leave := make(chan struct{}), make(chan struct{})
	s, err := Listen(t.Context(), Config{Address: "127.0.0.1:0", Auth: a, Log: quiet, Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		close(inside)
		<-leave
		_, _ = io.WriteString(w, "done")
	})})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- s.Run(ctx) }()
	got := make(chan string, 1)
	go func() {
		_, text := get(t, &http.Client{Transport: &http.Transport{}}, "http://"+s.Addr().String()+"/")
		got <- text
	}()
	<-inside
	cancel()
	close(leave)
	if text := <-got; text != "done" {
		t.Errorf("answered %q", text)
	}
	if err := <-done; err != nil {
		t.Error(err)
	}
}
