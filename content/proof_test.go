package content_test

import (
	"context"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"stormglass/content"
	"stormglass/internal/hunt"
	"stormglass/internal/node"
)

// written is when files of test data count as written: lines without a year are dated by it.
var written = time.Date(2025, 3, 20, 12, 0, 0, 0, time.UTC)

// finding is what a rule found.
type finding struct {
	*hunt.RuleInfo
	level hunt.Level
	about string
	line  string // one of the records
}

// huntFile hunts in one file of test data with all our rules and the registers of the test data.
func huntFile(t testing.TB, path string) (found []finding) {
	t.Helper()
	if strings.HasSuffix(path, derivedSuffix) {
		return judged(t, path)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	to := filepath.Join(t.TempDir(), filepath.Base(path))
	if err := os.WriteFile(to, text, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chtimes(to, written, written); err != nil {
		t.Fatal(err)
	}
	h := node.Hunt{
		Rules: node.RulePaths{Content: true, Geo: filepath.Join("testdata", "geo")}, Registers: filepath.Join("testdata", "registers"), Telemetry: []string{to},
		Workers: 1, Version: "test", Now: func() time.Time { return written },
	}
	r, err := h.Run(context.Background())
	if err != nil {
		t.Fatalf("hunt in %s: %v", path, err)
	}
	if read, _, _, _ := r.Records(); read == 0 {
		t.Errorf("%s: no record was read", path)
	}
	for _, f := range r.Findings {
		if f.Rule != nil {
			found = append(found, finding{f.Rule, f.Level, f.SubjectName(), sampleOf(f)})
		}
	}
	return found
}

// raised gives the titles of the rules that found something, by entry of the catalogue.
func raised(found []finding) map[string][]string {
	out := map[string][]string{}
	for _, f := range found {
		for _, id := range entriesOf(f.Tags) {
			out[id] = append(out[id], f.Title)
		}
	}
	return out
}

// aboveLow fails for every finding above low.
func aboveLow(t *testing.T, found []finding) {
	t.Helper()
	for _, f := range found {
		if f.level > hunt.Low {
			t.Errorf("%s: %s, about %s: %s", f.level, f.Title, f.about, f.line)
		}
	}
}

func sampleOf(f *hunt.Finding) string {
	for _, d := range f.Days {
		for _, s := range d.Samples {
			return s.Line
		}
	}
	return ""
}

// TestProof: each entry's rules match what its source writes when it happens, in every file of fires, and nothing of what looks like it.
func TestProof(t *testing.T) {
	fired := map[string]bool{}
	for _, e := range content.Catalogue() {
		for _, path := range filesOf(t, "rules", e.ID, "fires") {
			t.Run(e.ID+" fires "+filepath.Base(path), func(t *testing.T) {
				r := huntFile(t, path)
				if len(raised(r)[e.ID]) == 0 {
					t.Errorf("no rule of %s; others: %v", e.ID, raised(r))
				}
				for _, f := range r {
					fired[f.Key] = true
					t.Logf("%s: %s, about %s", f.level, f.Title, f.about)
				}
			})
		}
		for _, path := range filesOf(t, "rules", e.ID, "quiet") {
			t.Run(e.ID+" quiet "+filepath.Base(path), func(t *testing.T) {
				r := huntFile(t, path)
				if titles := raised(r)[e.ID]; len(titles) > 0 {
					t.Errorf("rules of %s: %q", e.ID, titles)
				}
				aboveLow(t, r)
			})
		}
	}
	c := ours(t)
	reported := c.Reported()
	for _, r := range c.Rules {
		if reported[r] && !fired[r.Key()] {
			t.Errorf("%s: nothing in testdata/rules/*/fires makes %q match", r.File, r.Title)
		}
	}
}

// TestBothSides: an entry of which a rule speaks has files of both sides.
func TestBothSides(t *testing.T) {
	of := map[string]bool{}
	for _, r := range ours(t).Rules {
		for _, id := range entriesOf(r.Tags) {
			of[id] = true
		}
	}
	for _, id := range slices.Sorted(maps.Keys(of)) {
		for _, side := range []string{"fires", "quiet"} {
			if len(filesOf(t, "rules", id, side)) == 0 {
				t.Errorf("no file in testdata/rules/%s/%s", id, side)
			}
		}
	}
	dirs, err := os.ReadDir(filepath.Join("testdata", "rules"))
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range dirs {
		if !of[d.Name()] {
			t.Errorf("testdata/rules/%s: no rule speaks of that entry", d.Name())
		}
	}
}

// TestBenign: what operators do every day raises nothing above low.
func TestBenign(t *testing.T) {
	for _, path := range filesOf(t, "benign") {
		t.Run(filepath.Base(path), func(t *testing.T) { aboveLow(t, huntFile(t, path)) })
	}
}

// filesOf gives the files of a folder of test data; a hidden file is none.
func filesOf(t testing.TB, elem ...string) (paths []string) {
	t.Helper()
	dir := filepath.Join(append([]string{"testdata"}, elem...)...)
	files, err := os.ReadDir(dir)
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	for _, f := range files {
		if !strings.HasPrefix(f.Name(), ".") {
			paths = append(paths, filepath.Join(dir, f.Name()))
		}
	}
	return paths
}
