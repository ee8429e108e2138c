package correlate

import (
	"errors"
	"time"

	"stormglass/internal/hunt/sigma/rule"
	"stormglass/internal/telemetry"
)

// Ref names a record that matched.
type Ref struct {
	Source  string // id or name of the source
	Ordinal uint64 // of the record in its source
	At      telemetry.Instant
	Kind    telemetry.Kind
	Subject string // whom the match is about
}

// Match is a record that a base rule matched. The correlator keeps copies of its texts.
type Match struct {
	Rule   *rule.Rule
	At     telemetry.Instant
	Doubt  time.Duration // At may be wrong by this much either way
	Values []string      // of the fields that Wanted names, in its order
	Absent uint64        // bit i is set where the record lacks the field of Values[i]
	Ref    Ref
}

// Members is how many records of an episode are named.
const Members = 5

// Found is an episode in which a correlation holds. It is told when that begins and once more when it is over.
type Found struct {
	Rule     *rule.Rule        // the correlation, or the detection with an aggregate
	Fields   []string          // group-by
	Group    []string          // its values
	First    telemetry.Instant // of the first match of the window that held
	Last     telemetry.Instant // of the last match so far
	Doubt    time.Duration     // the largest of its matches
	Number   float64           // what was counted when it began to hold; of an ended one the largest with which it held
	Estimate bool              // Number is one
	Since    telemetry.Instant // since when the group was active without a pause of a timespan
	Matches  uint64            // from Since to Last
	Members  []Ref             // of the earliest, up to five
	Ended    bool              // the episode is over, and the figures are final
	Late     bool              // a match that came late made it
}

// Limits bound what a Correlator holds.
type Limits struct {
	Live     bool          // Advance will be called: matches are kept for late ones, and none go to disk
	Groups   int           // of all rules together
	Bytes    int64         // of their state
	Kept     int           // matches, or different values, of one group
	Pending  int64         // bytes of matches that wait for their time; beyond it they go to Folder, or, when Live, the older half is taken early
	History  int           // matches kept for late ones, of all rules together
	Lateness time.Duration // how late a match may be and still be correlated
	Folder   string        // an existing folder for sorted runs; empty: the system's for temporary files
}

// DefaultLimits gives what suits a machine with some gigabytes.
func DefaultLimits() Limits {
	return Limits{
		Groups: 1_000_000, Bytes: 512 << 20, Kept: 4096, Pending: 64 << 20, History: 500_000, Lateness: time.Hour,
	}
}

// Validate gives everything that is wrong with l.
func (l Limits) Validate() error {
	var errs []error
	say := func(bad bool, text string) {
		if bad {
			errs = append(errs, errors.New(text))
		}
	}
	say(l.Groups < 1 || l.Groups > 1<<26, "groups must be 1 to 67108864")
	say(l.Bytes < 1<<16, "bytes must be at least 65536")
	say(l.Kept < 16 || l.Kept > 1<<20, "kept must be 16 to 1048576")
	say(l.Pending < 1<<12, "pending must be at least 4096 bytes")
	say(l.History < 0 || l.History > 1<<28, "history must be 0 to 268435456")
	say(l.Lateness < 0, "lateness must not be negative")
	return errors.Join(errs...)
}
