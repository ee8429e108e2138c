package api

import (
	"context"
	"io"
	"time"

	"stormglass/internal/hunt"
	"stormglass/internal/observable"
	"stormglass/internal/report"
	"stormglass/internal/seen"
	"stormglass/internal/telemetry"
	"stormglass/internal/web/auth"
)

// Service answers. Its methods may be called from many goroutines at once, give up when ctx ends, and
// return errors with a fault.Kind: an error without one is answered as "internal error" and only logged.
// What it gives is the caller's.
type Service interface {
	// Status tells how the service is. It is asked by whoever scrapes figures, too: it reads what is in memory, and
	// nothing that takes longer than some milliseconds.
	Status(ctx context.Context) (*Status, error)
	// Findings gives one page of findings, what matters most first.
	Findings(ctx context.Context, q FindingQuery) (*FindingPage, error)
	// Finding gives one, by at least 4 hex digits that its id begins with.
	Finding(ctx context.Context, id string) (*report.FindingDetail, error)
	// Incidents gives one page of incidents, what matters most first.
	Incidents(ctx context.Context, q IncidentQuery) (*IncidentPage, error)
	// Incident gives one, by at least 4 hex digits that its id, or that of an incident that became part of it, begins with.
	Incident(ctx context.Context, id string) (*report.IncidentDetail, error)
	// Seen looks values up, and notes that who asked.
	Seen(ctx context.Context, who auth.Who, q SeenQuery) (*seen.Result, error)
	// Intel lists the files of intelligence in force, the last added first.
	Intel(ctx context.Context) ([]report.IntelFile, error)
	// AddIntel puts what r holds in force under a name, and looks it up in the past. An error of r is
	// returned with what is around it (errors.Is and errors.As see it), and nothing is put in force then.
	AddIntel(ctx context.Context, who auth.Who, name string, r io.Reader) (*report.AddedIntel, error)
	// RemoveIntel takes a file of intelligence out of force, by its name or the beginning of its id.
	RemoveIntel(ctx context.Context, who auth.Who, id string) (*report.IntelFile, error)
	// Ingest takes in lines of JSON, under a name that says where they come from. It returns without an error only when
	// all that was read is durable. After an error of r, what came before it may have been taken in: the same lines
	// sent again add nothing.
	Ingest(ctx context.Context, who auth.Who, name string, r io.Reader) (*Ingested, error)
	// Coverage tells in which hours anything arrived, by source.
	Coverage(ctx context.Context, q CoverageQuery) (*Coverage, error)
}

// FindingQuery says which findings are wanted. The zero value asks for the first page of all that are
// not dismissed.
type FindingQuery struct {
	Level  hunt.Level       // at least so high
	Status []string         // only those that are "open", "acknowledged" or "dismissed"; none: those not dismissed
	Value  observable.Value // only this one; zero: any
	Rule   string           // only those of the rule with this key; empty: any, and those of indicators
	Since  uint64           // only those that changed after this number
	All    bool             // dismissed ones and ones that are gone, too
	Limit  int              // findings on a page: 1 to MaxPage
	After  string           // Next of the page before, as it was given; empty: the first page
}

// FindingPage is some findings.
type FindingPage struct {
	report.FindingList        // its Narrowed is to be set where the query narrows
	Before             int    // findings on the pages before this one, as far as they were counted
	Next               string // asks for the page after this one; empty: there is none. Letters, digits, "-", "_", "."
}

// IncidentQuery says which incidents are wanted. The zero value asks for the first page of all.
type IncidentQuery struct {
	Level hunt.Level // at least so high
	Limit int        // incidents on a page: 1 to MaxPage
	After string     // Next of the page before, as it was given; empty: the first page
}

// IncidentPage is some incidents.
type IncidentPage struct {
	report.IncidentList        // without those of other pages
	Before              int    // incidents on the pages before this one
	Next                string // asks for the page after this one; empty: there is none. Letters, digits, "-", "_", "."
}

// SeenQuery is what is looked up.
type SeenQuery struct {
	Questions    []seen.Question // as seen.Parse gives them, in the order they were asked, none twice; 1 to MaxValues
	Since, Until telemetry.Day   // first and last day asked for; 0 is open
	Rows         int             // records fetched for each value, the earliest; 0: none; times Questions at most MaxSeenRows
}

// Ingested says what came of lines that were handed in.
type Ingested struct {
	Name     string         `json:"name" doc:"What the lines came under."`
	ID       string         `json:"id" doc:"SHA-256 of what was sent, in hex: the identity of its records."`
	Format   string         `json:"format" doc:"How the lines were read."`
	Lines    uint64         `json:"lines" doc:"Lines that were sent, empty ones left out."`
	Records  uint64         `json:"records" doc:"Records that were taken in and are durable."`
	Known    bool           `json:"known" doc:"All of it had been taken in before: nothing was added."`
	Skipped  map[string]int `json:"skipped" doc:"Lines that gave no record, by reason."`
	Examples []string       `json:"examples" doc:"Some of the lines that were skipped, as 'line 12: reason'."`
	Undated  uint64         `json:"undated" doc:"Records that are kept without a time: they state none that can be read, or one that has not come yet."`
	First    *time.Time     `json:"first" doc:"Earliest time of a record."`
	Last     *time.Time     `json:"last" doc:"Latest time of a record."`
	Findings int            `json:"findings_changed" doc:"Findings that are new or changed by it, as far as it is known yet."`
}

// CoverageQuery says of which time coverage is wanted.
type CoverageQuery struct {
	From, To time.Time // UTC, whole hours, From before To, at most MaxCoverage apart
}

// Coverage says what arrived. It says nothing of what should have arrived: that needs a register of
// devices.
type Coverage struct {
	From    time.Time        `json:"from" doc:"Begin of the first hour."`
	To      time.Time        `json:"to" doc:"End of the last hour."`
	Text    string           `json:"text" doc:"What this rests on, in words."`
	Sources []SourceCoverage `json:"sources"`
}

// SourceCoverage is what arrived of one kind, or from one sensor.
type SourceCoverage struct {
	Kind     string     `json:"kind" enum:"records,sensor" doc:"What the row is about: a kind of record, or a sensor."`
	Name     string     `json:"name"`
	Records  uint64     `json:"records" doc:"Records of a kind in these hours; 0 for a sensor: records of several sensors lie in one file, not counted apart."`
	First    *time.Time `json:"first" doc:"Earliest record of these hours."`
	Last     *time.Time `json:"last" doc:"Latest record of these hours."`
	Hours    string     `json:"hours" doc:"A character an hour from the first on: 1 something arrived, 0 nothing did, ? it cannot be told."`
	NotKnown string     `json:"not_known,omitempty" doc:"Why some hours cannot be told."`
}

// What bounds requests.
const (
	MaxPage      = 1000                 // findings on a page
	MaxValues    = 10_000               // values looked up by one request
	MaxRows      = 1000                 // records fetched for one value
	MaxSeenRows  = 100_000              // values times records fetched for each, of one request
	MaxCoverage  = 366 * 24 * time.Hour // of one request
	MaxSeenBody  = 4 << 20              // bytes of a request to POST seen
	MaxName      = 256                  // bytes of a name of intelligence or of a source
	DefaultIntel = 256 << 20            // bytes of a file of intelligence
	DefaultLines = 1 << 30              // bytes of lines to take in
)
