package report

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"stormglass/internal/hunt"
	"stormglass/internal/intel"
	"stormglass/internal/observable"
	"stormglass/internal/telemetry"
)

// InspectionSchema is the name and version of the JSON document of an inspection.
const InspectionSchema = "stormglass.inspect/1"

// WriteInspection says what files are, as a table or as JSON; paths are those the user named.
func WriteInspection(w io.Writer, f Format, files []hunt.Inspected, paths []string, width int) error {
	b := bufio.NewWriter(w)
	if f == JSON {
		if err := writeLine(b, inspectionOf(files)); err != nil {
			return fmt.Errorf("write inspection: %w", err)
		}
	} else {
		p := &page{w: b, width: max(width, minWidth)}
		for i := range files {
			p.inspected(&files[i])
		}
		p.next(files, paths)
	}
	if err := b.Flush(); err != nil {
		return fmt.Errorf("write inspection: %w", err)
	}
	return nil
}

func (p *page) inspected(x *hunt.Inspected) {
	if x.Intel != nil {
		p.inspectedIntel(x.Intel)
		return
	}
	a := x.Telemetry
	p.text(0, bold, name(a.Source.Name))
	if a.Skipped != "" {
		p.text(2, "", "not read: "+observable.Printable(a.Skipped))
		return
	}
	what := a.Format + ": " + count(a.Read, "record")
	if k := kindCounts(a.Kinds); k != "" {
		what += " (" + k + ")"
	}
	p.text(2, "", what+", "+understood(a)+" of "+count(a.Lines, "line")+" understood, "+bytesText(a.Bytes))
	if s := spanText(a.First, a.Last); s != "" {
		p.text(2, "", s)
	}
	if a.Undated > 0 {
		p.text(2, "", count(a.Undated, "record")+" without a time that can be read")
	}
	if len(a.Hosts) > 0 {
		p.text(2, "", "devices: "+number(len(a.Hosts))+": "+observable.Printable(listed(a.Hosts, tableDevices)))
	}
	for _, s := range holds(a) {
		p.text(2, "", s)
	}
	if a.SameAs != "" {
		p.text(2, "", "the same content as "+name(a.SameAs))
	}
	if a.Failed != "" {
		p.text(2, "", "reading stopped: "+observable.Printable(a.Failed))
	}
	for i := range a.Problems.List {
		q := &a.Problems.List[i]
		what := "not understood: "
		if q.Notice {
			what = "left out: "
		}
		p.text(2, "", what+number(q.Count)+" × "+observable.Printable(q.Reason)+" ("+observable.Printable(q.Examples[0].String())+")")
	}
}

// understood gives the share of lines that became records, never rounded up to all.
func understood(a *telemetry.Account) string {
	if a.Lines == 0 {
		return "none"
	}
	if a.Read == a.Lines {
		return "100 %"
	}
	return fmt.Sprintf("%.1f %%", min(float64(a.Read)*100/float64(a.Lines), 99.9))
}

func holds(a *telemetry.Account) []string {
	var out []string
	if a.Subscribers > 0 {
		out = append(out, "holds subscriber numbers, in at least "+count(a.Subscribers, "line")+": handle it accordingly")
	}
	if a.Secrets > 0 {
		out = append(out, "holds passwords or keys, in at least "+count(a.Secrets, "line")+"; findings show them blanked")
	}
	return out
}

func (p *page) inspectedIntel(r *intel.FileReport) {
	p.text(0, bold, name(r.File))
	if r.Skipped != "" {
		p.text(2, "", "not read: "+observable.Printable(r.Skipped))
		return
	}
	p.text(2, "", fmt.Sprintf("intelligence, %s: %s loaded, %s listed, %s reported, of %s", r.Format, number(r.Loaded),
		number(r.Count(intel.Listed)), number(r.Count(intel.Reported)), count(r.Total, "item")))
	for _, m := range []map[string]int{r.Listed, r.Reported} {
		for i, reason := range intel.Reasons(m) {
			if i < 3 {
				p.text(4, "", number(m[reason])+" × "+observable.Printable(reason))
			}
		}
	}
	if r.Failed != "" {
		p.text(2, "", "reading stopped: "+observable.Printable(r.Failed))
	}
}

// next says which command to run with what was found.
func (p *page) next(files []hunt.Inspected, paths []string) {
	telemetryFiles, intelFiles, unread := 0, 0, 0
	for i := range files {
		switch x := &files[i]; {
		case x.Intel != nil && x.Intel.Skipped == "":
			intelFiles++
		case x.Telemetry != nil && x.Telemetry.Skipped == "":
			telemetryFiles++
		default:
			unread++
		}
	}
	p.line("")
	p.text(0, "", count(telemetryFiles, "file")+" of telemetry, "+count(intelFiles, "file")+" of intelligence, "+number(unread)+" not read.")
	args := func(flag string, given bool, otherwise string) string {
		if !given {
			return " " + flag + " " + otherwise
		}
		var b strings.Builder
		for _, path := range paths {
			b.WriteString(" " + flag + " " + quoted(path))
		}
		return b.String()
	}
	switch {
	case telemetryFiles > 0 && intelFiles > 0:
		p.line("next: stormglass hunt" + args("--intel", true, "") + args("--telemetry", true, ""))
	case telemetryFiles > 0:
		p.line("next: stormglass hunt --intel INTELLIGENCE" + args("--telemetry", true, ""))
	case intelFiles > 0:
		p.line("next: stormglass hunt" + args("--intel", true, "") + " --telemetry LOGS")
	default:
		p.line("next: name files that hold logs, flows or intelligence; stormglass hunt --help lists the formats")
	}
}

// quoted writes a path so that a shell takes it as one word.
func quoted(path string) string {
	if path != "" && strings.IndexFunc(path, func(r rune) bool {
		return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("/._-+:@,=%", r))
	}) < 0 {
		return path
	}
	return "'" + strings.ReplaceAll(observable.Printable(path), "'", `'\''`) + "'"
}

type inspectionDocument struct {
	Schema string           `json:"schema"`
	Files  []inspectedEntry `json:"files"`
}

type inspectedEntry struct {
	File        string            `json:"file"`
	Role        string            `json:"role"` // "telemetry", "intelligence", "not_read"
	Format      string            `json:"format,omitempty"`
	Why         string            `json:"why,omitempty"` // not read, or reading stopped
	SameAs      string            `json:"same_as,omitempty"`
	SHA256      string            `json:"sha256,omitempty"`
	Bytes       uint64            `json:"bytes,omitempty"`
	Lines       uint64            `json:"lines,omitempty"`
	Records     map[string]uint64 `json:"records,omitempty"`
	Undated     uint64            `json:"undated,omitempty"`
	First       string            `json:"first,omitempty"`
	Last        string            `json:"last,omitempty"`
	Devices     []string          `json:"devices,omitempty"`
	Subscribers bool              `json:"holds_subscribers"`
	Secrets     bool              `json:"holds_secrets"`
	Problems    map[string]uint64 `json:"problems,omitempty"`
	Items       *inspectedItems   `json:"items,omitempty"`
}

type inspectedItems struct {
	Total    int            `json:"total"`
	Loaded   int            `json:"loaded"`
	Listed   map[string]int `json:"listed"`
	Reported map[string]int `json:"reported"`
}

func inspectionOf(files []hunt.Inspected) inspectionDocument {
	d := inspectionDocument{Schema: InspectionSchema, Files: make([]inspectedEntry, 0, len(files))}
	for i := range files {
		if x := &files[i]; x.Intel != nil {
			d.Files = append(d.Files, entryOfIntel(x.Intel))
		} else {
			d.Files = append(d.Files, entryOfTelemetry(x.Telemetry))
		}
	}
	return d
}

func entryOfIntel(r *intel.FileReport) inspectedEntry {
	e := inspectedEntry{
		File: r.File, Role: "intelligence", Format: r.Format, Why: r.Failed,
		Items: &inspectedItems{Total: r.Total, Loaded: r.Loaded, Listed: r.Listed, Reported: r.Reported},
	}
	if r.Skipped != "" {
		e.Role, e.Why, e.Items = "not_read", r.Skipped, nil
	}
	return e
}

func entryOfTelemetry(a *telemetry.Account) inspectedEntry {
	e := inspectedEntry{File: a.Source.Name, Role: "not_read", Why: a.Skipped}
	if a.Skipped != "" {
		return e
	}
	e = inspectedEntry{
		File: a.Source.Name, Role: "telemetry", Format: a.Format, Why: a.Failed, SameAs: a.SameAs, SHA256: a.Source.ID.String(),
		Bytes: a.Bytes, Lines: a.Lines, Undated: a.Undated, Devices: a.Hosts, Subscribers: a.Subscribers > 0, Secrets: a.Secrets > 0,
		Records: map[string]uint64{}, Problems: map[string]uint64{},
	}
	if a.First.Known() {
		e.First, e.Last = a.First.Time().Format("2006-01-02T15:04:05Z"), a.Last.Time().Format("2006-01-02T15:04:05Z")
	}
	for k, n := range a.Kinds {
		if n > 0 {
			e.Records[telemetry.Kind(k).String()] = n
		}
	}
	for i := range a.Problems.List {
		e.Problems[a.Problems.List[i].Reason] = a.Problems.List[i].Count
	}
	return e
}
