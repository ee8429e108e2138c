package rule

import (
	"io/fs"
	"os"
	"path"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"stormglass/internal/datatest"
)

// TestCorpus reads all rules of the foreign corpus: none is complained of.
func TestCorpus(t *testing.T) {
	fsys := os.DirFS(datatest.Path(t, "sigma"))
	found := 0
	for _, folder := range []string{"rules", "rules-emerging-threats", "rules-placeholder", "rules-threat-hunting", "unsupported"} {
		c, err := Read(fsys, folder)
		if err != nil {
			t.Fatal(err)
		}
		c.Resolve()
		for _, m := range c.Complaints {
			t.Error(m)
		}
		for _, r := range c.Rules {
			check(t, r)
			if r.ID == "" || r.Level == NoLevel || r.Author == "" || len(r.Tags) == 0 {
				t.Errorf("%s: %+v", r.File, r)
			}
		}
		found += len(c.Rules)
	}
	if found != 117 {
		t.Errorf("%d rules, want 117", found)
	}
}

// TestCorpusOldAggregations reads the two rules of the corpus whose conditions count.
func TestCorpusOldAggregations(t *testing.T) {
	c, err := Read(os.DirFS(datatest.Path(t, "sigma", "unsupported")), ".")
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, r := range c.Rules {
		a := r.Detection.Aggregate
		got = append(got, strings.Join([]string{
			Print(r.Detection.Conditions[0], r.Detection.Selections), a.Type.String(), strings.Join(a.Fields, ","), strings.Join(a.GroupBy, ","), a.Timespan.String(),
		}, "; "))
	}
	want := []string{
		"selection; event_count; ; ; 10m0s",
		"selection and not filter_computer; value_count; TargetUserName; IpAddress; 24h0m0s",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

// TestSpecification reads every example of the specification. Some show a part of a document only: what they lack is complained of, and
// put in, they are read.
func TestSpecification(t *testing.T) {
	fsys := os.DirFS(datatest.Path(t, "sigma", "spec"))
	lacks := map[string]string{
		"examples/correlation-rules-00.yml": "type is missing; timespan is missing",
		"examples/correlation-rules-04.yml": "title is missing",
		"examples/correlation-rules-08.yml": "title is missing; logsource is missing",
		"examples/rules-14.yml":             "title is missing; logsource is missing; condition is missing",
		"examples/rules-16.yml":             "title is missing; logsource is missing",
		"examples/rules-18.yml":             "title is missing; logsource is missing",
		"examples/rules-20.yml":             "title is missing; logsource is missing",
		"examples/rules-22.yml":             "title is missing; logsource is missing",
	}
	files, err := fs.Glob(fsys, "*/*.yml")
	if err != nil || len(files) != 18 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	for _, file := range files {
		data, err := fs.ReadFile(fsys, file)
		if err != nil {
			t.Fatal(err)
		}
		if got := missing(file, data); got != lacks[file] {
			t.Errorf("%s lacks %q, want %q", file, got, lacks[file])
		}
		rules, complaints := Parse(file, complete(string(data)))
		if len(rules) != 1 || len(complaints) > 0 {
			t.Errorf("%s: %d rules, %v", file, len(rules), complaints)
			continue
		}
		check(t, rules[0])
	}
}

// missing gives what a document lacks, as the beginnings of the complaints.
func missing(file string, data []byte) string {
	_, complaints := Parse(path.Base(file), data)
	var got []string
	for _, m := range complaints {
		text, _, _ := strings.Cut(m.Text, ":")
		got = append(got, text)
	}
	return strings.Join(got, "; ")
}

// complete puts in what a part of a document lacks.
func complete(text string) []byte {
	if !strings.Contains(text, "title:") {
		text = "title: t\n" + text
	}
	if strings.Contains(text, "detection:") && !strings.Contains(text, "logsource:") {
		text = "logsource: {product: p}\n" + text
	}
	if strings.Contains(text, "keywords:") && !strings.Contains(text, "condition:") {
		text += "    condition: keywords\n"
	}
	if strings.Contains(text, "correlation:") && !strings.Contains(text, "type:") {
		text += "  type: temporal\n  timespan: 1m\n"
	}
	return []byte(text)
}
