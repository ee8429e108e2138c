package listen

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"slices"
	"sync"
	"time"

	"stormglass/internal/fault"
)

// renewEvery is how often, at most, the files of certificates are looked at.
const renewEvery = time.Minute

// ServerTLS gives the TLS of a server: version 1.2 or later, the certificate and key of two files, and, when a file
// of authorities is given, only clients with a certificate of one of those (RFC 5425). Renewed files are read without
// a restart, looked at when a client comes and at most once a minute; when they cannot be used, what was read before
// stays and log says so, once for each time that they change.
func ServerTLS(certFile, keyFile, clientCAFile string, log *slog.Logger) (*tls.Config, error) {
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	r := &renewing{files: []string{certFile, keyFile}, log: log, now: time.Now}
	if clientCAFile != "" {
		r.files = append(r.files, clientCAFile)
	}
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
	outer.GetConfigForClient = r.forClient
	return outer, nil
}

// renewing is a configuration that follows its files.
type renewing struct {
	files []string // certificate, key, and possibly authorities
	log   *slog.Logger
	now   func() time.Time

	mu       sync.Mutex
	config   *tls.Config
	contents [][]byte // that were tried last
	looked   time.Time
}

// forClient gives the configuration in force.
func (r *renewing) forClient(hello *tls.ClientHelloInfo) (*tls.Config, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if now := r.now(); now.Sub(r.looked) >= renewEvery {
		r.looked = now
		r.renew(hello.Context())
	}
	return r.config, nil
}

// renew reads the files again and takes them when they have changed and fit together. A certificate and a key
// that are being exchanged do not for a moment: they are tried again once a file changes further.
func (r *renewing) renew(ctx context.Context) {
	contents, err := readFiles(r.files)
	if err == nil {
		if slices.EqualFunc(contents, r.contents, bytes.Equal) {
			return
		}
		r.contents = contents
		var config *tls.Config
		if config, err = r.build(contents); err == nil {
			r.config = config
			r.log.InfoContext(ctx, "certificate renewed", slog.String("file", r.files[0]),
				slog.Time("not_after", config.Certificates[0].Leaf.NotAfter))
			return
		}
	}
	r.log.WarnContext(ctx, "renewed certificate cannot be used, the one before stays", slog.String("file", r.files[0]), slog.Any("error", err))
}

// build makes a configuration of the contents of the files.
func (r *renewing) build(contents [][]byte) (*tls.Config, error) {
	pair, err := tls.X509KeyPair(contents[0], contents[1])
	if err != nil {
		return nil, fault.Hint(fault.Invalid, fmt.Errorf("use the certificate %s with the key %s: %w", r.files[0], r.files[1], err),
			"both are PEM files, the certificate first followed by those between it and its authority")
	}
	config := &tls.Config{
		MinVersion:   tls.VersionTLS12,
		Certificates: []tls.Certificate{pair},
		// Connections of syslog last: resuming saves nothing, and would let in who is no longer certified.
		SessionTicketsDisabled: true,
	}
	if len(contents) > 2 {
		config.ClientCAs = x509.NewCertPool()
		if !config.ClientCAs.AppendCertsFromPEM(contents[2]) {
			return nil, fault.Hint(fault.Invalid, fmt.Errorf("use the authorities of %s: %w", r.files[2], errNoCertificate), "it is a PEM file")
		}
		config.ClientAuth = tls.RequireAndVerifyClientCert
	}
	return config, nil
}

var errNoCertificate = errors.New("there is no certificate in it")

func readFiles(names []string) ([][]byte, error) {
	var out [][]byte
	for _, name := range names {
		b, err := os.ReadFile(name)
		if err != nil {
			return nil, fault.Wrap(fault.Invalid, err)
		}
		out = append(out, b)
	}
	return out, nil
}
