package simulate

import (
	"errors"
	"fmt"
	"time"
)

// Config says what is made. The same Config gives the same bytes.
type Config struct {
	Seed  uint64    `json:"seed"`
	Days  int       `json:"days"`  // whole days of telemetry
	Scale int       `json:"scale"` // benign users and visitors, as a multiple of the smallest operator; the story stays the same
	Start time.Time `json:"start"` // a whole minute, UTC; the days of the simulation begin then
}

// Bounds of a Config.
const (
	MaxDays  = 366
	MaxScale = 1000
)

// DefaultConfig gives three days of a small operator.
func DefaultConfig() Config {
	return Config{Seed: 1, Days: 3, Scale: 1, Start: time.Date(2026, time.November, 2, 0, 0, 0, 0, time.UTC)}
}

// Validate says everything that is wrong with c.
func (c Config) Validate() error {
	var errs []error
	if c.Days < 1 || c.Days > MaxDays {
		errs = append(errs, fmt.Errorf("days is %d: must be 1 to %d", c.Days, MaxDays))
	}
	if c.Scale < 1 || c.Scale > MaxScale {
		errs = append(errs, fmt.Errorf("scale is %d: must be 1 to %d", c.Scale, MaxScale))
	}
	if c.Start.Location() != time.UTC || !c.Start.Equal(c.Start.Truncate(time.Minute)) {
		errs = append(errs, fmt.Errorf("start is %s: must be a whole minute, UTC", c.Start.Format(time.RFC3339Nano)))
	}
	if y := c.Start.Year(); y < 2000 || y > 2100 {
		errs = append(errs, fmt.Errorf("start is in the year %d: must be 2000 to 2100", y))
	}
	return errors.Join(errs...)
}

// EndingAt gives c shifted so that its last day ends at a time, to the minute. Its bytes are those of the same Config and
// Start.
func (c Config) EndingAt(end time.Time) Config {
	c.Start = end.UTC().Truncate(time.Minute).Add(-time.Duration(c.Days) * day)
	return c
}

const day = 24 * time.Hour

func (c Config) end() time.Time { return c.Start.Add(time.Duration(c.Days) * day) }

// slot gives the length of the slots in which a run is played: shorter when more happens.
func (c Config) slot() time.Duration {
	return max(10*time.Minute/time.Duration(c.Scale), 5*time.Second)
}
