package web

import (
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"

	"stormglass/internal/fault"
	"stormglass/internal/web/api"
	"stormglass/internal/web/auth"
)

// checkHost refuses requests that a browser of this machine was led to by a name that somebody else made point here (DNS
// rebinding): what comes from this machine has to name it, by an address of loopback, localhost, or a name that was
// configured. Who comes from elsewhere has to have a token, which no page of somebody else has.
func checkHost(names []string, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if auth.OnLoopback(r) && !ownName(r.Host, names) {
			api.Refuse(w, http.StatusMisdirectedRequest, fault.Denied, "the Host of the request is no name of this machine", "ask for localhost, or have the service told its name")
			return
		}
		next.ServeHTTP(w, r)
	})
}

// ownName reports whether the Host of a request names this machine.
func ownName(host string, names []string) bool {
	if h, _, err := net.SplitHostPort(host); err == nil {
		host = h
	}
	host = strings.TrimSuffix(strings.ToLower(host), ".")
	if a, err := netip.ParseAddr(strings.Trim(host, "[]")); err == nil {
		return a.Unmap().IsLoopback()
	}
	return host == "localhost" || slices.Contains(names, host)
}
