package pipeline_test

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io/fs"
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

// TestCorpus: every log source of the public rules has a route, or a reason why not.
func TestCorpus(t *testing.T) {
	set := load(t)
	rules, complaints := rule.Read(os.DirFS(datatest.Path(t, "sigma")), ".")
	_ = complaints
	if rules == nil || len(rules.Rules) < 100 {
		t.Fatal("no rules")
	}
	for _, r := range rules.Rules {
		if r.Detection == nil || strings.HasPrefix(r.File, "spec/") {
			continue
		}
		source := r.LogSource
		source.Definition = ""
		if routes := set.Routes(source); len(routes) == 0 && unrouted[source] == "" {
			t.Errorf("%s: %+v is found nowhere", r.File, source)
		}
	}
}
