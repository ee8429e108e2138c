package simulate

import (
	"net/netip"
	"slices"
	"strings"
	"time"
)

// TruthFormat names the shape of truth.json.
const TruthFormat = "stormglass.simulate.truth/1"

// Truth is what a hunt over the whole of telemetry with the whole of intel should find, and what
// it should not. It is written as truth.json.
type Truth struct {
	Format       string            `json:"format"`
	Config       Config            `json:"config"`
	Own          []netip.Prefix    `json:"own"`     // the operator's prefixes, as a hunt is told them
	Records      map[string]uint64 `json:"records"` // all records, by telemetry
	Planted      []*Planted        `json:"planted"`
	Traces       []*Trace          `json:"traces"`
	Cases        []*Case           `json:"cases,omitempty"`
	LookAlikes   []*LookAlike      `json:"look_alikes"`
	Lines        []*Line           `json:"lines,omitempty"`
	WarningLists []string          `json:"warning_lists"`
	Exporters    []Exporter        `json:"exporters"`
}

// Exporter is a router that exports flows.
type Exporter struct {
	Device    string     `json:"device"`
	Address   netip.Addr `json:"address"` // from which it sends; of sFlow the agent's too
	Format    string     `json:"format"`  // "NetFlow v9", "IPFIX", "sFlow"
	Domain    uint32     `json:"domain"`  // source id, observation domain, sub-agent
	Sampling  uint64     `json:"sampling"`
	Telemetry string     `json:"telemetry"` // as in Sighting.Telemetry
}

// Exported gives how many of the records stand in what routers export.
func (o *Occurrence) Exported() int {
	n := 0
	for _, s := range o.Seen {
		if strings.HasPrefix(s.Telemetry, exportFamily) {
			n += s.Records
		}
	}
	return n
}

// Planted is one value of the intelligence met by one subject.
type Planted struct {
	ID          string   `json:"id"`
	What        string   `json:"what"`
	Techniques  []string `json:"techniques"`
	Value       string   `json:"value"` // canonical, as in the index
	Kind        string   `json:"value_kind"`
	Form        Form     `json:"form"`
	Observed    string   `json:"observed"` // the value as it stands in the records
	Role        Role     `json:"role"`
	Subject     string   `json:"subject"`      // own address, or a device's name for its messages
	Intel       []string `json:"intel"`        // files that publish the value
	Standing    string   `json:"standing"`     // "valid" or "historical"
	WarningList string   `json:"warning_list"` // name of the list that holds the value, or empty
	Occurrence
}

// Trace is something the intruder did that no indicator names: work for rules.
type Trace struct {
	ID         string   `json:"id"`
	What       string   `json:"what"`
	Techniques []string `json:"techniques"`
	Observed   string   `json:"observed"`
	Subject    string   `json:"subject"`
	Occurrence
}

// LookAlike is a value that must not be found. One that never occurs is a decoy: it is published
// and stands in no record.
type LookAlike struct {
	ID       string `json:"id"`
	Reason   string `json:"reason"`
	Observed string `json:"observed"`
	Near     string `json:"near"`           // the published value that it resembles or is; empty for none
	Like     string `json:"like,omitempty"` // the entry of the catalogue whose cases it resembles
	Subject  string `json:"subject,omitempty"`
	// Absence says that it is what is not there: First and Last are its interval, and there are no records.
	Absence bool `json:"absence,omitempty"`
	Occurrence
}

// Occurrence says in how many records something stands, and when.
type Occurrence struct {
	Records int        `json:"records"`
	First   time.Time  `json:"first,omitzero"`
	Last    time.Time  `json:"last,omitzero"`
	Seen    []Sighting `json:"seen,omitempty"`
}

// Sighting is the share of one telemetry in an Occurrence. The times are the records' own: when a
// conversation began, to the precision in which the format writes it.
type Sighting struct {
	Telemetry string    `json:"telemetry"` // "zeek/conn", "eve/flow", "flows/nfdump", "syslog/edge-r1"
	Kind      string    `json:"kind"`      // record kind: "flow", "dns", "http", "tls", "event"
	Records   int       `json:"records"`
	First     time.Time `json:"first"`
	Last      time.Time `json:"last"`
	NoYear    bool      `json:"no_year,omitempty"` // the lines do not state the year
}

// Form says how a value matches.
type Form string

// The forms.
const (
	FormExact     Form = "exact"
	FormSubdomain Form = "subdomain"
	FormPrefix    Form = "prefix"
	FormURL       Form = "url"
)

// Role says who began. For messages it says what happened, which the text may not show.
type Role string

// The roles.
const (
	WeCalled Role = "we_called"
	CalledUs Role = "called_us"
	Scanned  Role = "scanned" // they tried, nobody answered
)

// add counts one record.
func (o *Occurrence) add(telemetry, kind string, at time.Time, noYear bool) {
	i := slices.IndexFunc(o.Seen, func(s Sighting) bool { return s.Telemetry == telemetry && s.Kind == kind })
	if i < 0 {
		i = len(o.Seen)
		o.Seen = append(o.Seen, Sighting{Telemetry: telemetry, Kind: kind, First: at, Last: at, NoYear: noYear})
	}
	s := &o.Seen[i]
	s.Records++
	s.First, s.Last = earlier(s.First, at), later(s.Last, at)
	if o.Records == 0 {
		o.First, o.Last = at, at
	}
	o.Records++
	o.First, o.Last = earlier(o.First, at), later(o.Last, at)
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}
