package certfile

import (
	"bytes"
	"context"
	"crypto/tls"
	"io"
	"log/slog"
	"net"
	"os"
	"strings"
	"testing"
	"time"

	"stormglass/internal/certfile/certtest"
	"stormglass/internal/fault"
)

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
	p := certtest.New(t)
	var out bytes.Buffer
	files := Files{p.File("server.pem"), p.File("server.key"), p.File("ca.pem")}
	options := Options{Clients: tls.RequireAndVerifyClientCert, NoResumption: true, Log: slog.New(slog.NewTextHandler(&out, nil))}
	config, err := Server(files, options)
	if err != nil {
		t.Fatal(err)
	}
	now := time.Now()
	follow := follow(files, options, func() time.Time { return now })
	follow.contents, _ = readFiles(follow.files)
	follow.config, err = follow.build(follow.contents)
	if err != nil {
		t.Fatal(err)
	}
	follow.looked = now
	config.GetConfigForClient, config.GetCertificate = follow.forClient, follow.certificate
	client := p.Client()
	serves := func(what string, want int64) {
		t.Helper()
		if got, err := handshake(t, config, client); err != nil || got != want {
			t.Errorf("%s: certificate %d, want %d (%v)", what, got, want, err)
		}
		if own, err := config.GetCertificate(nil); err != nil || own.Leaf.SerialNumber.Int64() != want {
			t.Errorf("%s: asked for the certificate in force: %v, %v", what, own.Leaf.SerialNumber, err)
		}
	}
	first := int64(101)
	serves("at first", first)

	second := p.Issue("server")
	now = now.Add(lookEvery - 1)
	serves("too soon", first)
	now = now.Add(1)
	serves("in time", second)
	if !strings.Contains(out.String(), "certificate renewed") {
		t.Errorf("the log: %s", &out)
	}

	// Broken files, files that are gone, a key that is another's: what was there stays, and each is logged once.
	key, err := os.ReadFile(p.File("server.key"))
	if err != nil {
		t.Fatal(err)
	}
	for what, damage := range map[string]func(){
		"no key":        func() { os.Remove(p.File("server.key")) },
		"a broken key":  func() { os.WriteFile(p.File("server.key"), key[:len(key)/2], 0o600) },
		"another's key": func() { b, _ := os.ReadFile(p.File("client.key")); os.WriteFile(p.File("server.key"), b, 0o600) },
	} {
		out.Reset()
		damage()
		now = now.Add(lookEvery)
		serves(what, second)
		now = now.Add(lookEvery)
		serves(what+" still", second)
		if n := strings.Count(out.String(), "level=WARN"); n != 1 {
			t.Errorf("%s: logged %d times", what, n)
		}
		if strings.Contains(out.String(), string(key[40:80])) {
			t.Error("the log has the key")
		}
	}
	third := p.Issue("server")
	now = now.Add(lookEvery)
	serves("mended", third)

	// Another authority: clients of the one before are turned away.
	other := certtest.New(t)
	b, err := os.ReadFile(other.File("ca.pem"))
	if err != nil {
		t.Fatal(err)
	}
	os.WriteFile(p.File("ca.pem"), b, 0o600)
	now = now.Add(lookEvery)
	if _, err := handshake(t, config, client); err == nil {
		t.Error("a client of an authority that is no more is let in")
	}
}

func TestUnusableCertificates(t *testing.T) {
	p := certtest.New(t)
	p.Client()
	os.WriteFile(p.File("empty"), nil, 0o600)
	for name, f := range map[string][3]string{
		"no such file":  {"none.pem", "server.key", ""},
		"another's key": {"server.pem", "client.key", ""},
		"no key":        {"server.pem", "server.pem", ""},
		"no authority":  {"server.pem", "server.key", "none.pem"},
		"empty":         {"server.pem", "server.key", "empty"},
	} {
		ca := ""
		if f[2] != "" {
			ca = p.File(f[2])
		}
		if _, err := Server(Files{p.File(f[0]), p.File(f[1]), ca}, Options{}); fault.KindOf(err) != fault.Invalid {
			t.Errorf("%s: %v", name, err)
		}
	}
}
