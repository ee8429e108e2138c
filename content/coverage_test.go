package content_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"stormglass/content"
	"stormglass/internal/hunt/sigma/rule"
)

var update = flag.Bool("update", false, "write golden files anew")

// TestCoverage: docs/coverage.md says of every entry of the catalogue what speaks of it, and if nothing does, why.
// go test ./content -run Coverage -update writes it anew.
func TestCoverage(t *testing.T) {
	path := filepath.Join("..", "docs", "coverage.md")
	got := coverage(t, content.Catalogue(), ours(t))
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
		t.Errorf("docs/coverage.md is not what the rules say: run go test ./content -run Coverage -update (-want +got):\n%s", diff)
	}
}

const coverageHead = `# What is looked for

Every entry of the catalogue of detections, and what speaks of it. Made by ` + "`go test ./content -run Coverage -update`" + ` from
[content/catalogue.csv](../content/catalogue.csv) and [content/rules](../content/rules/); not to be edited.

- **rule**: rules look at records. How bad one is stands behind its title; those that say *counted* are findings only where a rule below them counts enough of them.
- **analyser**: rules look at what an analyser found in many records (docs/analysers.md).
- **rule that waits for its analyser**: the rule is there, the analyser is not yet, so it is not assessed.
- **indicator**: found as a match of intelligence.
- **not assessed**: nothing looks for it. That nothing was found says nothing.

Whether a rule could be asked of what a network really sends depends on its logs and registers; a hunt says so for each.

`

func coverage(t *testing.T, entries []content.Entry, c *rule.Collection) string {
	t.Helper()
	reported := c.Reported()
	var out strings.Builder
	out.WriteString(coverageHead)
	group := ""
	for _, e := range entries {
		if g, _, _ := strings.Cut(e.ID, "-"); g != group {
			group = g
			fmt.Fprintf(&out, "## %s\n\n| id | shows | state | rules | needs | limits |\n|---|---|---|---|---|---|\n", groups[g])
		}
		var titles, needs []string
		for _, r := range c.Rules {
			if !slices.Contains(r.Tags, e.Tag()) {
				continue
			}
			level := levelNames[r.Level]
			if !reported[r] {
				level = "*counted*"
			}
			titles = append(titles, fmt.Sprintf("%s (%s)", r.Title, level))
			needs = append(needs, r.Needs...)
		}
		slices.Sort(needs)
		state := stateOf(t, e, c)
		if len(titles) == 0 && e.Limits == "" {
			t.Errorf("%s: no rule speaks of it, and content/catalogue.csv does not say why", e.ID)
		}
		if len(titles) > 0 && strings.HasPrefix(e.Limits, "no rule is written yet") {
			t.Errorf("%s: content/catalogue.csv still says that no rule is written", e.ID)
		}
		fmt.Fprintf(&out, "| %s | %s | %s | %s | %s | %s |\n", e.ID, e.Shows, state, strings.Join(titles, "<br>"), strings.Join(slices.Compact(needs), ", "),
			strings.TrimPrefix(e.Limits, "indicator: "))
		if i := slices.IndexFunc(entries, func(x content.Entry) bool { return x.ID == e.ID }); i+1 == len(entries) || !strings.HasPrefix(entries[i+1].ID, group) {
			out.WriteString("\n")
		}
	}
	return strings.TrimSuffix(out.String(), "\n")
}

var levelNames = [...]string{"none", "informational", "low", "medium", "high", "critical"}

var groups = map[string]string{
	"CFG": "Device configuration", "AAA": "AAA and command accounting", "SYS": "Syslog", "FLW": "Flows", "DNS": "DNS", "HST": "Hosts of the core and of services",
	"CDR": "Stores of call records", "LI": "Lawful interception", "SIG": "Signalling", "PRV": "Privileged access and identity",
}

// missingAnalyser reports whether a rule looks at the records of an analyser that docs/analysers.md does not tell of: there is none yet.
func missingAnalyser(t *testing.T, r *rule.Rule) bool {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "docs", "analysers.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range r.Detection.Selections {
		for _, g := range s.Groups {
			for _, it := range g.Items {
				if it.Field == "event.dataset" && !strings.Contains(string(text), it.Values[0].Written) {
					return true
				}
			}
		}
	}
	return false
}

// stateOf says what speaks of an entry.
func stateOf(t *testing.T, e content.Entry, c *rule.Collection) string {
	t.Helper()
	var words []string
	say := func(w string) {
		if !slices.Contains(words, w) {
			words = append(words, w)
		}
	}
	for _, r := range c.Rules {
		switch {
		case !slices.Contains(r.Tags, e.Tag()):
		case r.LogSource.Service == "derived" && missingAnalyser(t, r):
			say("rule that waits for its analyser")
		case r.LogSource.Service == "derived":
			say("analyser")
		default:
			say("rule")
		}
	}
	if strings.HasPrefix(e.Limits, "indicator: ") {
		say("indicator")
	}
	if len(words) == 0 {
		return "**not assessed**"
	}
	slices.Sort(words)
	return strings.Join(words, ", ")
}

// TestCatalogue: the table is in order, and each entry stands in it once.
func TestCatalogue(t *testing.T) {
	seen := map[string]bool{}
	for _, e := range content.Catalogue() {
		group, _, _ := strings.Cut(e.ID, "-")
		if groups[group] == "" || e.Shows == "" || seen[e.ID] {
			t.Errorf("entry %q: unknown group, without text, or there twice", e.ID)
		}
		seen[e.ID] = true
		for _, x := range []string{e.Shows, e.Limits} {
			if strings.ContainsAny(x, "|\n") {
				t.Errorf("entry %s: %q would break the table", e.ID, x)
			}
		}
	}
	if len(seen) < 126 {
		t.Errorf("%d entries, the catalogue holds 126", len(seen))
	}
}
