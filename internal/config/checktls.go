package config

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io/fs"
	"os"
	"slices"
	"strings"
)

// certificates opens the files of certificates as a start would. What this process may not read is a warning: the service runs
// as another user.
func (w *warner) certificates(v *validator) {
	w.pair(v, "http", &w.HTTP.TLS)
	w.eachStream(func(path string, _ *Stream, t *TLS) {
		if t != nil {
			w.pair(v, path, t)
		}
	})
}

// pair looks whether a certificate and its key fit, and whether there are authorities in the file that names them. What was
// complained of already is passed over.
func (w *warner) pair(v *validator, path string, t *TLS) {
	said := func(keys ...string) bool {
		return slices.ContainsFunc(v.found, func(e *ValueError) bool { return slices.Contains(keys, strings.TrimPrefix(e.Path, path+".")) })
	}
	wrong := func(key, files string, err error) {
		if errors.Is(err, fs.ErrPermission) {
			w.warn(path+"."+key, "%s: not looked into, who runs this check may not read it: run it as the user of the service", files)
			return
		}
		v.complain(path+"."+key, "%s: %s", files, strings.TrimPrefix(reason(err), "tls: "))
	}
	if t.Cert != "" && t.Key != "" && !said("cert", "key") {
		if _, err := tls.LoadX509KeyPair(t.Cert, t.Key); err != nil {
			wrong("cert", t.Cert+" with the key "+t.Key, err)
		}
	}
	if t.ClientCA != "" && !said("client_ca") {
		text, err := os.ReadFile(t.ClientCA)
		if err == nil && !x509.NewCertPool().AppendCertsFromPEM(text) {
			err = errors.New("there is no certificate in it (PEM)")
		}
		if err != nil {
			wrong("client_ca", t.ClientCA, err)
		}
	}
}
