package web

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"sync"
	"time"

	"stormglass/internal/fault"
)

// certificate is the server's own, which is read again when its files change: a renewal needs no restart.
type certificate struct {
	certFile, keyFile string
	log               *slog.Logger

	mu      sync.Mutex
	current *tls.Certificate
	changed [2]time.Time // of the files as they were tried last
	looked  time.Time
}

// lookEvery is how often the files are looked at, at most.
const lookEvery = 10 * time.Second

func openCertificate(certFile, keyFile string, log *slog.Logger) (*certificate, error) {
	c := &certificate{certFile: certFile, keyFile: keyFile, log: log}
	c.changed = c.times()
	pair, err := tls.LoadX509KeyPair(certFile, keyFile)
	if err != nil {
		return nil, fault.Wrap(fault.Invalid, fmt.Errorf("read the certificate of the service: %w", err))
	}
	c.current, c.looked = &pair, time.Now()
	return c, nil
}

func (c *certificate) times() (t [2]time.Time) {
	for i, name := range [2]string{c.certFile, c.keyFile} {
		if info, err := os.Stat(name); err == nil { // what is not there has no time
			t[i] = info.ModTime()
		}
	}
	return t
}

// get gives the certificate in force. Files that do not fit together keep the old one: a renewal writes one after the other.
func (c *certificate) get(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if now := time.Now(); now.Sub(c.looked) >= lookEvery {
		c.looked = now
		if t := c.times(); t != c.changed {
			c.changed = t
			pair, err := tls.LoadX509KeyPair(c.certFile, c.keyFile)
			if err != nil {
				c.log.ErrorContext(context.Background(), "the certificate of the service cannot be read: the one read before stays in force", slog.Any("error", err))
			} else {
				c.current = &pair
			}
		}
	}
	return c.current, nil
}

// tlsConfig gives the settings of TLS, nil when there is none.
func (cfg *Config) tlsConfig() (*tls.Config, error) {
	if cfg.Certificate == "" && cfg.Key == "" {
		if cfg.ClientCA != "" {
			return nil, fault.Hint(fault.Invalid, errors.New("clients are to have certificates, but the service has none"), "name a certificate and its key")
		}
		return nil, nil
	}
	own, err := openCertificate(cfg.Certificate, cfg.Key, cfg.Log)
	if err != nil {
		return nil, err
	}
	t := &tls.Config{MinVersion: tls.VersionTLS12, GetCertificate: own.get, NextProtos: []string{"http/1.1"}}
	if cfg.ClientCA == "" {
		return t, nil
	}
	text, err := os.ReadFile(cfg.ClientCA)
	if err != nil {
		return nil, fault.Wrap(fault.Invalid, fmt.Errorf("read the authorities of clients' certificates: %w", err))
	}
	t.ClientCAs = x509.NewCertPool()
	if !t.ClientCAs.AppendCertsFromPEM(text) {
		return nil, fault.Wrap(fault.Invalid, fmt.Errorf("read the authorities of clients' certificates: there is none in %s", cfg.ClientCA))
	}
	t.ClientAuth = tls.VerifyClientCertIfGiven // a token will do, too
	return t, nil
}
