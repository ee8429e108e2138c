package store

import (
	"time"

	"stormglass/internal/hunt"
	"stormglass/internal/observable"
	"stormglass/internal/telemetry"
)

// Stored is a finding as it is kept. What it says of its days together (First, Last, Records, Bytes,
// Historical, OtherPort, LedgerDays) is computed from them. The number of a statement's source (intel.Ref.Source)
// is not kept, since it means something within one hunt only; the source itself is.
type Stored struct {
	*hunt.Finding
	Changed uint64    // grows whenever what the finding says changes; no two are equal
	Saved   time.Time // when it was saved first
	Gone    bool      // its days are no longer found; it is kept with what was decided
	Triage  Triage
}

// Order says how findings are sorted.
type Order uint8

// The orders.
const (
	ByWeight Order = iota // highest level first, then latest
	ByChange              // in the order of their changes
)

// Filter says which findings are wanted. The zero Filter wants all that are not gone.
type Filter struct {
	Since     uint64           // only those that changed after this number of Stored.Changed
	Level     hunt.Level       // at least so high
	Value     observable.Value // only this one; zero: any
	Rule      string           // only those of the rule with this key; empty: any, and those of indicators
	Subject   *hunt.Subject    // only this one; nil: any
	Status    []Status         // only those whose status is among these; none: any
	FirstDay  telemetry.Day    // only those with a day between these, of which the other days come too;
	LastDay   telemetry.Day    // 0 is open. Undated days count only when both are 0
	Gone      bool             // also those that are gone
	NoSamples bool             // leave the samples out
	Order     Order
	Limit     int // at most so many, 0 all
}
