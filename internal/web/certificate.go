package web

import (
	"crypto/tls"
	"errors"
	"fmt"

	"stormglass/internal/certfile"
	"stormglass/internal/fault"
)

// tlsConfig gives the settings of TLS, nil when there is none.
func (cfg *Config) tlsConfig() (*tls.Config, error) {
	if cfg.Certificate == "" && cfg.Key == "" {
		if cfg.ClientCA != "" {
			return nil, fault.Hint(fault.Invalid, errors.New("clients are to have certificates, but the service has none"), "name a certificate and its key")
		}
		return nil, nil
	}
	files := certfile.Files{Certificate: cfg.Certificate, Key: cfg.Key, Authorities: cfg.ClientCA}
	t, err := certfile.Server(files, certfile.Options{
		Clients: tls.VerifyClientCertIfGiven, Protocols: []string{"http/1.1"}, Log: cfg.Log, // a token will do, too
	})
	if err != nil {
		return nil, fmt.Errorf("read the certificate of the service: %w", err)
	}
	return t, nil
}
