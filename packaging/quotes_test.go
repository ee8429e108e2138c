package packaging_test

import (
	"os"
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
