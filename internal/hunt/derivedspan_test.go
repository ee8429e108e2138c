package hunt

import (
	"testing"
	"time"

	"stormglass/internal/telemetry"
)

// TestSpanOfDerivedRecords: what an analyser tells of lasts as long as its record states; what anybody else states of times is not believed.
func TestSpanOfDerivedRecords(t *testing.T) {
	at := func(hour int) telemetry.Instant {
		return telemetry.InstantOf(time.Date(2024, 11, 20, hour, 0, 0, 0, time.UTC))
	}
	for _, c := range []struct {
		name        string
		kind        telemetry.Kind
		start, end  string
		first, last telemetry.Instant
	}{
		{"both", telemetry.KindDerived, "2024-11-20T08:00:00Z", "2024-11-20T14:00:00Z", at(8), at(14)},
		{"the record is the last", telemetry.KindDerived, "2024-11-20T08:00:00Z", "", at(8), at(12)},
		{"never narrower than the record", telemetry.KindDerived, "2024-11-20T13:00:00Z", "2024-11-20T11:00:00Z", at(12), at(12)},
		{"no times", telemetry.KindDerived, "yesterday", "1732", at(12), at(12)},
		{"an event of a log", telemetry.KindEvent, "2024-11-20T08:00:00Z", "2024-11-20T14:00:00Z", at(12), at(12)},
	} {
		b := &telemetry.Batch{Kind: c.kind, Source: &telemetry.Source{Name: "a test"}}
		e := &b.Event[b.Append(1)]
		e.Occurred = at(12)
		b.AddPair(&e.Pairs, telemetry.FieldNamed("event.start"), c.start)
		b.AddPair(&e.Pairs, telemetry.FieldNamed("event.end"), c.end)
		if first, last := spanOf(b, 0); first != c.first || last != c.last {
			t.Errorf("%s: %s to %s", c.name, first.Time(), last.Time())
		}
	}
}
