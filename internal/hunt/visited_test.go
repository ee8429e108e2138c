package hunt

import (
	"net/netip"
	"testing"

	"github.com/google/go-cmp/cmp"

	"stormglass/internal/telemetry"
)

// TestDeviceIsTheOtherEnd: where an event about a device states who logged in to it, or where it sends its log, the device is the other end.
func TestDeviceIsTheOtherEnd(t *testing.T) {
	bad := netip.MustParseAddr("198.51.100.7")
	b := &telemetry.Batch{Kind: telemetry.KindEvent}
	add := func(host string, e telemetry.Ends, pairs ...string) {
		b.Event = append(b.Event, telemetry.Event{Head: head(uint64(len(b.Event) + 1)), Ends: e, Host: host})
		for i := 0; i < len(pairs); i += 2 {
			b.AddPair(&b.Event[len(b.Event)-1].Pairs, telemetry.FieldNamed(pairs[i]), pairs[i+1])
		}
	}
	add("r1", telemetry.Ends{Src: bad}, "event.action", "login", "message", "Login Success from 198.51.100.7")
	add("r2", telemetry.Ends{Dst: bad, DstPort: 514}, "event.action", "logging-start")
	add("", telemetry.Ends{Src: bad}, "event.action", "login")
	add("r3", telemetry.Ends{Src: bad, Dst: netip.MustParseAddr("10.0.0.3"), DstPort: 22}, "event.action", "acl-hit", "event.type", "denied")
	add("r4", telemetry.Ends{Src: bad, Dst: netip.MustParseAddr("10.0.0.4"), DstPort: 22}, "event.action", "login")
	got := huntBatch(t, loaderOf(t, "198.51.100.7"), Networks{}, b)
	want := []string{
		"198.51.100.7 <- 10.0.0.3 | scanned us, unanswered or refused | source.ip | informational | 1",
		"198.51.100.7 <- 198.51.100.7 | we called it | source.ip | high | 1",
		"198.51.100.7 <- unregistered:r1 | it called us | source.ip | high | 1",
		"198.51.100.7 <- unregistered:r2 | we called it | destination.ip | high | 1",
		"198.51.100.7 <- unregistered:r4 | it called us | source.ip | high | 1",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
	var o Observer
	for _, x := range observed(&o, b, Networks{})[0] {
		if x.Subject.Name != "r1" || !x.Ours {
			t.Errorf("observed %+v", x)
		}
	}
}
