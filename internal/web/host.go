package web

import (
	"crypto/tls"
	"net"
	"net/http"
	"net/netip"
	"os"
	"slices"
	"strings"

	"stormglass/internal/fault"
	"stormglass/internal/web/api"
	"stormglass/internal/web/auth"
)

// checkHost refuses requests that a browser of this machine was led to by a name that somebody else made point here (DNS
// rebinding): what comes from this machine has to name it, by an address of loopback, localhost, its own name, a name of its certificate,
// or one that was configured. Who comes from elsewhere has to have a token, which no page of somebody else has.
func checkHost(names *ownNames, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if auth.OnLoopback(r) && !names.know(r.Host) {
			api.Refuse(w, http.StatusMisdirectedRequest, fault.Denied, "the Host of the request is no name of this machine", "ask for localhost, or state the name in the configuration of the service: http.names. A proxy may pass on X-Forwarded-For instead, then tokens count and no name")
			return
		}
		next.ServeHTTP(w, r)
	})
}

// ownNames is what this machine is called.
type ownNames struct {
	fixed []string    // in lower case, without a dot at the end
	tls   *tls.Config // whose certificate has further ones, of today: it may be renewed; nil: none
}

// names gathers the names that were configured and the machine's own.
func (cfg *Config) names(secure *tls.Config) *ownNames {
	n := &ownNames{tls: secure}
	for _, name := range cfg.Names {
		n.fixed = append(n.fixed, plainName(name))
	}
	if name, err := os.Hostname(); err == nil && name != "" { // one that cannot be found out is not asked for
		n.fixed = append(n.fixed, plainName(name))
	}
	return n
}

func plainName(s string) string { return strings.TrimSuffix(strings.ToLower(s), ".") }

// know reports whether the Host of a request names this machine.
func (n *ownNames) know(host string) bool {
	if h, _, err := net.SplitHostPort(host); err == nil {
		host = h
	}
	host = plainName(host)
	if a, err := netip.ParseAddr(strings.Trim(host, "[]")); err == nil {
		return a.Unmap().IsLoopback()
	}
	return host == "localhost" || slices.Contains(n.fixed, host) || n.certified(host)
}

// certified reports whether the certificate in force is for a name.
func (n *ownNames) certified(host string) bool {
	if n.tls == nil {
		return false
	}
	own, err := n.tls.GetCertificate(nil)
	return err == nil && own.Leaf != nil && own.Leaf.VerifyHostname(host) == nil
}
