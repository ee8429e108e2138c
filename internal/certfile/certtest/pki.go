// Package certtest makes certificates for tests.
package certtest

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// PKI is an authority with a certificate for a server, all in files, made for one test.
type PKI struct {
	t      testing.TB
	folder string
	ca     *x509.Certificate
	key    *ecdsa.PrivateKey
	serial int64
}

// New makes an authority (ca.pem) and a certificate of a server at 127.0.0.1 (server.pem, server.key).
func New(t testing.TB) *PKI {
	t.Helper()
	p := &PKI{t: t, folder: t.TempDir()}
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
	p.Issue("server")
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

// File gives the path of a file.
func (p *PKI) File(name string) string { return filepath.Join(p.folder, name) }

func (p *PKI) write(name, kind string, der []byte) {
	p.t.Helper()
	if err := os.WriteFile(p.File(name), pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}), 0o600); err != nil {
		p.t.Fatal(err)
	}
}

// Issue writes name.pem and name.key and gives the serial number.
func (p *PKI) Issue(name string) int64 {
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

// Client gives the TLS of a client with a certificate of the authority.
func (p *PKI) Client() *tls.Config {
	p.t.Helper()
	p.Issue("client")
	pair, err := tls.LoadX509KeyPair(p.File("client.pem"), p.File("client.key"))
	if err != nil {
		p.t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AddCert(p.ca)
	return &tls.Config{RootCAs: roots, Certificates: []tls.Certificate{pair}}
}
