package report

import (
	"slices"
	"strings"
	"time"

	"stormglass/internal/hunt"
	"stormglass/internal/intel"
	"stormglass/internal/telemetry"
)

// Document is the JSON form of a result. Values in it are not defanged. A time is RFC 3339 in UTC,
// null when not known; a list is never null. Everything but started and took_ms depends only on
// what was read.
type Document struct {
	Schema      string         `json:"schema"`   // "stormglass.hunt/1"
	Version     string         `json:"version"`  // of the program
	Started     *time.Time     `json:"started"`  // of the hunt
	TookMS      int64          `json:"took_ms"`  // milliseconds
	TLP         string         `json:"tlp"`      // strictest marking of what stands here, "" when unmarked
	Handling    string         `json:"handling"` // what the marking means for whoever holds this
	Verdict     VerdictJSON    `json:"verdict"`
	Limits      []string       `json:"limits"` // where the hunt left details out, in words
	NotAssessed []GapJSON      `json:"not_assessed"`
	Coverage    []FileJSON     `json:"coverage"` // one for each file of telemetry, as given
	Intel       IntelJSON      `json:"intel"`
	Rules       *RulesJSON     `json:"rules"`               // null when no rules were hunted with
	Verdicts    *VerdictsJSON  `json:"verdicts"`            // by rule, technique and campaign; null when no rules were hunted with
	Devices     *CoveredJSON   `json:"devices"`             // who could be heard, and when; null when nobody counted
	Analysers   []AnalyserJSON `json:"analysers,omitempty"` // what each did; missing when none ran
	Together    []TogetherJSON `json:"together,omitempty"`  // which findings belong together; missing when none do
	Findings    []*FindingJSON `json:"findings,omitempty"`  // what matters most comes first; not in a summary
}

// VerdictJSON is the answer and what it rests on.
type VerdictJSON struct {
	Answer  Answer            `json:"answer"` // "found", "not_found", "not_assessed"
	Text    string            `json:"text"`
	But     string            `json:"but"` // what limits the answer, "" when nothing does
	First   *time.Time        `json:"first"`
	Last    *time.Time        `json:"last"`
	Files   int               `json:"files"` // read, each content once
	Records uint64            `json:"records"`
	Undated uint64            `json:"undated"` // records without a time
	Kinds   map[string]uint64 `json:"kinds"`   // records by kind
	Levels  map[string]int    `json:"levels"`  // findings by level, all five
	Merged  int               `json:"merged"`  // findings that stand for many subjects
}

// GapJSON is a class of values that what was read could not show, or not fully, or rules that were not asked in full for one reason.
type GapJSON struct {
	What     string   `json:"what"`            // "file hashes"
	Kinds    []string `json:"kinds"`           // of value
	Values   int      `json:"values"`          // hunted
	Rules    int      `json:"rules,omitempty"` // of "rules": how many; no value is of that class
	Needs    []string `json:"needs"`           // kinds of record: any of them would do
	Assessed []string `json:"assessed"`        // kinds of record that were read and hold some such values
	Text     string   `json:"text"`
}

// FileJSON is the account of one file of telemetry.
type FileJSON struct {
	File     string            `json:"file"`
	State    string            `json:"state"`  // "read", "partly_read", "not_read", "duplicate"
	Why      string            `json:"why"`    // it was not read, or not to its end
	SHA256   string            `json:"sha256"` // of the decompressed content, "" when not read to its end
	SameAs   string            `json:"same_as"`
	Format   string            `json:"format"`
	Bytes    uint64            `json:"bytes"`
	Lines    uint64            `json:"lines"` // that hold a record or should
	Records  uint64            `json:"records"`
	Undated  uint64            `json:"undated"`
	Kinds    map[string]uint64 `json:"kinds"`
	Datasets map[string]uint64 `json:"datasets"`
	Hosts    []string          `json:"hosts"` // devices named
	First    *time.Time        `json:"first"`
	Last     *time.Time        `json:"last"`
	Problems []ProblemJSON     `json:"problems"`
}

// ProblemJSON is one reason why parts of a file were not read.
type ProblemJSON struct {
	Reason   string        `json:"reason"`
	Notice   bool          `json:"notice"` // left out on purpose: holds no records
	Count    uint64        `json:"count"`
	Examples []ExampleJSON `json:"examples"`
}

// ExampleJSON is a place where a problem was met; line 0 is the whole file.
type ExampleJSON struct {
	Line   uint64 `json:"line"`
	Detail string `json:"detail"`
}

// IntelJSON is the account of the intelligence.
type IntelJSON struct {
	Values   int             `json:"values"` // distinct values hunted
	Total    int             `json:"total"`  // items: loaded + listed + reported
	Loaded   int             `json:"loaded"`
	Listed   int             `json:"listed"`   // understood and left out
	Reported int             `json:"reported"` // not understood
	Files    []IntelFileJSON `json:"files"`
	Warnings map[string]int  `json:"unused_warning_entries"` // by warning list
}

// IntelFileJSON is the account of one file of intelligence.
type IntelFileJSON struct {
	File     string         `json:"file"`
	Format   string         `json:"format"`
	Total    int            `json:"total"`
	Loaded   int            `json:"loaded"`
	Listed   map[string]int `json:"listed"`   // by reason
	Reported map[string]int `json:"reported"` // by reason
	Parts    map[string]int `json:"parts"`    // values of loaded items that were not used, by reason
	Skipped  string         `json:"skipped"`  // why it was not read at all
	Failed   string         `json:"failed"`   // why reading stopped before the end
	NotUsed  []NoteJSON     `json:"not_used,omitempty"`
}

// NoteJSON is one value that was not used.
type NoteJSON struct {
	Outcome string `json:"outcome"` // "listed", "reported"
	Part    bool   `json:"part"`    // of an item counted elsewhere
	Reason  string `json:"reason"`
	Where   string `json:"where"`
	Value   string `json:"value"`
}

func documentOf(r *hunt.Result, o Options) *Document {
	mark := markingOf(r, o)
	v := verdictOf(r)
	d := &Document{
		Schema: Schema, Version: r.Version, Started: timeOf(r.Started), TookMS: r.Took.Milliseconds(),
		TLP: mark.String(), Handling: handling(mark), Limits: list(limitsOf(r)), NotAssessed: []GapJSON{}, Coverage: []FileJSON{},
		Verdict: VerdictJSON{
			Answer: v.answer, Text: v.text, But: v.but, First: instantOf(v.first), Last: instantOf(v.last),
			Files: v.files, Records: v.records, Undated: v.undated, Kinds: kindMap(v.kinds), Levels: map[string]int{}, Merged: r.Merged,
		},
		Intel: intelOf(r, o), Rules: rulesOf(r), Verdicts: verdictsOf(r), Devices: coveredOf(r.Coverage), Analysers: analysersJSON(r.Analysers), Together: togetherOf(r),
	}
	for l, n := range v.levels {
		d.Verdict.Levels[hunt.Level(l).String()] = n
	}
	for _, g := range r.Gaps() {
		d.NotAssessed = append(d.NotAssessed, gapOf(&g))
	}
	d.NotAssessed = append(d.NotAssessed, ruleGapsOf(r)...)
	for _, a := range r.Accounts {
		d.Coverage = append(d.Coverage, fileOf(a))
	}
	return d
}

func gapOf(g *hunt.Gap) GapJSON {
	j := GapJSON{What: g.Class.Name, Values: g.Values, Kinds: []string{}, Needs: []string{}, Assessed: []string{}, Text: gapText(g)}
	for _, k := range g.Class.Kinds {
		j.Kinds = append(j.Kinds, k.String())
	}
	for _, k := range g.Class.Need {
		j.Needs = append(j.Needs, k.String())
	}
	for _, k := range g.By {
		j.Assessed = append(j.Assessed, k.String())
	}
	return j
}

func fileOf(a *telemetry.Account) FileJSON {
	j := FileJSON{
		File: a.Source.Name, State: "read", SameAs: a.SameAs, Format: a.Format, Bytes: a.Bytes, Lines: a.Lines, Records: a.Read,
		Undated: a.Undated, Kinds: kindMap(a.Kinds), Datasets: a.Datasets, Hosts: list(a.Hosts),
		First: instantOf(a.First), Last: instantOf(a.Last), Problems: []ProblemJSON{},
	}
	if j.Datasets == nil {
		j.Datasets = map[string]uint64{}
	}
	if a.Source.ID != (telemetry.SourceID{}) {
		j.SHA256 = a.Source.ID.String()
	}
	switch {
	case a.Skipped != "":
		j.State, j.Why = "not_read", a.Skipped
	case a.SameAs != "":
		j.State = "duplicate"
	case !a.Whole():
		j.State, j.Why = "partly_read", a.Failed
	}
	for i := range a.Problems.List {
		p := &a.Problems.List[i]
		q := ProblemJSON{Reason: p.Reason, Notice: p.Notice, Count: p.Count, Examples: []ExampleJSON{}}
		for _, e := range p.Examples {
			q.Examples = append(q.Examples, ExampleJSON(e))
		}
		j.Problems = append(j.Problems, q)
	}
	slices.SortFunc(j.Problems, func(a, b ProblemJSON) int { return strings.Compare(a.Reason, b.Reason) })
	return j
}

func intelOf(r *hunt.Result, o Options) IntelJSON {
	j := IntelJSON{Values: r.Values, Files: []IntelFileJSON{}, Warnings: counts(r.Warnings)}
	for _, f := range r.Intel {
		j.Total += f.Total
		j.Loaded += f.Loaded
		j.Listed += f.Count(intel.Listed)
		j.Reported += f.Count(intel.Reported)
		x := IntelFileJSON{
			File: f.File, Format: f.Format, Total: f.Total, Loaded: f.Loaded, Listed: counts(f.Listed),
			Reported: counts(f.Reported), Parts: counts(f.Parts), Skipped: f.Skipped, Failed: f.Failed,
		}
		if o.ExplainIntel {
			for _, n := range sortedNotes(f.Notes) {
				x.NotUsed = append(x.NotUsed, NoteJSON{n.Outcome.String(), n.Part, n.Reason, n.Where, n.Value})
			}
		}
		j.Files = append(j.Files, x)
	}
	return j
}
