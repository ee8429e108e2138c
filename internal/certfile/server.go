package certfile

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"stormglass/internal/fault"
)

// Files are those of a server, each in PEM.
type Files struct {
	Certificate string // followed by those between it and its authority
	Key         string
	Authorities string // whose clients' certificates are taken; empty: clients are not asked for any
}

// Options say what a server's TLS is like besides.
type Options struct {
	// Clients is how certificates of clients are treated, where there are authorities.
	Clients   tls.ClientAuthType
	Protocols []string // that are offered (RFC 7301); none: none is spoken of
	// NoResumption has each connection begin anew: one that lasts saves nothing by resuming, and would let in who is no longer certified.
	NoResumption bool
	Log          *slog.Logger // nil: nothing is logged
}

// Server gives the TLS of a server, version 1.2 or later, that follows its files. Its GetCertificate gives the certificate in
// force, to whoever asks. Files that cannot be used are fault.Invalid.
func Server(f Files, o Options) (*tls.Config, error) {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	r := follow(f, o, time.Now)
	contents, err := readFiles(r.files)
	if err != nil {
		return nil, err
	}
	first, err := r.build(contents)
	if err != nil {
		return nil, err
	}
	r.config, r.contents, r.looked = first, contents, r.now()
	outer := first.Clone()
	outer.GetConfigForClient, outer.GetCertificate = r.forClient, r.certificate
	return outer, nil
}

// build makes a configuration of the contents of the files.
func (r *renewing) build(contents [][]byte) (*tls.Config, error) {
	pair, err := tls.X509KeyPair(contents[0], contents[1])
	if err != nil {
		return nil, fault.Hint(fault.Invalid, fmt.Errorf("use the certificate %s with the key %s: %w", r.files[0], r.files[1], err),
			"both are PEM files, the certificate first followed by those between it and its authority")
	}
	config := &tls.Config{
		MinVersion: tls.VersionTLS12, Certificates: []tls.Certificate{pair}, NextProtos: r.options.Protocols, SessionTicketsDisabled: r.options.NoResumption,
	}
	if len(contents) > 2 {
		config.ClientCAs, config.ClientAuth = x509.NewCertPool(), r.options.Clients
		if !config.ClientCAs.AppendCertsFromPEM(contents[2]) {
			return nil, fault.Hint(fault.Invalid, fmt.Errorf("use the authorities of %s: %w", r.files[2], errNoCertificate), "it is a PEM file")
		}
	}
	return config, nil
}

var errNoCertificate = errors.New("there is no certificate in it")
