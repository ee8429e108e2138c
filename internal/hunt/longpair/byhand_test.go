package longpair

import (
	"net/netip"
	"strings"
	"testing"
	"time"

	"stormglass/internal/hunt/analyse"
	"stormglass/internal/hunt/analyse/analysetest"
	"stormglass/internal/telemetry"
)

// TestByHand: on each of seven days the pair speaks at :00, :10 and :40 of the hours 0 to 19, 150 bytes each time.
//
//	hours         7 · 20 = 140 of 168                                      0.833
//	connections   7 · 20 · 3                                               420
//	bytes         420 · 150                                                63000, by 140 hours 450
//	intervals     of a day 59: 20 of 600 s, 20 of 1800 s, 19 of 1200 s (to the next hour)
//	              the 30th of them in order is the median                  1200
//	regularity    quartiles: medians of the 29 below and the 29 above: 600 and 1800; skew (600 + 1800 - 2 · 1200) / 1200 = 0
//	              distances from the median: 19 of 0, 40 of 600; the 30th is 600, so (1200 - 600) / 1200 = 0.5
//	              (1 - 0 + 0.5) / 2                                        0.75
//	end           the last hour is the twentieth of the seventh day, and the last record of it is at 19:40
func TestByHand(t *testing.T) {
	b := &telemetry.Batch{Kind: telemetry.KindFlow, Source: &telemetry.Source{Name: "a test"}}
	for d := range time.Duration(7) {
		for h := range time.Duration(20) {
			for _, m := range []time.Duration{0, 10, 40} {
				talk(b, (d*24+h)*time.Hour+m*time.Minute, ours, theirs)
			}
		}
	}
	r := analysetest.Batches(t, Analyser{}, analyse.Env{}, b)
	if len(r.Records) != 1 {
		t.Fatalf("%+v", r.Records)
	}
	for name, want := range map[string]string{
		"stormglass.longpair.hours": "0.833", "stormglass.longpair.connections": "420", "stormglass.longpair.bytes": "63000", "stormglass.longpair.bytes_per_hour": "450",
		"stormglass.longpair.interval": "1200", "stormglass.longpair.regularity": "0.75", "stormglass.longpair.we_opened": "true",
		"event.start": "2024-11-20T00:00:00Z", "event.end": "2024-11-26T19:40:00Z",
	} {
		if got := r.Records[0].Fields[name]; got != want {
			t.Errorf("%s is %s, want %s", name, got, want)
		}
	}
}

// TestHowManyHours: 0.8 · 168 is 134.4, so 135 hours are told of (135/168 is 0.804) and 134 are not. The week is of seven days in any case.
func TestHowManyHours(t *testing.T) {
	for hours, want := range map[int]string{135: "0.804", 134: ""} {
		b := &telemetry.Batch{Kind: telemetry.KindFlow, Source: &telemetry.Source{Name: "a test"}}
		for h := 7*24 - hours; h < 7*24; h++ { // the last hours of the week
			talk(b, time.Duration(h)*time.Hour, ours, theirs)
		}
		for d := range time.Duration(7) { // somebody else is seen on each day
			talk(b, d*24*time.Hour, netip.MustParseAddr("10.1.1.2"), theirs)
		}
		var list []string
		for _, x := range analysetest.Batches(t, Analyser{}, analyse.Env{}, b).Records {
			list = append(list, x.Fields["stormglass.longpair.hours"])
		}
		if got := strings.Join(list, ", "); got != want {
			t.Errorf("%d hours: told %q, want %q", hours, got, want)
		}
	}
}

// TestWhatIsCalled: the port is the one that is called most, over TCP or not: one conversation at the port of BGP in the morning, or over UDP
// there, makes no BGP of the others.
func TestWhatIsCalled(t *testing.T) {
	for _, c := range []struct {
		name  string
		edit  func(n int, f *telemetry.Flow)
		port  uint16
		proto uint8
	}{
		{"all BGP", func(_ int, f *telemetry.Flow) { f.DstPort = 179 }, 179, 6},
		{"the first of each day only", func(n int, f *telemetry.Flow) {
			if n%24 == 0 {
				f.DstPort = 179
			}
		}, 443, 6},
		{"all of the last day", func(n int, f *telemetry.Flow) {
			if n >= 6*24 {
				f.DstPort = 179
			}
		}, 443, 6},
		{"the port of BGP by UDP", func(_ int, f *telemetry.Flow) { f.DstPort, f.Proto = 179, 17 }, 179, 0},
	} {
		b := &telemetry.Batch{Kind: telemetry.KindFlow, Source: &telemetry.Source{Name: "a test"}}
		for h := range 7 * 24 {
			c.edit(h, talk(b, time.Duration(h)*time.Hour, ours, theirs))
		}
		r := analysetest.Batches(t, Analyser{}, analyse.Env{}, b)
		if len(r.Records) != 1 || r.Records[0].Ends.DstPort != c.port || r.Records[0].Ends.Proto != c.proto {
			t.Errorf("%s: %+v, want port %d of protocol %d", c.name, r.Records, c.port, c.proto)
		}
	}
}
