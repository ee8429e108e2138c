package report

import (
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"

	"stormglass/internal/hunt"
	"stormglass/internal/intel"
	"stormglass/internal/telemetry"
)

// findingView is a finding in words: what table and page have in common.
type findingView struct {
	ID         string
	Level      hunt.Level
	Value      string
	Kind       string
	TLP        intel.TLP
	Matched    string // how, and in which fields
	Subject    string
	InWords    bool // the subject is a phrase, not a value
	Roles      string
	First      string // UTC, to the second
	Last       string
	Span       string
	Figures    string // days, records, bytes
	Counted    string // of a correlation: what it counted, and how much was asked for
	Notes      []string
	Also       string // other names of the actors and malware
	Sources    []sourceView
	Rule       *ruleView // of a rule's finding, which has no sources
	RuleSaid   bool      // the rule is described with a finding before
	Samples    []sampleView
	AllSamples int
}

// sourceView is one source of a finding's indicator. A source that states the value several times
// is one.
type sourceView struct {
	Title   string // "Org: title"
	TLP     intel.TLP
	Names   []string // "actors Salt Typhoon", "malware GhostSpider"
	Details []string // port, validity, comment
	Origin  string   // format, file, id, date
}

// sampleView is one record.
type sampleView struct {
	Where string // file:line
	When  string
	Ends  string
	Seen  string // field and value as it stood there
	Text  string
	Flow  string // Community ID
}

// maxTitle bounds titles and comments, in characters.
const maxTitle = 200

func viewOf(f *hunt.Finding, maxSamples int, in folders) findingView {
	v := findingView{
		ID: f.ID.String(), Level: min(f.Level, hunt.Critical), Value: whatShown(f), Kind: f.Sort(), TLP: f.TLP,
		Matched: matchedText(f), Subject: subjectText(f, in.telemetry), InWords: f.Merged() || f.Subject.Kind >= hunt.SubjectSource, Roles: strings.Join(f.Roles.Words(), "; "),
		First: secondText(f.First), Last: secondText(f.Last), Span: spanSeconds(f.First, f.Last), Figures: figures(f), Counted: countedText(f),
		Notes: notes(f), Also: strings.Join(names(f.Also), ", "), Sources: sourcesOf(f.Refs, in.intel),
	}
	if f.Rule != nil {
		v.Rule = ruleViewOf(f.Rule)
	}
	samples := allSamples(f)
	v.AllSamples = len(samples)
	switch n := len(samples); {
	case maxSamples <= 0: // whoever wants none
		samples = nil
	case n > maxSamples: // the earliest, and the latest of all
		samples = append(samples[:maxSamples-1:maxSamples-1], samples[n-1])
	}
	for _, s := range samples {
		v.Samples = append(v.Samples, sampleOf(s, f.Subject.Addr, in.telemetry))
	}
	return v
}

// matchedText says how the indicator matched: "as parent domain of cdn.evil[.]example, in tls.client.server_name".
func matchedText(f *hunt.Finding) string {
	if f.Rule != nil {
		return ""
	}
	seen := ""
	for i := range f.Days {
		for j := range f.Days[i].Samples {
			if s := &f.Days[i].Samples[j]; seen == "" && s.Seen != f.Value.String() {
				seen = cutText(seenText(s.Seen), maxTitle)
			}
		}
	}
	s := "exact"
	switch f.Part {
	case intel.Exact:
		if f.Merged() {
			seen = ""
		}
		if seen != "" && !strings.EqualFold(seen, shown(f.Value)) {
			s = "exact, also as " + seen
		}
	case intel.Parent, intel.CoveringPrefix:
		s = f.Part.String()
		if seen != "" {
			s += " of " + seen
		}
	case intel.WithoutQuery, intel.HostOfURL:
		s = f.Part.String()
		if seen != "" {
			s += ", seen " + seen
		}
	}
	if len(f.Fields) > 0 {
		s += ", in " + name(strings.Join(f.Fields, ", "))
	}
	return s
}

func subjectText(f *hunt.Finding, in folder) string {
	if f.Merged() {
		return "about " + number(f.Subjects) + " subjects, merged into one finding"
	}
	if f.Subject.Kind == hunt.SubjectSource {
		return "unknown; stands in " + in.name(f.Subject.Name)
	}
	return name(f.About())
}

func figures(f *hunt.Finding) string {
	parts := []string{recordsOf(f)}
	days := 0
	for i := range f.Days {
		if f.Days[i].Day > 0 {
			days++
		}
	}
	if days > 0 {
		parts = append([]string{count(days, "day")}, parts...)
	}
	if f.Bytes > 0 {
		parts = append(parts, bytesText(f.Bytes))
	}
	return strings.Join(parts, ", ")
}

// spanSeconds writes first and last to the second, once when they are the same.
func spanSeconds(first, last telemetry.Instant) string {
	switch {
	case !first.Known():
		return "no record has a time"
	case secondText(first) == secondText(last):
		return secondText(first) + " UTC"
	}
	return secondText(first) + " to " + secondText(last) + " UTC"
}

// notes say what speaks for caution.
func notes(f *hunt.Finding) []string {
	var out []string
	for _, b := range f.Because {
		if f.Rule != nil {
			out = append(out, name(b))
			continue
		}
		out = append(out, "level lowered: "+name(b))
	}
	if days := f.Withdrawn(); len(days) > 0 {
		last := &days[len(days)-1]
		out = append(out, "withdrawn on "+count(uint64(len(days)), "day")+" of "+number(uint64(len(f.Days)))+", "+last.Day.String()+" at last: "+name(last.Withdrawn()))
	}
	if f.Foreign {
		out = append(out, "nothing says that the subject is yours; --own, or registers/networks.yaml of a data folder, names your prefixes")
	}
	if n := undatedRecords(f); n > 0 && n < f.Records {
		out = append(out, number(n)+" of "+count(f.Records, "record")+" without a time")
	}
	if n := f.Statements - len(f.Refs); n > 0 {
		out = append(out, count(n, "further statement")+" of the same sources folded into those shown")
	}
	if f.Historical > 0 && f.Historical < f.Records {
		out = append(out, number(f.Historical)+" of "+count(f.Records, "record")+" outside the indicator's validity")
	}
	if f.OtherPort > 0 && f.OtherPort < f.Records {
		out = append(out, number(f.OtherPort)+" of "+count(f.Records, "record")+" on another port than stated")
	}
	if len(f.Warnings) > 0 && !slices.ContainsFunc(f.Because, func(b string) bool { return strings.Contains(b, "warning list") }) {
		out = append(out, "on warning list "+strings.Join(names(f.Warnings), ", "))
	}
	return out
}

func undatedRecords(f *hunt.Finding) uint64 {
	for i := range f.Days {
		if f.Days[i].Day == 0 {
			return f.Days[i].Records
		}
	}
	return 0
}

func sourcesOf(refs []hunt.Ref, in folder) []sourceView {
	var out []sourceView
	at := map[*intel.Source]int{}
	for i := range refs {
		r := &refs[i]
		n, ok := at[r.Source]
		if !ok || r.Source == nil {
			n = len(out)
			at[r.Source] = n
			out = append(out, sourceOf(r.Source, in))
		}
		v := &out[n]
		v.TLP = max(v.TLP, r.TLP)
		for _, d := range refDetails(r) {
			if !slices.Contains(v.Details, d) {
				v.Details = append(v.Details, d)
			}
		}
	}
	return out
}

func sourceOf(s *intel.Source, in folder) sourceView {
	if s == nil {
		return sourceView{Title: "unknown source"}
	}
	v := sourceView{Title: cutText(prose(s.Title), maxTitle), TLP: s.TLP}
	org := cutText(name(s.Org), maxName)
	switch {
	case s.Title == "" && s.Org == "":
		v.Title = in.name(s.File)
	case s.Title == "" || s.Title == s.Org:
		v.Title = org
	case s.Org == "" && s.Title == s.File[strings.LastIndexAny(s.File, separators)+1:]: // lists have no other
		v.Title = cutText(name(s.Title), maxTitle)
	case s.Org != "":
		v.Title = org + ": " + v.Title
	}
	for _, n := range []struct {
		what string
		list []string
	}{{"actors", s.Actors}, {"campaigns", s.Campaigns}, {"malware", s.Malware}} {
		if len(n.list) > 0 {
			v.Names = append(v.Names, n.what+" "+listed(names(n.list), 8))
		}
	}
	if s.PAP != "" {
		v.Details = append(v.Details, name(s.PAP))
	}
	origin := []string{name(s.Format), in.name(s.File), name(s.ID)}
	if !s.Published.IsZero() {
		origin = append(origin, "published "+s.Published.UTC().Format(time.DateOnly))
	}
	v.Origin = strings.Join(slices.DeleteFunc(origin, func(s string) bool { return s == "" }), ", ")
	return v
}

func refDetails(r *hunt.Ref) []string {
	var out []string
	if len(r.Names) > 0 {
		out = append(out, "names "+listed(names(r.Names), 8))
	}
	if r.Port != 0 {
		out = append(out, "port "+strconv.Itoa(int(r.Port)))
	}
	switch from, until := dateText(r.From), dateText(r.Until); {
	case from != "" && until != "":
		out = append(out, "valid "+from+" to "+until)
	case from != "":
		out = append(out, "valid from "+from)
	case until != "":
		out = append(out, "valid until "+until)
	}
	if r.Comment != "" {
		out = append(out, "comment: "+cutText(prose(r.Comment), maxTitle))
	}
	return out
}

func dateText(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.DateOnly)
}

// allSamples gives the samples of all days by time, undated ones last.
func allSamples(f *hunt.Finding) []*hunt.Sample {
	var out, undated []*hunt.Sample
	for i := range f.Days {
		for j := range f.Days[i].Samples {
			if s := &f.Days[i].Samples[j]; s.Occurred.Known() {
				out = append(out, s)
			} else {
				undated = append(undated, s)
			}
		}
	}
	return append(out, undated...)
}

func sampleOf(s *hunt.Sample, subject netip.Addr, in folder) sampleView {
	v := sampleView{
		Where: lineText(in.name(s.Source), s.Ordinal), When: timeText(s.Occurred, s.Doubt), Ends: endsText(&s.Ends, subject),
		Text: textOf(s), Flow: name(s.Flow),
	}
	if s.Field != "" {
		v.Seen = name(s.Field) + " = " + seenText(s.Seen)
	}
	return v
}

func textOf(s *hunt.Sample) string {
	if s.Line != "" {
		return lineOf(s.Line)
	}
	return fieldLine(s.Fields)
}
