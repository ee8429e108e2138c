package service

import (
	"slices"
	"strings"
	"testing"
	"time"

	"stormglass/internal/depot"
	"stormglass/internal/web/api"
)

// A lease that a socket received goes nowhere without a vault: the status says so.
func TestLeasesWithoutVault(t *testing.T) {
	c := configured(t)
	token := tokenFile(t, c)
	s, stop := run(t, c)
	at := client{t, "http://" + s.http.said(), token}
	now := time.Now().UTC().Format(time.RFC3339)
	send(t, "udp", s.bound()[1].Addr(), "<30>1 "+now+" dhcp1 dhcpd 7 - - DHCPACK on 100.64.0.9 to 00:00:5e:00:53:01 via eth0")
	until(t, "told of the lease", func() bool {
		var st api.Status
		at.do("GET", "/api/v1/status", "", &st)
		return slices.ContainsFunc(st.Warnings, func(w string) bool { return strings.Contains(w, depot.NoVault) })
	})
	stop()
}
