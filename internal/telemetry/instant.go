package telemetry

import "time"

// Instant is a point in time as nanoseconds since 1970-01-01 UTC. The zero Instant means unknown:
// nothing in a carrier's logs happened at the epoch itself.
type Instant int64

// Bounds of what a record may state (hostile-input.md H03): 1970 to 2200.
const (
	minInstant Instant = 1
	maxInstant Instant = 7258118400 * 1e9 // 2200-01-01
)

// InstantOf converts t; times outside 1970 to 2200 give the zero Instant.
func InstantOf(t time.Time) Instant {
	s := t.Unix()
	if s < 0 || s > int64(maxInstant/1e9) {
		return 0
	}
	i := Instant(t.UnixNano())
	if i < minInstant || i > maxInstant {
		return 0
	}
	return i
}

// Known reports whether the instant holds a time.
func (i Instant) Known() bool { return i != 0 }

// Time gives the instant in UTC; the zero time.Time when unknown.
func (i Instant) Time() time.Time {
	if i == 0 {
		return time.Time{}
	}
	return time.Unix(0, int64(i)).UTC()
}

// Day gives the number of whole days since 1970-01-01 UTC, 0 when unknown.
func (i Instant) Day() Day { return Day(int64(i) / int64(24*time.Hour)) }

// Day counts days since 1970-01-01 UTC. Day 0 stands for records without a known time.
type Day int32

// Start gives when the day begins.
func (d Day) Start() Instant { return Instant(int64(d) * int64(24*time.Hour)) }

// DayFolded stands for the days that were no longer kept apart.
const DayFolded Day = -1

// String gives the day as 2006-01-02, or "undated", or "further days".
func (d Day) String() string {
	switch d {
	case 0:
		return "undated"
	case DayFolded:
		return "further days"
	}
	return time.Unix(int64(d)*86400, 0).UTC().Format(time.DateOnly)
}
