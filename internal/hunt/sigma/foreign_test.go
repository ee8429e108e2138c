package sigma

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"stormglass/content"
	"stormglass/internal/collect"
	"stormglass/internal/datatest"
	"stormglass/internal/hunt/sigma/pipeline"
	"stormglass/internal/hunt/sigma/rule"
	"stormglass/internal/telemetry"
)

var update = flag.Bool("update", false, "write golden files anew")

// foreignProgram compiles all foreign rules by the pipelines that the program comes with.
func foreignProgram(t testing.TB) *Program {
	t.Helper()
	root := datatest.Path(t, "sigma")
	c := &rule.Collection{}
	for _, folder := range []string{"rules", "rules-emerging-threats", "rules-placeholder", "rules-threat-hunting", "unsupported"} {
		read, err := rule.Read(os.DirFS(root), folder)
		if err != nil {
			t.Fatal(err)
		}
		c.Rules = append(c.Rules, read.Rules...)
	}
	c.Resolve()
	set, complaints := pipeline.Load(content.Pipelines())
	for _, complaint := range complaints {
		t.Errorf("pipelines: %s", complaint)
	}
	return Compile(c, set, Options{})
}

// eachBatch reads files as a hunt does, one batch at a time.
func eachBatch(t testing.TB, paths []string, handle func(member string, b *telemetry.Batch)) {
	t.Helper()
	files := &collect.Files{}
	err := files.Each(context.Background(), paths, func(m *collect.Member) error {
		r := collect.Reader{Workers: 1, Handle: func(_ context.Context, b *telemetry.Batch) error {
			handle(m.Name, b)
			return nil
		}}
		_, err := r.Read(context.Background(), m)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// besides are rules that match regression events of other rules, rightly.
var besides = map[string]string{
	// Its event is nxc.exe started by itself, as a program packed by PyInstaller does: "Potential Executable Run Itself As
	// Sacrificial Process" asks for an Image equal to ParentImage.
	"7638e5fe-600c-4289-a968-f49dd537ec7d": "bafd07c6-3ea5-454a-b4be-058fbb073de7",
}

// TestRegressionEvents holds the engine to events of which others say what rule they must match.
func TestRegressionEvents(t *testing.T) {
	p := foreignProgram(t)
	root := datatest.Path(t, "sigma")
	text, err := os.ReadFile(filepath.Join(root, "regression", "index.json"))
	if err != nil {
		t.Fatal(err)
	}
	var cases []struct {
		Rule  string `json:"rule_id"`
		Event string `json:"event"`
	}
	if err := json.Unmarshal(text, &cases); err != nil {
		t.Fatal(err)
	}
	e := p.Evaluator()
	for _, c := range cases {
		var found []string
		records := 0
		eachBatch(t, []string{filepath.Join(root, c.Event)}, func(_ string, b *telemetry.Batch) {
			records += b.Len()
			e.Batch(b, func(r, _ int) { found = append(found, p.rules[r].Rule.ID) })
			if len(found) == 0 {
				for _, r := range p.rules {
					if r.Rule.ID == c.Rule {
						t.Logf("%s: %+v", r.Rule.Title, p.Explain(r.Number, b, 0))
					}
				}
			}
		})
		want := []string{c.Rule}
		if also, ok := besides[c.Rule]; ok {
			want = append(want, also)
		}
		slices.Sort(found)
		if slices.Sort(want); records != 1 || !slices.Equal(found, want) {
			t.Errorf("%s: %d records matched %v, want 1 and %s", c.Event, records, found, want)
		}
	}
}

// TestForeignTelemetry lists what foreign rules find in foreign telemetry; testdata/README.md says why.
func TestForeignTelemetry(t *testing.T) {
	if testing.Short() {
		t.Skip("reads all foreign telemetry")
	}
	p := foreignProgram(t)
	root := datatest.Path(t, "telemetry")
	e := p.Evaluator()
	counts := map[string]int{}
	eachBatch(t, []string{root}, func(member string, b *telemetry.Batch) {
		name, err := filepath.Rel(root, member)
		if err != nil {
			t.Fatal(err)
		}
		if !written(name) {
			return
		}
		e.Batch(b, func(r, i int) {
			counts[filepath.ToSlash(name)+"\t"+p.rules[r].Rule.Title]++
			if x := p.Explain(r, b, i); !x.Matched {
				t.Errorf("%s: record %d: not explained as found: %+v", member, b.Head(i).Ordinal, x)
			}
		})
	})
	var out strings.Builder
	for _, key := range slices.Sorted(maps.Keys(counts)) {
		fmt.Fprintf(&out, "%s\t%d\n", key, counts[key])
	}
	golden(t, filepath.Join("testdata", "foreign.golden"), out.String())
	for _, key := range slices.Sorted(maps.Keys(counts)) {
		if !justified(t, key) {
			t.Errorf("testdata/foreign.why does not say why: %s", key)
		}
	}
}

// written reports whether a file is what a sensor or device wrote, not a description or an expected result beside it.
func written(name string) bool {
	switch base := filepath.Base(name); {
	case strings.HasSuffix(base, ".md"), strings.HasSuffix(base, ".out"):
		return false
	case base == "expected.json", base == "cases.json", base == "index.json":
		return false
	}
	return true
}

// justified reports whether foreign.why has a reason for a line of the golden list.
func justified(t *testing.T, key string) bool {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", "foreign.why"))
	if err != nil {
		t.Fatal(err)
	}
	file, title, _ := strings.Cut(key, "\t")
	for line := range strings.Lines(string(text)) {
		columns := strings.Split(strings.TrimSpace(line), "\t")
		if len(columns) == 3 && columns[0] == title && strings.HasPrefix(file, columns[1]) {
			return true
		}
	}
	return false
}

func TestUnusableForeignRules(t *testing.T) {
	p := foreignProgram(t)
	var out strings.Builder
	for _, r := range p.Unusable() {
		fmt.Fprintf(&out, "%s\t%s\n", r.Rule.Title, r.Unusable)
	}
	golden(t, filepath.Join("testdata", "unusable.golden"), out.String())
}

func golden(t *testing.T, path, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got, -update writes it anew):\n%s", path, diff)
	}
}
