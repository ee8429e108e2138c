package longpair

import (
	"net/netip"
	"testing"
	"time"

	"stormglass/internal/hunt/analyse"
	"stormglass/internal/hunt/analyse/analysetest"
	"stormglass/internal/telemetry"
)

var from = time.Date(2024, 11, 20, 0, 0, 0, 0, time.UTC)

// TestWeek: who talks all week is told of on its last day, who does not, or one way only, is not, and a shorter time warms up.
func TestWeek(t *testing.T) {
	hourly := func(days, each int, edit func(*telemetry.Flow)) *telemetry.Batch {
		b := &telemetry.Batch{Kind: telemetry.KindFlow, Source: &telemetry.Source{Name: "a test"}}
		for h := 0; h < days*24; h += each {
			f := &b.Flow[b.Append(uint64(b.Len()+1))]
			f.Occurred = telemetry.InstantOf(from.Add(time.Duration(h) * time.Hour))
			f.Src, f.Dst, f.SrcPort, f.DstPort, f.Proto = netip.MustParseAddr("10.1.1.1"), netip.MustParseAddr("203.0.113.9"), 40_000, 443, 6
			f.SrcBytes, f.DstBytes, f.Answered = 100, 50, telemetry.Answered
			if edit != nil {
				edit(f)
			}
		}
		return b
	}
	for _, c := range []struct {
		name  string
		batch *telemetry.Batch
		want  int
		warm  bool
	}{
		{"every hour of a week", hourly(7, 1, nil), 1, true},
		{"of eight days", hourly(8, 1, nil), 2, true},
		{"of six days", hourly(6, 1, nil), 0, true},
		{"every second hour", hourly(7, 2, nil), 0, true},
		{"a conversation every second hour that lasts", hourly(7, 2, func(f *telemetry.Flow) { f.Duration = 90 * time.Minute }), 1, true},
		{"one way only", hourly(7, 1, func(f *telemetry.Flow) {
			f.OneWay, f.DstBytes, f.Answered = true, telemetry.NoCount, telemetry.AnswerUnknown
		}), 0, true},
		{"never answered", hourly(7, 1, func(f *telemetry.Flow) { f.Answered = telemetry.Unanswered }), 0, true},
		{"among ourselves", hourly(7, 1, func(f *telemetry.Flow) { f.Dst = netip.MustParseAddr("10.1.1.2") }), 0, true},
	} {
		r := analysetest.Batches(t, Analyser{}, analyse.Env{}, c.batch)
		if len(r.Records) != c.want {
			t.Errorf("%s: %d records, want %d: %+v", c.name, len(r.Records), c.want, r.Records)
		}
		if c.warm != (r.Account.Warming != 0) {
			t.Errorf("%s: warming until %s", c.name, r.Account.Warming)
		}
		if c.name == "every hour of a week" && len(r.Records) == 1 {
			f := r.Records[0].Fields
			if f["stormglass.longpair.hours"] != "1" || f["stormglass.longpair.bytes_per_hour"] != "150" || f["stormglass.longpair.interval"] != "3600" || f["stormglass.longpair.regularity"] != "1" {
				t.Errorf("%v", f)
			}
		}
	}
}
