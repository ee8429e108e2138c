package report

import (
	"net/netip"
	"time"

	"stormglass/internal/hunt"
	"stormglass/internal/intel"
	"stormglass/internal/observable"
	"stormglass/internal/telemetry"
)

// FindingJSON is the JSON form of a finding: one indicator met by one subject.
type FindingJSON struct {
	ID        string      `json:"id"`    // the same over all hunts
	Level     string      `json:"level"` // "critical", "high", "medium", "low", "informational"
	Because   []string    `json:"because"`
	Value     string      `json:"value"`          // not defanged; masked when it identifies a subscriber; of a rule its key
	Kind      string      `json:"kind"`           // of the value; "rule", "correlation"
	Rule      *RuleJSON   `json:"rule,omitempty"` // nothing for an indicator
	Defanged  string      `json:"defanged"`
	TLP       string      `json:"tlp"` // strictest marking of value and sources, "" when unmarked
	Subject   SubjectJSON `json:"subject"`
	Roles     []string    `json:"roles"` // docs/format/hunt.md names them
	Match     string      `json:"match"` // "exact", "parent domain", "covering prefix", "URL without query", "host of URL"
	Fields    []string    `json:"fields"`
	Kinds     []string    `json:"record_kinds"`
	First     *time.Time  `json:"first"`
	Last      *time.Time  `json:"last"`
	Records   uint64      `json:"records"`            // of a correlation: matches of the rules that it counts
	Counted   string      `json:"counted"`            // of a correlation: what it counted, and how much was asked for, in words
	Bytes     *uint64     `json:"bytes"`              // null when no flow record met it
	Past      uint64      `json:"historical_records"` // outside the validity of every source
	OtherPort uint64      `json:"other_port_records"` // on a port other than every source states
	Days      []DayJSON   `json:"days"`
	Samples   []SampleRow `json:"samples"` // by time, at most five for a day
	Sources   []SourceRef `json:"sources"`
	Warnings  []string    `json:"warning_lists"`
	Also      []string    `json:"also_known_as"` // other names of the actors and malware that the sources name
}

// SubjectJSON is who on the operator's side a finding is about.
type SubjectJSON struct {
	Kind  string `json:"kind"` // "address", "device", "source", "fields", "merged"
	Value string `json:"value"`
	Count uint64 `json:"count"` // 1, or an estimate when merged
}

// DayJSON is one day of a finding.
type DayJSON struct {
	Day       *string    `json:"day"` // "2026-11-18"; null for records without a time
	Records   uint64     `json:"records"`
	Bytes     uint64     `json:"bytes"`
	Past      uint64     `json:"historical_records"`
	OtherPort uint64     `json:"other_port_records"`
	First     *time.Time `json:"first"`
	Last      *time.Time `json:"last"`
	Ledger    bool       `json:"from_ledger,omitempty"` // the records are no longer held: the ledger tells of them
}

// SampleRow is one record of a finding.
type SampleRow struct {
	File        string     `json:"file"`
	Line        uint64     `json:"line"`
	Time        *time.Time `json:"time"`
	Doubt       float64    `json:"doubt_seconds"` // time may be wrong by this much either way
	Kind        string     `json:"record_kind"`
	Field       string     `json:"field"`
	Seen        string     `json:"seen"`
	Source      string     `json:"source_ip"`
	SourcePort  uint16     `json:"source_port"` // 0 when not known
	Dest        string     `json:"destination_ip"`
	DestPort    uint16     `json:"destination_port"`
	Proto       uint8      `json:"iana_number"`
	CommunityID string     `json:"community_id"`
	LineText    string     `json:"text"` // the line as it was written, where it is one; secrets blanked

	Fields map[string]string `json:"fields"` // what else the record holds; secrets blanked
}

// SourceRef is one statement of a source about the indicator.
type SourceRef struct {
	Format    string     `json:"format"`
	File      string     `json:"file"`
	ID        string     `json:"id"`
	Org       string     `json:"org"`
	Title     string     `json:"title"`
	TLP       string     `json:"tlp"` // strictest of source and value
	PAP       string     `json:"pap"`
	Published *time.Time `json:"published"`
	Actors    []string   `json:"actors"`
	Campaigns []string   `json:"campaigns"`
	Malware   []string   `json:"malware"`
	Tags      []string   `json:"tags"`
	Indicator string     `json:"indicator_id"`
	Names     []string   `json:"names"` // actors, campaigns, malware named for this value alone
	Comment   string     `json:"comment"`
	Port      uint16     `json:"port"` // stated with the value, 0 when none
	From      *time.Time `json:"valid_from"`
	Until     *time.Time `json:"valid_until"`
}

func findingOf(f *hunt.Finding) *FindingJSON {
	j := &FindingJSON{
		ID: f.ID.String(), Level: f.Level.String(), Because: list(f.Because), Value: valueOf(f), Kind: f.Sort(),
		Defanged: whatShown(f), Rule: ruleOf(f.Rule), TLP: f.TLP.String(), Subject: subjectOf(f), Roles: list(f.Roles.Codes()),
		Match: f.Part.String(), Fields: list(f.Fields), Kinds: []string{}, First: instantOf(f.First), Last: instantOf(f.Last),
		Records: f.Records, Counted: countedText(f), Past: f.Historical, OtherPort: f.OtherPort, Days: []DayJSON{}, Samples: []SampleRow{},
		Sources: []SourceRef{}, Warnings: list(f.Warnings), Also: list(f.Also),
	}
	for _, k := range f.Kinds {
		j.Kinds = append(j.Kinds, k.String())
		if k == telemetry.KindFlow {
			j.Bytes = &f.Bytes
		}
	}
	for i := range f.Days {
		j.Days = append(j.Days, dayOf(&f.Days[i]))
	}
	for _, s := range allSamples(f) {
		j.Samples = append(j.Samples, rowOf(s))
	}
	for i := range f.Refs {
		j.Sources = append(j.Sources, refOf(&f.Refs[i]))
	}
	return j
}

func valueOf(f *hunt.Finding) string {
	if f.Rule != nil {
		return f.Rule.Key
	}
	return observable.Mask(f.Value)
}

func subjectOf(f *hunt.Finding) SubjectJSON {
	s := SubjectJSON{Kind: f.Subject.Kind.String(), Value: f.About(), Count: max(f.Subjects, 1)}
	if f.Merged() {
		s.Kind, s.Value = "merged", ""
	}
	return s
}

func dayOf(d *hunt.Day) DayJSON {
	j := DayJSON{
		Records: d.Records, Bytes: d.Bytes, Past: d.Historical, OtherPort: d.OtherPort,
		First: instantOf(d.First), Last: instantOf(d.Last), Ledger: d.FromLedger,
	}
	if d.Day != 0 {
		s := d.Day.String()
		j.Day = &s
	}
	return j
}

func rowOf(s *hunt.Sample) SampleRow {
	row := SampleRow{
		Fields: map[string]string{},
		File:   s.Source, Line: s.Ordinal, Time: instantOf(s.Occurred), Doubt: s.Doubt.Seconds(), Kind: s.Kind.String(),
		Field: s.Field, Seen: s.Seen, Source: addrText(s.Ends.Src), SourcePort: s.Ends.SrcPort,
		Dest: addrText(s.Ends.Dst), DestPort: s.Ends.DstPort, Proto: s.Ends.Proto, CommunityID: s.Flow, LineText: s.Line,
	}
	for _, f := range s.Fields {
		row.Fields[f.Name] = f.Value
	}
	return row
}

func refOf(r *hunt.Ref) SourceRef {
	s := r.Source
	if s == nil {
		s = &intel.Source{}
	}
	return SourceRef{
		Format: s.Format, File: s.File, ID: s.ID, Org: s.Org, Title: s.Title, TLP: max(s.TLP, r.TLP).String(), PAP: s.PAP,
		Published: timeOf(s.Published), Actors: list(s.Actors), Campaigns: list(s.Campaigns), Malware: list(s.Malware),
		Tags: list(s.Tags), Indicator: r.ID, Names: list(r.Names), Comment: r.Comment, Port: r.Port,
		From: timeOf(r.From), Until: timeOf(r.Until),
	}
}

func addrText(a netip.Addr) string {
	if !a.IsValid() {
		return ""
	}
	return a.String()
}

// timeOf gives a time in UTC, nil for the zero time.
func timeOf(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	t = t.UTC()
	return &t
}

func instantOf(i telemetry.Instant) *time.Time { return timeOf(i.Time()) }

// list makes a nil list an empty one.
func list[T any](s []T) []T {
	if s == nil {
		return []T{}
	}
	return s
}

func counts(m map[string]int) map[string]int {
	if m == nil {
		return map[string]int{}
	}
	return m
}

func kindMap(kinds [telemetry.NumKinds]uint64) map[string]uint64 {
	m := map[string]uint64{}
	for k := range telemetry.NumKinds {
		if kinds[k] > 0 {
			m[k.String()] = kinds[k]
		}
	}
	return m
}
