package register

import (
	"net/netip"
	"testing"
	"time"

	"stormglass/internal/telemetry"
)

// TestSpeaks: whose a line is goes by who sent it, as the register states it at the time. Lines themselves, and how they count, are in
// hunt/coverage.
func TestSpeaks(t *testing.T) {
	r := registersOf(t, map[string]string{
		"devices.yaml": "devices:\n  - {id: r1, addresses: [192.0.2.1, \"2001:db8::1\"], exporter: {address: 192.0.2.101, observation_domain: 0}}\n  - {id: r2}\n",
		"servers.yaml": "servers:\n  - {service: relay, addresses: [192.0.2.48/30], valid_from: 2026-09-01}\n  - {service: aaa, addresses: [192.0.2.60]}\n",
	})
	before, after := telemetry.InstantOf(time.Date(2026, 8, 31, 0, 0, 0, 0, time.UTC)), telemetry.InstantOf(time.Date(2026, 9, 1, 0, 0, 0, 0, time.UTC))
	for _, c := range []struct {
		device, sender, origin string
		at                     telemetry.Instant
		speaks, tells          Belief
	}{
		{"r1", "192.0.2.1", "", after, Proven, Proven},
		{"r1", "::ffff:192.0.2.1", "", after, Proven, Proven},
		{"r1", "2001:db8::1", "198.51.100.1", after, Proven, Proven},
		{"r1", "192.0.2.101", "", after, Proven, Proven},
		{"r1", "198.51.100.1", "192.0.2.1", after, Doubted, Doubted},
		{"r1", "192.0.2.50", "192.0.2.1", after, Proven, Proven},
		{"r1", "192.0.2.50", "192.0.2.1", before, Doubted, Doubted},
		{"r1", "192.0.2.50", "192.0.2.49", after, Proven, Proven}, // a relay behind a relay
		{"r1", "192.0.2.50", "192.0.2.60", after, Doubted, Proven},
		{"r1", "192.0.2.60", "", after, Doubted, Proven},
		{"r1", "198.51.100.1", "192.0.2.60", after, Doubted, Doubted},
		{"r1", "", "192.0.2.1", after, Proven, Proven},
		{"r1", "", "198.51.100.1", after, Doubted, Doubted},
		{"r1", "", "", after, Unproven, Unproven},
		{"r2", "192.0.2.1", "", after, Doubted, Doubted},
		{"r2", "192.0.2.50", "198.51.100.1", after, Proven, Proven},
	} {
		d, ok := r.DeviceNamed(c.device, c.at)
		if !ok {
			t.Fatal(c.device)
		}
		addr := func(s string) netip.Addr {
			if s == "" {
				return netip.Addr{}
			}
			return netip.MustParseAddr(s)
		}
		if s, a := r.Speaks(d, addr(c.sender), addr(c.origin), c.at), r.Tells(d, addr(c.sender), addr(c.origin), c.at); s != c.speaks || a != c.tells {
			t.Errorf("%s by %q, origin %q at %s: %d and %d, want %d and %d", c.device, c.sender, c.origin, c.at.Time(), s, a, c.speaks, c.tells)
		}
	}
}
