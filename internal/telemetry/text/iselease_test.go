package text_test

import (
	"strings"
	"testing"

	"stormglass/internal/telemetry"
	"stormglass/internal/telemetry/lease"
	"stormglass/internal/telemetry/telemetrytest"
	"stormglass/internal/telemetry/text"
)

const iseHead = "<181>Jan  2 03:04:05 ise1 CISE_RADIUS_Accounting 0000000001 1 0 2024-01-02 03:04:05.678 +00:00 0000000007 3000 NOTICE Radius-Accounting: RADIUS Accounting, "

// Accounting by RADIUS that ISE passes on is a lease where it says who, which address and what happened; else it is an event without names.
func TestISELeases(t *testing.T) {
	tests := []struct {
		name, line, secret, action string
	}{
		{"start", iseHead + "NetworkDeviceName=nas1, User-Name=Alice\\, Smith, Calling-Station-ID=4915550001, Acct-Status-Type=Start, Framed-IP-Address=100.64.0.9", "username:alice, smith", "lease-start"},
		{"stop, by hardware address", iseHead + "Device IP Address=192.0.2.1, Calling-Station-ID=00-00-5E-00-53-01, Acct-Status-Type=Stop, Framed-IP-Address=100.64.0.9", "username:mac-00005e005301", "lease-end"},
		{"interim", iseHead + "NetworkDeviceName=nas1, UserName=alice, Acct-Status-Type=Interim-Update, Framed-IPv6-Prefix=2001:db8:9::/64", "username:alice", "lease-held"},
		{"of an administrator", iseHead + "NetworkDeviceName=nas1, User-Name=alice, Service-Type=Administrative, Acct-Status-Type=Start, Framed-IP-Address=100.64.0.9", "", ""},
		{"without an address", iseHead + "NetworkDeviceName=nas1, User-Name=alice, Acct-Status-Type=Start", "", ""},
		{"two addresses", iseHead + "User-Name=alice, Acct-Status-Type=Start, Framed-IP-Address=100.64.0.9, Framed-IP-Address=100.64.0.8", "", ""},
		{"nobody", iseHead + "Acct-Status-Type=Start, Framed-IP-Address=100.64.0.9", "", ""},
		{"in several lines", strings.Replace(iseHead, "0000000001 1 0", "0000000001 2 0", 1) + "User-Name=alice, Acct-Status-Type=Start, Framed-IP-Address=100.64.0.9", "", ""},
		{"in another's line", "<38>Jan  2 03:04:05 h1 sshd[7]: " + iseHead[len("<181>Jan  2 03:04:05 ise1 "):] + "User-Name=alice, Acct-Status-Type=Start, Framed-IP-Address=100.64.0.9", "", ""},
	}
	for _, tt := range tests {
		set := telemetrytest.Read(text.New(nil, ""), []byte(tt.line))[0]
		leases, events := set.Batch(telemetry.KindAAA), set.Batch(telemetry.KindEvent)
		if tt.secret == "" {
			if leases.Len() != 0 || events.Len() != 1 {
				t.Errorf("%s: %d leases, %d events", tt.name, leases.Len(), events.Len())
			}
			continue
		}
		if leases.Len() != 1 || events.Len() != 0 {
			t.Errorf("%s: %d leases, %d events", tt.name, leases.Len(), events.Len())
			continue
		}
		secret, action := "", ""
		for _, p := range leases.PairsOf(leases.Event[0].Pairs) {
			switch p.Field {
			case lease.FieldSecret:
				secret = p.Text
			case lease.FieldAction:
				action = p.Text
			}
		}
		if host := leases.Event[0].Host; secret != tt.secret || action != tt.action || host != "nas1" && host != "192.0.2.1" {
			t.Errorf("%s: %s of %s by %s", tt.name, action, secret, host)
		}
	}
}
