package telemetry

import (
	"testing"
	"time"
)

func TestTenure(t *testing.T) {
	start := InstantOf(time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC))
	after := func(d time.Duration) Instant { return start + Instant(d) }
	heard := func(every time.Duration, n int) (x Tenure) {
		for i := range n {
			x.Heard(after(time.Duration(i) * every))
		}
		return x
	}
	for _, c := range []struct {
		name    string
		of      Tenure
		records uint64
		before  bool
		now     time.Duration
		want    Standing
	}{
		{"sent nothing of use", heard(time.Second, 1000), 0, false, 0, Unused},
		{"one record", heard(time.Second, 1), 1, false, 0, Newcomer},
		{"many records at once", heard(time.Millisecond, 1000), 1000, false, 0, Newcomer},
		{"few records for long", heard(time.Minute, 60), 60, false, time.Hour, Newcomer},
		{"many records for long", heard(time.Second, 400), 400, false, 400 * time.Second, Settled},
		{"silent", heard(time.Second, 400), 400, false, time.Hour, Silent},
		{"as silent as it is used to", heard(20*time.Minute, 100), 400, false, 99*20*time.Minute + 2*time.Hour, Settled},
		{"silent for ages", heard(time.Second, 400), 400, false, 48 * time.Hour, Unused},
		{"of an earlier run", heard(0, 1), 0, true, time.Minute, Silent},
		{"of an earlier run, and again", heard(time.Second, 2), 1, true, time.Minute, Settled},
	} {
		if got := c.of.Standing(c.records, c.before, after(c.now)); got != c.want {
			t.Errorf("%s: %d, want %d", c.name, got, c.want)
		}
	}
}
