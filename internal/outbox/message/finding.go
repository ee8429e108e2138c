package message

import (
	"net/netip"
	"time"

	"stormglass/internal/hunt"
	"stormglass/internal/intel"
	"stormglass/internal/observable"
	"stormglass/internal/telemetry"
)

// Finding is a finding as it leaves: one indicator met by one subject, or one rule that matched what is about it.
type Finding struct {
	Schema   string     `json:"schema"`
	ID       string     `json:"id"`      // the same over all messages
	Reasons  []string   `json:"reasons"` // why it is told: "new", "level_raised", "seen_earlier", "new_day"
	Level    string     `json:"level"`   // "critical", "high", "medium", "low", "informational"
	Because  []string   `json:"because,omitempty"`
	Kind     string     `json:"kind"`                   // of the indicator; "rule", "correlation"
	Value    string     `json:"value"`                  // not defanged; of a rule empty
	Defanged string     `json:"defanged"`               // of a rule its title
	Masked   bool       `json:"value_masked,omitempty"` // it is a subscriber's
	TLP      string     `json:"tlp"`
	Rule     string     `json:"rule"` // what found it: "indicator/domain", "sigma/" and the rule's id
	Sigma    *Sigma     `json:"sigma,omitempty"`
	Subject  Subject    `json:"subject"`
	Roles    []string   `json:"roles"`
	Match    string     `json:"match"`
	Fields   []string   `json:"fields,omitempty"`
	Kinds    []string   `json:"record_kinds"`
	First    *time.Time `json:"first"`
	Last     *time.Time `json:"last"`
	Records  uint64     `json:"records"`
	Bytes    uint64     `json:"bytes"`
	DayCount int        `json:"day_count"`
	Days     []Day      `json:"days,omitempty"` // the latest 31
	Samples  []Sample   `json:"samples,omitempty"`
	Sources  []Source   `json:"sources,omitempty"` // the first 8
	Said     int        `json:"statements"`        // how many statements of sources there are
	Warnings []string   `json:"warning_lists,omitempty"`
	Also     []string   `json:"also_known_as,omitempty"`
	Link     string     `json:"link,omitempty"`
}

// Subject is who on the operator's side a finding is about.
type Subject struct {
	Kind   string `json:"kind"`  // "address", "device", "source", "fields", "merged"
	Value  string `json:"value"` // empty when merged
	Name   string `json:"name,omitempty"`
	Count  uint64 `json:"count"`            // 1, or an estimate when merged
	Masked bool   `json:"masked,omitempty"` // it is a subscriber's
}

// Day is one day of a finding.
type Day struct {
	Day     string `json:"day"` // "2026-11-18", or words for records without a time
	Records uint64 `json:"records"`
	Bytes   uint64 `json:"bytes"`
}

// Sample is where a record of a finding stands. What else the record says stays in the service.
type Sample struct {
	File        string     `json:"file"`
	Line        uint64     `json:"line"`
	Time        *time.Time `json:"time"`
	Kind        string     `json:"record_kind"`
	Field       string     `json:"field"`
	Source      string     `json:"source_ip,omitempty"`
	SourcePort  uint16     `json:"source_port,omitempty"`
	Dest        string     `json:"destination_ip,omitempty"`
	DestPort    uint16     `json:"destination_port,omitempty"`
	Proto       uint8      `json:"iana_number,omitempty"`
	CommunityID string     `json:"community_id,omitempty"` // none when an end is a subscriber's: it can be guessed from
}

// Source is what a source of intelligence says.
type Source struct {
	Format    string   `json:"format"`
	Org       string   `json:"org,omitempty"`
	Title     string   `json:"title,omitempty"`
	ID        string   `json:"id,omitempty"`
	TLP       string   `json:"tlp"`
	Actors    []string `json:"actors,omitempty"`
	Campaigns []string `json:"campaigns,omitempty"`
	Malware   []string `json:"malware,omitempty"`
	Names     []string `json:"names,omitempty"`
	Comment   string   `json:"comment,omitempty"`
}

// Maker makes findings into what leaves.
type Maker struct {
	Privacy
	Name func(netip.Addr) string // of a device, by its address; nil: none is known
	Link string                  // what a finding's id is added to; empty: no link
}

// Marking gives the strictest marking of a finding and of all that its sources say.
func Marking(f *hunt.Finding) intel.TLP {
	t := f.TLP
	for i := range f.Refs {
		t = max(t, f.Refs[i].TLP)
		if s := f.Refs[i].Source; s != nil {
			t = max(t, s.TLP)
		}
	}
	return t
}

// Finding makes a finding into what leaves. With whole, samples, days and sources are in it.
func (m *Maker) Finding(f *hunt.Finding, reasons []string, whole bool) Finding {
	out := Finding{
		Schema: SchemaFinding, ID: f.ID.String(), Reasons: reasons, Level: f.Level.String(), Kind: f.Sort(), TLP: Marking(f).String(),
		Rule: Rule(f), Subject: m.subjectOf(f), Roles: append([]string{}, f.Roles.Codes()...), Match: f.Part.String(), Kinds: []string{},
		First: instant(f.First), Last: instant(f.Last), Records: f.Records, Bytes: f.Bytes, DayCount: len(f.Days), Said: f.Statements,
		Link: m.link(f.ID.String()),
	}
	m.what(&out, f, whole)
	for _, k := range f.Kinds {
		out.Kinds = append(out.Kinds, k.String())
	}
	if whole {
		m.whole(&out, f)
	}
	return out
}

// what says what was found.
func (m *Maker) what(out *Finding, f *hunt.Finding, whole bool) {
	if f.Rule != nil {
		out.Match, out.Sigma = "", sigmaOf(f.Rule, whole)
		out.Defanged = out.Sigma.name()
		return
	}
	out.Value, out.Masked = m.value(f.Value)
	out.Defanged = out.Value
	if !out.Masked {
		out.Defanged = cut(observable.Printable(f.Value.Defang()), maxValue)
	}
}

// Pointer makes a finding into what may leave of it when the finding may not.
func (m *Maker) Pointer(f *hunt.Finding, reasons []string) Pointer {
	return Pointer{ID: f.ID.String(), Level: f.Level.String(), TLP: Marking(f).String(), Reasons: reasons, Link: m.link(f.ID.String())}
}

func (m *Maker) link(id string) string {
	if m.Link == "" {
		return ""
	}
	return m.Link + id
}

func (m *Maker) subjectOf(f *hunt.Finding) Subject {
	s := Subject{Kind: f.Subject.Kind.String(), Count: max(f.Subjects, 1)}
	if f.Merged() {
		s.Kind = "merged"
		return s
	}
	s.Value, s.Masked = m.subject(f.Subject)
	if m.Name != nil && f.Subject.Kind == hunt.SubjectAddr && !s.Masked {
		s.Name = Clean(m.Name(f.Subject.Addr), maxName)
	}
	return s
}

// whole adds what a finding says at length.
func (m *Maker) whole(out *Finding, f *hunt.Finding) {
	out.Because, out.Fields, out.Warnings, out.Also = cleanList(f.Because), cleanList(f.Fields), cleanList(f.Warnings), cleanList(f.Also)
	for i := range f.Days[max(0, len(f.Days)-maxDays):] {
		d := &f.Days[max(0, len(f.Days)-maxDays)+i]
		out.Days = append(out.Days, Day{Day: d.Day.String(), Records: d.Records, Bytes: d.Bytes})
	}
	for i := range f.Days {
		for j := range f.Days[i].Samples {
			if len(out.Samples) < hunt.MaxSamples {
				out.Samples = append(out.Samples, m.sample(&f.Days[i].Samples[j]))
			}
		}
	}
	for i := range f.Refs[:min(len(f.Refs), maxSources)] {
		out.Sources = append(out.Sources, sourceOf(&f.Refs[i]))
	}
}

// sample tells where a record stands, and between whom it was. Its text stays here: it may name a subscriber in a
// way that nobody foresaw.
func (m *Maker) sample(s *hunt.Sample) Sample {
	out := Sample{
		File: Clean(s.Source, maxName), Line: s.Ordinal, Time: instant(s.Occurred), Kind: s.Kind.String(), Field: Clean(s.Field, maxName),
		SourcePort: s.Ends.SrcPort, DestPort: s.Ends.DstPort, Proto: s.Ends.Proto,
	}
	var one, other bool
	out.Source, one = m.addr(s.Ends.Src)
	out.Dest, other = m.addr(s.Ends.Dst)
	if !one && !other {
		out.CommunityID = Clean(s.Flow, maxName)
	}
	return out
}

func sourceOf(r *hunt.Ref) Source {
	s := r.Source
	if s == nil {
		s = &intel.Source{}
	}
	return Source{
		Format: Clean(s.Format, maxName), Org: Clean(s.Org, maxName), Title: Clean(s.Title, maxText), ID: Clean(s.ID, maxName),
		TLP: max(s.TLP, r.TLP).String(), Actors: cleanList(s.Actors), Campaigns: cleanList(s.Campaigns), Malware: cleanList(s.Malware),
		Names: cleanList(r.Names), Comment: Clean(r.Comment, maxText),
	}
}

// instant gives a time in UTC, nil when it is not known.
func instant(i telemetry.Instant) *time.Time {
	if !i.Known() {
		return nil
	}
	t := i.Time().UTC()
	return &t
}
