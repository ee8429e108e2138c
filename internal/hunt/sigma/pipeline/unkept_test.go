package pipeline_test

import (
	"strings"
	"testing"

	"stormglass/internal/hunt/sigma/rule"
)

// TestUnkept: lists that sources share may state it, an entry's own name goes above, and no other field is touched.
func TestUnkept(t *testing.T) {
	s := set(t, `
names:
  all:
    secs: {unkept: write nanos}
    mine: {unkept: never said}
    '*': 'x.{}'
sources:
  - {product: box, kinds: [flow, dns], use: all, fields: {mine: {name: source.bytes, unless: x.guess}}}
`)
	routes := s.Routes(rule.LogSource{Product: "box"})
	if len(routes) != 2 {
		t.Fatalf("%d routes", len(routes))
	}
	for _, r := range routes {
		if why := r.Unkept("secs"); !strings.Contains(why, "secs") || !strings.Contains(why, "write nanos") || !strings.Contains(why, r.Kind.String()) {
			t.Errorf("%s: %q", r.Kind, why)
		}
		for _, field := range []string{"mine", "else", ""} {
			if why := r.Unkept(field); why != "" {
				t.Errorf("%s: %s: %q", r.Kind, field, why)
			}
		}
		if got := r.Fields("mine"); len(got) != 1 || got[0].Name != "source.bytes" || got[0].Unless != "x.guess" {
			t.Errorf("%+v", got)
		}
	}
}
