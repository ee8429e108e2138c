//go:build linux

package packaging_test

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

// TestQuotes holds what docs/collecting.md quotes to the files that are tested.
func TestQuotes(t *testing.T) {
	page, err := os.ReadFile("../docs/collecting.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range relays {
		snippet, err := os.ReadFile(r.snippet)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(string(page), "\n```\n"+string(snippet)+"```\n") {
			t.Errorf("docs/collecting.md does not quote packaging/%s as it is", r.snippet)
		}
	}
}

// TestMetricsOfAlarms: the alarms that docs/service.md proposes are on metrics that there are.
func TestMetricsOfAlarms(t *testing.T) {
	page, err := os.ReadFile("../docs/service.md")
	if err != nil {
		t.Fatal(err)
	}
	known, err := os.ReadFile("../docs/metrics.md")
	if err != nil {
		t.Fatal(err)
	}
	names := regexp.MustCompile(`\bstormglass_[a-z]+_?[a-z_]*[a-z]\b`).FindAllString(string(page), -1)
	if len(names) < 8 {
		t.Errorf("only %d metrics: %v", len(names), names)
	}
	for _, name := range names {
		if !strings.Contains(string(known), "`"+name+"`") {
			t.Errorf("docs/metrics.md has no %s", name)
		}
	}
}
