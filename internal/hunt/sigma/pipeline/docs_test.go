package pipeline_test

import (
	"os"
	"strings"
	"testing"

	"stormglass/internal/hunt/sigma/rule"
)

// TestDocs reads the example of docs/pipelines.md.
func TestDocs(t *testing.T) {
	page, err := os.ReadFile("../../../../docs/pipelines.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(page), "```yaml\n")
	text, _, found := strings.Cut(rest, "```")
	if !found {
		t.Fatal("no example")
	}
	s := set(t, text)
	routes := s.Routes(rule.LogSource{Product: "acme-router", Service: "audit"})
	if len(routes) != 1 || len(routes[0].Where) != 2 {
		t.Fatalf("%+v", routes)
	}
	if got := routes[0].Fields("CommandText"); len(got) != 2 || got[0].Name != "cmd" || got[1].Name != "acme.cmd" {
		t.Errorf("%+v", got)
	}
}
