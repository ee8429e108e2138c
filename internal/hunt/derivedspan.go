package hunt

import (
	"time"

	"stormglass/internal/telemetry"
)

var (
	fieldBegan = telemetry.FieldNamed("event.start")
	fieldEnded = telemetry.FieldNamed("event.end")
)

// spanOf gives when what a record tells of began and ended. That is when the record occurred, but what an analyser tells of lasted: its
// record states from when to when (docs/analysers.md), so that "since when" is not only the day on which enough was seen.
func spanOf(b *telemetry.Batch, record int) (first, last telemetry.Instant) {
	at := b.Head(record).Occurred
	first, last = at, at
	if b.Kind != telemetry.KindDerived || !at.Known() {
		return first, last
	}
	for _, p := range b.PairsOf(b.Event[record].Pairs) {
		switch p.Field {
		case fieldBegan:
			if t, ok := stated(p.Text); ok {
				first, _ = span(first, last, t, last)
			}
		case fieldEnded:
			if t, ok := stated(p.Text); ok {
				_, last = span(first, last, first, t)
			}
		}
	}
	return first, last
}

func stated(text string) (telemetry.Instant, bool) {
	t, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return 0, false
	}
	at := telemetry.InstantOf(t)
	return at, at.Known()
}
