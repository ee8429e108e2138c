package config

func (v *validator) http() {
	v.tls("http", &v.HTTP.TLS)
	v.secret("http.tokens", v.HTTP.Tokens)
	if v.HTTP.Address == "" || v.HTTP.Tokens != "" || v.HTTP.ClientCA != "" {
		return
	}
	if host, _, ok := parseBound(v.HTTP.Address); ok && !host.IsLoopback() {
		v.complain("http.address", "%s can be reached from outside: http.tokens or http.client_ca must say who may ask", v.HTTP.Address)
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
