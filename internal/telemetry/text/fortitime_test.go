package text_test

import (
	"testing"
	"time"
)

// TestFortinetTime: the clock of a FortiGate is local; tz, or else eventtime, says what moment it was.
func TestFortinetTime(t *testing.T) {
	for _, tt := range []struct {
		head, when string
		doubt      time.Duration
	}{
		{`eventtime=1704186245123456789 tz="-0600" logid="0100032001"`, "2024-01-02T09:04:05Z", 0},
		{`tz="+0530" logid="0100032001"`, "2024-01-01T21:34:05Z", 0},
		{`eventtime=1704161045123456789 logid="0100032001"`, "2024-01-02T02:04:05.123456789Z", 0},
		{`eventtime=1704161045 logid="0100032001"`, "2024-01-02T02:04:05Z", 0},
		{`eventtime=1604161045 logid="0100032001"`, "2024-01-02T03:04:05Z", 14 * time.Hour}, // of another year: not believed
		{`logid="0100032001"`, "2024-01-02T03:04:05Z", 14 * time.Hour},
		{`logid="0100032001" type="event" user="x tz=-1100"`, "2024-01-02T03:04:05Z", 14 * time.Hour}, // somebody's name
	} {
		e, _ := one(t, `<189>date=2024-01-02 time=03:04:05 devname="gw1" devid="FG1" `+tt.head+` type="event" subtype="system" msg="x"`)
		if when := e.Occurred.Time().Format(time.RFC3339Nano); when != tt.when || e.Doubt != tt.doubt {
			t.Errorf("%s: %s ± %v, want %s ± %v", tt.head, when, e.Doubt, tt.when, tt.doubt)
		}
	}
}
