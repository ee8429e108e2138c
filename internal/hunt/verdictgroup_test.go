package hunt

import "testing"

// TestGroupOf: one rule that was looked at does not speak for those that were not, and low levels alone are told as that.
func TestGroupOf(t *testing.T) {
	rule := func(level Level, a Answer) RuleVerdict {
		return RuleVerdict{Rule: &RuleAccount{RuleInfo: &RuleInfo{Level: level}}, Answer: a}
	}
	for _, tt := range []struct {
		name string
		all  []RuleVerdict
		want Answer
		says string
	}{
		{"none", nil, NotAssessed, "not assessed"},
		{"one of three looked at", []RuleVerdict{rule(High, NotFound), rule(High, NotAssessed), rule(Low, NotAssessed)}, NotAssessed, "not assessed"},
		{"half looked at", []RuleVerdict{rule(High, NotFound), rule(Low, NotAssessed)}, NotFound, "not found"},
		{"found, little looked at", []RuleVerdict{rule(High, NotAssessed), rule(High, NotAssessed), rule(Medium, Found)}, Found, "found"},
		{"low only", []RuleVerdict{rule(Low, Found), rule(Informational, Found), rule(High, NotFound)}, Found, OnlySigns},
		{"low and medium", []RuleVerdict{rule(Low, Found), rule(Medium, Found)}, Found, "found"},
	} {
		rules := make([]int, len(tt.all))
		for i := range rules {
			rules[i] = i
		}
		if g := groupOf("x", rules, tt.all); g.Answer != tt.want || g.Words() != tt.says {
			t.Errorf("%s: %v, %q", tt.name, g.Answer, g.Words())
		}
	}
}
