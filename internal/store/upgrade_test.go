package store

import (
	"database/sql"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"stormglass/internal/casework"
	"stormglass/internal/hunt"
	"stormglass/internal/intel"
	"stormglass/internal/observable"
	"stormglass/internal/telemetry"
)

// update writes the dump of this build's version anew. The dumps of earlier versions are never changed:
// they are what releases wrote.
var update = flag.Bool("update", false, "write the dump of the latest version")

// everything is what a store holds, as its calls tell it.
type everything struct {
	Applied, Cursor, Change uint64
	Sources                 []Source
	Intel                   []IntelFile
	Indicators              map[observable.Value]Indicator
	Findings                []Stored
	History                 []Step
	Holds                   []Hold
	Purges                  []Purge
	Reads                   []Read
	Outbox                  outboxIn
	Covered                 Covered
	Assessed                map[RuleIdentity]*RuleAssessed
	Incidents               []casework.Kept
}

func everythingIn(t *testing.T, s *Store) (e everything) {
	t.Helper()
	ctx := t.Context()
	e.Applied, e.Cursor, e.Change = must[uint64](t)(s.Applied(ctx)), must[uint64](t)(s.Cursor(ctx, "hunt.new")), must[uint64](t)(s.LastChange(ctx))
	e.Sources, e.Intel = must[[]Source](t)(s.Sources(ctx, SourceFilter{})), must[[]IntelFile](t)(s.Intel(ctx, true))
	e.Indicators, e.Findings = inForce(t, s), must[[]Stored](t)(s.Findings(ctx, Filter{Gone: true}))
	for _, f := range e.Findings {
		e.History = append(e.History, must[[]Step](t)(s.History(ctx, f.ID.String()))...)
	}
	e.Holds, e.Purges, e.Reads = must[[]Hold](t)(s.Holds(ctx, true)), must[[]Purge](t)(s.Purges(ctx)), must[[]Read](t)(s.Reads(ctx, time.Time{}, 0))
	e.Outbox = outboxOf(t, s)
	e.Covered, e.Assessed = must[Covered](t)(s.Coverage(ctx)), must[map[RuleIdentity]*RuleAssessed](t)(s.RulesAssessed(ctx))
	e.Incidents = must[[]casework.Kept](t)(s.Incidents(ctx))
	return e
}

// fill puts something of everything into a store. What it wrote in a release stays as it is in that
// release's dump; what is added here later is of later versions.
func fill(t *testing.T, s *Store) {
	t.Helper()
	src := &intel.Source{Format: "misp", File: "feed.json", Title: "made up", Published: start, Actors: []string{"Example Group"}, TLP: intel.Amber}
	a, b := findingOn(values[0], 20_000, 20_001), findingOn(values[1], 20_000)
	a.Refs, a.Statements = []hunt.Ref{{Ref: intel.Ref{ID: "1", Comment: "\xffc2", From: start}, Source: src}, {Source: src}}, 2
	a.Days[0].Samples[0].Ends = telemetry.Ends{Src: ours.Addr, SrcPort: 1, Proto: 6}
	b.Days[0].FromLedger, b.Days[0].Subjects, b.LedgerDays = true, 3, 1
	save(t, s, Scope{}, a, b, findingOn(values[2], 20_000))
	must[hunt.FindingID](t)(s.Acknowledge(t.Context(), a.ID.String(), Act{Who: "ana", Assignee: "bo"}))
	must[hunt.FindingID](t)(s.Link(t.Context(), a.ID.String(), Act{Who: "ana"}, "T-1"))
	must[hunt.FindingID](t)(s.Dismiss(t.Context(), b.ID.String(), Act{Who: "bo", Reason: "ours"}, start.Add(time.Hour)))
	save(t, s, Scope{AllDays: true, Values: func(v observable.Value) bool { return v == b.Value }})
	report := &intel.FileReport{File: "feed.json", Format: "misp", Total: 2, Loaded: 1, Reported: map[string]int{"no value": 1}, Notes: []intel.Note{{Outcome: intel.Reported, Reason: "no value", Where: "attribute 2"}}}
	errs := []error{
		applied(s.Apply(t.Context(), 3, []Source{{
			ID: telemetry.SourceID{1}, Name: "conn.log", Format: "zeek", Sensor: "zeek", Bytes: 10, Lines: 3, Records: [telemetry.NumKinds]uint64{2, 1}, Lost: 1,
			First: 5, Last: 6, Ingested: start, Problems: []telemetry.Problem{{Reason: "short", Count: 1, Examples: []telemetry.Example{{Line: 2, Detail: "d"}}}},
		}}, nil)),
		s.AddIntel(t.Context(), IntelFile{ID: IntelID{1}, Name: "feed.json", Added: start, Bytes: 5, Report: report}, values[:3]),
		s.AddIntel(t.Context(), IntelFile{ID: IntelID{2}, Name: "old.csv", Added: start}, values[:1]),
		s.SetLooked(t.Context(), must[Fresh](t)(s.NewIndicators(t.Context())), 3),
		s.AddHold(t.Context(), Hold{Name: "case", Reason: "court", Who: "ana", First: 1, Values: values[:1]}),
		s.LogRead(t.Context(), Read{Who: "ana", Command: "reveal", Values: 2, Subscribers: 1, Reason: "case"}),
		s.SetCursor(t.Context(), "hunt.new", 2),
	}
	for _, err := range errs {
		if err != nil {
			t.Fatal(err)
		}
	}
	must[IntelFile](t)(s.RemoveIntel(t.Context(), "old.csv"))
	must[uint64](t)(s.BeginPurge(t.Context(), Purge{Kind: observable.IMSI, Digest: slices.Repeat([]byte{9}, 32), Who: "ana", Why: "asked"}))
	fillOutbox(t, s)
	fillRules(t, s)
	fillPast(t, s)
	fillCoverage(t, s)
	fillIncidents(t, s) // came with version 6
	fillShort(t, s)
}

// fillShort puts in what came with version 7.
func fillShort(t *testing.T, s *Store) {
	if err := s.ReplaceShort(t.Context(), 20_000, []RuleIdentity{{1}}, []Short{{RuleIdentity{1}, 20_000, hunt.Shortfall{Cut: 3}}}, false); err != nil {
		t.Fatal(err)
	}
}

// fillCoverage puts in what came with version 5.
func fillCoverage(t *testing.T, s *Store) {
	all := func(RuleIdentity) bool { return true }
	errs := errors.Join(
		applied(s.Bring(t.Context(), 6, &Brought{Covered: encoded(t, counterOf("edge-r1", 20_000*24, 3))})),
		s.SetAssessed(t.Context(), []RuleIdentity{{1}}, []telemetry.Day{20_000, 20_001}, all), s.SetArrived(t.Context(), []RuleIdentity{{2}}),
	)
	if errs != nil {
		t.Fatal(errs)
	}
}

// fillPast puts in what came with version 4.
func fillPast(t *testing.T, s *Store) {
	matched := must[[]byte](t)(EncodeMatched(nil, someCounted(), nil))
	err := errors.Join(applied(s.Apply(t.Context(), 5, nil, matched)), s.SetLookedRules(t.Context(), []RuleIdentity{{1}, {2}}, 5, func(RuleIdentity) bool { return true }))
	if err != nil {
		t.Fatal(err)
	}
}

// fillRules puts in what came with version 3.
func fillRules(t *testing.T, s *Store) { matchedIn(t, s, 4, ruleFinding("a", ours, 7, 20_000)) }

// TestUpgrade opens what every version wrote and finds in it what was put in.
func TestUpgrade(t *testing.T) {
	now := clock{start}
	fresh := openAt(t, filepath.Join(t.TempDir(), "stormglass.db"), Options{Now: now.now})
	fill(t, fresh)
	if *update {
		writeDump(t, fresh, dumpName(latest))
	}
	want := everythingIn(t, fresh)
	for version := 1; version <= latest; version++ {
		path := filepath.Join(t.TempDir(), "stormglass.db")
		edit(t, path, string(must[[]byte](t)(os.ReadFile(dumpName(version)))))
		s := openAt(t, path, Options{Now: now.now})
		want := want
		if version < 2 {
			want.Outbox = outboxIn{} // came with version 2
		}
		if version < 3 {
			fillRules(t, s)
		}
		if version < 4 {
			fillPast(t, s)
		}
		if version < 5 {
			fillCoverage(t, s)
			want.Covered.Until = must[Covered](t)(s.Coverage(t.Context())).Until // an older build counted nothing
			if want.Covered.Until == 0 {
				t.Errorf("version %d: what an older build took in is said to be counted", version)
			}
		}
		if version < 6 {
			fillIncidents(t, s)
		}
		if version < 7 {
			fillShort(t, s)
		}
		if diff := cmp.Diff(want, everythingIn(t, s), sameFinding); diff != "" {
			t.Errorf("version %d: -want +got:\n%s", version, diff)
		}
		if diff := cmp.Diff(schemaOf(t, fresh), schemaOf(t, s)); diff != "" {
			t.Errorf("the tables of version %d are not those of a new file: -want +got:\n%s", version, diff)
		}
		wantSound(t, s)
	}
}

func dumpName(version int) string {
	return filepath.Join("testdata", "upgrade", fmt.Sprintf("%04d.sql", version))
}

func schemaOf(t *testing.T, s *Store) map[string]string {
	t.Helper()
	out := map[string]string{}
	rows(t, s.read, `SELECT name, coalesce(sql, '') FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%'`, func(c []string) { out[c[0]] = c[1] })
	return out
}

func rows(t *testing.T, db *sql.DB, query string, each func([]string)) {
	t.Helper()
	r, err := db.QueryContext(t.Context(), query)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	columns := make([]string, len(must[[]string](t)(r.Columns())))
	dest := make([]any, len(columns))
	for i := range dest {
		dest[i] = &columns[i]
	}
	for r.Next() {
		if err := r.Scan(dest...); err != nil {
			t.Fatal(err)
		}
		each(slices.Clone(columns))
	}
	if err := r.Err(); err != nil {
		t.Fatal(err)
	}
}

// writeDump writes the statements that make a file as it is.
func writeDump(t *testing.T, s *Store, name string) {
	t.Helper()
	var b strings.Builder
	fmt.Fprintf(&b, "-- What version %d of the tables looks like, with something in each. Made by go test -run TestUpgrade -update.\n", latest)
	fmt.Fprintf(&b, "PRAGMA foreign_keys = off;\nPRAGMA application_id = %d;\nBEGIN;\n", applicationID)
	var tables []string
	rows(t, s.read, `SELECT type, name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%' ORDER BY rowid`, func(c []string) {
		fmt.Fprintf(&b, "%s;\n", c[2])
		if c[0] == "table" {
			tables = append(tables, c[1])
		}
	})
	for _, table := range append(tables, "sqlite_sequence") {
		var columns []string
		rows(t, s.read, `SELECT name FROM pragma_table_info('`+table+`')`, func(c []string) { columns = append(columns, c[0]) })
		if table == "sqlite_sequence" {
			b.WriteString("DELETE FROM sqlite_sequence;\n")
		}
		rows(t, s.read, `SELECT `+"quote("+strings.Join(columns, "), quote(")+") FROM "+table, func(c []string) {
			fmt.Fprintf(&b, "INSERT INTO %s (%s) VALUES (%s);\n", table, strings.Join(columns, ", "), strings.Join(c, ", "))
		})
	}
	b.WriteString("COMMIT;\n")
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(b.String()), 0o644); err != nil {
		t.Fatal(err)
	}
}
