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

	// Cases plays a month of operation with a case for each entry of the catalogue of detections that logs, flows and names
	// can show, instead of the story that the intelligence tells.
	Cases bool `json:"cases,omitempty"`
	// Benign plays the same month without the cases.
	Benign bool `json:"benign,omitempty"`
	// Sampling makes every router look at one packet in so many, and leaves out all flows but the routers'. 0 is as it is.
	Sampling uint64 `json:"sampling,omitempty"`
}

// Bounds of a Config.
const (
	MaxDays  = 366
	MaxScale = 1000
	// MonthDays are the least days of a month of operation: the cases begin behind two weeks that are as ever.
	MonthDays = 30
	// MaxSampling is the thinnest sampling.
	MaxSampling = 1_000_000
)

// DefaultConfig gives three days of a small operator.
func DefaultConfig() Config {
	return Config{Seed: 1, Days: 3, Scale: 1, Start: time.Date(2026, time.November, 2, 0, 0, 0, 0, time.UTC)}
}

// MonthConfig gives a month of operation with the cases of the catalogue.
func MonthConfig() Config {
	c := DefaultConfig()
	c.Days, c.Cases = MonthDays, true
	return c
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
	if c.month() && c.Days < MonthDays {
		errs = append(errs, fmt.Errorf("days is %d: a month of operation takes %d", c.Days, MonthDays))
	}
	if c.Cases && c.Benign {
		errs = append(errs, errors.New("cases and benign exclude each other: choose one"))
	}
	if c.Sampling > MaxSampling {
		errs = append(errs, fmt.Errorf("sampling is 1 in %d: at most 1 in %d", c.Sampling, MaxSampling))
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

// month reports whether a month of operation is played.
func (c Config) month() bool { return c.Cases || c.Benign }

// scenes gives what is played.
func (c Config) scenes() scene {
	switch {
	case c.Cases:
		return inMonth | inCases
	case c.Benign:
		return inMonth
	}
	return inStory
}

// volume is by how much the traffic of many is multiplied: in a month there is less a day.
func (c Config) volume() float64 {
	if c.month() {
		return float64(c.Scale) / 4
	}
	return float64(c.Scale)
}

// pace gives how often something regular happens: in a month more seldom.
func (c Config) pace(story, month time.Duration) time.Duration {
	if c.month() {
		return month
	}
	return story
}
