package listen

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"io"
	"log/slog"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"stormglass/internal/fault"
)

// pki is an authority with a certificate for a server, all in files, made for one test.
type pki struct {
	t      testing.TB
	folder string
	ca     *x509.Certificate
	key    *ecdsa.PrivateKey
	serial int64
}

func newPKI(t testing.TB) *pki {
	t.Helper()
	p := &pki{t: t, folder: t.TempDir()}
	p.key = newKey(t)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "authority"}, NotBefore: time.Now().Add(-time.Hour),
		NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, p.key.Public(), p.key)
	if err != nil {
		t.Fatal(err)
	}
	if p.ca, err = x509.ParseCertificate(der); err != nil {
		t.Fatal(err)
	}
	p.write("ca.pem", "CERTIFICATE", der)
	p.issue("server")
	return p
}

func newKey(t testing.TB) *ecdsa.PrivateKey {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func (p *pki) file(name string) string { return filepath.Join(p.folder, name) }

func (p *pki) write(name, kind string, der []byte) {
	p.t.Helper()
	if err := os.WriteFile(p.file(name), pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}), 0o600); err != nil {
		p.t.Fatal(err)
	}
}

// issue writes name.pem and name.key and gives the serial number.
func (p *pki) issue(name string) int64 {
	p.t.Helper()
	p.serial++
	key := newKey(p.t)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(100 + p.serial), Subject: pkix.Name{CommonName: name}, NotBefore: time.Now().Add(-time.Hour),
		NotAfter: time.Now().Add(time.Hour), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, p.ca, key.Public(), p.key)
	if err != nil {
		p.t.Fatal(err)
	}
	p.write(name+".pem", "CERTIFICATE", der)
	if der, err = x509.MarshalPKCS8PrivateKey(key); err != nil {
		p.t.Fatal(err)
	}
	p.write(name+".key", "PRIVATE KEY", der)
	return 100 + p.serial
}

// client gives the TLS of a client with a certificate of the authority.
func (p *pki) client() *tls.Config {
	p.t.Helper()
	p.issue("client")
	pair, err := tls.LoadX509KeyPair(p.file("client.pem"), p.file("client.key"))
	if err != nil {
		p.t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AddCert(p.ca)
	return &tls.Config{RootCAs: roots, Certificates: []tls.Certificate{pair}}
}

// handshake has a client and a server speak and gives the serial number of the server's certificate.
func handshake(t *testing.T, server, client *tls.Config) (int64, error) {
	t.Helper()
	a, b := net.Pipe()
	defer a.Close()
	defer b.Close()
	ended := make(chan error, 1)
	s := tls.Server(a, server)
	go func() {
		err := s.HandshakeContext(context.Background())
		if err != nil {
			a.Close()
		}
		ended <- err
	}()
	client = client.Clone()
	client.ServerName = "127.0.0.1"
	c := tls.Client(b, client)
	err := c.HandshakeContext(t.Context())
	go io.Copy(io.Discard, b) // a server that does not like the client tells it so
	if e := <-ended; e != nil {
		return 0, e
	}
	if err != nil {
		return 0, err
	}
	return c.ConnectionState().PeerCertificates[0].SerialNumber.Int64(), nil
}

func TestRenewedCertificates(t *testing.T) {
	p := newPKI(t)
	var out bytes.Buffer
	config, err := ServerTLS(p.file("server.pem"), p.file("server.key"), p.file("ca.pem"), slog.New(slog.NewTextHandler(&out, nil)))
	if err != nil {
		t.Fatal(err)
	}
	now := time.Now()
	follow := &renewing{files: []string{p.file("server.pem"), p.file("server.key"), p.file("ca.pem")}, now: func() time.Time { return now }}
	follow.log = slog.New(slog.NewTextHandler(&out, nil))
	follow.contents, _ = readFiles(follow.files)
	follow.config, err = follow.build(follow.contents)
	if err != nil {
		t.Fatal(err)
	}
	follow.looked = now
	config.GetConfigForClient = follow.forClient
	client := p.client()
	serves := func(what string, want int64) {
		t.Helper()
		if got, err := handshake(t, config, client); err != nil || got != want {
			t.Errorf("%s: certificate %d, want %d (%v)", what, got, want, err)
		}
	}
	first := int64(101)
	serves("at first", first)

	second := p.issue("server")
	now = now.Add(renewEvery - 1)
	serves("within the minute", first)
	now = now.Add(1)
	serves("after a minute", second)
	if !strings.Contains(out.String(), "certificate renewed") {
		t.Errorf("the log: %s", &out)
	}

	// Broken files, files that are gone, a key that is another's: what was there stays, and each is logged once.
	key, err := os.ReadFile(p.file("server.key"))
	if err != nil {
		t.Fatal(err)
	}
	for what, damage := range map[string]func(){
		"no key":        func() { os.Remove(p.file("server.key")) },
		"a broken key":  func() { os.WriteFile(p.file("server.key"), key[:len(key)/2], 0o600) },
		"another's key": func() { b, _ := os.ReadFile(p.file("client.key")); os.WriteFile(p.file("server.key"), b, 0o600) },
	} {
		out.Reset()
		damage()
		now = now.Add(renewEvery)
		serves(what, second)
		if n := strings.Count(out.String(), "level=WARN"); n != 1 {
			t.Errorf("%s: logged %d times", what, n)
		}
		if strings.Contains(out.String(), string(key[40:80])) {
			t.Error("the log has the key")
		}
	}
	third := p.issue("server")
	now = now.Add(renewEvery)
	serves("mended", third)

	// Another authority: clients of the one before are turned away.
	other := newPKI(t)
	b, err := os.ReadFile(other.file("ca.pem"))
	if err != nil {
		t.Fatal(err)
	}
	os.WriteFile(p.file("ca.pem"), b, 0o600)
	now = now.Add(renewEvery)
	if _, err := handshake(t, config, client); err == nil {
		t.Error("a client of an authority that is no more is let in")
	}
}

func TestUnusableCertificates(t *testing.T) {
	p := newPKI(t)
	p.client()
	os.WriteFile(p.file("empty"), nil, 0o600)
	for name, f := range map[string][3]string{
		"no such file":  {"none.pem", "server.key", ""},
		"another's key": {"server.pem", "client.key", ""},
		"no key":        {"server.pem", "server.pem", ""},
		"no authority":  {"server.pem", "server.key", "none.pem"},
		"empty":         {"server.pem", "server.key", "empty"},
	} {
		ca := ""
		if f[2] != "" {
			ca = p.file(f[2])
		}
		if _, err := ServerTLS(p.file(f[0]), p.file(f[1]), ca, nil); fault.KindOf(err) != fault.Invalid {
			t.Errorf("%s: %v", name, err)
		}
	}
}
