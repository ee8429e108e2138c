package auth

import (
	"net/http"
	"net/netip"
)

// forwarded are headers by which a proxy on this machine shows itself: what it passes on comes from elsewhere. An empty one does, too: proxies
// append to what a client sent.
var forwarded = [...]string{"Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-Ip", "Via"}

// OnLoopback reports whether a request comes from this machine, and not through a proxy on it.
func OnLoopback(r *http.Request) bool {
	for _, h := range forwarded {
		if len(r.Header.Values(h)) > 0 {
			return false
		}
	}
	return remote(r).IsLoopback()
}

// remote gives the address of who sent a request, the zero address when it has none.
func remote(r *http.Request) netip.Addr {
	ap, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return netip.Addr{}
	}
	return ap.Addr().Unmap()
}
