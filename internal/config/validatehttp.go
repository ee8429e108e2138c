package config

import (
	"runtime"
	"strings"
)

func (v *validator) http() {
	v.tls("http", &v.HTTP.TLS)
	v.tokens()
	v.names()
	v.loopback()
	bounded(v, "http.unpacked", v.HTTP.Unpacked, minUnpacked, maxUnpacked)
	if v.HTTP.Address == "" || v.HTTP.Tokens != "" || v.HTTP.ClientCA != "" {
		return
	}
	if host, _, ok := parseBound(v.HTTP.Address); ok && !host.IsLoopback() {
		v.complain("http.address", "%s can be reached from outside: http.tokens or http.client_ca must say who may ask", v.HTTP.Address)
	}
}

// tokens looks at the file of tokens, which the group may read and not change: who can change it may ask everything.
func (v *validator) tokens() {
	const path, group = "http.tokens", 0o020
	info, ok := v.secret(path, v.HTTP.Tokens)
	if ok && runtime.GOOS != "windows" && info.Mode().Perm()&group != 0 {
		v.complain(path, "its group may change %s (mode %04o): chmod 640 %s", v.HTTP.Tokens, info.Mode().Perm(), v.HTTP.Tokens)
	}
}

// names wants names as a Host has them.
func (v *validator) names() {
	const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_."
	for i, n := range v.HTTP.Names {
		if strings.Trim(n, ".") == "" || strings.HasPrefix(n, ".") || len(n) > 253 || strings.Trim(n, letters) != "" {
			v.complain(index("http.names", i), "%s is no name of a machine: write it without scheme, port and *, as stormglass.example", quoted(n))
		}
	}
}

// tls looks at the files of a certificate.
func (v *validator) tls(path string, t *TLS) {
	v.file(path+".cert", t.Cert)
	v.secret(path+".key", t.Key)
	v.file(path+".client_ca", t.ClientCA)
	switch {
	case t.Cert != "" && t.Key == "":
		v.complain(path+".key", "is missing: a certificate needs its key")
	case t.Cert == "" && t.Key != "":
		v.complain(path+".cert", "is missing: a key needs its certificate")
	case t.Cert == "" && t.ClientCA != "":
		v.complain(path+".client_ca", "asks for certificates, but there is no TLS: state cert and key")
	}
}

// clear reports whether HTTP goes over the network without TLS.
func (c *Config) clear() bool {
	host, _, ok := parseBound(c.HTTP.Address)
	return ok && !c.HTTP.On() && !host.IsLoopback()
}
