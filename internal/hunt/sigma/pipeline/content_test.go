package pipeline_test

import (
	"bytes"
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
	"stormglass/internal/datatest"
	"stormglass/internal/hunt/sigma/pipeline"
	"stormglass/internal/hunt/sigma/rule"
	"stormglass/internal/telemetry"
	"stormglass/internal/telemetry/jsonl"
	"stormglass/internal/telemetry/telemetrytest"
	"stormglass/internal/telemetry/text"
)

var update = flag.Bool("update", false, "write golden files")

// load reads the pipelines that the program comes with.
func load(t testing.TB) *pipeline.Set {
	t.Helper()
	set, complaints := pipeline.Load(content.Pipelines())
	for _, c := range complaints {
		t.Errorf("%s:%d:%d: %s", c.File, c.Line, c.Column, c.Text)
	}
	return set
}

// unrouted are log sources of the public rules that are found nowhere, and why.
var unrouted = map[rule.LogSource]string{}

// corpus gives the detections among the public rules.
func corpus(t *testing.T) []*rule.Rule {
	t.Helper()
	all, err := rule.Read(os.DirFS(datatest.Path(t, "sigma")), ".")
	if err != nil {
		t.Fatal(err)
	}
	var rules []*rule.Rule
	for _, r := range all.Rules {
		if r.Detection != nil && !strings.HasPrefix(r.File, "spec/") {
			rules = append(rules, r)
		}
	}
	if len(rules) < 115 {
		t.Fatalf("only %d rules", len(rules))
	}
	return rules
}

// TestCorpus: every log source of the public rules has a route, or a reason why not.
func TestCorpus(t *testing.T) {
	set := load(t)
	seen := map[rule.LogSource]bool{}
	for _, r := range corpus(t) {
		source := r.LogSource
		source.Definition = ""
		seen[source] = true
		if routed := len(set.Routes(source)) > 0; routed == (unrouted[source] != "") {
			t.Errorf("%s: %+v: routed: %v; reason against it: %q", r.File, source, routed, unrouted[source])
		}
	}
	for source := range unrouted {
		if !seen[source] {
			t.Errorf("no rule has %+v", source)
		}
	}
}

// TestRegression: each event that must match a public rule is one record of a route of that rule, and has the fields that the rule
// names.
func TestRegression(t *testing.T) {
	set := load(t)
	dir := datatest.Path(t, "sigma")
	var cases []struct {
		Rule  string `json:"rule_id"`
		Event string `json:"event"`
	}
	index, err := os.ReadFile(filepath.Join(dir, "regression", "index.json"))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(index, &cases); err != nil || len(cases) != 12 {
		t.Fatal(len(cases), err)
	}
	rules := map[string]*rule.Rule{}
	for _, r := range corpus(t) {
		rules[r.ID] = r
	}
	for _, c := range cases {
		b := event(t, filepath.Join(dir, c.Event))
		r := rules[c.Rule]
		if r == nil {
			t.Errorf("no rule %s", c.Rule)
			continue
		}
		route := routeOf(set.Routes(r.LogSource), b)
		if route == nil {
			t.Errorf("%s: its event is of none of the rule's routes", r.File)
			continue
		}
		for field := range fieldsOf(r) {
			if value(b, route, field) == "" {
				t.Errorf("%s: its event has no %s", r.File, field)
			}
		}
		e := &b.Event[0]
		if strings.HasSuffix(c.Event, ".json") && (e.Dataset != "windows" || e.Host == "" || !e.Occurred.Known() || e.Doubt != 0) {
			t.Errorf("%s: dataset %q, host %q, time %v, doubt %v", c.Event, e.Dataset, e.Host, e.Occurred, e.Doubt)
		}
	}
}

// event reads a file that holds one event.
func event(t *testing.T, file string) *telemetry.Batch {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var d telemetrytest.Decoder = text.New(data, file)
	if filepath.Ext(file) == ".json" {
		var line bytes.Buffer
		if err := json.Compact(&line, data); err != nil {
			t.Fatal(err)
		}
		data, d = line.Bytes(), jsonl.New(nil, "")
	}
	set := telemetrytest.Read(d, data)[0]
	if set.Read != 1 || set.Batch(telemetry.KindEvent).Len() != 1 {
		t.Fatalf("%s: %d records", file, set.Read)
	}
	return set.Batch(telemetry.KindEvent)
}

// routeOf gives the first route whose conditions hold of the record, as far as they are plain values; the engine's own tests have
// the rest.
func routeOf(routes []*pipeline.Route, b *telemetry.Batch) *pipeline.Route {
	for _, r := range routes {
		if r.Kind == telemetry.KindEvent && (len(r.Where) == 0 || slices.ContainsFunc(r.Where, func(g rule.Group) bool {
			return !slices.ContainsFunc(g.Items, func(it rule.Item) bool {
				return plain(it) && !slices.ContainsFunc(it.Values, func(v rule.Value) bool { return v.Written == value(b, r, it.Field) })
			})
		})) {
			return r
		}
	}
	return nil
}

func plain(it rule.Item) bool {
	return it.Op == rule.OpMatch && it.Written == it.Field && !slices.ContainsFunc(it.Values, func(v rule.Value) bool { return strings.Contains(v.Written, "*") })
}

func value(b *telemetry.Batch, r *pipeline.Route, field string) string {
	e := &b.Event[0]
	for _, target := range r.Fields(field) {
		if target.Name == "event.dataset" {
			return e.Dataset
		}
		for _, p := range b.PairsOf(e.Pairs) {
			if p.Field.String() == target.Name {
				return p.Text
			}
		}
	}
	return ""
}

func fieldsOf(r *rule.Rule) map[string]bool {
	fields := map[string]bool{}
	for _, s := range r.Detection.Selections {
		for _, g := range s.Groups {
			for _, it := range g.Items {
				if it.Field != "" {
					fields[it.Field] = true
				}
			}
		}
	}
	return fields
}

// TestTargets holds every name that a pipeline gives a field against the schema of its kind, or the golden list of sources' own names: what
// shows up there is a name that a source writes, or a mistake. Names that patterns make are left out, the patterns are not.
func TestTargets(t *testing.T) {
	own := map[string]bool{}
	for _, r := range load(t).AllRoutes() {
		schema := map[string]bool{}
		for _, f := range telemetry.Schema(r.Kind) {
			schema[f.ID.String()] = true
		}
		for _, target := range r.AllTargets() {
			if !schema[target.Name] && !r.Patterned(target.Name) {
				own[fmt.Sprintf("%s %s", r.Kind, target.Name)] = true
			}
		}
	}
	got := strings.Join(slices.Sorted(maps.Keys(own)), "\n") + "\n"
	golden := filepath.Join("testdata", "own_names.golden")
	if *update {
		if err := os.WriteFile(golden, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
}
