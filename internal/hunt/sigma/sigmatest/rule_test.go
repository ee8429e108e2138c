package sigmatest_test

import (
	"testing"

	"pgregory.net/rapid"

	"stormglass/internal/hunt/sigma/rule"
	"stormglass/internal/hunt/sigma/sigmatest"
)

// TestRulesAreRefusedAlike: package rule reads what the table holds and what is drawn, and refuses what the table says.
func TestRulesAreRefusedAlike(t *testing.T) {
	cases, err := sigmatest.Cases()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range cases {
		_, complaints := rule.Parse("case.yml", []byte(c.Rules))
		if nothing := c.Sets != nil && c.Refused; nothing {
			continue // which sets there are is not known before they are handed in
		}
		if refused := len(complaints) > 0; refused != c.Refused {
			t.Errorf("%s: refused %t, want %t: %v\n%s", c.Name, refused, c.Refused, complaints, c.Rules)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		text := sigmatest.Draw(t, true).Rules
		if rapid.Bool().Draw(t, "stream") {
			text = sigmatest.DrawStream(t).Rules
		}
		if _, complaints := rule.Parse("drawn.yml", []byte(text)); len(complaints) > 0 {
			t.Fatalf("%v\n%s", complaints, text)
		}
	})
}
