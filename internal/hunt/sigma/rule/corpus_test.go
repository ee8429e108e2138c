package rule

import (
	"os"
	"testing"

	"stormglass/internal/datatest"
)

// TestCorpus reads all rules of others: none is complained of.
func TestCorpus(t *testing.T) {
	c, err := Read(os.DirFS(datatest.Path(t, "sigma")), ".")
	if err != nil {
		t.Fatal(err)
	}
	detections := 0
	for _, r := range c.Rules {
		if r.Detection != nil && r.Title != "" {
			detections++
			check(t, r)
		}
	}
	for _, m := range c.Complaints {
		t.Log(m)
	}
	for _, r := range c.Rules {
		for _, n := range r.Notes {
			t.Logf("note %s:%d:%d %s", r.File, n.Line, n.Column, n.Text)
		}
	}
	t.Log(detections, c.Files)
}
