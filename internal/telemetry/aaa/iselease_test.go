package aaa_test

import (
	"strings"
	"testing"

	"stormglass/internal/telemetry"
	"stormglass/internal/telemetry/aaa"
	"stormglass/internal/telemetry/lease"
	"stormglass/internal/telemetry/telemetrytest"
	"stormglass/internal/telemetry/text"
)

// FuzzISELease: whatever stands around it, a user who was planted in accounting comes out of no record that is scrubbed, be it a lease or an event.
func FuzzISELease(f *testing.F) {
	const head = "CISE_RADIUS_Accounting 0000000001 1 0 2024-01-02 03:04:05.678 +00:00 0000000007 3000 NOTICE Radius-Accounting: RADIUS Accounting, "
	f.Add("NetworkDeviceName=nas1", "Acct-Status-Type=Start, Framed-IP-Address=100.64.0.9")
	f.Add("Device IP Address=192.0.2.1, Service-Type=Framed", "Acct-Status-Type=Interim-Update, Framed-IPv6-Prefix=2001:db8::/64, Calling-Station-ID=00-00-5E-00-53-01")
	f.Add("Acct-Status-Type=Stop", "User-Name=b, Delegated-IPv6-Prefix=2001:db8::/56")
	f.Fuzz(func(t *testing.T, before, after string) {
		const user = "zq7plantedzq"
		if strings.ContainsAny(before+after, "\r\n") || strings.Contains(before+after, "Admin") || strings.Contains(before+after, "acacs") ||
			strings.ContainsAny(before, `\[`) || strings.Contains(before+after, "Prompt") {
			return // an administrator's name is kept, and what a backslash or a command goes on with is no user's name
		}
		message := head + before + ", User-Name=" + user + ", " + after
		if l, device, ok := aaa.ISELease(message); ok && (l.Who == "" || strings.Contains(device, user) || !l.Address.IsValid() && !l.Prefix.IsValid()) {
			t.Fatalf("%q gives %+v of %q", message, l, device)
		}
		if _, _, ok := aaa.ISELease("x" + message); ok {
			t.Fatalf("%q is one in another's text", message)
		}
		set := telemetrytest.Read(text.New(nil, ""), []byte("<181>Jan  2 03:04:05 ise1 "+message))[0]
		for b := range set.Batches {
			telemetry.Scrub(b)
			for i := range b.Event {
				for _, p := range b.PairsOf(b.Event[i].Pairs) {
					if strings.Contains(p.Text, user) || p.Field == lease.FieldSecret && p.Text != "***" {
						t.Fatalf("%q leaves %s=%q", message, p.Field, p.Text)
					}
				}
				if strings.Contains(b.Event[i].Raw, user) {
					t.Fatalf("%q leaves %q", message, b.Event[i].Raw)
				}
			}
		}
	})
}
