package seen

import (
	"testing"
	"time"

	"stormglass/internal/ledger"
	"stormglass/internal/telemetry"
)

// An answer takes records of the kinds, days and hours that its own rows of the ledger tell of, although what
// is read are the hours of all answers.
func TestRecordsOfAnAnswerAreOfItsHours(t *testing.T) {
	at := telemetry.InstantOf(time.Date(2026, 3, 6, 23, 0, 1, 0, time.UTC))
	hour := telemetry.Instant(time.Hour)
	var dated, undated, none gathering
	dated.add(ledger.Addrs, &ledger.Row{Kind: telemetry.KindEvent, Day: at.Day(), Hours: 1 << 23})
	undated.add(ledger.Addrs, &ledger.Row{Kind: telemetry.KindEvent})
	for what, c := range map[string]struct {
		g    *gathering
		kind telemetry.Kind
		at   telemetry.Instant
		want bool
	}{
		"in the hour":              {&dated, telemetry.KindEvent, at, true},
		"an hour before":           {&dated, telemetry.KindEvent, at - hour, false},
		"in that hour a day later": {&dated, telemetry.KindEvent, at + 24*hour, false},
		"of another kind":          {&dated, telemetry.KindDNS, at, false},
		"without a time":           {&dated, telemetry.KindEvent, 0, false},
		"both without a time":      {&undated, telemetry.KindEvent, 0, true},
		"of an answer of no day":   {&none, telemetry.KindEvent, at, false},
	} {
		if got := c.g.holds(c.kind, c.at); got != c.want {
			t.Errorf("%s: %v, want %v", what, got, c.want)
		}
	}
}
