package report

import (
	"stormglass/internal/hunt"
	"stormglass/internal/intel"
	"stormglass/internal/telemetry"
)

// InspectionSchema is the name and version of the JSON document of an inspection.
const InspectionSchema = "stormglass.inspect/1"

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
	Plain       uint64            `json:"plain,omitempty"` // of which nothing is known but the text
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
		Bytes: a.Bytes, Lines: a.Lines, Plain: a.Plain, Undated: a.Undated, Devices: a.Hosts, Subscribers: a.Subscribers > 0, Secrets: a.Secrets > 0,
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
