package report

import (
	"bufio"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"stormglass/internal/hunt"
	"stormglass/internal/intel"
	"stormglass/internal/observable"
	"stormglass/internal/telemetry"
)

// csvHeader names the columns. The first is the marking of the whole file, the same in every row,
// so that no part of it parts from its marking. Times are RFC 3339 in UTC, empty when not known;
// several values of a cell are joined by "; "; control characters are shown as escapes.
var csvHeader = []string{
	"report_tlp", "tlp", "level", "value", "kind", "defanged", "match", "subject_kind", "subject", "subjects", "roles",
	"first", "last", "days", "records", "bytes", "historical_records", "other_port_records", "record_kinds", "fields",
	"because", "warning_lists", "source_orgs", "source_titles", "source_tlps", "actors", "campaigns", "malware", "names",
	"sample", "sample_text", "id", "rule_tags", "rule_false_positives", "rule_file",
}

// writeCSV writes a header and one row per finding (RFC 4180). Every cell is quoted.
func writeCSV(b *bufio.Writer, r *hunt.Result, o Options) {
	w := csvWriter{b: b, raw: o.RawCSV}
	w.row(csvHeader)
	mark := markingOf(r, Options{})
	for _, f := range r.Findings {
		w.row(cells(f, mark))
	}
}

func cells(f *hunt.Finding, mark intel.TLP) []string {
	j := findingOf(f)
	var orgs, titles, tlps, actors, campaigns, malware, own []string
	for i := range j.Sources {
		s := &j.Sources[i]
		orgs, titles, tlps = set(orgs, s.Org), set(titles, s.Title), set(tlps, s.TLP)
		actors, campaigns = set(actors, s.Actors...), set(campaigns, s.Campaigns...)
		malware, own = set(malware, s.Malware...), set(own, s.Names...)
	}
	sample, text := "", ""
	if all := allSamples(f); len(all) > 0 {
		sample, text = lineText(name(all[0].Source), all[0].Ordinal), plainText(all[0])
	}
	size := ""
	if j.Bytes != nil {
		size = digits(*j.Bytes)
	}
	days := make([]string, 0, len(f.Days))
	for i := range f.Days {
		days = append(days, f.Days[i].Day.String())
	}
	var tags, benign []string
	file := ""
	if j.Rule != nil {
		tags, benign, file = j.Rule.Tags, j.Rule.FalsePositives, name(j.Rule.File)
	}
	return []string{
		mark.String(), j.TLP, j.Level, j.Value, j.Kind, j.Defanged, j.Match, j.Subject.Kind, j.Subject.Value, digits(j.Subject.Count), cell(j.Roles),
		rfc3339(f.First), rfc3339(f.Last), cell(days), digits(f.Records), size, digits(f.Historical), digits(f.OtherPort), cell(j.Kinds), cell(j.Fields),
		cell(j.Because), cell(j.Warnings), cell(orgs), cell(titles), cell(tlps), cell(actors), cell(campaigns), cell(malware), cell(own),
		sample, text, j.ID, cell(tags), cell(benign), file,
	}
}

func cell(parts []string) string { return strings.Join(parts, "; ") }

func digits(n uint64) string { return strconv.FormatUint(n, 10) }

func rfc3339(i telemetry.Instant) string {
	if !i.Known() {
		return ""
	}
	return i.Time().Format("2006-01-02T15:04:05.999999999Z07:00")
}

// set appends the texts that are not empty and not yet in the list.
func set(list []string, more ...string) []string {
	for _, s := range more {
		if s != "" && !slices.Contains(list, s) {
			list = append(list, s)
		}
	}
	return list
}

type csvWriter struct {
	b   *bufio.Writer
	raw bool
}

func (w *csvWriter) row(cells []string) {
	for i, c := range cells {
		if i > 0 {
			_ = w.b.WriteByte(',')
		}
		c = observable.Printable(guarded(c, w.raw))
		_ = w.b.WriteByte('"')
		_, _ = w.b.WriteString(strings.ReplaceAll(c, `"`, `""`))
		_ = w.b.WriteByte('"')
	}
	_, _ = w.b.WriteString("\r\n")
}

// guarded puts an apostrophe before whatever a spreadsheet would take for a formula: at the start of
// a cell, and after a semicolon, a tab or a line break, because a program whose separator is another
// than the comma starts a cell of its own there (hostile-input.md H16).
func guarded(s string, raw bool) string {
	if raw {
		return s
	}
	var b strings.Builder
	start := true // nothing but spaces and quotes since the start of a cell
	from := 0     // where that cell starts
	copied := 0
	for i, r := range s {
		switch {
		case r == ';' || i > 0 && (r == '\t' || r == '\n' || r == '\r'):
			start, from = true, i+1
		case !start:
		case formula(r):
			b.WriteString(s[copied:from])
			b.WriteByte('\'')
			copied, start = from, false
		case !unicode.IsSpace(r) && r != '"':
			start = false
		}
	}
	return b.String() + s[copied:]
}

// formula reports whether a cell that starts with r may be taken for a formula; the last four are
// the full-width forms.
func formula(r rune) bool { return strings.ContainsRune("=+-@\t\r\n＝＋－＠", r) }

// plainText gives a sample's record in a line, as it was, not defanged.
func plainText(s *hunt.Sample) string {
	if s.Line != "" {
		return s.Line
	}
	parts := make([]string, len(s.Fields))
	for i, f := range s.Fields {
		parts[i] = f.Name + "=" + f.Value
	}
	return strings.Join(parts, " ")
}
