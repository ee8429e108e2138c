package hunt

import (
	"cmp"
	"encoding/hex"
	"slices"
	"time"

	"stormglass/internal/intel"
	"stormglass/internal/observable"
	"stormglass/internal/telemetry"
)

// FindingID identifies a finding over all hunts: the same indicator met by the same subject, or the same rule matched by it.
type FindingID [16]byte

// String gives the id in hex.
func (id FindingID) String() string { return hex.EncodeToString(id[:]) }

// IndicatorFindingID is SHA-256 over "v1", "indicator", the value's kind and text and the subject's
// kind and text, each ended by a zero byte, cut to 16 bytes.
func IndicatorFindingID(v observable.Value, s Subject) FindingID {
	return findingID("indicator", v.Kind().String(), v.String(), s.Kind.String(), s.String())
}

// Finding is one indicator met by one subject of the operator, or one rule that matched what is about it.
type Finding struct {
	ID       FindingID
	Value    observable.Value // zero for a rule
	Rule     *RuleInfo        // nil for an indicator
	Subject  Subject
	Device   string // the id of the registered device that a subject of kind device is, by whoever has the registers; else empty
	Subjects uint64 // 1, or the estimate of distinct subjects when findings of the value were merged
	Level    Level
	Because  []string // why the level is lower than the match alone would give

	First, Last telemetry.Instant // zero when no record had a time
	Records     uint64
	Bytes       uint64           // both directions, over flow records that state them
	Kinds       []telemetry.Kind // of the records
	Fields      []string         // ECS names of the fields it stood in
	Roles       Roles
	Counted     Counted    // of a correlation; zero where it is not known, as of one that was kept in a store
	Foreign     bool       // nothing says that the subject is the operator's
	Part        intel.Part // the closest match among the records
	Historical  uint64     // records outside the validity of every source
	OtherPort   uint64     // records on a port other than every source states
	Days        []Day      // by day
	LedgerDays  int        // of them, how many a ledger alone knows: their records are no longer held

	Warnings   []string // warning lists met
	Also       []string // other names, by the library, of the actors and malware that the sources name
	TLP        intel.TLP
	Refs       []Ref // what the sources say of the indicator: the first 64 statements
	Statements int   // how many there are
}

// What gives what was found, in one text: the indicator's value or the rule's key.
func (f *Finding) What() string {
	if f.Rule != nil {
		return f.Rule.Key
	}
	return f.Value.String()
}

// Sort gives the sort of what was found: a kind of value, "rule" or "correlation".
func (f *Finding) Sort() string {
	switch {
	case f.Rule == nil:
		return f.Value.Kind().String()
	case f.Rule.Correlation:
		return "correlation"
	}
	return "rule"
}

// Merged reports whether the finding stands for several subjects.
func (f *Finding) Merged() bool { return f.Subjects > 1 }

// SubjectName names the subject without the marks of its kind: an address, a device's name as its
// log holds it, a source.
func (f *Finding) SubjectName() string {
	if f.Subject.Kind == SubjectAddr {
		return f.Subject.Addr.String()
	}
	return f.Subject.Name
}

// About names the subject for people and machines: a registered device by its id, whatever else as its text.
func (f *Finding) About() string {
	if f.Device != "" {
		return f.Device
	}
	return f.Subject.String()
}

// Stray reports whether a finding is about a host by a name of its own logs that no register of devices states: whoever may send logs may
// write any name. It is meaningful where there is such a register.
func (f *Finding) Stray() bool { return f.Subject.Kind == SubjectDevice && f.Device == "" }

// Ref is one source of the indicator.
type Ref struct {
	intel.Ref
	Source *intel.Source
}

// Day is what a finding met on one day. Computing a day again replaces it whole.
type Day struct {
	Day         telemetry.Day
	Records     uint64
	Bytes       uint64 // of the sensor that saw most
	Historical  uint64
	OtherPort   uint64
	First, Last telemetry.Instant
	Samples     []Sample // the earliest, at most MaxSamples
	FromLedger  bool     // the figures are a ledger's: no record was looked at
	Subjects    int      // over 1: the figures are those of so many subjects together, which a ledger does not tell apart

	Sensors []SensorBytes // of a rule's finding: bytes by sensor, so that more can be added
}

// SensorBytes is what one sensor saw.
type SensorBytes struct {
	Sensor string
	Bytes  uint64
}

// MaxSamples is how many samples of a finding are kept for each day.
const MaxSamples = 5

// Sample is one record of a finding. Its identity is its source's id and its ordinal.
type Sample struct {
	Source   string // the file, as the user named it
	Ordinal  uint64 // the line
	Occurred telemetry.Instant
	Doubt    time.Duration
	Kind     telemetry.Kind
	Field    string // where the indicator stood
	Seen     string // the value as it stood there
	Ends     telemetry.Ends
	Flow     string        // Community ID of the conversation, empty when it has none
	Line     string        // the record as it was written, where that is a line of text; secrets blanked
	Fields   []SampleField // what else the record holds, in the order of its schema; secrets blanked
}

// SampleField is a named value of a sample's record.
type SampleField struct{ Name, Value string }

// before orders samples: by time, then by place, so that which are kept does not depend on the
// order in which files are read.
func (s *Sample) before(at telemetry.Instant, source string, ordinal uint64) bool {
	if s.Occurred != at {
		return s.Occurred < at
	}
	if s.Source != source {
		return s.Source < source
	}
	return s.Ordinal <= ordinal
}

// Merge brings a later computation of the same finding in: each of its days replaces the same day
// here, but a day of a ledger none that was computed from records; other days stay, and what is
// derived from days is computed again.
func (f *Finding) Merge(later *Finding) {
	days := make([]Day, 0, len(later.Days)+len(f.Days))
	for _, d := range later.Days {
		if have := f.dayOf(d.Day); have == nil || have.FromLedger || !d.FromLedger {
			days = append(days, d)
		}
	}
	for _, d := range f.Days {
		if next := later.dayOf(d.Day); next == nil || next.FromLedger && !d.FromLedger {
			days = append(days, d)
		}
	}
	slices.SortFunc(days, func(a, b Day) int { return int(a.Day) - int(b.Day) })
	kept := *f
	*f = *later
	f.Roles |= kept.Roles
	f.Part = min(f.Part, kept.Part)
	f.Fields = union(kept.Fields, later.Fields)
	f.Kinds = union(kept.Kinds, later.Kinds)
	f.sum(days)
	if len(kept.Days) > 0 && f.Rule == nil { // what both say together may weigh more than the later alone
		f.Level, f.Because = levelOf(f)
	}
}

// dayOf gives a day of the finding, nil when it has none.
func (f *Finding) dayOf(n telemetry.Day) *Day {
	if at := slices.IndexFunc(f.Days, func(d Day) bool { return d.Day == n }); at >= 0 {
		return &f.Days[at]
	}
	return nil
}

// sum sets the days and everything that follows from them.
func (f *Finding) sum(days []Day) {
	f.Days = days
	f.Records, f.Bytes, f.Historical, f.OtherPort, f.First, f.Last, f.LedgerDays = 0, 0, 0, 0, 0, 0, 0
	for i := range days {
		d := &days[i]
		if d.FromLedger {
			f.LedgerDays++
		}
		f.Records += d.Records
		f.Bytes += d.Bytes
		f.Historical += d.Historical
		f.OtherPort += d.OtherPort
		f.First, f.Last = span(f.First, f.Last, d.First, d.Last)
	}
}

func union[T cmp.Ordered](a, b []T) []T {
	out := slices.Concat(a, b)
	slices.Sort(out)
	return slices.Compact(out)
}

// span widens first and last by another span; unknown times count for nothing.
func span(first, last, first2, last2 telemetry.Instant) (telemetry.Instant, telemetry.Instant) {
	if first == 0 || first2 != 0 && first2 < first {
		first = first2
	}
	return first, max(last, last2)
}
