package node

import (
	"bufio"
	"context"
	"fmt"
	"io/fs"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"stormglass/internal/collect"
	"stormglass/internal/datatest"
	"stormglass/internal/hunt"
	"stormglass/internal/intel"
	"stormglass/internal/observable"
	"stormglass/internal/telemetry"
)

// seenRow is a line of Zeek's expected intel.log.
type seenRow struct{ indicator, kind, matched string }

func seenRows(t *testing.T, path string) []seenRow {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	var fields []string
	var rows []seenRow
	for s := bufio.NewScanner(f); s.Scan(); {
		cells := strings.Split(s.Text(), "\t")
		switch {
		case cells[0] == "#fields":
			fields = cells[1:]
		case strings.HasPrefix(s.Text(), "#") || len(cells) != len(fields):
		default:
			at := func(name string) string { return cells[slices.Index(fields, name)] }
			rows = append(rows, seenRow{at("seen.indicator"), at("seen.indicator_type"), at("matched")})
		}
	}
	return rows
}

// recordOf makes the record in which Zeek saw a value.
func recordOf(t *testing.T, row seenRow) *telemetry.Batch {
	t.Helper()
	switch row.kind {
	case "Intel::ADDR":
		return &telemetry.Batch{Kind: telemetry.KindFlow, Flow: []telemetry.Flow{{Ends: telemetry.Ends{
			Src: netip.MustParseAddr("2001:db8::1"), Dst: netip.MustParseAddr(row.indicator),
		}}}}
	case "Intel::EMAIL":
		return &telemetry.Batch{Kind: telemetry.KindMail, Mail: []telemetry.Mail{{From: "Somebody <" + row.indicator + ">"}}}
	case "Intel::FILE_NAME":
		return &telemetry.Batch{Kind: telemetry.KindFile, File: []telemetry.File{{Name: row.indicator}}}
	}
	t.Fatalf("no record for %s", row.kind)
	return nil
}

// TestZeekIntelCases gives the engine each value that Zeek's own test saw and expects the types of
// match that Zeek logged.
func TestZeekIntelCases(t *testing.T) {
	// Zeek removed this item at run time, after it had logged the hit. A feed that says meta.remove=T
	// asks for removal, and we never load it.
	differs := map[string]string{"scripts.policy.frameworks.intel.removal 10.0.0.1": "marked for removal in the feed"}
	root := datatest.Path(t, "telemetry", "zeek-intel")
	cases, rows := 0, 0
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !strings.HasPrefix(d.Name(), "expected-") {
			return err
		}
		dir := filepath.Dir(path)
		inputs, err := filepath.Glob(filepath.Join(dir, "input*"))
		if err != nil {
			return err
		}
		l := intel.NewLoader()
		if _, err := LoadIntel(context.Background(), &collect.Files{}, inputs, l); err != nil {
			return err
		}
		x, err := l.Index()
		if err != nil {
			return err
		}
		cases++
		for _, row := range seenRows(t, path) {
			rows++
			got := matchedTypes(t, x, recordOf(t, row))
			name := filepath.Base(dir) + " " + row.indicator
			if _, ok := differs[name]; ok {
				if got != "" {
					t.Errorf("%s: matched %s, but the difference was explained", name, got)
				}
				continue
			}
			if got != row.matched {
				t.Errorf("%s: matched %q, Zeek %q", name, got, row.matched)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if rows < 12 {
		t.Errorf("only %d rows in %d files: the test reads the data wrongly", rows, cases)
	}
}

// matchedTypes gives what matched in Zeek's words, as its set column writes it.
func matchedTypes(t *testing.T, x *intel.Index, b *telemetry.Batch) string {
	t.Helper()
	sink := &keeping{}
	b.Source = &telemetry.Source{}
	if err := (&hunt.Engine{Index: x, Sink: sink}).Batch(context.Background(), b); err != nil {
		t.Fatal(err)
	}
	words := map[observable.Kind]string{
		observable.Addr: "Intel::ADDR", observable.Prefix: "Intel::SUBNET", observable.Email: "Intel::EMAIL", observable.FileName: "Intel::FILE_NAME",
	}
	var types []string
	for _, h := range sink.hits {
		types = append(types, words[x.Value(h.Match.Entry).Kind()])
	}
	slices.Sort(types)
	return strings.Join(slices.Compact(types), ",")
}

type keeping struct{ hits []hunt.Hit }

func (k *keeping) Hits(_ *telemetry.Batch, hits []hunt.Hit) { k.hits = append(k.hits, hits...) }

// TestBothFormsOfZeekLogsGiveTheSameFindings hunts the same traffic from TSV and from JSON.
func TestBothFormsOfZeekLogsGiveTheSameFindings(t *testing.T) {
	tsv, json := datatest.Path(t, "telemetry", "zeek-wrccdc", "zeek-default"), datatest.Path(t, "telemetry", "zeek-wrccdc", "zeek-json")
	list := filepath.Join(t.TempDir(), "list.txt")
	// Values that stand in the logs: addresses, a prefix, names.
	const values = "10.47.0.0/16\n10.10.2.2\nmicrosoft.com\nwww.google.com\n10.164.94.120\nocsp.digicert.com\n"
	if err := os.WriteFile(list, []byte(values), 0o600); err != nil {
		t.Fatal(err)
	}
	a := runHunt(t, Hunt{Intel: []string{list}, Telemetry: []string{tsv}})
	b := runHunt(t, Hunt{Intel: []string{list}, Telemetry: []string{json}})
	short := func(r *hunt.Result) []string {
		var out []string
		for _, f := range r.Findings {
			subject := strings.NewReplacer("zeek-default", "…", "zeek-json", "…", ".log.gz", "", ".json.gz", "").Replace(f.Subject.String())
			out = append(out, fmt.Sprintln(f.Level, f.Value, subject, f.Records, f.Bytes, f.First.Time(), f.Last.Time(), f.Fields, f.Roles.Words(), f.Part))
		}
		slices.Sort(out)
		return out
	}
	if diff := cmp.Diff(short(a), short(b)); diff != "" {
		t.Errorf("-tsv +json\n%s", diff)
	}
	ta, ka, _, _ := a.Records()
	tb, kb, _, _ := b.Records()
	if ta != tb || ka != kb || ta < 30_000 || len(a.Findings) < 100 {
		t.Errorf("%d and %d records, %d and %d findings", ta, tb, len(a.Findings), len(b.Findings))
	}
	if a.Incomplete() || b.Incomplete() {
		t.Error("something was skipped")
	}
}

// TestForeignIntelligenceIsRecognisedAndAddsUp reads every file of others' intelligence.
func TestForeignIntelligenceIsRecognisedAndAddsUp(t *testing.T) {
	l := intel.NewLoader()
	l.KeepNotes = true
	paths := []string{datatest.Path(t, "misp"), datatest.Path(t, "stix"), datatest.Path(t, "kev")}
	if _, err := LoadIntel(context.Background(), &collect.Files{}, paths, l); err != nil {
		t.Fatal(err)
	}
	files := 0
	for _, r := range l.Reports() {
		if strings.HasSuffix(r.File, "README.md") {
			continue
		}
		files++
		if r.Skipped != "" || r.Failed != "" {
			t.Errorf("%s: %s%s", r.File, r.Skipped, r.Failed)
		}
		if r.Loaded+r.Count(intel.Listed)+r.Count(intel.Reported) != r.Total || r.Total == 0 {
			t.Errorf("%s: %d + %d + %d of %d", r.File, r.Loaded, r.Count(intel.Listed), r.Count(intel.Reported), r.Total)
		}
		named := 0
		for _, n := range r.Notes {
			if !n.Part {
				named++
			}
		}
		if named != r.Total-r.Loaded {
			t.Errorf("%s: %d of %d items that were not loaded are named", r.File, named, r.Total-r.Loaded)
		}
	}
	if files < 150 {
		t.Errorf("only %d files", files)
	}
	if x, err := l.Index(); err != nil || x.Len() < 400 {
		t.Errorf("index: %v %v", x.Len(), err)
	}
}

// TestForeignLogsAreReadWithoutAnUnexplainedSkip inspects the Zeek logs of RITA and of Zeek's tests.
func TestForeignLogsAreReadWithoutAnUnexplainedSkip(t *testing.T) {
	explained := map[string]string{
		"zeek-rita/has_unknown_field/http.log": "wrong number of columns", // its first row has 29 of 30
		"zeek-rita/truncated/conn.log":         "cut off in the middle",
		"zeek-rita/truncated/conn_json.log":    "cut off in the middle,value not understood",
	}
	i := Inspect{Paths: []string{datatest.Path(t, "telemetry", "zeek-rita"), datatest.Path(t, "telemetry", "zeek-btest", "expected")}}
	files, err := i.Run(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	root := datatest.Path(t, "telemetry")
	for _, f := range files {
		a := f.Telemetry
		if a == nil {
			t.Errorf("%s is taken for intelligence", f.Intel.File)
			continue
		}
		name, err := filepath.Rel(root, a.Source.Name)
		if err != nil {
			t.Fatal(err)
		}
		var reasons []string
		for _, p := range a.Problems.List {
			reasons = append(reasons, p.Reason)
		}
		slices.Sort(reasons)
		if got := strings.Join(reasons, ","); got != explained[name] {
			t.Errorf("%s: %q, explained %q", name, got, explained[name])
		}
		if a.Skipped != "" && a.Skipped != "empty" || a.Failed != "" {
			t.Errorf("%s: %s%s", name, a.Skipped, a.Failed)
		}
		if a.Lines != a.Read+a.Problems.Losses() && explained[name] == "" {
			t.Errorf("%s: %d lines, %d read, %d lost", name, a.Lines, a.Read, a.Problems.Losses())
		}
	}
	if len(files) < 250 {
		t.Errorf("only %d files", len(files))
	}
}

// TestAFeedAmongTheLogsIsNotFoundInItself names one folder as intelligence and as telemetry.
func TestAFeedAmongTheLogsIsNotFoundInItself(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{
		"feed.json": `{"Event":{"info":"made up","Orgc":{"name":"Test"},` + "\n" + `"Attribute":[{"type":"domain","to_ids":true,"value":"evil.example"}]}}`,
		"list.txt":  "198.51.100.7\n",
		"a.log":     "Mar  1 00:00:00 rtr1 sshd[1]: login from 198.51.100.7\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	r := runHunt(t, Hunt{Intel: []string{dir}, Telemetry: []string{dir}})
	if len(r.Findings) != 1 || r.Findings[0].Records != 1 || r.Findings[0].SubjectName() != "rtr1" {
		t.Errorf("%+v", summary(r.Findings))
	}
}
